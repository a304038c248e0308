/** What the simulated messengers can carry: each what its real adapter's own table says. */
import type { Capabilities } from "../../actors/model/mod.ts";

/** What is simulated of all of them: nobody has to be spared, and phones send and see text only. */
const SIMULATED = {
  pace: { chat: null, account: null },
  media: {},
  location: "none",
  contact: "none",
} as const satisfies Partial<Capabilities>;

/** A messenger's table as its simulation has it. */
export function simulated(table: Capabilities): Capabilities {
  return { ...table, ...SIMULATED, version: `sandbox-${table.version}` };
}
