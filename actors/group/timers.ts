/**
 * Messages that disappear: what people set on any messenger counts for the whole group, the shortest time for all.
 * Where a messenger has no such timer, or a longer one, our copies are taken away when their time is over.
 */
import type { Event, GroupRecord, MessageId, Messenger } from "../model/mod.ts";
import { encodeRow, key } from "../store/mod.ts";
import { audience, type Draft } from "./draft.ts";
import { author } from "./roster.ts";

type TimerEvent = Extract<Event, { type: "timer" }>;

/** After how many seconds messages disappear; 0: never. */
export function strictest({ timers, bridges }: GroupRecord): number {
  if (timers === undefined) return 0;
  const set = bridges.map(({ messenger }) => timers[messenger] ?? 0).filter((seconds) => seconds > 0);
  return set.length === 0 ? 0 : Math.min(...set);
}

/** Somebody set the timer of their messenger. Where it is not the strictest of all it is set back to that. */
export function timed(draft: Draft, messenger: Messenger, { seconds, author: who }: TimerEvent): void {
  if (who !== undefined && author(draft, messenger, who) === null) return;
  const { record } = draft;
  const before = strictest(record);
  // What we have set there comes back like this: nobody there wished it.
  if (seconds === before) return;
  draft.change({ ...record, timers: { ...record.timers, [messenger]: seconds } });
  const now = strictest(draft.record);
  if (now !== before) setEverywhere(draft, audience(record, seconds === now ? messenger : null));
  else if (seconds !== now) setEverywhere(draft, [messenger]);
}

function setEverywhere(draft: Draft, to: readonly Messenger[]): void {
  draft.send({ type: "timer", seconds: strictest(draft.record) }, to);
}

/** A bridge that has just become ready has no messages that stay longer than on the others. */
export function showTimer(draft: Draft, messenger: Messenger): void {
  if (strictest(draft.record) > 0) setEverywhere(draft, [messenger]);
}

/** A bridge is no more, and what was wished there with it. */
export function forgetTimer(draft: Draft, before: GroupRecord): void {
  if (strictest(draft.record) !== strictest(before)) setEverywhere(draft, audience(draft.record, null));
}

/** A new message goes when its time is over: a row says so until it has. */
export function scheduleEnd(draft: Draft, message: MessageId): void {
  const seconds = strictest(draft.record);
  if (seconds === 0) return;
  const { seq, at } = draft.around;
  const value = encodeRow({ v: 1, group: draft.record.id, message, seconds });
  draft.rows.push({ key: key.fading(at + seconds * 1000, seq), value });
}
