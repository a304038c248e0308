/**
 * What Signal carries, by signal-cli 0.14.6 and older ones. Facts of 2026-11-23, signal-cli's source and man page, and
 * mautrix-signal's capabilities.go, read 2026-11; nothing was tried on the real service.
 */
import type { Capabilities, MediaLimits, MediaTable } from "../../actors/model/mod.ts";
import { isOlder } from "./version.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** From these versions on signal-cli has what the table needs it for. */
const SINCE = { polls: "0.13.23", voiceNote: "0.14.2", noUrgent: "0.14.0" } as const;

// What goes inline; longer texts travel as attachments, which other clients show cut off.
const TEXT_MAX = { count: 2000, unit: "bytes" } as const;

/** What Signal takes as one attachment, bytes: 100 MiB by the clients, and mautrix-signal's MaxFileSize. */
export const MEDIA_MAX_BYTES = 100 * 1024 * 1024;
/** A signal-cli that reads no files of ours gets them in JSON, where it takes 20,000,000 characters (its issue 2127). */
const BESIDE_MAX_BYTES = 14_900_000;
/** And it holds all of them in memory at once. */
const BESIDE_ALBUM_MAX = 10;
/** A larger GIF is refused by the Android app (25 MB). */
const GIF_MAX_BYTES = 25_000_000;

/** What the clients show, by mautrix-signal; the first is what all of them do. */
const PICTURES = ["image/jpeg", "image/png", "image/webp", "image/bmp"];
const FILMS = ["video/mp4", "video/webm", "video/ogg"];
const SHOWN: MediaLimits = { support: "full", mimes: ["*/*"], maxBytes: MEDIA_MAX_BYTES, caption: true };

/** Words below sound are dropped by some: they stand above it. */
const SOUND = { ...SHOWN, caption: false };

const MEDIA: MediaTable = {
  photo: { ...SHOWN, mimes: PICTURES },
  video: { ...SHOWN, mimes: FILMS },
  // signal-cli cannot say that a film is a GIF: it would be one that has to be started.
  gif: { ...SHOWN, mimes: ["image/gif"], maxBytes: GIF_MAX_BYTES },
  // An hour by mautrix-signal. The clients draw the waveform themselves.
  voice: { ...SOUND, mimes: ["audio/aac"], maxMs: HOUR_MS },
  audio: { ...SOUND, mimes: ["audio/aac", "audio/mpeg", "audio/mp4"] },
  document: SHOWN,
  // Without a pack that is installed a sticker is a picture, or a GIF; round ones there are not.
};

/** Signal's table, whatever signal-cli's version is. */
export const SIGNAL: Capabilities = {
  version: "signal-2",
  text: {
    max: TEXT_MAX,
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
  // The clients take an edit for 24 hours. An edit holds the whole message anew: without its file, the file is gone.
  edit: { support: "full", windowMs: 24 * HOUR_MS, captions: "none" },
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
  media: MEDIA,
  caption: TEXT_MAX,
  // The Android app takes 32. Of several documents or sounds in one message the clients show one.
  album: { max: 32, kinds: ["photo", "video", "gif"] },
  // Of longer ones the Android app drops the whole poll (DataMessageProcessor: 100 and 10, later 200 for questions).
  poll: { support: "full", questionUtf16: 100, options: 10, optionUtf16: 100, closes: true, foreign: true },
  // signal-cli sends neither places nor contacts.
  location: "none",
  contact: "none",
  // What the clients take.
  description: { maxUtf16: 480 },
  // The clients make them 1024 pixels wide at most; more than 10 MB is not read.
  icon: { mimes: ["image/jpeg", "image/png"], maxBytes: 1024 * 1024 },
  // Seconds; people choose any number of them.
  timer: "any",
};

/** The same where nobody blocks. */
export const SIGNAL_UNPACED: Capabilities = { ...SIGNAL, pace: { chat: null, account: null } };

/** What every table carries. */
export const CARRIED = [
  ...["post", "media", "album", "edit", "delete", "react"] as const,
  ...["title", "description", "icon", "timer", "leave"] as const,
] as const;
/** What those of newer versions carry. */
export const WITH_POLLS = [...CARRIED, "poll", "close-poll"] as const;

/** Which signal-cli it is. */
export interface Cli {
  readonly version: string;
  /** It reads files of ours; else they go to it in JSON. */
  readonly managed: boolean;
}

/** The table of one signal-cli, with `table` as what the newest one carries that is ours. */
export function signalTable({ version, managed }: Cli, table: Capabilities = SIGNAL): Capabilities {
  const { poll, album, ...rest } = table;
  const most = managed ? MEDIA_MAX_BYTES : BESIDE_MAX_BYTES;
  const limits = Object.entries(table.media)
    .filter(([kind]) => kind !== "voice" || !isOlder(version, SINCE.voiceNote))
    .map(([kind, media]) => [kind, { ...media, maxBytes: Math.min(media.maxBytes, most) }]);
  const together = album && { ...album, max: managed ? album.max : Math.min(album.max, BESIDE_ALBUM_MAX) };
  return {
    ...rest,
    version: `${table.version}+${version}${managed ? "" : "-beside"}`,
    media: Object.fromEntries(limits),
    ...(together === undefined ? {} : { album: together }),
    ...(poll === undefined || isOlder(version, SINCE.polls) ? {} : { poll }),
  };
}

/** Whether that signal-cli can send without making phones ring. */
export function hasNoUrgent(version: string): boolean {
  return !isOlder(version, SINCE.noUrgent);
}
