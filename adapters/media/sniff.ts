/** What a file is, by what is in it. What somebody says of it decides nothing. */
import { fileTypeFromBuffer } from "file-type";
import type { MediaKind } from "../../actors/model/mod.ts";

/** How many bytes are looked at. */
export const HEAD_BYTES = 64 * 1024;

/** What was found. */
export interface Sniffed {
  /** Without parameters. */
  readonly mime: string;
  readonly extension: string;
}

/** The same under names that messengers know. */
const NAMES: Readonly<Record<string, string>> = {
  "audio/x-m4a": "audio/mp4",
  "audio/m4a": "audio/mp4",
  "audio/x-flac": "audio/flac",
  "audio/vnd.wave": "audio/wav",
  "audio/opus": "audio/ogg",
  "application/ogg": "audio/ogg",
  "video/matroska": "video/x-matroska",
  "audio/matroska": "audio/webm",
  "image/apng": "image/png",
};
/** Boxes that sound alone comes in too. */
const SOUND_IN: Readonly<Record<string, Sniffed>> = {
  "video/mp4": { mime: "audio/mp4", extension: "m4a" },
  "video/quicktime": { mime: "audio/mp4", extension: "m4a" },
  "video/webm": { mime: "audio/webm", extension: "webm" },
  "video/x-matroska": { mime: "audio/webm", extension: "webm" },
  "video/ogg": { mime: "audio/ogg", extension: "ogg" },
  "audio/x-m4a": { mime: "audio/mp4", extension: "m4a" },
};
/** Telegram's drawn stickers: Lottie, gzipped. */
export const TGS = "application/x-tgsticker";

const SOUND: readonly MediaKind[] = ["voice", "audio"];

/** Tells by the beginning of a file what it is. `kind` is what it was sent as: it chooses between readings that are right. */
export async function sniff(head: Uint8Array, kind: MediaKind | null): Promise<Sniffed> {
  const found = await typeOf(head);
  if (found === undefined) return isText(head) ? TEXT : UNKNOWN;
  const bare = found.mime.replace(/;.*$/, "");
  const mime = NAMES[bare] ?? bare;
  if (kind !== null && SOUND.includes(kind)) return SOUND_IN[mime] ?? { mime, extension: found.ext };
  if (kind === "sticker" && mime === "application/gzip") return { mime: TGS, extension: "tgs" };
  return { mime, extension: found.ext };
}

/** What a file of this type is sent as; `wanted` where it can be that. */
export function kindOf(mime: string, wanted: MediaKind | null): MediaKind {
  if (wanted !== null && CAN_BE[wanted].test(mime)) return wanted;
  if (mime === "image/gif") return "gif";
  if (CAN_BE.photo.test(mime)) return "photo";
  if (CAN_BE.video.test(mime)) return "video";
  return CAN_BE.audio.test(mime) ? "audio" : "document";
}

const CAN_BE: Readonly<Record<MediaKind, RegExp>> = {
  photo: /^image\/(jpeg|png|webp|avif|heic|heif|tiff|gif)$/,
  video: /^video\//,
  gif: /^(image\/(gif|webp|png)|video\/.+)$/,
  voice: /^audio\//,
  audio: /^audio\//,
  document: /./,
  sticker: /^(image\/(webp|png|gif|jpeg|avif)|video\/(webm|mp4)|application\/x-tgsticker)$/,
  "video-note": /^video\//,
};

const TEXT: Sniffed = { mime: "text/plain", extension: "txt" };
const UNKNOWN: Sniffed = { mime: "application/octet-stream", extension: "bin" };

async function typeOf(head: Uint8Array): ReturnType<typeof fileTypeFromBuffer> {
  try {
    return await fileTypeFromBuffer(head);
  } catch {
    // Something made to look like a type and broken off: it is none.
    return undefined;
  }
}

/** UTF-8 without controls; a character that the head cuts in two is none against it. */
function isText(head: Uint8Array): boolean {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
    // deno-lint-ignore no-control-regex -- controls are what is looked for
    return !/[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(text);
  } catch {
    return false;
  }
}
