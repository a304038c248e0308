/** What is written together, what it weighs, and how much of it one commit takes. */
import { type Mutation, RelayError } from "../ports/mod.ts";
import { CHUNK_BYTES } from "./rows.ts";

/** Deno KV: 819,200 bytes, 1,000 mutations and 81,920 bytes of set keys a commit; some of each is kept free. */
export const COMMIT_BYTES = 740_000;
/** Of all its rows' keys. */
export const COMMIT_KEY_BYTES = 72_000;
/** Rows beside the chunks of the journal. */
export const COMMIT_ROWS = 960 - Math.ceil(COMMIT_BYTES / CHUNK_BYTES);

/** Lands whole or not at all. */
export interface Append {
  /** Lines of JSON for the journal, without line ends. */
  readonly records: readonly string[];
  readonly rows?: readonly Mutation[];
}

/** It can never be written: it is over what one commit takes. */
export class TooLarge extends RelayError {
  constructor(what: string) {
    super("invalid", `Cannot store this as it is too large: ${what}`);
  }
}

/** Whether it can be written at all. @throws {TooLarge} */
export function checkFits(append: Append): void {
  weigh(append);
  const { count, bytes, keys } = rowSize(append.rows);
  if (count > COMMIT_ROWS) throw new TooLarge(`${count} rows`);
  if (keys > COMMIT_KEY_BYTES) throw new TooLarge(`${keys} bytes of keys`);
  let most = bytes;
  for (const record of append.records) most += record.length * 3 + 1;
  if (most <= COMMIT_BYTES) return;
  let exact = bytes;
  for (const record of append.records) exact += new TextEncoder().encode(record).length + 1;
  if (exact > COMMIT_BYTES) throw new TooLarge(`${exact} bytes`);
}

/** Roughly what an append holds in memory. @throws {TooLarge} when a row is over what a row takes */
export function weigh(append: Append): number {
  let bytes = 100;
  for (const record of append.records) bytes += record.length;
  for (const { value } of append.rows ?? []) {
    if (value !== null && value.length > 65_536) {
      throw new TooLarge(`a row of ${value.length} bytes`);
    }
    bytes += value?.length ?? 50;
  }
  return bytes;
}

/** What rows take of a commit's limits. */
export function rowSize(
  rows: readonly Mutation[] | undefined,
): { count: number; bytes: number; keys: number } {
  if (rows === undefined || rows.length === 0) return { count: 0, bytes: 0, keys: 0 };
  let bytes = 0, keys = 0;
  for (const { key, value } of rows) {
    let length = 4;
    for (const part of key) length += typeof part === "string" ? part.length * 2 + 2 : 10;
    keys += length;
    bytes += (value?.length ?? 0) + length * 2;
  }
  return { count: rows.length, bytes, keys };
}
