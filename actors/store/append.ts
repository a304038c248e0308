/** What is written together, and what it weighs. */
import type { Mutation } from "../ports/mod.ts";

/** Lands whole or not at all. */
export interface Append {
  /** Lines of JSON for the journal, without line ends. */
  readonly records: readonly string[];
  readonly rows?: readonly Mutation[];
}

/** Roughly what an append holds in memory. */
export function weigh(append: Append): number {
  let bytes = 100;
  for (const record of append.records) bytes += record.length;
  for (const { value } of append.rows ?? []) {
    if (value !== null && value.length > 65_536) {
      throw new RangeError(`Cannot write a row as it must be at most 65536 bytes: it has ${value.length}`);
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
