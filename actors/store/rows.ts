/**
 * Rows as JSON bytes. A value over one row's size is cut into chunks: the first row says how many follow, and
 * they lie at the same key with a chunk number behind it.
 */
import type { z } from "zod";
import type { Key, Mutation, Row, Store } from "../ports/mod.ts";

/** Deno KV takes 65,536 bytes a value; a little is kept free. */
export const CHUNK_BYTES = 65_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** No JSON text begins with this byte. */
const CHUNKED = 0x01;

/** The bytes of a value that is known to fit one row. */
export function encodeRow(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}

/** @throws when the row is not what `schema` says: the database is from another version or damaged */
export function decodeRow<T>(schema: z.ZodType<T>, bytes: Uint8Array): T {
  return schema.parse(JSON.parse(decoder.decode(bytes)));
}

/** One row of any size, as the mutations that write it. */
export function putRow(key: Key, value: unknown, expireInMs?: number): Mutation[] {
  return putBytes(key, encodeRow(value), expireInMs);
}

/** As `putRow`, for bytes. */
export function putBytes(key: Key, bytes: Uint8Array, expireInMs?: number): Mutation[] {
  if (bytes.length <= CHUNK_BYTES) return [{ key, value: bytes, expireInMs }];
  const count = Math.ceil(bytes.length / CHUNK_BYTES);
  const mutations: Mutation[] = [{
    key,
    value: Uint8Array.of(CHUNKED, count >> 8, count & 255),
    expireInMs,
  }];
  for (let n = 0; n < count; n++) {
    const value = bytes.slice(n * CHUNK_BYTES, (n + 1) * CHUNK_BYTES);
    mutations.push({ key: [...key, n], value, expireInMs });
  }
  return mutations;
}

/** The mutations that remove a row that `putRow` wrote. */
export function dropRow(row: Row): Mutation[] {
  const mutations: Mutation[] = [{ key: row.key, value: null }];
  for (let n = 0; n < chunksOf(row); n++) mutations.push({ key: [...row.key, n], value: null });
  return mutations;
}

function chunksOf(row: Row): number {
  const [mark, high, low] = row.value;
  return mark === CHUNKED && row.value.length === 3 ? ((high ?? 0) << 8) + (low ?? 0) : 0;
}

/** Whether this row is a chunk of another one, at `depth` key parts. */
export function isChunk(row: Row, depth: number): boolean {
  return row.key.length > depth;
}

/** The whole bytes of a row, its chunks read too. */
export async function wholeBytes(store: Store, row: Row): Promise<Uint8Array> {
  const count = chunksOf(row);
  if (count === 0) return row.value;
  const keys = Array.from({ length: count }, (_, n): Key => [...row.key, n]);
  const chunks = await store.getMany(keys);
  const size = chunks.reduce((sum, chunk) => sum + (chunk?.value.length ?? 0), 0);
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    if (chunk === null) throw new Error("Cannot read a row as one of its chunks is missing");
    bytes.set(chunk.value, at);
    at += chunk.value.length;
  }
  return bytes;
}

/** Reads a row of any size, or null. */
export async function readRow<T>(store: Store, schema: z.ZodType<T>, key: Key): Promise<T | null> {
  const row = await store.get(key);
  return row === null ? null : decodeRow(schema, await wholeBytes(store, row));
}
