/** What people write in the browser or over REST, before anybody else gets it. Pure. */
import { z } from "@hono/zod-openapi";
import { type RichText, SpanType } from "../actors/model/mod.ts";
import { HttpProblem } from "./problem.ts";
import { INVISIBLE } from "./title.ts";

/** Messengers refuse these or cut a text at them, and none shows them; line breaks and tabs stay. */
// deno-lint-ignore no-control-regex -- it is what this is about
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g;
/** One emoji: of the standard's sets, or put together in the same way by a newer or a laxer keyboard. */
const EMOJI =
  /^(?:\p{RGI_Emoji}|\p{Extended_Pictographic}[\uFE0E\uFE0F]?\p{EMod}?(?:\u200D\p{Extended_Pictographic}\uFE0F?\p{EMod}?)*)$/v;
/** Room for the longest emoji, which are sequences of several characters. */
const EMOJI_MAX = 64;

/** `entered` without control characters and broken halves of characters; empty when nothing of it can be seen. */
export function cleanText(entered: string): string {
  const text = entered.toWellFormed().replace(/\r\n?/g, "\n").replace(CONTROL, "");
  return text.replace(INVISIBLE, "").trim() === "" ? "" : text;
}

/** A single emoji, for reactions. */
export const EmojiField = z.string().trim().max(EMOJI_MAX).refine(
  (entered) => EMOJI.test(entered),
  "Invalid input: expected one emoji",
);

/** More marks than anybody sets. */
const SPANS_MAX = 200;

/** Marks over a text. Whom it means is said by `@Name`, so that nobody can mean somebody whom they do not see. */
export const SpansField = z.array(z.strictObject({
  type: SpanType.exclude(["mention"]),
  start: z.number().int().nonnegative(),
  length: z.number().int().positive(),
  url: z.string().max(2048).regex(/^(https?:\/\/|mailto:)/i).optional(),
  language: z.string().max(64).optional(),
})).max(SPANS_MAX).default([]).openapi({
  description: "Offsets and lengths are UTF-16 code units of `text`",
});
/** As they were entered. */
export type Spans = z.infer<typeof SpansField>;

/** `entered` cleaned, with its marks. @throws {HttpProblem} 422 where they cannot lie where they are said to */
export function richText(entered: string, spans: Spans): RichText {
  const text = cleanText(entered);
  if (spans.length > 0 && text !== entered) {
    throw spanProblem("the text may hold no control characters, and no line breaks but \\n");
  }
  if (spans.some(({ start, length }) => start + length > text.length)) {
    throw spanProblem("each must end within the text");
  }
  if (spans.some(({ type, url }) => type === "link" && url === undefined)) {
    throw spanProblem("a link must have an address");
  }
  return { text, spans };
}

function spanProblem(because: string): HttpProblem {
  return new HttpProblem(422, "spans", `Cannot place the spans as ${because}`);
}
