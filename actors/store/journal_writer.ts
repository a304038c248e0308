/** Where the records of each commit go: numbered chunks, until a checkpoint takes and deletes them. */
import type { Key, Mutation } from "../ports/mod.ts";
import { type Chunks, journalKeys } from "./journal.ts";
import { key } from "./keys.ts";
import { CHUNK_BYTES } from "./rows.ts";

/** Chunks of failed commits that one commit deletes: what it takes above its own. */
const STALE_CHUNKS = 36;

/** One commit's place. */
export interface Placed extends Chunks {
  readonly mutations: readonly Mutation[];
  readonly bytes: number;
  /** A key that only this commit writes; null where it has no records. */
  readonly witness: Key | null;
  /** How many failed commits it deletes. */
  readonly stale: number;
}

export class JournalWriter {
  readonly #epoch: number;
  /** Of the last commit that was tried. None is used twice: a failed one can have landed, or land later. */
  #number = 0;
  #written: Chunks[] = [];
  #failed: Chunks[] = [];
  #bytes = 0;

  constructor(epoch: number) {
    this.#epoch = epoch;
  }

  /** Bytes written since `take`. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The writes of one commit's records. What failed ones may have left goes with it: it is in it, or was refused. */
  place(records: Uint8Array): Placed {
    const commit = ++this.#number;
    const mutations: Mutation[] = [];
    for (let from = 0; from < records.length; from += CHUNK_BYTES) {
      const value = records.slice(from, from + CHUNK_BYTES);
      mutations.push({ key: key.journal(this.#epoch, commit, mutations.length), value });
    }
    const chunks = mutations.length;
    const witness = mutations[0]?.key ?? null;
    let stale = 0;
    for (const failed of this.#failed) {
      const keys = journalKeys(this.#epoch, failed);
      if (mutations.length - chunks + keys.length > STALE_CHUNKS) break;
      for (const key of keys) mutations.push({ key, value: null });
      stale++;
    }
    return { mutations, commit, chunks, bytes: records.length, witness, stale };
  }

  /** It is durable. */
  written({ commit, chunks, stale, bytes }: Placed): void {
    // Deleted with it, and once more by the checkpoint: what a network held back can land in between.
    this.#written.push(...this.#failed.splice(0, stale));
    if (chunks > 0) this.#written.push({ commit, chunks });
    this.#bytes += bytes;
  }

  /** It has perhaps landed all the same. */
  failed({ commit, chunks }: Placed): void {
    if (chunks > 0) this.#failed.push({ commit, chunks });
  }

  /** All that was written so far, oldest first, and forgets it: the caller deletes it after a checkpoint. */
  take(): readonly Chunks[] {
    const written = this.#written;
    this.#written = [];
    this.#bytes = 0;
    return written;
  }
}
