/** Whose turn it is: the paces of a chat, of its account, and of making groups, as the messenger's table has them. */
import type { Capabilities, Op } from "../model/mod.ts";
import type { Bucket } from "../system/bucket.ts";
import type { LaneAccount } from "./lane_deps.ts";

/** What a turn depends on. */
export interface TurnOf {
  readonly pace: Capabilities["pace"];
  readonly op: Op["type"];
  readonly account: LaneAccount;
  /** Of the chat: of this lane alone. */
  readonly bucket: Bucket;
  /** As `Host.elapsed`. */
  readonly now: number;
}

/** When the next op may go. */
export interface Turn {
  readonly waitMs: number;
  /** The pace does not keep up: after this one, the next would have to wait. */
  readonly scarce: boolean;
  /** What the owner of the group reads meanwhile: a key of the locale files, or null. */
  readonly reason: string | null;
  /** It goes now. */
  take(): void;
}

/** The turn of an op. */
export function turnOf({ pace, op, account, bucket, now }: TurnOf): Turn {
  const rates = [[pace.chat, bucket], [pace.account, account.bucket]] as const;
  const paced = rates.map(([rate, bucket]) => rate === null ? 0 : bucket.waitMs(rate, now));
  const create = op === "create" ? pace.create ?? null : null;
  const creationMs = create === null ? 0 : account.creations.waitMs(create, bucket);
  return {
    waitMs: Math.max(creationMs, ...paced),
    scarce: rates.some(([rate, bucket]) => rate !== null && bucket.waitMs(rate, now, 2) > 0),
    reason: creationMs > 0 ? "bridge.waiting-create" : null,
    take: () => {
      for (const [rate, bucket] of rates) if (rate !== null) bucket.take(rate, now);
      if (create !== null) account.creations.take(create, bucket);
    },
  };
}
