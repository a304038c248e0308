/** One line of a message, for quotes. */
import type { Content, RichText } from "../model/mod.ts";
import type { TextOf } from "./context.ts";
import { oneLine, shorten } from "./cut.ts";
import { kindOf, wordsOf } from "./describe.ts";
import { tidy } from "./spans.ts";

/** How long a quoted line may be, in UTF-16 code units. */
export const EXCERPT_MAX = 60;

/** One line of `content`, at most 60 characters, ending with … where it is cut. What is under a spoiler stays hidden. */
export function excerpt(content: Content, text: TextOf): string {
  const kind = kindOf(content, text);
  const words = hideSpoilers(tidy(wordsOf(content)));
  return shorten(oneLine(kind === "" ? words : `[${kind}] ${words}`), EXCERPT_MAX);
}

function hideSpoilers(body: RichText): string {
  let text = body.text;
  for (const span of body.spans) {
    if (span.type !== "spoiler") continue;
    const end = span.start + span.length;
    text = text.slice(0, span.start) + "▒".repeat(span.length) + text.slice(end);
  }
  return text;
}
