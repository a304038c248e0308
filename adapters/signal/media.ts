/** Files of messages: read from the folder of a signal-cli of ours, else in its answers, which it makes whole. */
import type { NativeId } from "../../actors/model/mod.ts";
import { type CallOptions, type MediaStream, Rejected, RetryLater } from "../../actors/ports/mod.ts";
import { offline, refused } from "./failures.ts";
import { keptFile } from "./kept_files.ts";
import { type File, parseFileId } from "./media_ids.ts";
import { type Rpc, RpcRefused } from "./rpc.ts";

/** How long a pack of stickers may take to be downloaded after one of them was sent, and between two looks, ms. */
const PACK_MS = 60_000;
const LOOK_MS = 2_000;

/** What files are read with. */
export interface MediaDeps {
  /** Null while signal-cli is not there. */
  readonly rpc: Rpc | null;
  /** The folder of a signal-cli of ours; null: it is not. */
  readonly folder: string | null;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Opens a file of a message. @throws {DeliveryFailure} */
export async function openMedia(
  deps: MediaDeps,
  native: NativeId,
  { signal }: CallOptions,
): Promise<MediaStream> {
  const file = parseFileId(native);
  if (file === null) {
    throw new Rejected("Cannot read the file as its id must be one of Signal's", "no-target");
  }
  const kept = file.t === "a" && deps.folder !== null
    ? await keptFile(deps.folder, file.id, deps.now())
    : null;
  const parts = kept ?? partsOf(deps, file, signal);
  const mime = file.t === "a" ? file.mime : file.t === "s" ? "image/webp" : "image/jpeg";
  const bytes = file.t === "a" ? file.bytes : null;
  const first = await parts.next().catch((error) => {
    throw unread(error, file, deps.now());
  });
  if (first.done === true) throw incomplete();
  return { mime, bytes, body: ReadableStream.from(checked(first.value, parts, bytes)) };
}

function partsOf({ rpc }: MediaDeps, file: File, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  if (rpc === null) throw offline();
  switch (file.t) {
    case "a":
      return rpc.file("getAttachment", { id: file.id }, { signal });
    case "s":
      return rpc.file("getSticker", { packId: file.packId, stickerId: file.stickerId }, { signal });
    case "g":
      return rpc.file("getAvatar", { groupId: file.chat }, { signal });
    default:
      return file satisfies never;
  }
}

/** As long as it was said to be: a download that failed has an id all the same, and nothing or too little behind it. */
async function* checked(
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array>,
  bytes: number | null,
): AsyncGenerator<Uint8Array> {
  try {
    let read = first.length;
    yield first;
    for await (const part of rest) {
      read += part.length;
      if (bytes !== null && read > bytes) break;
      yield part;
    }
    if (bytes !== null && read !== bytes) throw incomplete();
  } finally {
    await rest.return(undefined);
  }
}

/** A pack is only downloaded once one of its stickers has come. */
function unread(error: unknown, file: File, now: number): Error {
  if (!(error instanceof RpcRefused)) return refused("read the file", error);
  const soon = file.t === "s" && now - file.at < PACK_MS;
  if (soon) {
    return new RetryLater("Cannot read the sticker as its pack must be downloaded: it is not", LOOK_MS);
  }
  const failure = refused("read the file", error);
  return failure instanceof Rejected ? new Rejected(failure.message, "no-target") : failure;
}

function incomplete(): Rejected {
  return new Rejected(
    "Cannot read the file as signal-cli must have downloaded all of it: it has not",
    "no-target",
  );
}
