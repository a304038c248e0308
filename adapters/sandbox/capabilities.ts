/** What the simulated messengers can carry: each what its real adapter's own table says. */
import type { Capabilities } from "../../actors/model/mod.ts";

/** What is simulated of all of them: nobody has to be spared, and phones send and see text only. */
const SIMULATED = {
  pace: { chat: null, account: null },
  media: {},
  location: "none",
  contact: "none",
} as const satisfies Partial<Capabilities>;
const MISSING = ["album", "poll", "description", "icon", "timer"] as const;

/** A messenger's table as its simulation has it. */
export function simulated(table: Capabilities): Capabilities {
  const { captions: _, ...edit } = table.edit;
  const simulation = { ...table, ...SIMULATED, edit, version: `sandbox-${table.version}` };
  for (const name of MISSING) delete simulation[name];
  return simulation;
}
