/** What Signal carries, by signal-cli 0.14.6. Facts of 2026-11-23; nothing was tried on the real service. */
import type { Capabilities } from "../../actors/model/mod.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Signal's table, whatever signal-cli's version is. */
export const SIGNAL: Capabilities = {
  version: "signal-1",
  text: {
    // What goes inline; longer texts travel as attachments, which other clients show cut off.
    max: { count: 2000, unit: "bytes" },
    // Styles are BOLD, ITALIC, STRIKETHROUGH, SPOILER and MONOSPACE; a block is monospace without its block.
    spans: {
      bold: "full",
      italic: "full",
      strike: "full",
      spoiler: "full",
      code: "full",
      pre: "partial",
      mention: "full",
    },
  },
  reply: "full",
  // The clients take an edit for 24 hours.
  edit: { support: "full", windowMs: 24 * HOUR_MS },
  // "Delete for everyone": 24 hours as well.
  delete: { support: "full", windowMs: 24 * HOUR_MS },
  // One reaction a person, any emoji.
  reaction: { support: "full", emoji: "any" },
  // signal-cli passes names on; the clients let people type 32 characters.
  title: { maxUtf16: 32 },
  membersMax: 1001,
  sees: { edits: true, deletes: true, reactions: true, joins: true },
  pace: {
    // Nothing official: 30 a minute to a group is said to be safe, a burst for a lively minute.
    chat: { count: 30, perMs: MINUTE_MS, burst: 10 },
    // The same source: one message a second and account. What is over it answers 429 or asks for a captcha.
    account: { count: 60, perMs: MINUTE_MS, burst: 30 },
    // No report of a limit; as careful as with WhatsApp, which blocks numbers for it.
    create: { count: 8, perMs: DAY_MS, burst: 3 },
  },
  // The adapter reads media; sending them comes with a later issue.
  media: {},
  // Polls: from 0.13.23 on. Voice notes are marked as such from 0.14.2 on.
  // signal-cli sends neither places nor contacts.
  location: "none",
  contact: "none",
};

/** The same where nobody blocks. */
export const SIGNAL_UNPACED: Capabilities = { ...SIGNAL, pace: { chat: null, account: null } };

/**
 * The table of one version of signal-cli, with `table` as what the newest one carries. Nothing that older ones lack
 * is in it yet, so only the name differs.
 */
export function signalTable(version: string, table: Capabilities = SIGNAL): Capabilities {
  return { ...table, version: `${table.version}+${version}` };
}
