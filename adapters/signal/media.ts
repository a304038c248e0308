/** Files: read from signal-cli, which has them whole, and handed to it the same way. */
import type { NativeId, NativeOp } from "../../actors/model/mod.ts";
import { type MediaStream, Rejected, type SendOptions } from "../../actors/ports/mod.ts";
import { asked } from "./failures.ts";
import { parseFileId } from "./media_ids.ts";
import type { Rpc } from "./rpc.ts";

/** What Signal takes as one attachment, bytes. */
export const MEDIA_MAX_BYTES = 100 * 1024 * 1024;

/** Opens a file of a message. @throws {DeliveryFailure} */
export async function openMedia(rpc: Rpc, native: NativeId): Promise<MediaStream> {
  const file = parseFileId(native);
  if (file === null) {
    throw new Rejected("Cannot read the file as its id must be one of Signal's", "no-target");
  }
  if (file.t === "s") {
    const { packId, stickerId } = file;
    const { data } = await asked("read the sticker", rpc.call("getSticker", { packId, stickerId }));
    return streamOf(bytesOf(data, null), "image/webp");
  }
  const { data } = await asked("read the file", rpc.call("getAttachment", { id: file.id }));
  return streamOf(bytesOf(data, file.bytes), file.mime);
}

/** A download that failed has an id, and nothing behind it. */
function bytesOf(data: string, expected: number | null): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.fromBase64(data);
  if (bytes.length > 0 && (expected === null || bytes.length === expected)) return bytes;
  throw new Rejected(
    "Cannot read the file as signal-cli must have downloaded all of it: it has not",
    "no-target",
  );
}

function streamOf(bytes: Uint8Array<ArrayBuffer>, mime: string): MediaStream {
  return { mime, bytes: bytes.length, body: ReadableStream.from([bytes]) };
}

/** The file of an op as a data URI. @throws {Rejected} */
export async function attachmentOf(
  { media }: Extract<NativeOp, { type: "media" }>,
  open: SendOptions["media"],
): Promise<string> {
  if (open === undefined) {
    throw new Rejected("Cannot send the file as its bytes must be given: they are not", "invalid");
  }
  const { mime, bytes, body } = await open(media);
  if ((bytes ?? 0) > MEDIA_MAX_BYTES) throw tooLarge();
  const parts: Uint8Array[] = [];
  let read = 0;
  for await (const part of body) {
    read += part.length;
    if (read > MEDIA_MAX_BYTES) throw tooLarge();
    parts.push(part);
  }
  const whole = new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
  const type = /^[\w.+-]+\/[\w.+-]+/.exec(mime)?.[0] ?? "application/octet-stream";
  const name = encodeURIComponent(media.name ?? "file");
  return `data:${type};filename=${name};base64,${whole.toBase64()}`;
}

function tooLarge(): Rejected {
  return new Rejected("Cannot send the file as it must be no longer than 100 MiB: it is longer", "too-large");
}
