/**
 * Files on their way to WhatsApp: encrypted by Baileys into a file of the machine's own, uploaded from there as a
 * stream, and taken away again. Baileys' own upload keeps back what WhatsApp answered, and for pictures of films it
 * would start a program on what anybody sent: neither is used.
 */
import { Buffer } from "node:buffer";
import { createReadStream } from "node:fs";
import { unlink } from "node:fs/promises";
import { Readable } from "node:stream";
import {
  DEFAULT_ORIGIN,
  encodeBase64EncodedStringForUpload,
  encryptedStream,
  MEDIA_PATH_MAP,
  type MediaType,
} from "@whiskeysockets/baileys";
import { z } from "zod";
import type { MediaKind } from "../../actors/model/mod.ts";
import {
  type DeliveryFailure,
  isDeliveryFailure,
  type MediaStream,
  Rejected,
  RetryLater,
} from "../../actors/ports/mod.ts";
import { WHATSAPP } from "./capabilities.ts";
import type { Line } from "./line.ts";
import { limited } from "./media.ts";
import { SILENT } from "./quiet.ts";

const FAULT_MS = 5_000;
/** What WhatsApp says of an upload that the next server, or the next time, may take. */
const PASSING = [401, 403, 408, 425, 429];
/** As much of a file as says whether it moves. */
const HEAD_BYTES = 21;

/** How WhatsApp encrypts each kind. */
const TYPE: Readonly<Record<MediaKind, MediaType>> = {
  photo: "image",
  video: "video",
  gif: "video",
  "video-note": "video",
  voice: "audio",
  audio: "audio",
  sticker: "sticker",
  document: "document",
};

const Answer = z.object({ url: z.string(), direct_path: z.string() });

/** Where a file is, and how phones read it. */
export interface Uploaded {
  readonly url: string;
  readonly directPath: string;
  readonly mediaKey: Uint8Array;
  readonly fileSha256: Uint8Array;
  readonly fileEncSha256: Uint8Array;
  readonly fileLength: number;
  /** When it was uploaded, s. */
  readonly mediaKeyTimestamp: number;
  /** A picture that moves. */
  readonly animated: boolean;
}

/** One file. */
export interface Upload {
  readonly kind: MediaKind;
  readonly file: MediaStream;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

/** Of what the table has, and no larger. Before any of it is read. @throws {Rejected} */
export function checkFile(kind: MediaKind, bytes: number | null): void {
  const limits = WHATSAPP.media[kind];
  if (limits === undefined) throw new Rejected(`Cannot send a ${kind} as WhatsApp must have them`, "invalid");
  if (bytes === null || bytes <= limits.maxBytes) return;
  const said = `it must have at most ${limits.maxBytes} bytes: it has ${bytes}`;
  throw new Rejected(`Cannot send the ${kind} as ${said}`, "too-large");
}

/** @throws {DeliveryFailure} */
export async function upload(line: Line, { kind, file, signal, now }: Upload): Promise<Uploaded> {
  const maxBytes = WHATSAPP.media[kind]?.maxBytes ?? 0;
  const head: Uint8Array[] = [];
  const stream = Readable.from(noting(limited(file.body, file.bytes ?? maxBytes), head));
  const encrypted = await encryptedStream({ stream }, TYPE[kind], { logger: SILENT }).catch(unread);
  const { encFilePath, mediaKey, fileSha256, fileEncSha256, fileLength } = encrypted;
  try {
    if (fileLength === 0) {
      throw new Rejected("Cannot send the file as it must not be empty: it is", "invalid");
    }
    const place = await put(line, { path: encFilePath, type: TYPE[kind], sha256: fileEncSha256, signal });
    const animated = isAnimated(Buffer.concat(head));
    const mediaKeyTimestamp = Math.floor(now() / 1000);
    return { ...place, mediaKey, mediaKeyTimestamp, fileSha256, fileEncSha256, fileLength, animated };
  } finally {
    await unlink(encFilePath).catch(() => undefined);
  }
}

/** What failed while the file was read: most probably the messenger that it comes from. */
function unread(error: unknown): never {
  throw isDeliveryFailure(error)
    ? error
    : new RetryLater("Cannot send the file: it could not be read to its end", FAULT_MS);
}

async function* noting(stream: ReadableStream<Uint8Array>, head: Uint8Array[]): AsyncGenerator<Uint8Array> {
  let noted = 0;
  for await (const chunk of stream) {
    if (noted < HEAD_BYTES) head.push(chunk.slice(0, HEAD_BYTES - noted));
    noted += chunk.length;
    yield chunk;
  }
}

/** Of the flags in the header of an extended WebP one says that it moves. */
function isAnimated(head: Buffer): boolean {
  const said = head.toString("latin1");
  return said.startsWith("RIFF") && said.slice(8, 16) === "WEBPVP8X" && ((head[20] ?? 0) & 2) !== 0;
}

interface Put {
  readonly path: string;
  readonly type: MediaType;
  readonly sha256: Uint8Array;
  readonly signal: AbortSignal;
}

/** One server after the other. @throws what the last one said */
async function put(
  line: Line,
  { path, type, sha256, signal }: Put,
): Promise<Pick<Uploaded, "url" | "directPath">> {
  const { hosts, auth } = await line.files.servers();
  const token = encodeBase64EncodedStringForUpload(Buffer.from(sha256).toString("base64"));
  let failure: DeliveryFailure = broken();
  for (const host of hosts) {
    const url = `https://${host}${MEDIA_PATH_MAP[type] ?? ""}/${token}` +
      `?auth=${encodeURIComponent(auth)}&token=${token}`;
    const response = await fetch(url, {
      method: "POST",
      body: Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>,
      headers: { "Content-Type": "application/octet-stream", Origin: DEFAULT_ORIGIN },
      signal,
    }).catch(() => null);
    const said = Answer.safeParse(await response?.json().catch(() => null));
    if (said.success) return { url: said.data.url, directPath: said.data.direct_path };
    failure = response === null ? broken() : refused(response.status);
  }
  line.files.forget();
  throw failure;
}

function broken(): RetryLater {
  return new RetryLater("Cannot upload the file: the line to WhatsApp broke", FAULT_MS);
}

function refused(status: number): DeliveryFailure {
  const said = `Cannot upload the file: WhatsApp answered ${status}`;
  if (status < 400 || status >= 500 || PASSING.includes(status)) return new RetryLater(said, FAULT_MS);
  return new Rejected(said, status === 413 ? "too-large" : "invalid");
}
