/** What a Lane is given: everything that it may touch. */
import type { Bridge, Fact, GroupId, Locale, MediaKind, MediaRef, Messenger, Op } from "../model/mod.ts";
import type { Adapter, Host, MediaLibrary, MediaSource, Store } from "../ports/mod.ts";
import type { Append, History, MessageMap } from "../store/mod.ts";
import type { Bucket, Rate } from "../system/bucket.ts";
import type { Timer } from "../system/timer.ts";
import type { Lane } from "../bridge.ts";
import type { Watchdog } from "./guard.ts";

/** Where a lane leads. */
export interface LaneRoute {
  readonly bridge: Bridge;
  readonly locale: Locale;
}

/** An account as its lanes see it. */
export interface LaneAccount {
  /** Null while it is not connected. */
  readonly adapter: Adapter | null;
  /** The account sends nothing before this time, as `Host.elapsed`. */
  readonly notBefore: number;
  readonly bucket: Bucket;
  /** The pace of making groups. `who` tells lanes apart. */
  readonly creations: {
    waitMs(rate: Rate, who: object): number;
    take(rate: Rate, who: object): void;
    giveBack(): void;
  };
  hold(until: number): void;
  gone(): void;
}

/** Where a file of a group is to be read. */
export type SourceOf = (
  group: GroupId,
  file: { readonly messenger: Messenger; readonly kind: MediaKind; readonly media: MediaRef },
) => MediaSource;

export interface LaneDeps {
  readonly host: Host;
  readonly map: MessageMap;
  readonly history: History;
  readonly timer: Timer;
  readonly store: Store;
  readonly lifetimeMs: number;
  readonly publicUrl: string;
  readonly library: MediaLibrary;
  readonly sourceOf: SourceOf;
  append(append: Append, done: () => void): void;
  /** Writes a fact into the group's mailbox, in the same commit as `records`. */
  learn(group: GroupId, fact: Fact, append: Append, done: () => void): void;
  account(bridge: Bridge): LaneAccount | null;
  route(group: GroupId, messenger: Messenger): Promise<LaneRoute | null>;
  /** How the send of an item ended. */
  settled(group: GroupId, messenger: Messenger, op: Op, status: "delivered" | "failed"): void;
  /** Nothing more is sent: the relay stops. */
  halted(): boolean;
  /** Ends calls that take too long. */
  readonly dog: Watchdog;
  /** A lane has nothing to do. */
  idle(lane: Lane): void;
}

/** How an item ended, and what is written with its last receipt. */
export interface End {
  readonly status: "delivered" | "failed";
  readonly fact: Fact | null;
  readonly rows: Append["rows"];
}

/** The usual end. */
export const SENT: End = { status: "delivered", fact: null, rows: [] };
