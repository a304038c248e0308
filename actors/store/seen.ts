/**
 * Ingress dedupe: the hashes of the last events that were taken in. An event's hash is in the same commit as its
 * mail; a checkpoint writes what is new as one row. Two generations, so that memory and rows stay bounded.
 */
import type { AccountId } from "../model/mod.ts";
import type { Mutation, Row, Store } from "../ports/mod.ts";
import { dropRow, isChunk, putBytes, wholeBytes } from "./rows.ts";
import { key } from "./keys.ts";

/** At least this many events are remembered, at most twice as many. */
const REMEMBERED = 100_000;

export class Seen {
  #young = new Set<number>();
  #old = new Set<number>();
  #unwritten: number[] = [];
  #rows: { readonly row: Row; readonly count: number }[] = [];

  has(hash: number): boolean {
    return this.#young.has(hash) || this.#old.has(hash);
  }

  /** Only once its mail is durable. */
  add(hash: number): void {
    if (this.#young.size >= REMEMBERED) {
      this.#old = this.#young;
      this.#young = new Set();
    }
    this.#young.add(hash);
    this.#unwritten.push(hash);
  }

  /** Reads what checkpoints wrote. */
  async load(store: Store): Promise<void> {
    const depth = key.seens().length + 1;
    for await (const row of store.list({ prefix: key.seens() })) {
      if (isChunk(row, depth)) continue;
      const bytes = await wholeBytes(store, row);
      const hashes = new Float64Array(bytes.slice().buffer);
      for (const hash of hashes) this.add(hash);
      this.#rows.push({ row, count: hashes.length });
    }
    this.#unwritten = [];
  }

  /** The rows to write for what is new, and to delete of what is too old. */
  freeze(seq: number): Mutation[] {
    if (this.#unwritten.length === 0) return [];
    const bytes = new Uint8Array(Float64Array.from(this.#unwritten).buffer);
    const mutations = putBytes(key.seen(seq), bytes);
    const [head] = mutations;
    if (head === undefined || head.value === null) return [];
    this.#rows.push({
      row: { key: head.key, value: head.value, version: "" },
      count: this.#unwritten.length,
    });
    this.#unwritten = [];
    let kept = this.#rows.reduce((sum, { count }) => sum + count, 0);
    for (let first = this.#rows[0]; first && kept - first.count >= REMEMBERED; first = this.#rows[0]) {
      mutations.push(...dropRow(first.row));
      kept -= first.count;
      this.#rows.shift();
    }
    return mutations;
  }
}

/** 53 bits of `account` and `event` (two 32-bit FNV-1a runs): a collision among 200,000 is one in 200 billion. */
export function eventHash(account: AccountId, event: string): number {
  let low = 0x811c9dc5, high = 0x01000193;
  const text = `${account} ${event}`;
  for (let n = 0; n < text.length; n++) {
    const code = text.charCodeAt(n);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ (code + n), 0x85ebca6b);
  }
  return 1 + (high >>> 0) * 2 ** 20 + ((low >>> 0) & 0xfffff);
}
