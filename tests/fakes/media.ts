/** Files in memory, as routes see them: small ones only, told apart by their first bytes. */
import {
  type Content,
  type GroupId,
  type MediaKind,
  type MediaRef,
  type MessageId,
  NativeId,
} from "../../actors/model/mod.ts";
import {
  type LinkedFile,
  type MediaStream,
  type OpenOptions,
  Rejected,
  type RelayMedia,
  type Upload,
} from "../../actors/ports/mod.ts";

import { cleanName } from "../../adapters/media/names.ts";

/** The largest file that it takes in. */
export const FAKE_FILE_MAX = 1024 * 1024;

/** What tests can do to it from behind. */
export interface FakeMedia extends RelayMedia {
  /** No file can be read while this is set. */
  failure: Error | null;
  /** A link to these bytes. */
  link(token: string, file: Omit<LinkedFile, "open" | "bytes">, bytes: Uint8Array): void;
  /** The picture of every group. */
  picture(bytes: Uint8Array<ArrayBuffer>): void;
  /** How many files are being read. */
  readonly reading: number;
}

interface Kept {
  readonly kind: MediaKind;
  readonly media: MediaRef;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** `contentOf`: what a message holds; null where there is none. */
export function fakeMedia(contentOf: (group: GroupId, message: MessageId) => Content | null): FakeMedia {
  const kept = new Map<string, Kept>();
  const links = new Map<string, LinkedFile>();
  let reading = 0;
  let icon: Kept | null = null;
  const open =
    (bytes: Uint8Array<ArrayBuffer>, mime: string) => (options: OpenOptions): Promise<MediaStream> => {
      if (media.failure !== null) return Promise.reject(media.failure);
      const part = options.range === undefined
        ? bytes
        : bytes.slice(options.range.start, options.range.end + 1);
      reading += 1;
      const body = counted(part, () => reading -= 1);
      return Promise.resolve({ mime, bytes: part.length, body });
    };
  const media: FakeMedia = {
    failure: null,
    get reading(): number {
      return reading;
    },
    take: async (group, upload) => {
      const bytes = await bytesOf(upload);
      const file = describe(upload, bytes, `file-${kept.size + 1}`);
      kept.set(`${group} ${file.media.native}`, { ...file, bytes });
      return file;
    },
    taken: (group, file) => Promise.resolve(kept.get(`${group} ${file}`) ?? null),
    ofMessage: (group, message) => {
      if (media.failure !== null) return Promise.reject(media.failure);
      const content = contentOf(group, message);
      const file = content?.type === "media" ? kept.get(`${group} ${content.media.native}`) : undefined;
      if (file === undefined) return Promise.resolve(null);
      return Promise.resolve({ kind: file.kind, media: file.media, open: open(file.bytes, file.media.mime) });
    },
    iconOf: () =>
      Promise.resolve(icon === null ? null : { ...icon, open: open(icon.bytes, icon.media.mime) }),
    picture: (bytes) => {
      const native = NativeId.parse("icon");
      icon = { kind: "photo", media: { native, mime: "image/png", bytes: bytes.length }, bytes };
    },
    linked: (token) => Promise.resolve(links.get(token) ?? null),
    link: (token, file, bytes) =>
      void links.set(token, { ...file, bytes: bytes.length, open: open(bytes.slice(), file.mime) }),
  };
  return media;
}

async function bytesOf({ body }: Upload): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > FAKE_FILE_MAX) {
      throw new Rejected("Cannot take in the file as it must be smaller", "too-large");
    }
    parts.push(part.slice());
  }
  if (size === 0) throw new Rejected("Cannot take in the file as there must be something in it", "invalid");
  return await new Blob(parts).bytes();
}

const MAGIC: readonly (readonly [MediaKind, string, RegExp])[] = [
  ["photo", "image/png", /^\x89PNG/],
  ["photo", "image/jpeg", /^\xFF\xD8\xFF/],
  ["gif", "image/gif", /^GIF8/],
  ["sticker", "image/webp", /^RIFF....WEBP/s],
  ["video", "video/mp4", /^....ftyp(?!M4A)/s],
  ["audio", "audio/mp4", /^....ftypM4A/s],
  ["audio", "audio/ogg", /^OggS/],
  ["document", "application/pdf", /^%PDF/],
  ["document", "image/svg+xml", /^\s*<svg/],
  ["document", "text/html", /^\s*<(!doctype html|html|script)/i],
];

function describe(upload: Upload, bytes: Uint8Array, native: string): Omit<Kept, "bytes"> {
  const head = String.fromCharCode(...bytes.subarray(0, 64));
  const [kind, mime] = MAGIC.find(([, , magic]) => magic.test(head)) ??
    (["document", "application/octet-stream"] as const);
  const name = cleanName(
    upload.name,
    mime === "application/octet-stream" ? "txt" : mime.split(/[/+]/)[1] ?? "bin",
  );
  const named = name === null ? {} : { name };
  const media = { native: NativeId.parse(native), mime, bytes: bytes.length, ...named };
  return { kind: kind === "audio" && upload.voice ? "voice" : kind, media };
}

function counted(bytes: Uint8Array<ArrayBuffer>, ended: () => void): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    pull(controller): void {
      controller.enqueue(bytes.slice());
      controller.close();
      ended();
    },
    cancel: ended,
  }, { highWaterMark: 0 });
}
