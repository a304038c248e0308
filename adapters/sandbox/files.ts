/**
 * Files on a simulated messenger: in pieces on its disk, read and written as streams. A try-out keeps the newest ones
 * only; those that had to go are no longer there, as they are not at the real ones after a while.
 */
import { NativeId } from "../../actors/model/mod.ts";
import { type MediaStream, Rejected } from "../../actors/ports/mod.ts";
import type { Disk } from "./disk.ts";
import { FileIndex, key } from "./records.ts";

/** Sealed, a piece still goes in one row of the store. */
const PIECE_BYTES = 56 * 1024;
/** What is held in memory of a file that comes in. */
const BLOCK_BYTES = 4 * PIECE_BYTES;
/** All files of one messenger. */
const KEPT_BYTES = 256 * 1024 * 1024;
/** Their index is one record. */
const KEPT_FILES = 1000;

/** What is known of a file. */
interface Kept {
  readonly bytes: number;
  readonly mime: string;
}

/** How a file is taken. */
export interface PutOptions {
  readonly mime: string;
  readonly maxBytes: number;
}

export class Files {
  readonly #disk: Disk;
  /** By id, oldest first. */
  readonly #kept = new Map<string, Kept>();

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** Takes up what an earlier run left. */
  async load(): Promise<void> {
    const [index = null] = await this.#disk.read(FileIndex, [key.files]);
    for (const [id, file] of index?.files ?? []) this.#kept.set(id, file);
  }

  /**
   * Keeps what `body` holds; resolves when it is on the disk.
   * @throws {Rejected} where it is longer than `maxBytes`; nothing of it is kept then
   */
  async put(
    body: ReadableStream<Uint8Array>,
    { mime, maxBytes }: PutOptions,
  ): Promise<{ readonly id: NativeId; readonly bytes: number }> {
    const id = NativeId.parse(crypto.getRandomValues(new Uint8Array(12)).toBase64({ alphabet: "base64url" }));
    let bytes = 0;
    try {
      for await (const block of blocksOf(body, maxBytes)) {
        await this.#append(id, { bytes, mime }, block);
        bytes += block.length;
      }
      if (bytes === 0) await this.#append(id, { bytes, mime }, new Uint8Array());
    } catch (error) {
      this.drop(id);
      throw error;
    }
    return { id, bytes };
  }

  async #append(id: string, { bytes: at, mime }: Kept, block: Uint8Array): Promise<void> {
    if (at > 0 && !this.#kept.has(id)) return;
    this.#kept.set(id, { bytes: at + block.length, mime });
    this.#makeRoom();
    if (!this.#kept.has(id)) return;
    // Known before it is there: a crash leaves no piece that nobody ever takes away.
    this.#saveIndex();
    for (let from = 0; from < block.length; from += PIECE_BYTES) {
      const piece = block.slice(from, from + PIECE_BYTES);
      this.#disk.mark(key.filePiece(id, (at + from) / PIECE_BYTES), () => piece);
    }
    await this.#disk.flush();
  }

  #makeRoom(): void {
    let sum = this.#kept.values().reduce((all, { bytes }) => all + bytes, 0);
    for (const [id, { bytes }] of this.#kept) {
      if (sum <= KEPT_BYTES && this.#kept.size <= KEPT_FILES) return;
      this.drop(id);
      sum -= bytes;
    }
  }

  /** Has a file taken away by the next flush. */
  drop(id: string): void {
    const { bytes } = this.#kept.get(id) ?? {};
    if (bytes === undefined) return;
    this.#kept.delete(id);
    this.#saveIndex();
    for (let n = 0; n * PIECE_BYTES < bytes; n++) this.#disk.mark(key.filePiece(id, n), () => null);
  }

  #saveIndex(): void {
    this.#disk.mark(key.files, () => ({ v: 1, files: [...this.#kept] }));
  }

  /** Reads a file from its beginning; null where it is not kept any more. */
  open(id: string): MediaStream | null {
    const file = this.#kept.get(id);
    if (file === undefined) return null;
    const { bytes, mime } = file;
    let n = 0;
    const body = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        if (n * PIECE_BYTES >= bytes) return controller.close();
        const piece = await this.#disk.bytes(key.filePiece(id, n++));
        if (piece === null) {
          throw new Rejected("Cannot read the file as it was taken away meanwhile", "no-target");
        }
        controller.enqueue(piece);
      },
    });
    return { mime, bytes, body };
  }
}

/** `body` in blocks of the same length, the last one shorter. */
async function* blocksOf(body: ReadableStream<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  const block = new Uint8Array(BLOCK_BYTES);
  let filled = 0;
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new Rejected(`Cannot take the file as it must have at most ${maxBytes} bytes`, "too-large");
    }
    for (let at = 0; at < chunk.length;) {
      const part = chunk.subarray(at, at + BLOCK_BYTES - filled);
      block.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < BLOCK_BYTES) continue;
      yield block;
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}
