/** What lowering may know about the bridge that it lowers for, and what comes out of it. */
import type {
  Capabilities,
  Fitted,
  MediaRef,
  MessageId,
  Messenger,
  NativeId,
  NativeOp,
} from "../model/mod.ts";

import type { MergedText } from "./merged.ts";

/** A text of the locale files in the group's language. Throws for a key that does not exist. */
export type TextOf = (key: string, values?: Readonly<Record<string, string>>) => string;

/** One bridge, as the renderer sees it while it lowers one op. Lookups only: no I/O. */
export interface LowerContext {
  readonly capabilities: Capabilities;
  /** Of the bridge that the op goes to. */
  readonly messenger: Messenger;
  /** Our native ids of the message on this bridge, in part order; empty where it never arrived. */
  natives(message: MessageId): readonly NativeId[];
  /** The texts that share the native message with `message`, as they are now; null where it has one of its own. */
  shared(message: MessageId): readonly MergedText[] | "lost" | null;
  /** How long ago the message was posted; null where that is no longer known. */
  ageMs(message: MessageId): number | null;
  /** What became of a file for this bridge; null where nobody could say. */
  fitted(media: MediaRef): Fitted | null;
  readonly text: TextOf;
  /** A time of the day, for people. */
  time(at: number): string;
  /** The native way was just refused (too old, no target): words are used instead, and no native reply. */
  readonly refused: boolean;
}

/** One thing for the adapter to do. */
export interface Part {
  readonly op: NativeOp;
  /** Whether the native ids in the receipt name the op's message from now on. */
  readonly names: boolean;
}
