/** Where sealed bytes lie: on disk, or with an S3-compatible service. It sees no plain text, and names that tell nothing. */
import type { ByteRange } from "../../actors/ports/mod.ts";

/** Something that is kept. */
export interface Kept {
  readonly key: string;
  readonly bytes: number;
  /** When it was last written or touched: milliseconds since 1970. */
  readonly at: number;
}

/** Keys are a few words of letters, digits, `-` and `_`, with `/` in between. */
export interface MediaStore {
  /** Takes the file at `path` over, whole or not at all; it is gone from `path` afterwards. */
  adopt(key: string, path: string, signal: AbortSignal): Promise<void>;
  /** Something small, whole or not at all. */
  write(key: string, bytes: Uint8Array): Promise<void>;
  /** null where there is none. */
  open(key: string, range?: ByteRange): Promise<ReadableStream<Uint8Array> | null>;
  /** null where there is none. */
  find(key: string): Promise<Kept | null>;
  /** Makes it as old as if it were new. @returns false where there is none */
  touch(key: string): Promise<boolean>;
  list(prefix: string): AsyncIterable<Kept>;
  delete(key: string): Promise<void>;
  /** Forgets all below `folder`. */
  erase(folder: string): Promise<void>;
  /** Takes away what an earlier process left half done, if it is older than `olderThanMs`. */
  tidy(olderThanMs: number): Promise<void>;
}
