/**
 * WhatsApp's texts as people read them: its markup as spans, and nobody's number where somebody is mentioned. The way
 * back is `marks.ts`. Pure.
 */
import type { NativeId, RichText, Span } from "../../actors/model/mod.ts";
import { decodeMarkup } from "../shared/whatsapp_markup.ts";

const TAG = /@\d{4,}/g;
/** `@` and the shortest number that can be somebody's. */
const NUMBER_MIN = 8;

/** Somebody who is mentioned: what stands in the text for them, and whom it means; null is our own account. */
export interface Mentioned {
  readonly user: string;
  readonly person: NativeId | null;
}

/**
 * What a WhatsApp client shows for `typed`. No number of anybody who is mentioned stays in it: the list of those who
 * are mentioned may have another name of theirs than the text, so that a number which is on no list goes as well.
 */
export function decodeText(typed: string, mentioned: readonly Mentioned[] = []): RichText {
  return withMentions(decodeMarkup(typed), mentioned);
}

/** `@` and the user part of a jid become `@…`, which the group replaces by the name that it knows. */
function withMentions(rich: RichText, mentioned: readonly Mentioned[]): RichText {
  if (mentioned.length === 0) return rich;
  const byUser = new Map(mentioned.map(({ user, person }) => [user, person]));
  let text = "";
  let read = 0;
  const spans: Span[] = [];
  const moves: { readonly at: number; readonly end: number; readonly by: number }[] = [];
  for (const { index, 0: found } of rich.text.matchAll(TAG)) {
    const person = byUser.get(found.slice(1));
    if (person === undefined && found.length < NUMBER_MIN) continue;
    text += rich.text.slice(read, index);
    const shown = person === null ? "@Plenum" : "@…";
    if (person) spans.push({ type: "mention", start: text.length, length: shown.length, person });
    text += shown;
    read = index + found.length;
    moves.push({ at: index, end: read, by: text.length - read });
  }
  text += rich.text.slice(read);
  const moved = (offset: number): number =>
    offset + (moves.findLast(({ at, end }) => offset >= end || offset > at)?.by ?? 0);
  const kept = rich.spans.map((span) => {
    const start = moved(span.start);
    return { ...span, start, length: Math.max(1, moved(span.start + span.length) - start) };
  });
  return { text, spans: [...kept, ...spans] };
}
