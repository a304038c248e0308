/** What is written down of a part that was sent. */
import type { GroupId, MessageId, Messenger, NativeId, Op } from "../model/mod.ts";
import { type LaneItem, line, type MessageMap } from "../store/mod.ts";

/** Which part of an item, and what the messenger answered. */
interface Sent {
  readonly group: GroupId;
  readonly messenger: Messenger;
  readonly part: number;
  /** The item is done with. */
  readonly last: boolean;
  readonly ids: readonly NativeId[];
  readonly map: MessageMap;
}

/** The line of the journal. The map knows the ids from now on. */
export function receiptOf({ op, seq }: LaneItem, { group, messenger, part, last, ids, map }: Sent): string {
  const message = ids.length > 0 ? nameIn(op) : null;
  if (message !== null) map.name(group, message, messenger, ids);
  return line(["r", group, messenger, seq, part, last, message, [...ids]]);
}

/** The message that the ids of a receipt name. */
function nameIn(op: Op): MessageId | null {
  if (op.type === "late") return op.note;
  return "message" in op ? op.message ?? null : null;
}
