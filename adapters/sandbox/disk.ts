/**
 * What a simulated messenger remembers between runs, in the session store that the core lends. Group commit:
 * one write in flight, and everything marked meanwhile rides in the next one. A record may be longer than the
 * 60 KiB that a value can hold: it is cut into pieces, of which the first says how many there are.
 */
import type { z } from "zod";
import type { SessionStore } from "../../actors/ports/mod.ts";

const PIECE_BYTES = 60 * 1024 - 1;
/** Well under the 800 KB of a commit, as it shares the commit with others. */
const BATCH_BYTES = 256 * 1024;
/** Pieces are counted in one byte. */
const PIECES_MAX = 255;

/** Makes the record as it is when it is written: JSON, or bytes as they are. null deletes it. */
type Source = () => unknown;

export class Disk {
  readonly #session: () => SessionStore;
  readonly #dirty = new Map<string, Source>();
  #current: Promise<void> = Promise.resolve();
  #next: Promise<void> | null = null;

  constructor(session: () => SessionStore) {
    this.#session = session;
  }

  /** The records under `keys`, in their order; null where there is none. */
  async read<T>(schema: z.ZodType<T>, keys: readonly string[]): Promise<(T | null)[]> {
    const first = await this.#session().get(keys);
    return await Promise.all(keys.map(async (key, at): Promise<T | null> => {
      const head = first[at] ?? null;
      if (head === null) return null;
      const bytes = await this.#rest(key, head);
      return schema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    }));
  }

  /** The bytes under `key`, or null where there are none. */
  async bytes(key: string): Promise<Uint8Array | null> {
    const [head = null] = await this.#session().get([key]);
    return head === null ? null : await this.#rest(key, head);
  }

  async #rest(key: string, head: Uint8Array): Promise<Uint8Array> {
    const count = head[0] ?? 1;
    if (count === 1) return head.subarray(1);
    const keys = Array.from({ length: count - 1 }, (_, piece) => pieceKey(key, piece + 1));
    const rest = await this.#session().get(keys);
    const parts = [head.subarray(1)];
    for (const part of rest) {
      if (part === null) throw new Error("Cannot read a record of the sandbox as a piece of it is missing");
      parts.push(part.subarray(1));
    }
    return joined(parts);
  }

  /** Has `key` written by the next flush, after everything that was marked before. */
  mark(key: string, source: Source): void {
    this.#dirty.delete(key);
    this.#dirty.set(key, source);
  }

  /** Resolves when everything that was marked before this call is durable. */
  flush(): Promise<void> {
    if (this.#next === null) {
      const free = this.#current.catch(() => {});
      this.#next = free.then(() => {
        this.#next = null;
        this.#current = this.#write();
        return this.#current;
      });
    }
    return this.#next;
  }

  async #write(): Promise<void> {
    const waiting = [...this.#dirty];
    this.#dirty.clear();
    let at = 0;
    try {
      while (at < waiting.length) {
        const { entries, end } = batch(waiting, at);
        await this.#session().set(entries);
        at = end;
      }
    } catch (error) {
      this.#putBack(waiting.slice(at));
      throw error;
    }
  }

  /** What was not written is older than what was marked meanwhile. */
  #putBack(unwritten: readonly (readonly [string, Source])[]): void {
    const newer = [...this.#dirty];
    this.#dirty.clear();
    for (const [key, source] of [...unwritten, ...newer]) this.mark(key, source);
  }
}

interface Batch {
  readonly entries: Record<string, Uint8Array | null>;
  /** Where the next batch begins. */
  readonly end: number;
}

/** As many records as go into one atomic write, at least one. */
function batch(waiting: readonly (readonly [string, Source])[], start: number): Batch {
  const entries: Record<string, Uint8Array | null> = {};
  let bytes = 0;
  let end = start;
  for (const [key, source] of waiting.slice(start)) {
    const record = source();
    const data = record === null ? null : bytesOf(record);
    if (end > start && bytes + (data?.length ?? 0) > BATCH_BYTES) break;
    Object.assign(entries, data === null ? { [key]: null } : pieces(key, data));
    bytes += data?.length ?? 0;
    end += 1;
  }
  return { entries, end };
}

function bytesOf(record: unknown): Uint8Array {
  return record instanceof Uint8Array ? record : new TextEncoder().encode(JSON.stringify(record));
}

function pieces(key: string, data: Uint8Array): Record<string, Uint8Array> {
  const count = Math.max(1, Math.ceil(data.length / PIECE_BYTES));
  if (count > PIECES_MAX) {
    throw new Error(`Cannot keep a record of over ${PIECES_MAX} pieces: current count is ${count}`);
  }
  const entries: Record<string, Uint8Array> = {};
  for (let piece = 0; piece < count; piece++) {
    const part = data.subarray(piece * PIECE_BYTES, (piece + 1) * PIECE_BYTES);
    const value = new Uint8Array(part.length + 1);
    value[0] = count;
    value.set(part, 1);
    entries[pieceKey(key, piece)] = value;
  }
  return entries;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function pieceKey(key: string, piece: number): string {
  return piece === 0 ? key : `${key}#${piece}`;
}
