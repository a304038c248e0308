/** Files of messages, as Telegram hands them out: by an address that holds the token, so it never leaves here. */
import type { Api } from "grammy";
import type { NativeId } from "../../actors/model/mod.ts";
import { type MediaStream, Rejected, RetryLater } from "../../actors/ports/mod.ts";
import { asked } from "./failures.ts";
import { callSignal } from "./signal.ts";

const FAULT_MS = 2000;

/** Where files are read. */
export interface FileDeps {
  readonly api: Api;
  /** No trailing slash; secret. */
  readonly filesRoot: string;
  /** A Bot API server of our own, which names files of any size by their place on its disk, where it is told to. */
  readonly local: boolean;
}

/**
 * Opens one file: up to 20 MB from Telegram, up to 2 GB from a server of our own.
 * @throws {DeliveryFailure} larger ones are `too-large`
 */
export async function openFile(deps: FileDeps, file: NativeId, signal: AbortSignal): Promise<MediaStream> {
  const asking = deps.api.getFile(file, callSignal(signal));
  const { file_path: path, file_size: bytes } = await asked(asking, { repeatable: true });
  if (path === undefined) {
    throw new Rejected("Cannot read the file: Telegram names no place for it", "no-target");
  }
  if (deps.local && path.startsWith("/")) return await openPlace(path, bytes ?? null);
  const response = await asked(fetch(`${deps.filesRoot}/${path}`, { signal }), { repeatable: true });
  if (response.ok && response.body !== null) {
    const mime = response.headers.get("Content-Type") ?? "application/octet-stream";
    return { mime, bytes: bytes ?? null, body: response.body };
  }
  await response.body?.cancel();
  const said = `Cannot read the file: Telegram answered ${response.status}`;
  if (response.status === 429 || response.status >= 500) throw new RetryLater(said, FAULT_MS, "account");
  throw new Rejected(said, "no-target");
}

async function openPlace(path: string, bytes: number | null): Promise<MediaStream> {
  try {
    const { readable } = await Deno.open(path);
    return { mime: "application/octet-stream", bytes, body: readable };
  } catch (error) {
    // The place says whose token it is: it stays out.
    if (error instanceof Deno.errors.NotFound) {
      throw new Rejected("Cannot read the file: it is not on the disk of the Bot API server", "no-target");
    }
    throw new Rejected(
      "Cannot read the file: the disk of the Bot API server cannot be read here",
      "forbidden",
    );
  }
}
