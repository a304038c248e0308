/** What could not be delivered, as it is kept for the operator: which kind of op and why, never what it said. */
import type { End } from "./lane_deps.ts";
import type { Fact, GroupId, Messenger, Op } from "../model/mod.ts";
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
  return {
    status: "failed",
    fact: factOf(op, where),
    rows: [{
      key: key.dead(seq, messenger),
      value: encodeRow(letter),
      expireInMs: DEAD_LETTER_LIFETIME_MS,
    }],
  };
}

/** What the group has to know. */
function factOf(op: Op, { messenger, reason }: Where): Fact | null {
  if (op.type === "post") return { type: "unsent", messenger, message: op.message, reason };
  const chat = op.type === "create" || op.type === "setup";
  return chat ? { type: "bridge-failed", messenger, reason: "bridge.create-failed" } : null;
}
