/** What a Telegram bot can do in a supergroup where it is an administrator. Bot API 10.3, facts of 2026-11-23. */
import type { Capabilities } from "../../actors/model/mod.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** The 73 emoji that a bot may react with: `ReactionTypeEmoji`, Bot API 10.3. */
export const REACTIONS: readonly string[] = [
  "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊",
  "🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋",
  "🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃",
  "💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡",
].flatMap((line) => line.split(" "));

/** Telegram's table. */
export const TELEGRAM: Capabilities = {
  version: "telegram-1",
  text: {
    // sendMessage: "1-4096 characters after entities parsing", counted in UTF-16 code units.
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
      mention: "full",
    },
  },
  reply: "full",
  // editMessageText names no limit for a bot's own messages.
  edit: { support: "full", windowMs: null },
  // deleteMessage: "A message can only be deleted if it was sent less than 48 hours ago".
  delete: { support: "full", windowMs: 48 * HOUR_MS },
  // setMessageReaction: a bot sets one reaction a message, of a fixed set.
  reaction: { support: "full", emoji: [...REACTIONS] },
  // setChatTitle: 1-128 characters.
  title: { maxUtf16: 128 },
  membersMax: 200_000,
  // No update tells a bot of deleted messages in groups.
  sees: { edits: true, deletes: false, reactions: true, joins: true },
  pace: {
    // core.telegram.org/bots/faq: 20 messages a minute to a group; a small burst keeps a conversation quick.
    chat: { count: 20, perMs: MINUTE_MS, burst: 5 },
    // The same page: 30 messages a second overall.
    account: { count: 30, perMs: SECOND_MS, burst: 30 },
  },
  // The adapter reads media; sending them comes with a later issue.
  media: {},
  location: "none",
  contact: "none",
};

/** The same where the Bot API server has no flood control. */
export const TELEGRAM_UNPACED: Capabilities = { ...TELEGRAM, pace: { chat: null, account: null } };
