/** What could not be delivered, as it is kept for the operator: which kind of op and why, never what it said. */
import type { GroupId, Messenger } from "../model/mod.ts";
import type { Mutation } from "../ports/mod.ts";
import { DEAD_LETTER_LIFETIME_MS, encodeRow, key, type LaneItem } from "../store/mod.ts";

/** The row of one dead letter. */
export function deadLetter(
  { op, seq }: Pick<LaneItem, "op" | "seq">,
  at: {
    readonly group: GroupId;
    readonly messenger: Messenger;
    readonly reason: string;
    readonly at: number;
  },
): Mutation {
  return {
    key: key.dead(seq, at.messenger),
    value: encodeRow({ v: 1, op: op.type, ...at }),
    expireInMs: DEAD_LETTER_LIFETIME_MS,
  };
}
