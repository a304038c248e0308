/**
 * Files of an op on their way to signal-cli. One of ours reads them from a private folder; to one beside they go as base64
 * within the call. Neither way is a file ever held whole.
 */
import type { Capabilities, MediaKind, MediaRef } from "../../actors/model/mod.ts";
import { isDeliveryFailure, Rejected, type SendOptions } from "../../actors/ports/mod.ts";
import { type FileString, placeOf } from "./body.ts";

/** A file of an op. */
export interface FileItem {
  readonly kind: MediaKind;
  readonly media: MediaRef;
}

/** What files are attached with. */
export interface AttachDeps {
  readonly open: SendOptions["media"];
  /** Where signal-cli reads files of ours; null: it does not. */
  readonly folder: string | null;
  readonly table: Pick<Capabilities, "media" | "album">;
}

/** Files that are ready to be sent, until it is disposed of. */
export interface Attached extends AsyncDisposable {
  /** As `send` takes them. */
  readonly params: readonly string[];
  readonly files: readonly FileString[];
}

/** What a file is called by what it is: signal-cli goes by it. */
const ENDINGS: Readonly<Record<string, string>> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/webp": "webp",
  "image/gif": "gif",
  "image/bmp": "bmp",
  "video/mp4": "mp4",
  "video/webm": "webm",
  "video/ogg": "ogv",
  "video/quicktime": "mov",
  "audio/aac": "aac",
  "audio/mpeg": "mp3",
  "audio/mp4": "m4a",
  "audio/ogg": "ogg",
  "audio/wav": "wav",
  "application/pdf": "pdf",
  "application/zip": "zip",
  "text/plain": "txt",
};
const MIME = /^[\w.+-]+\/[\w.+-]+/;
/** What no name may hold: what ends it, and what leads elsewhere. */
// deno-lint-ignore no-control-regex
const UNSAFE = /[\u0000-\u001f\u007f/\\]+/g;
/** Bytes of a name that every file system has. */
const NAME_MAX = 200;

/** @throws {Rejected} `too-large` or `invalid` before anything is sent */
export async function attach(items: readonly FileItem[], deps: AttachDeps): Promise<Attached> {
  const { open, folder, table } = deps;
  if (open === undefined) {
    throw new Rejected("Cannot send the file as its bytes must be given: they are not", "invalid");
  }
  checkAlbum(items, table);
  for (const { kind, media } of items) checkSize(media.bytes, limitOf(kind, table));
  const read = async ({ kind, media }: FileItem): Promise<ReadableStream<Uint8Array>> => {
    const maxBytes = limitOf(kind, table);
    const { bytes, body } = await open(media);
    try {
      checkSize(bytes, maxBytes);
    } catch (error) {
      await body.cancel();
      throw error;
    }
    return body.pipeThrough(counted(maxBytes));
  };
  return folder === null ? inCall(items, read) : await onDisk(items, read, folder);
}

/** @throws {Rejected} where Signal has no such kind */
function limitOf(kind: MediaKind, { media }: AttachDeps["table"]): number {
  const limits = media[kind];
  if (limits !== undefined) return limits.maxBytes;
  throw new Rejected(`Cannot send a ${kind} as the table must carry it: it does not`, "invalid");
}

function checkAlbum(items: readonly FileItem[], { album }: AttachDeps["table"]): void {
  if (items.length < 2) return;
  const { max = 1, kinds = [] } = album ?? {};
  if (items.length <= max && items.every(({ kind }) => kinds.includes(kind))) return;
  throw new Rejected("Cannot send the album as it must be one that the table carries: it is not", "invalid");
}

type Read = (item: FileItem) => Promise<ReadableStream<Uint8Array>>;

function inCall(items: readonly FileItem[], read: Read): Attached {
  return {
    params: items.map((_, index) => placeOf(index)),
    files: items.map((item) => ({ head: headOf(item), open: () => unfailing(read(item)) })),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** A voice note has no name. */
function headOf({ kind, media }: FileItem): string {
  const type = MIME.exec(media.mime)?.[0] ?? "application/octet-stream";
  const name = kind === "voice" ? "" : `;filename=${encodeURIComponent(nameOf({ kind, media }))}`;
  return `data:${type}${name};base64,`;
}

async function onDisk(items: readonly FileItem[], read: Read, folder: string): Promise<Attached> {
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  const own = await Deno.makeTempDir({ dir: folder });
  const dispose = (): Promise<void> => Deno.remove(own, { recursive: true }).catch(() => undefined);
  const params: string[] = [];
  try {
    for (const [index, item] of items.entries()) {
      await Deno.mkdir(`${own}/${index}`, { mode: 0o700 });
      const path = `${own}/${index}/${nameOf(item)}`;
      const body = await unfailing(read(item));
      const file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
      await body.pipeTo(file.writable);
      params.push(path);
    }
  } catch (error) {
    await dispose();
    throw isDeliveryFailure(error) ? error : unreadable();
  }
  return { params, files: [], [Symbol.asyncDispose]: dispose };
}

/** A name that a file can have anywhere, with the ending of what it is. */
export function nameOf({ kind, media: { mime, name } }: FileItem): string {
  const ending = ENDINGS[MIME.exec(mime.toLowerCase())?.[0] ?? ""];
  const clean = (name ?? "").replaceAll(UNSAFE, "_").replace(/^\.+/, "").trim() || kind;
  const known = /\.[A-Za-z0-9]{1,12}$/.exec(clean)?.[0] ?? "";
  const end = ending === undefined || known.toLowerCase() === `.${ending}` ? known : `.${ending}`;
  const stem = known === "" ? clean : clean.slice(0, -known.length);
  return `${shortened(stem === "" ? kind : stem, NAME_MAX)}${end === "" ? ".bin" : end}`;
}

/** The beginning of `text` in so many bytes. */
function shortened(text: string, maxBytes: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(maxBytes));
  return text.slice(0, read);
}

/** Whatever reading comes to is one of the failures that the Lane knows. */
async function unfailing(
  reading: Promise<ReadableStream<Uint8Array>>,
): Promise<ReadableStream<Uint8Array>> {
  const body = await reading.catch((error) => {
    throw isDeliveryFailure(error) ? error : unreadable();
  });
  return ReadableStream.from(chunksOf(body));
}

async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw isDeliveryFailure(error) ? error : unreadable();
  }
}

/** Passes on as much as there may be, and no less than one byte. */
function counted(maxBytes: number): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform: (part, controller) => {
      bytes += part.length;
      checkSize(bytes, maxBytes);
      controller.enqueue(part);
    },
    flush: () => checkSize(bytes, maxBytes),
  });
}

function checkSize(bytes: number | null, maxBytes: number): void {
  if (bytes === 0) {
    throw new Rejected("Cannot send the file as it must not be empty: it has no bytes", "invalid");
  }
  if (bytes === null || bytes <= maxBytes) return;
  throw new Rejected(
    `Cannot send the file as it must have at most ${maxBytes} bytes: it has more`,
    "too-large",
  );
}

function unreadable(): Rejected {
  return new Rejected("Cannot send the file as it must be readable: it is not", "invalid");
}
