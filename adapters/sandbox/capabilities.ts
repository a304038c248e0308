/** What the simulated messengers can carry: each what its real adapter's own table says. */
import type { Capabilities } from "../../actors/model/mod.ts";

/** A messenger's table as its simulation has it: nobody has to be spared. */
export function simulated(table: Capabilities): Capabilities {
  return { ...table, pace: { chat: null, account: null }, version: `sandbox-${table.version}` };
}
