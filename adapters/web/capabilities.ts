/** What the browser can carry: everything that the core has a model for. */
import type { Capabilities, MediaTable } from "../../actors/model/mod.ts";

/** The largest file that any of the messengers hands over: a document of WhatsApp, 2 GiB. */
const maxBytes = 2 ** 31;
const caption = true;
const support = "full";

/**
 * What browsers show by themselves, by the table of MDN's "Media container formats" (read 2026-11): Safari has no
 * `audio/webm` before 15 and Ogg only since 18.4, so AAC in MP4 is what other sound is converted to. Whatever is not
 * shown is a document, which browsers save.
 */
const MEDIA: MediaTable = {
  photo: { support, mimes: ["image/jpeg", "image/png", "image/webp", "image/gif"], maxBytes, caption },
  video: { support, mimes: ["video/mp4", "video/webm"], maxBytes, caption },
  gif: { support, mimes: ["video/mp4", "image/gif", "video/webm"], maxBytes, caption },
  voice: {
    support,
    mimes: ["audio/mp4", "audio/ogg", "audio/mpeg", "audio/aac", "audio/webm"],
    maxBytes,
    caption,
  },
  audio: {
    support,
    mimes: ["audio/mp4", "audio/mpeg", "audio/ogg", "audio/wav", "audio/flac", "audio/aac", "audio/webm"],
    maxBytes,
    caption,
  },
  document: { support, mimes: ["*/*"], maxBytes, caption },
  sticker: { support, mimes: ["image/webp", "image/png", "image/gif", "video/webm"], maxBytes, caption },
  "video-note": { support, mimes: ["video/mp4", "video/webm"], maxBytes, caption },
};

/** Nobody but us sets limits here: a text may be about as long as a page shows well, and nothing is paced. */
export const WEB: Capabilities = {
  version: "web-2",
  text: {
    max: { count: 16_000, unit: "utf16" },
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
  edit: { support: "full", windowMs: null, captions: "full" },
  delete: { support: "full", windowMs: null },
  reaction: { support: "full", emoji: "any" },
  title: { maxUtf16: 128 },
  membersMax: null,
  sees: { edits: true, deletes: true, reactions: true, joins: true },
  pace: { chat: null, account: null },
  media: MEDIA,
  caption: { count: 16_000, unit: "utf16" },
  // As many as fit a page side by side; Signal, which has most, sends 32.
  album: { max: 32, kinds: ["photo", "video", "gif", "audio", "document"] },
  poll: { support, questionUtf16: 1_024, options: 32, optionUtf16: 256, closes: true, foreign: true },
  location: "full",
  contact: "full",
  description: { maxUtf16: 2_048 },
  icon: { mimes: ["image/jpeg", "image/png", "image/webp"], maxBytes: 5 * 2 ** 20 },
};
