/**
 * What the simulated messengers can carry: the real ones' tables, as data of the sandbox's own.
 * Facts of 2026-11-23. Only `pace` differs: nobody has to be spared here, so there is none.
 */
import type { Capabilities } from "../../actors/model/mod.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NO_PACE: Capabilities["pace"] = { chat: null, account: null };

/** WhatsApp by Baileys. */
export const WHATSAPP: Capabilities = {
  version: "sandbox-whatsapp-1",
  text: {
    // 65,536 as in mautrix-whatsapp's table.
    max: { count: 65_536, unit: "utf16" },
    // No underline, no spoiler; a link is its own address, so a text over it has to be written out.
    spans: { bold: "full", italic: "full", strike: "full", code: "full", pre: "partial", quote: "full" },
  },
  reply: "full",
  edit: { support: "full", windowMs: 15 * MINUTE_MS },
  delete: { support: "full", windowMs: 48 * HOUR_MS },
  reaction: { support: "full", emoji: "any" },
  title: { maxUtf16: 100 },
  membersMax: 1024,
  sees: { edits: true, deletes: true, reactions: true, joins: true },
  pace: NO_PACE,
  media: "none",
  poll: "none",
  location: "none",
  contact: "none",
};

/** Signal by signal-cli. */
export const SIGNAL: Capabilities = {
  version: "sandbox-signal-1",
  text: {
    // What goes inline; longer texts travel as attachments, which other clients show cut off.
    max: { count: 2000, unit: "bytes" },
    // Styles are BOLD, ITALIC, STRIKETHROUGH, SPOILER and MONOSPACE; a block is monospace without its block.
    spans: { bold: "full", italic: "full", strike: "full", spoiler: "full", code: "full", pre: "partial" },
  },
  reply: "full",
  edit: { support: "full", windowMs: 24 * HOUR_MS },
  delete: { support: "full", windowMs: 24 * HOUR_MS },
  reaction: { support: "full", emoji: "any" },
  title: { maxUtf16: 32 },
  membersMax: 1001,
  sees: { edits: true, deletes: true, reactions: true, joins: true },
  pace: NO_PACE,
  media: "none",
  poll: "none",
  location: "none",
  contact: "none",
};

/** The fixed set that a Telegram bot may react with (Bot API 10.3, ReactionTypeEmoji). */
const TELEGRAM_EMOJI = [
  "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊",
  "🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋",
  "🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃",
  "💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡",
].flatMap((line) => line.split(" "));

/** Telegram by a bot, in a supergroup that a user account made. */
export const TELEGRAM: Capabilities = {
  version: "sandbox-telegram-1",
  text: {
    max: { count: 4096, unit: "utf16" },
    spans: {
      bold: "full",
      italic: "full",
      underline: "full",
      strike: "full",
      spoiler: "full",
      code: "full",
      pre: "full",
      quote: "full",
      link: "full",
    },
  },
  reply: "full",
  // No documented limit for a bot's own messages.
  edit: { support: "full", windowMs: null },
  delete: { support: "full", windowMs: 48 * HOUR_MS },
  reaction: { support: "full", emoji: TELEGRAM_EMOJI },
  title: { maxUtf16: 128 },
  membersMax: 200_000,
  // Bots are never told of deleted messages in groups.
  sees: { edits: true, deletes: false, reactions: true, joins: true },
  pace: NO_PACE,
  media: "none",
  poll: "none",
  location: "none",
  contact: "none",
};
