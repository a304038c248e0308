/** What the author of a message is told of its way, in their own messenger: nothing while all is well. */
import type { MessageFact, MessageId, Messenger } from "../model/mod.ts";
import { encodeRow, key } from "../store/mod.ts";
import { audience, type Draft, type Known } from "./draft.ts";
import { leadingOn } from "./reactions.ts";
import { WEB } from "./web.ts";

/** Late messages of one group that are told of: where a bridge is down for long, more of them say nothing new. */
export const LATE_MAX = 20;
/** Why something could not be sent, where there are words for it; `unsent.other` for the rest. */
const REASONS = ["too-large", "forbidden", "no-chat", "uncertain"];

/** A message has not come everywhere for a while, or has by now. The same said again changes nothing. */
export function late(draft: Draft, { message, messengers }: MessageFact & { type: "late" }): void {
  const told = draft.record.late?.find((one) => one.message === message);
  if (messengers.length === 0) return told === undefined ? undefined : arrived(draft, message, told.note);
  const { target } = draft.around;
  const from = authorsMessenger(draft);
  if (told !== undefined || target === null || from === null || isGone(target)) return;
  const missing = messengers.filter((messenger) => !target.entry.copies.has(messenger));
  const others = draft.record.late ?? [];
  if (missing.length === 0 || others.length >= LATE_MAX) return;
  const note = draft.named(from);
  if (others.length === 0) {
    draft.rows.push({ key: key.late(draft.record.id), value: encodeRow({ v: 1 }) });
  }
  draft.change({ ...draft.record, late: [...others, { message, note, messengers: missing }] });
  const leading = leadingNow(draft, target, from);
  draft.send({ type: "late", message, note, messengers: missing, leading }, [from]);
}

function arrived(draft: Draft, message: MessageId, note: MessageId): void {
  const { late: all = [], ...record } = draft.record;
  const others = all.filter((one) => one.message !== message);
  draft.change(others.length === 0 ? record : { ...record, late: others });
  if (others.length === 0) draft.rows.push({ key: key.late(record.id), value: null });
  const { target } = draft.around;
  const from = authorsMessenger(draft);
  if (target === null || from === null) return;
  const leading = leadingNow(draft, target, from);
  draft.send({ type: "late", message, note, messengers: [], leading }, [from]);
}

/** It will never come to one of the messengers. */
export function unsent(draft: Draft, { message, messenger, reason }: MessageFact & { type: "unsent" }): void {
  const from = authorsMessenger(draft);
  const { target } = draft.around;
  // Our own copy of somebody's poll, beside theirs: its author has theirs.
  if (target === null || from === null || from === messenger || isGone(target)) return;
  if (draft.bridge(messenger) === null) return;
  const known = REASONS.includes(reason) ? `unsent.${reason}` : "unsent.other";
  draft.send({ type: "notice", key: known, values: { messenger }, about: message, quiet: true }, [from]);
}

/** Where the author of the message is told. Browsers see its way by themselves. */
function authorsMessenger({ around: { target }, record }: Draft): Messenger | null {
  const from = target?.entry.messenger ?? null;
  if (record.endedAt !== null || from === WEB) return null;
  return from !== null && audience(record, null).includes(from) ? from : null;
}

function isGone({ history }: Known): boolean {
  return history?.deleted === true;
}

function leadingNow(draft: Draft, { history }: Known, messenger: Messenger): string | null {
  return history === null ? null : leadingOn(draft, history.reactions, messenger);
}
