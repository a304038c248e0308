/** Media as streams: read from WhatsApp's servers and decrypted on the way; nothing is held in memory whole. */
import { Readable } from "node:stream";
import { downloadContentFromMessage, type MediaType } from "@whiskeysockets/baileys";
import type { NativeId } from "../../actors/model/mod.ts";
import { type MediaStream, Rejected, RetryLater } from "../../actors/ports/mod.ts";
import { codeOf } from "./failures.ts";
import { decodeMediaId } from "./media_ids.ts";

/** The longest file that we read: what WhatsApp takes as a document. */
export const MEDIA_MAX_BYTES = 2_000 * 1024 * 1024;
const FAULT_MS = 5_000;
/** Gone from the server: only the phone of whoever sent it still has it. */
const EXPIRED = [404, 410];

/** Opens the media of a message. @throws {DeliveryFailure} */
export async function openMedia(native: NativeId, signal: AbortSignal): Promise<MediaStream> {
  const media = decodeMediaId(native);
  if (media === null) {
    throw new Rejected("Cannot read the media as its id must be one of WhatsApp's", "no-target");
  }
  const { mediaKey, directPath, type, mime, bytes } = media;
  // Whoever sent it names the place: only a path on WhatsApp's own server will do.
  if (!/^\/[^/\\]/.test(directPath)) {
    throw new Rejected("Cannot read the media as its place must be a path on WhatsApp's server", "invalid");
  }
  if (bytes !== null && bytes > MEDIA_MAX_BYTES) throw tooLarge();
  const stream = await opened(
    downloadContentFromMessage({ mediaKey, directPath }, type as MediaType, { options: { signal } }),
  );
  return { mime, bytes, body: limited(stream, bytes ?? MEDIA_MAX_BYTES) };
}

async function opened(work: Promise<Readable>): Promise<Readable> {
  try {
    return await work;
  } catch (error) {
    const code = codeOf(error);
    if (code !== null && EXPIRED.includes(code)) {
      throw new Rejected("Cannot read the media as WhatsApp no longer has it", "no-target");
    }
    if (code !== null && code >= 400 && code < 500 && code !== 429) {
      throw new Rejected(`Cannot read the media: WhatsApp answered ${code}`, "no-target");
    }
    throw new RetryLater("Cannot read the media: the line to WhatsApp broke", FAULT_MS, "account");
  }
}

/** Ends with an error where more comes than was promised: the length is the sender's word only. */
function limited(stream: AsyncIterable<Uint8Array>, maxBytes: number): ReadableStream<Uint8Array> {
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

/** A file that is to be sent, as Baileys reads it: no longer than WhatsApp takes. @throws {Rejected} */
export function fileOf({ body, bytes }: MediaStream): Readable {
  if (bytes !== null && bytes > MEDIA_MAX_BYTES) throw tooLarge();
  return Readable.from(limited(body, bytes ?? MEDIA_MAX_BYTES));
}

function tooLarge(): Rejected {
  return new Rejected(
    "Cannot read the media as it must be no longer than it says, and 2,000 MiB",
    "too-large",
  );
}
