/** Files of ops, checked against the table before a byte of them is sent. Pure. */
import type { MediaKind, MediaRef, NativeOp, RichText } from "../../actors/model/mod.ts";
import { Rejected } from "../../actors/ports/mod.ts";
import { bareMime, takesMime } from "../shared/mimes.ts";
import type { CallFile, CallText } from "./calls.ts";
import { TELEGRAM } from "./capabilities.ts";
import { encodeText } from "./markup.ts";

interface Item {
  readonly kind: MediaKind;
  readonly media: MediaRef;
  readonly caption: RichText;
}

const NAME_MAX = 120;

/** Telegram reads the type of some files from their name. */
const ENDINGS: Readonly<Record<string, string>> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/webp": "webp",
  "image/gif": "gif",
  "video/mp4": "mp4",
  "audio/ogg": "ogg",
  "audio/mpeg": "mp3",
  "audio/mp4": "m4a",
};

/** A file as it goes out. @throws {Rejected} where Telegram would refuse it */
export function fileOf({ kind, media, caption }: Item): CallFile {
  const limits = TELEGRAM.media[kind];
  if (limits === undefined) throw new Rejected(`Cannot send a ${kind} as the table must have it`, "invalid");
  checkBytes(media.bytes, limits.maxBytes);
  if (!takesMime(limits.mimes, media.mime)) {
    throw new Rejected(`Cannot send a ${kind} as it must be of a type that the table has`, "invalid");
  }
  if (limits.maxMs !== undefined && (media.durationMs ?? 0) > limits.maxMs) {
    throw new Rejected(`Cannot send a ${kind} as it must be at most ${limits.maxMs} ms long`, "too-large");
  }
  if (!limits.caption && caption.text !== "") {
    throw new Rejected(`Cannot send a ${kind} as it must have no words under it: it has`, "invalid");
  }
  return { kind, media, name: nameOf(kind, media), caption: captionOf(caption) };
}

/** Files that stand together. @throws {Rejected} */
export function albumOf(items: Extract<NativeOp, { type: "album" }>["items"]): CallFile[] {
  const { max = 0, kinds = [], apart = [] } = TELEGRAM.album ?? {};
  if (items.length > max) {
    throw new Rejected(
      `Cannot send the album as it must have at most ${max} files: it has more`,
      "too-large",
    );
  }
  const found = new Set(items.map(({ kind }) => kind));
  const mixed = found.size > 1 && apart.some((kind) => found.has(kind));
  if (mixed || [...found].some((kind) => !kinds.includes(kind))) {
    throw new Rejected("Cannot send the album as its files must be of kinds that go together", "invalid");
  }
  return items.map(fileOf);
}

/** A picture of a group. @throws {Rejected} */
export function pictureOf(media: MediaRef): MediaRef {
  const { mimes, maxBytes } = TELEGRAM.icon ?? { mimes: [], maxBytes: 0 };
  checkBytes(media.bytes, maxBytes);
  if (mimes.includes(bareMime(media.mime))) return media;
  throw new Rejected("Cannot set the picture as it must be a JPEG: it is none", "invalid");
}

/** Words under a file, if they fit. @throws {Rejected} */
export function captionOf(caption: RichText): CallText {
  const max = TELEGRAM.caption?.count ?? 0;
  if (caption.text.length <= max) return encodeText(caption);
  throw new Rejected(
    `Cannot send the caption as it must have at most ${max} UTF-16 units: current length is ${caption.text.length}`,
    "too-large",
  );
}

/** Whether so many bytes can be sent; `null` is not known yet. @throws {Rejected} */
export function checkBytes(bytes: number | null, maxBytes: number): void {
  if (bytes === null) return;
  if (bytes === 0) throw new Rejected("Cannot send the file as it must not be empty: it is", "invalid");
  if (bytes <= maxBytes) return;
  throw new Rejected(
    `Cannot send the file as it must have at most ${maxBytes} bytes: current size is ${bytes}`,
    "too-large",
  );
}

function nameOf(kind: MediaKind, { mime, name = "" }: MediaRef): string {
  // It stands in the header of a part, which grammY writes without quotes.
  const clean = name.replaceAll(/[\p{Cc}";\\/]+/gu, "_").slice(-NAME_MAX).toWellFormed().trim();
  const shown = kind === "document" || kind === "audio" || kind === "video" || kind === "gif";
  return shown && clean !== "" ? clean : `${kind}.${ENDINGS[bareMime(mime)] ?? "bin"}`;
}
