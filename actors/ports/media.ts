/** Files: kept sealed for a while, and brought into a form that a messenger takes. What the core needs of it. */
import type { Fitted, GroupId, MediaKind, MediaRef, MediaTable, NativeId } from "../model/mod.ts";
import type { CallOptions, MediaStream } from "./adapter.ts";

export type { Fitted, MediaProblem } from "../model/mod.ts";

/** A file of a message, where it came from. */
export interface MediaSource {
  readonly group: GroupId;
  /** The same for the same file of the group, whoever asks. */
  readonly id: string;
  readonly kind: MediaKind;
  readonly media: MediaRef;
  /** Reads it there. @throws {DeliveryFailure} */
  open(options: CallOptions): Promise<MediaStream>;
}

/** A stretch of a file: both ends included, as in HTTP. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What is to be read of a file. */
export interface OpenOptions extends CallOptions {
  readonly range?: ByteRange;
}

/** A file that somebody wants to send from the browser. */
export interface Upload {
  readonly body: ReadableStream<Uint8Array>;
  /** As whoever sends it says; what the file is decides. */
  readonly mime: string;
  readonly name: string | null;
  /** A recording made for this, not a file of sound. */
  readonly voice: boolean;
}

/** A file that an address of ours leads to. */
export interface LinkedFile {
  readonly name: string;
  readonly bytes: number;
  readonly mime: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  open(options: OpenOptions): Promise<MediaStream>;
}

/** Keeps files by group and by what is in them; nothing of a file is ever held in memory whole. */
export interface MediaLibrary {
  /**
   * `source` as a messenger with `table` takes it: as it is, converted, smaller, as a link, or not at all.
   * @throws {RetryLater} where it cannot be read right now
   */
  fit(source: MediaSource, table: MediaTable, options: CallOptions): Promise<Fitted>;
  /** A picture for a group, no larger than `maxBytes`. @throws {RetryLater} */
  icon(
    source: MediaSource,
    limits: { readonly mimes: readonly string[]; readonly maxBytes: number },
    options: CallOptions,
  ): Promise<MediaRef | null>;
  /** A file that `fit`, `icon` or `take` named. @throws {Rejected} `no-target` where it is gone */
  open(group: GroupId, file: NativeId, options: OpenOptions): Promise<MediaStream>;
  /** Takes in a file from the browser. @throws {Rejected} `too-large`, `invalid` (nothing in it) */
  take(
    group: GroupId,
    upload: Upload,
    options: CallOptions,
  ): Promise<{ readonly kind: MediaKind; readonly media: MediaRef }>;
  /** What `take` took in under this name; null where there is none, or its time is over. */
  taken(
    group: GroupId,
    file: NativeId,
  ): Promise<{ readonly kind: MediaKind; readonly media: MediaRef } | null>;
  /** What a link of ours leads to; null where it is none, or has ended. */
  linked(token: string): Promise<LinkedFile | null>;
  /** Forgets all files of a group. */
  erase(group: GroupId): Promise<void>;
  /** Forgets files whose time is over. */
  sweep(): Promise<void>;
  /** In a word, for whoever runs the server: what is missing here. */
  readonly state?: string;
}
