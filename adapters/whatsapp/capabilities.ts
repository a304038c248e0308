/** What WhatsApp carries, by Baileys 7.0.0-rc14. Facts of 2026-11-23; nothing was tried on the real service. */
import type { Capabilities } from "../../actors/model/mod.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** WhatsApp's table. */
export const WHATSAPP: Capabilities = {
  version: "whatsapp-1",
  text: {
    // 65,536 as in mautrix-whatsapp's table.
    max: { count: 65_536, unit: "utf16" },
    // No underline, no spoiler; a link is its own address, so a text over it has to be written out.
    spans: {
      bold: "full",
      italic: "full",
      strike: "full",
      code: "full",
      pre: "partial",
      quote: "full",
      mention: "full",
    },
  },
  reply: "full",
  // The clients take an edit for 15 minutes.
  edit: { support: "full", windowMs: 15 * MINUTE_MS },
  // "Delete for everyone": a little over two days.
  delete: { support: "full", windowMs: 48 * HOUR_MS },
  // One reaction a person, any emoji.
  reaction: { support: "full", emoji: "any" },
  // 100 as in mautrix-whatsapp's table; old servers take 25.
  title: { maxUtf16: 100 },
  membersMax: 1024,
  sees: { edits: true, deletes: true, reactions: true, joins: true },
  pace: {
    // Nothing official: one message a second to a group, a burst for a lively minute.
    chat: { count: 60, perMs: MINUTE_MS, burst: 10 },
    // About 20 a minute is said to be safe for new numbers; conversations come in bursts.
    account: { count: 30, perMs: MINUTE_MS, burst: 30 },
    // About 45 in a day got a number blocked for a day; at most ten are said to be safe for a new one.
    create: { count: 8, perMs: DAY_MS, burst: 3 },
  },
  // The adapter reads media; sending them comes with a later issue.
  media: {},
  location: "none",
  contact: "none",
};

/** The same where nobody blocks. */
export const WHATSAPP_UNPACED: Capabilities = { ...WHATSAPP, pace: { chat: null, account: null } };
