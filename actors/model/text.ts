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
