/** Files of messages: what they are, and all that is needed to read them later. Pure. */
import type { proto } from "@whiskeysockets/baileys";
import { type Content, MediaKind, type MediaRef, WAVEFORM_STEPS } from "../../actors/model/mod.ts";
import type { ContentContext } from "./content.ts";
import { decodeText } from "./markup.ts";
import { encodeMediaId } from "./media_ids.ts";
import { numberOf, type WireNumber } from "./wire.ts";

const NAME_MAX = 255;
/** Nothing plays for longer than a week. */
const SECONDS_MAX = 7 * 86_400;

/** What all files have in common. */
interface File {
  readonly mimetype?: string | null;
  readonly fileLength?: WireNumber;
  readonly mediaKey?: Uint8Array | null;
  readonly directPath?: string | null;
  readonly url?: string | null;
  readonly caption?: string | null;
  readonly fileName?: string | null;
  readonly seconds?: number | null;
  readonly waveform?: Uint8Array | null;
}

/** What WhatsApp makes of files that it converts; it does not always repeat it. */
const MIME: Readonly<Record<MediaKind, string>> = {
  photo: "image/jpeg",
  video: "video/mp4",
  gif: "video/mp4",
  voice: "audio/ogg",
  audio: "audio/mpeg",
  document: "application/octet-stream",
  sticker: "image/webp",
  "video-note": "video/mp4",
};

/** The file of a message, or its words where it could never be read; null where there is none. */
export function mediaOf(message: proto.IMessage, { text, mentioned, key }: ContentContext): Content | null {
  const found = fileOf(message);
  if (found === null) return null;
  const [kind, type, file] = found;
  const caption = decodeText(file.caption ?? "", mentioned);
  const mime = (file.mimetype || MIME[kind]).slice(0, NAME_MAX);
  const bytes = lengthOf(file.fileLength);
  const { mediaKey } = file;
  const directPath = file.directPath || pathOf(file.url);
  const native = mediaKey && directPath
    ? encodeMediaId({ mediaKey, directPath, type, mime, bytes, key })
    : null;
  // A file that cannot be read later is still worth its words.
  if (native === null) return { type: "other", what: text(`content.${kind}`), body: caption };
  return { type: "media", kind, media: { native, mime, bytes, ...saidOf(kind, file) }, caption };
}

/** What else the sender says of a file, as far as it can be true. */
function saidOf(
  kind: MediaKind,
  { fileName, seconds, waveform }: File,
): Pick<MediaRef, "name" | "durationMs" | "waveform"> {
  const lasts = typeof seconds === "number" && seconds > 0 && seconds <= SECONDS_MAX;
  const loud = kind === "voice" && waveform?.length === WAVEFORM_STEPS;
  return {
    ...(fileName ? { name: fileName.slice(0, NAME_MAX) } : {}),
    ...(lasts ? { durationMs: seconds * 1000 } : {}),
    ...(loud ? { waveform: [...waveform].map((step) => Math.min(100, step)) } : {}),
  };
}

/** The sender's word: it may be none, or nonsense. */
function lengthOf(length: WireNumber): number | null {
  const bytes = numberOf(length ?? NaN);
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : null;
}

/** Old clients name the whole address; only WhatsApp's own servers will do. */
function pathOf(url: string | null | undefined): string | null {
  const parsed = url ? URL.parse(url) : null;
  return parsed?.hostname.endsWith(".whatsapp.net") ? `${parsed.pathname}${parsed.search}` : null;
}

function fileOf(message: proto.IMessage): [MediaKind, string, File] | null {
  const { imageMessage, videoMessage, ptvMessage, audioMessage, documentMessage, stickerMessage } = message;
  if (imageMessage) return ["photo", "image", imageMessage];
  if (videoMessage) return [videoMessage.gifPlayback ? "gif" : "video", "video", videoMessage];
  if (ptvMessage) return ["video-note", "video", ptvMessage];
  if (audioMessage) return [audioMessage.ptt ? "voice" : "audio", "audio", audioMessage];
  if (stickerMessage) return ["sticker", "sticker", stickerMessage];
  return documentMessage ? ["document", "document", documentMessage] : null;
}
