/**
 * Canonical text: plain characters and spans over them, never markup.
 * Offsets and lengths are UTF-16 code units, as in JavaScript and in all three messengers.
 */
import { z } from "zod";
import { MemberId, NativeId } from "./ids.ts";

/** The ways in which a stretch of text can be marked. */
export const SpanType = z.enum([
  "bold",
  "italic",
  "underline",
  "strike",
  "spoiler",
  "code",
  "pre",
  "quote",
  "link",
  "mention",
]);
export type SpanType = z.infer<typeof SpanType>;

export const Span = z.object({
  type: SpanType,
  start: z.number().int().nonnegative(),
  length: z.number().int().positive(),
  /** Of a `link`. */
  url: z.string().max(2048).optional(),
  /** Of a `pre`. */
  language: z.string().max(64).optional(),
  /** Of a `mention` as an adapter gives it: whom the messenger means. The group makes it a `member`. */
  person: NativeId.optional(),
  /** Of a `mention`, once it is known whom it means. */
  member: MemberId.optional(),
});
export type Span = z.infer<typeof Span>;

export const RichText = z.object({ text: z.string(), spans: z.array(Span) });
export type RichText = z.infer<typeof RichText>;

/** Text without spans. */
export function plain(text: string): RichText {
  return { text, spans: [] };
}

/** Joins texts, moving the spans of each to where its text went. */
export function joinText(...parts: readonly (RichText | string)[]): RichText {
  let text = "";
  const spans: Span[] = [];
  for (const part of parts) {
    if (typeof part === "string") {
      text += part;
      continue;
    }
    for (const span of part.spans) spans.push({ ...span, start: span.start + text.length });
    text += part.text;
  }
  return { text, spans };
}

/** `text` wholly under one span. */
export function marked(type: SpanType, text: string): RichText {
  return text === "" ? plain("") : { text, spans: [{ type, start: 0, length: text.length }] };
}

/** A stretch [start, end) of a text, and what stands there instead. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * `rich` with stretches replaced, which are in order and none over another. A span that begins or ends in one begins
 * or ends with it; `places` says where each is now.
 */
export function replaced(
  rich: RichText,
  replacements: readonly Replacement[],
): {
  readonly rich: RichText;
  readonly places: readonly { readonly start: number; readonly length: number }[];
} {
  let text = "";
  let read = 0;
  const places = replacements.map(({ start, end, text: instead }) => {
    text += rich.text.slice(read, start);
    const place = { start: text.length, length: instead.length };
    text += instead;
    read = end;
    return place;
  });
  text += rich.text.slice(read);
  const movedTo = (offset: number, inside: "start" | "end"): number => {
    const at = replacements.findLastIndex(({ start }) => start < offset);
    const [change, place] = [replacements[at], places[at]];
    if (change === undefined || place === undefined) return offset;
    const end = place.start + place.length;
    if (offset >= change.end) return offset - change.end + end;
    return inside === "start" ? place.start : end;
  };
  const spans = rich.spans.flatMap((span) => {
    const start = movedTo(span.start, "start");
    const length = movedTo(span.start + span.length, "end") - start;
    return length > 0 ? [{ ...span, start, length }] : [];
  });
  return { rich: { text, spans }, places };
}
