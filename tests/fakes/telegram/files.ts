/** Files as Telegram looks at them: by what is in them, not by what somebody says that they are. */
import { badRequest, Refusal } from "./refusal.ts";

/** A file's kind, as the Bot API names it. */
export type FileKind =
  | "photo"
  | "video"
  | "animation"
  | "voice"
  | "audio"
  | "document"
  | "sticker"
  | "video_note";

/** A file that hangs on a message. */
export interface FakeFile {
  readonly kind: FileKind;
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly mime: string;
  readonly name?: string;
  readonly seconds?: number;
  /** Of a sticker. */
  readonly emoji?: string;
}

const MEGABYTE = 1_000_000;
const PHOTO_BYTES = 10 * 1024 * 1024;
const UPLOAD_BYTES = 50 * MEGABYTE;
const NOTE_SECONDS = 60;
const STICKER_BYTES = 512 * 1024;

/** The most that getFile gives. */
export const DOWNLOAD_BYTES: number = 20 * MEGABYTE;

/** In hexadecimal. */
const MAGIC: readonly (readonly [string, RegExp])[] = [
  ["image/jpeg", /^ffd8ff/],
  ["image/png", /^89504e470d0a1a0a/],
  ["image/webp", /^52494646.{8}57454250/],
  ["image/gif", /^47494638/],
  ["audio/ogg", /^4f676753/],
  ["audio/mp4", /^.{8}667479704d3441/],
  ["video/mp4", /^.{8}66747970/],
  ["audio/mpeg", /^(494433|ff[ef])/],
  ["video/webm", /^1a45dfa3/],
  ["application/gzip", /^1f8b/],
  ["application/pdf", /^25504446/],
];

/** What each kind has to be to stay one; what is none is sent as a document. */
const TAKES: Readonly<Record<FileKind, readonly string[]>> = {
  photo: ["image/jpeg", "image/png", "image/webp", "image/gif"],
  video: ["video/mp4"],
  animation: ["image/gif", "video/mp4"],
  voice: ["audio/ogg", "audio/mpeg", "audio/mp4"],
  audio: ["audio/mpeg", "audio/mp4", "audio/ogg"],
  document: [],
  sticker: ["image/webp", "application/gzip", "video/webm"],
  video_note: ["video/mp4"],
};

/** What the bytes are. */
export function sniff(bytes: Uint8Array): string {
  const head = new Uint8Array(bytes.subarray(0, 16)).toHex();
  return MAGIC.find(([, magic]) => magic.test(head))?.[0] ?? "application/octet-stream";
}

/** An upload as the file that Telegram makes of it. @throws {Refusal} */
export function uploaded(
  kind: FileKind,
  { name, bytes }: { readonly name: string; readonly bytes: Uint8Array },
  { seconds = 0 }: { readonly seconds?: number } = {},
): Omit<FakeFile, "id"> {
  if (bytes.length === 0) throw badRequest("file must be non-empty");
  if (bytes.length > UPLOAD_BYTES) throw new Refusal(413, "Request Entity Too Large");
  if (kind === "photo" && bytes.length > PHOTO_BYTES) {
    throw badRequest(
      `file of size ${bytes.length} bytes is too big for a photo; the maximum size is ${PHOTO_BYTES} bytes`,
    );
  }
  const mime = sniff(bytes);
  const found = kindOf(kind, mime, { bytes: bytes.length, seconds });
  return { kind: found, bytes, mime, name, seconds };
}

function kindOf(
  kind: FileKind,
  mime: string,
  { bytes, seconds }: { readonly bytes: number; readonly seconds: number },
): FileKind {
  const is = TAKES[kind].includes(mime);
  if (kind === "photo" && !is) throw badRequest("IMAGE_PROCESS_FAILED");
  if (kind === "sticker" && (!is || bytes > STICKER_BYTES)) throw badRequest("wrong file type");
  if (kind === "video_note" && is && seconds > NOTE_SECONDS) return "video";
  return is ? kind : "document";
}
