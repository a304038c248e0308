/** What could not be delivered, as it is kept for the operator: which kind of op and why, never what it said. */
import type { End } from "./lane_deps.ts";
import type { GroupId, Messenger } from "../model/mod.ts";
import type { Host } from "../ports/mod.ts";
import { DEAD_LETTER_LIFETIME_MS, encodeRow, key, type LaneItem } from "../store/mod.ts";

/** The lane that it was for, and why it was not sent. */
interface Where {
  readonly group: GroupId;
  readonly messenger: Messenger;
  readonly reason: string;
}

/** How an item ends that will never be sent: kept as a dead letter for a while, counted and logged. */
export function unsent({ op, seq }: LaneItem, where: Where, host: Host): End {
  const { messenger, reason } = where;
  host.metrics.count("plenum_dead_letters_total", { messenger, reason });
  host.log.warn("dead-letter", { messenger, op: op.type, reason });
  const letter = { v: 1, op: op.type, ...where, at: host.now() };
  const chat = op.type === "create" || op.type === "setup";
  return {
    status: "failed",
    fact: chat ? { type: "bridge-failed", messenger, reason: "bridge.create-failed" } : null,
    rows: [{
      key: key.dead(seq, messenger),
      value: encodeRow(letter),
      expireInMs: DEAD_LETTER_LIFETIME_MS,
    }],
  };
}
