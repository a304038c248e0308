/** What WhatsApp carries, by Baileys 7.0.0-rc14. Facts of 2026-11-23; nothing was tried on the real service. */
import type { Capabilities, MediaTable } from "../../actors/model/mod.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const DAY_S = 86_400;
const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * Types as in mautrix-whatsapp's table (capabilities.go of 2026-05-12), which sends 2,000 MiB of any kind; beyond what
 * WhatsApp's own apps send as a picture, a film or a sound, they show a file to be saved, so that those sizes count:
 * 16 MB, of films 64 MB on newer phones. No pictures of files are made for the time before they are loaded.
 */
const MEDIA: MediaTable = {
  photo: { support: "full", mimes: ["image/jpeg", "image/png"], maxBytes: 16 * MIB, caption: true },
  video: { support: "full", mimes: ["video/mp4", "video/3gpp"], maxBytes: 64 * MIB, caption: true },
  // A film without sound that plays by itself.
  gif: { support: "full", mimes: ["video/mp4"], maxBytes: 16 * MIB, caption: true },
  // Opus in Ogg or it does not play on iPhones; the waveform has 64 steps.
  voice: { support: "full", mimes: ["audio/ogg"], maxBytes: 16 * MIB, caption: false, waveform: true },
  audio: {
    support: "full",
    mimes: ["audio/mpeg", "audio/mp4", "audio/aac", "audio/ogg", "audio/amr"],
    maxBytes: 16 * MIB,
    caption: false,
  },
  document: { support: "full", mimes: ["*/*"], maxBytes: 2_000 * MIB, caption: true },
  // 500 KB is what the Cloud API takes of one that moves (of one that does not: 100 KB, which the apps do not ask for).
  sticker: { support: "full", mimes: ["image/webp"], maxBytes: 500 * KIB, caption: false },
  // The apps record a minute.
  "video-note": {
    support: "full",
    mimes: ["video/mp4"],
    maxBytes: 16 * MIB,
    maxMs: MINUTE_MS,
    caption: false,
  },
};

/** WhatsApp's table. */
export const WHATSAPP: Capabilities = {
  version: "whatsapp-2",
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
  edit: { support: "full", windowMs: 15 * MINUTE_MS, captions: "full" },
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
  media: MEDIA,
  // As long as a text, as in mautrix-whatsapp's table.
  caption: { count: 65_536, unit: "utf16" },
  // The apps let people choose 30 at once, newer ones 100. Only pictures and films stand in one.
  album: { max: 30, kinds: ["photo", "video"] },
  // The app's own fields take 255 and 12 times 100 (mautrix-whatsapp cuts there, too). Nobody can end a poll.
  poll: {
    support: "full",
    questionUtf16: 255,
    options: 12,
    optionUtf16: 100,
    closes: false,
    foreign: true,
  },
  location: "full",
  contact: "full",
  // The app's own field takes 2,048.
  description: { maxUtf16: 2_048 },
  // The app sends 640 by 640 pixels, well below this.
  icon: { mimes: ["image/jpeg"], maxBytes: 256 * KIB },
  // 24 hours, 7 and 90 days, as the app and mautrix-whatsapp's table.
  timer: [DAY_S, 7 * DAY_S, 90 * DAY_S],
};

/** The same where nobody blocks. */
export const WHATSAPP_UNPACED: Capabilities = { ...WHATSAPP, pace: { chat: null, account: null } };
