/** What people write in the browser or over REST, before anybody else gets it. Pure. */
import { z } from "@hono/zod-openapi";
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
