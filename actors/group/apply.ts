/** What follows from a decision in memory. */
import type { HistoryEntry } from "../model/mod.ts";
import { type GroupState, historyOf, type Turn } from "../store/mod.ts";
import type { Draft } from "./draft.ts";

/** An op, its order number and the lanes that it goes into. */
export type Item = NonNullable<Turn["items"]>[number];
/** A lane of which all up to an order number is left out. */
export type Cut = NonNullable<Turn["cut"]>[number];

/** The state after a decision. */
export function apply(before: GroupState | null, draft: Draft): GroupState | null {
  if (!draft.exists) return null;
  if (draft.newRecord === null && draft.members.size === 0) return before;
  const members = draft.end === null ? before?.members ?? new Map() : new Map();
  if (draft.end === null) { for (const member of draft.members.values()) members.set(member.id, member); }
  return { record: draft.record, members };
}

/** What is remembered of a decision: `items` go out, `keep` says whether browsers read its history. */
export function turnOf(
  draft: Draft,
  { cut, items, keep }: { readonly cut: Cut[]; readonly items: Item[]; readonly keep: boolean },
): Turn {
  return {
    ...(draft.message === null ? {} : { message: draft.message }),
    ...(draft.alias === null ? {} : { alias: draft.alias }),
    ...(cut.length === 0 ? {} : { cut }),
    ...(items.length === 0 ? {} : { items }),
    ...(draft.made === null ? {} : { made: draft.made }),
    ...(draft.changed.length === 0 ? {} : { changed: draft.changed }),
    ...(keep ? { keep } : {}),
    ...(draft.end === null ? {} : { ended: true }),
  };
}

/** What browsers see of a turn's new message. */
export function madeBy(turn: Turn): HistoryEntry[] {
  if (turn.made !== undefined) return [turn.made];
  const { message } = turn;
  const author = message?.author ?? null;
  if (message === undefined || author === null) return [];
  for (const [, op] of turn.items ?? []) {
    if (op.type === "post") return [historyOf({ ...message, author }, op)];
  }
  return [];
}
