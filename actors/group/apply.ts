/** What follows from a decision in memory. */
import type { HistoryEntry } from "../model/mod.ts";
import { type GroupState, historyOf, type Turn } from "../store/mod.ts";
import type { Draft } from "./draft.ts";

/** The state after a decision. */
export function apply(before: GroupState | null, draft: Draft): GroupState | null {
  if (!draft.exists) return null;
  if (draft.newRecord === null && draft.members.size === 0) return before;
  const members = draft.end === null ? before?.members ?? new Map() : new Map();
  if (draft.end === null) { for (const member of draft.members.values()) members.set(member.id, member); }
  return { record: draft.record, members };
}

/** What browsers see of a turn's new message. */
export function madeBy(turn: Turn): HistoryEntry[] {
  if (turn.made !== undefined) return [turn.made];
  const { message } = turn;
  if (message === undefined) return [];
  for (const [, op] of turn.items ?? []) if (op.type === "post") return [historyOf(message, op)];
  return [];
}
