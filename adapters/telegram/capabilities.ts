/** What a Telegram bot can do in a supergroup where it is an administrator. Bot API 10.3, facts of 2026-11-23. */
import type { Capabilities } from "../../actors/model/mod.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const MEGABYTE = 1_000_000;
const KIBIBYTE = 1024;

/** core.telegram.org/bots/api "Sending files", read 2026-11: "10 MB max size for photos, 50 MB for other files". */
const PHOTO_BYTES = 10 * MEGABYTE;
const FILE_BYTES = 50 * MEGABYTE;

/** The 73 emoji that a bot may react with: `ReactionTypeEmoji`, Bot API 10.3. */
export const REACTIONS: readonly string[] = [
  "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊",
  "🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋",
  "🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃",
  "💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡",
].flatMap((line) => line.split(" "));

/** Telegram's table. */
export const TELEGRAM: Capabilities = {
  version: "telegram-3",
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
  // editMessageText and editMessageCaption name no limit for a bot's own messages.
  edit: { support: "full", windowMs: null, captions: "full" },
  // deleteMessage: "A message can only be deleted if it was sent less than 48 hours ago".
  delete: { support: "full", windowMs: 48 * HOUR_MS },
  // setMessageReaction: a bot sets one reaction a message, of a fixed set.
  reaction: { support: "full", emoji: [...REACTIONS] },
  // setChatTitle: 1-128 characters.
  title: { maxUtf16: 128 },
  membersMax: 200_000,
  // No update tells a bot of deleted messages in groups; see `tableFor`.
  sees: { edits: true, deletes: false, reactions: true, joins: true },
  pace: {
    // core.telegram.org/bots/faq: 20 messages a minute to a group. A small burst keeps a conversation quick; with it
    // no minute has more than 20, so that Telegram never has to refuse one.
    chat: { count: 15, perMs: MINUTE_MS, burst: 5 },
    // The same page: 30 messages a second overall.
    account: { count: 30, perMs: SECOND_MS, burst: 30 },
  },
  media: {
    // sendPhoto; WebP as uploads of the apps show. Sides: see PHOTO_BYTES' page, nothing that the table could say.
    photo: {
      support: "full",
      mimes: ["image/jpeg", "image/png", "image/webp"],
      maxBytes: PHOTO_BYTES,
      caption: true,
    },
    // sendVideo: "clients support MPEG4 videos (other formats may be sent as Document)".
    video: { support: "full", mimes: ["video/mp4"], maxBytes: FILE_BYTES, caption: true },
    // sendAnimation: "GIF or H.264/MPEG-4 AVC video without sound".
    gif: { support: "full", mimes: ["video/mp4", "image/gif"], maxBytes: FILE_BYTES, caption: true },
    // sendVoice: ".OGG file encoded with OPUS, or in .MP3 format, or in .M4A format". Waveforms are the server's work.
    voice: {
      support: "full",
      mimes: ["audio/ogg", "audio/mpeg", "audio/mp4"],
      maxBytes: FILE_BYTES,
      caption: true,
    },
    // sendAudio: "must be in the .MP3 or .M4A format".
    audio: { support: "full", mimes: ["audio/mpeg", "audio/mp4"], maxBytes: FILE_BYTES, caption: true },
    document: { support: "full", mimes: ["*/*"], maxBytes: FILE_BYTES, caption: true },
    // core.telegram.org/stickers: static ones are WebP of 512 pixels at the longer side, up to 512 KB. Those that move
    // are WebM or TGS, which is not made of anything here: they go as GIFs.
    sticker: {
      support: "full",
      mimes: ["image/webp"],
      maxBytes: 512 * KIBIBYTE,
      caption: false,
      still: true,
    },
    // sendVideoNote: "rounded square MPEG4 videos of up to 1 minute long".
    "video-note": {
      support: "full",
      mimes: ["video/mp4"],
      maxBytes: FILE_BYTES,
      maxMs: MINUTE_MS,
      caption: false,
    },
  },
  // sendPhoto and the others: "0-1024 characters after entities parsing".
  caption: { count: 1024, unit: "utf16" },
  // sendMediaGroup: 2-10 items. "Documents and audio files can be only grouped in an album with messages of the same type".
  album: {
    max: 10,
    kinds: ["photo", "video", "audio", "document"],
    apart: ["audio", "document"],
  },
  // sendPoll: question 1-300, options 1-12 (Bot API 10.3; two make a poll for us) of 1-100 characters. `poll_answer`
  // comes for polls that the bot itself sent, and for no others.
  poll: {
    support: "full",
    questionUtf16: 300,
    options: 12,
    optionUtf16: 100,
    closes: true,
    foreign: false,
  },
  location: "full",
  contact: "full",
  // setChatDescription: 0-255 characters.
  description: { maxUtf16: 255 },
  // setChatPhoto: a photo, which Telegram keeps as JPEG.
  icon: { mimes: ["image/jpeg"], maxBytes: PHOTO_BYTES },
};

/** What differs from account to account. */
export interface TableOptions {
  /** The Bot API server has no flood control. */
  readonly unpaced: boolean;
  /** A user account hears of deletes. */
  readonly deletes: boolean;
}

/** Telegram's table for one account. */
export function tableFor({ unpaced, deletes }: TableOptions): Capabilities {
  return {
    ...TELEGRAM,
    version: deletes ? `${TELEGRAM.version}-deletes` : TELEGRAM.version,
    sees: { ...TELEGRAM.sees, deletes },
    ...(unpaced ? { pace: { chat: null, account: null } } : {}),
  };
}
