/** Media as streams: read from WhatsApp's servers and decrypted on the way; nothing is held in memory whole. */
import type { Readable } from "node:stream";
import { downloadContentFromMessage, type MediaType, type WAMessage } from "@whiskeysockets/baileys";
import type { MediaRef, NativeId } from "../../actors/model/mod.ts";
import { type MediaStream, Rejected, RetryLater, type SendOptions } from "../../actors/ports/mod.ts";
import { codeOf } from "./failures.ts";
import { isOurs, type Line } from "./line.ts";
import { decodeMediaId, type WhatsappMedia } from "./media_ids.ts";

/** The longest file that we read: what WhatsApp takes as a document. */
const MEDIA_MAX_BYTES = 2_000 * 1024 * 1024;
const FAULT_MS = 5_000;
/** How long our own phone may take to upload a file again, ms. */
const AGAIN_MS = 20_000;
/** Gone from the server: only phones still have it. */
const EXPIRED = [404, 410];

/** What media is read with. */
export interface OpenMedia {
  /** Where our own phone can be asked; null while we are not connected. */
  readonly line: Line | null;
  readonly signal: AbortSignal;
}

/** Opens the media of a message. @throws {DeliveryFailure} */
export async function openMedia(native: NativeId, { line, signal }: OpenMedia): Promise<MediaStream> {
  const media = decodeMediaId(native);
  if (media === null) {
    throw new Rejected("Cannot read the media as its id must be one of WhatsApp's", "no-target");
  }
  const { mime, bytes } = media;
  if (bytes !== null && bytes > MEDIA_MAX_BYTES) throw tooLarge();
  const stream = await opened(download(media, signal)) ?? await opened(again(media, { line, signal }));
  if (stream === null) throw gone();
  return { mime, bytes, body: limited(stream, bytes ?? MEDIA_MAX_BYTES) };
}

function download(
  { mediaKey, directPath, type }: WhatsappMedia,
  signal: AbortSignal,
): Promise<Readable> {
  // Whoever sent it names the place: only a path on WhatsApp's own server will do.
  if (!/^\/[^/\\]/.test(directPath)) {
    throw new Rejected("Cannot read the media as its place must be a path on WhatsApp's server", "invalid");
  }
  return downloadContentFromMessage({ mediaKey, directPath }, type as MediaType, { options: { signal } });
}

/** Our own phone still has files that the server has forgotten, and uploads one again when it is asked. */
async function again(media: WhatsappMedia, { line, signal }: OpenMedia): Promise<Readable> {
  const { key, mediaKey, directPath, type } = media;
  if (line === null || key === null) throw gone();
  const part = { mediaKey, directPath, url: "" };
  const fromMe = isOurs(line, key.participant);
  const message: WAMessage = { key: { ...key, fromMe }, message: { [`${type}Message`]: part } };
  const late = AbortSignal.any([signal, AbortSignal.timeout(AGAIN_MS)]);
  const { promise, reject } = Promise.withResolvers<never>();
  const ended = (): void => reject(gone());
  late.addEventListener("abort", ended);
  try {
    await Promise.race([line.socket.updateMediaMessage(message), promise]);
  } catch {
    throw gone();
  } finally {
    late.removeEventListener("abort", ended);
  }
  return await download({ ...media, directPath: part.directPath }, signal);
}

/** Null where the server no longer has it. */
async function opened(work: Promise<Readable>): Promise<Readable | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Rejected) throw error;
    const code = codeOf(error);
    if (code !== null && EXPIRED.includes(code)) return null;
    if (code !== null && code >= 400 && code < 500 && code !== 429) {
      throw new Rejected(`Cannot read the media: WhatsApp answered ${code}`, "no-target");
    }
    throw new RetryLater("Cannot read the media: the line to WhatsApp broke", FAULT_MS, "account");
  }
}

/** Ends with an error where more comes than was promised: the length is the sender's word only. */
export function limited(stream: AsyncIterable<Uint8Array>, maxBytes: number): ReadableStream<Uint8Array> {
  let read = 0;
  const counting = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      read += chunk.length;
      if (read > maxBytes) controller.error(tooLarge());
      else controller.enqueue(new Uint8Array(chunk));
    },
  });
  return ReadableStream.from<Uint8Array>(stream).pipeThrough(counting);
}

/** A file that is to be sent. @throws {DeliveryFailure} */
export async function readFile(ref: MediaRef, media: SendOptions["media"]): Promise<MediaStream> {
  if (media !== undefined) return await media(ref);
  throw new Rejected("Cannot send the file as its bytes must be given: they are not", "invalid");
}

function tooLarge(): Rejected {
  return new Rejected(
    "Cannot read the media as it must be no longer than it says, and than WhatsApp takes",
    "too-large",
  );
}

function gone(): Rejected {
  return new Rejected("Cannot read the media as WhatsApp and our phone no longer have it", "no-target");
}
