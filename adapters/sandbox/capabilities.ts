/**
 * What the simulated messengers can carry. A messenger that has a real adapter is simulated by that one's own table;
 * the other tables are here until theirs come. Facts of 2026-11-23.
 */
import type { Capabilities } from "../../actors/model/mod.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What is simulated of all of them: nobody has to be spared, and phones send and see text only. */
const SIMULATED = {
  pace: { chat: null, account: null },
  media: "none",
  poll: "none",
  location: "none",
  contact: "none",
} as const satisfies Partial<Capabilities>;

/** What every table here has in common. */
const COMMON = {
  ...SIMULATED,
  reply: "full",
  reaction: { support: "full", emoji: "any" },
  sees: { edits: true, deletes: true, reactions: true, joins: true },
} as const satisfies Partial<Capabilities>;

/** Signal by signal-cli. */
export const SIGNAL: Capabilities = {
  ...COMMON,
  version: "signal-1",
  text: {
    // What goes inline; longer texts travel as attachments, which other clients show cut off.
    max: { count: 2000, unit: "bytes" },
    // Styles are BOLD, ITALIC, STRIKETHROUGH, SPOILER and MONOSPACE; a block is monospace without its block.
    spans: { bold: "full", italic: "full", strike: "full", spoiler: "full", code: "full", pre: "partial" },
  },
  edit: { support: "full", windowMs: 24 * HOUR_MS },
  delete: { support: "full", windowMs: 24 * HOUR_MS },
  title: { maxUtf16: 32 },
  membersMax: 1001,
};

/** A messenger's table as its simulation has it. */
export function simulated(table: Capabilities): Capabilities {
  return { ...table, ...SIMULATED, version: `sandbox-${table.version}` };
}
