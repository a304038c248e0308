/** Files: the place where encrypted ones are kept, and the encryption itself as phones do it. */
import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv, createHash, createHmac } from "node:crypto";
import { aesEncryptGCM, getMediaKeys, hkdf, type MediaType, proto } from "@whiskeysockets/baileys";
import { freshId } from "./node.ts";

/** Where clients believe files to be. */
export const MEDIA_HOST = "mmg.whatsapp.net";

/** What kind of file a message brings. */
export type MediaKind = "image" | "video" | "audio" | "document" | "sticker";

/** A file that someone sends. */
export interface MediaFile {
  readonly kind: MediaKind;
  readonly bytes: Uint8Array;
  readonly mimetype: string;
  readonly caption?: string;
  readonly fileName?: string;
  readonly seconds?: number;
  /** A voice note. */
  readonly ptt?: boolean;
  /** A video that plays by itself, without sound. */
  readonly gifPlayback?: boolean;
  /** A round video. */
  readonly ptv?: boolean;
  /** Of a voice note: 64 steps, 0 to 100. */
  readonly waveform?: Uint8Array;
  /** Of a sticker: it moves. */
  readonly isAnimated?: boolean;
}

/** A file that someone received. */
export interface OpenedMedia {
  readonly kind: MediaKind;
  readonly bytes: Uint8Array;
  readonly mimetype: string;
  readonly caption: string;
  readonly fileName: string;
}

interface Blob {
  readonly bytes: Uint8Array;
  gone: boolean;
}

const MAC_LENGTH = 10;

/** Encrypted files by their path. */
export class MediaStore {
  readonly #blobs = new Map<string, Blob>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  /** Pictures of chats and people. */
  readonly pictures = new Map<string, Uint8Array>();
  uploads = 0;
  downloads = 0;
  /** The status with which uploads are refused; null: they are taken. */
  refuseUploads: number | null = null;

  constructor() {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(request),
    );
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** How many files are there. */
  get size(): number {
    return [...this.#blobs.values()].filter(({ gone }) => !gone).length;
  }

  /** Keeps a file. @returns its path. */
  keep(bytes: Uint8Array): string {
    const path = `/v/t62.7118-24/${freshId("")}_n.enc`;
    this.#blobs.set(path, { bytes, gone: false });
    return `${path}?ccb=11-4&oh=fake&oe=fake`;
  }

  /** What was kept under a path, even if it is too old to be downloaded. */
  kept(path: string): Uint8Array | undefined {
    return this.#blobs.get(path.split("?")[0] ?? "")?.bytes;
  }

  /** Makes every file too old, from now on. */
  expire(): void {
    for (const blob of this.#blobs.values()) blob.gone = true;
  }

  /** Forgets every file, also for those who would upload it again. */
  forget(): void {
    this.#blobs.clear();
  }

  async close(): Promise<void> {
    await this.#server.shutdown();
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (request.method === "POST") {
      const bytes = new Uint8Array(await request.arrayBuffer());
      if (this.refuseUploads !== null) return new Response("{}", { status: this.refuseUploads });
      this.uploads += 1;
      const path = this.keep(bytes);
      return Response.json({ url: `https://${MEDIA_HOST}${path}`, direct_path: path });
    }
    const picture = this.pictures.get(pathname);
    if (picture !== undefined) return new Response(new Uint8Array(picture));
    const blob = this.#blobs.get(pathname);
    if (blob === undefined || blob.gone) return new Response(null, { status: 404 });
    this.downloads += 1;
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("range") ?? "") ?? [];
    if (from === undefined) return new Response(new Uint8Array(blob.bytes));
    const part = blob.bytes.slice(Number(from), to ? Number(to) + 1 : undefined);
    return new Response(part, { status: 206 });
  }
}

/** Encrypts a file, keeps it, and writes the message that leads to it. */
export async function mediaMessage(
  store: MediaStore,
  file: MediaFile,
  contextInfo?: proto.IContextInfo,
): Promise<proto.IMessage> {
  const { kind, bytes, ptv = false, ...said } = file;
  const mediaKey = crypto.getRandomValues(new Uint8Array(32));
  const encrypted = await encrypt(bytes, mediaKey, kind);
  const directPath = store.keep(encrypted);
  const part = {
    url: `https://${MEDIA_HOST}${directPath}`,
    directPath,
    mediaKey,
    ...said,
    ...(contextInfo === undefined ? {} : { contextInfo }),
    fileLength: bytes.length,
    fileSha256: sha256(bytes),
    fileEncSha256: sha256(encrypted),
    mediaKeyTimestamp: Math.floor(Date.now() / 1000),
  };
  const message = { [ptv ? "ptvMessage" : `${kind}Message`]: part };
  const captioned = kind === "document" && file.caption !== undefined;
  return captioned ? { documentWithCaptionMessage: { message } } : message;
}

/** Reads the file to which a message leads. @throws where it is not there or is not what the message says. */
export async function openMedia(store: MediaStore, content: proto.IMessage): Promise<OpenedMedia> {
  const { kind, part } = partOf(content);
  const encrypted = store.kept(part.directPath ?? "");
  if (encrypted === undefined || !part.mediaKey) {
    throw new Error("Cannot open a file that was never uploaded");
  }
  const bytes = await decrypt(encrypted, part.mediaKey, kind);
  if (!sha256(bytes).equals(Buffer.from(part.fileSha256 ?? []))) {
    throw new Error("Cannot open a file that is not what its message says");
  }
  return {
    kind,
    bytes,
    mimetype: part.mimetype ?? "",
    caption: "caption" in part ? part.caption ?? "" : "",
    fileName: "fileName" in part ? part.fileName ?? "" : "",
  };
}

/** Uploads a file again, and says where it is now so that only those can read it who have the message. */
export function uploadAgain(
  store: MediaStore,
  content: proto.IMessage,
  id: string,
): { readonly ciphertext: Uint8Array; readonly iv: Uint8Array } | null {
  const { part } = partOf(content);
  const bytes = store.kept(part.directPath ?? "");
  if (bytes === undefined || !part.mediaKey) return null;
  const said = proto.MediaRetryNotification.encode({
    stanzaId: id,
    directPath: store.keep(bytes),
    result: proto.MediaRetryNotification.ResultType.SUCCESS,
  }).finish();
  const key = hkdf(part.mediaKey, 32, { info: "WhatsApp Media Retry Notification" });
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { ciphertext: aesEncryptGCM(said, key, iv, Buffer.from(id)), iv };
}

type Part =
  | proto.Message.IImageMessage
  | proto.Message.IVideoMessage
  | proto.Message.IAudioMessage
  | proto.Message.IDocumentMessage
  | proto.Message.IStickerMessage;

function partOf(content: proto.IMessage): { readonly kind: MediaKind; readonly part: Part } {
  const { imageMessage, videoMessage, ptvMessage, audioMessage, documentMessage, stickerMessage } = content;
  if (imageMessage) return { kind: "image", part: imageMessage };
  if (ptvMessage) return { kind: "video", part: ptvMessage };
  if (videoMessage) return { kind: "video", part: videoMessage };
  if (audioMessage) return { kind: "audio", part: audioMessage };
  if (documentMessage) return { kind: "document", part: documentMessage };
  if (stickerMessage) return { kind: "sticker", part: stickerMessage };
  throw new Error("Cannot find a file in the message");
}

async function encrypt(bytes: Uint8Array, mediaKey: Uint8Array, kind: MediaType): Promise<Buffer> {
  const { iv, cipherKey, macKey } = await keysOf(mediaKey, kind);
  const cipher = createCipheriv("aes-256-cbc", cipherKey, iv);
  const encrypted = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return Buffer.concat([encrypted, macOf(encrypted, macKey, iv)]);
}

async function decrypt(bytes: Uint8Array, mediaKey: Uint8Array, kind: MediaType): Promise<Buffer> {
  const { iv, cipherKey, macKey } = await keysOf(mediaKey, kind);
  const encrypted = bytes.subarray(0, -MAC_LENGTH);
  if (!macOf(encrypted, macKey, iv).equals(Buffer.from(bytes.subarray(-MAC_LENGTH)))) {
    throw new Error("Cannot open a file that was changed");
  }
  const decipher = createDecipheriv("aes-256-cbc", cipherKey, iv);
  return Buffer.concat([decipher.update(encrypted), decipher.final()]);
}

async function keysOf(
  mediaKey: Uint8Array,
  kind: MediaType,
): Promise<Record<"iv" | "cipherKey" | "macKey", Buffer>> {
  const { iv, cipherKey, macKey } = await getMediaKeys(Buffer.from(mediaKey), kind);
  if (!macKey) throw new Error("Cannot derive a key for a file");
  return { iv: Buffer.from(iv), cipherKey: Buffer.from(cipherKey), macKey: Buffer.from(macKey) };
}

function macOf(encrypted: Uint8Array, key: Buffer, iv: Buffer): Buffer {
  return createHmac("sha256", key).update(iv).update(encrypted).digest().subarray(0, MAC_LENGTH);
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
