/**
 * What the core needs of a database: an ordered map from keys to bytes with atomic, checked writes.
 * Values are bytes (JSON text); a value is at most 65,536 bytes, a commit at most 1,000 mutations and 800 KB.
 */

/** Parts compare in order; numbers before strings, as in Deno KV. */
export type Key = readonly (string | number)[];

export interface Row {
  readonly key: Key;
  readonly value: Uint8Array;
  /** Changes with every write of this key. */
  readonly version: string;
}

export interface ListOptions {
  readonly prefix: Key;
  /** First key, included; a key that begins with `prefix`. */
  readonly start?: Key;
  /** Last key, not included; a key that begins with `prefix`. */
  readonly end?: Key;
  readonly reverse?: boolean;
  readonly limit?: number;
}

export interface Mutation {
  readonly key: Key;
  /** `null` deletes. */
  readonly value: Uint8Array | null;
  /** The row may go this long after the write; it can stay readable a minute longer. */
  readonly expireInMs?: number;
}

export interface Check {
  readonly key: Key;
  /** `null`: the key must not exist. */
  readonly version: string | null;
}

export interface Store {
  get(key: Key): Promise<Row | null>;
  /** In the order of `keys`, any number of them. */
  getMany(keys: readonly Key[]): Promise<(Row | null)[]>;
  list(options: ListOptions): AsyncIterable<Row>;
  /**
   * All or nothing, durable when it resolves.
   * @returns false when a check failed (over a network also when the outcome is not known)
   * @throws when nothing was written (over a network it can have been all the same)
   */
  commit(checks: readonly Check[], mutations: readonly Mutation[]): Promise<boolean>;
  /** Yields after `key` may have changed. A hint: never the only way to learn of something. */
  watch(key: Key, signal: AbortSignal): AsyncIterable<void>;
  close(): void;
}
