/** Replies where the messenger cannot point at a message: one line above the text. */
import { plain, type Quote, type RichText } from "../model/mod.ts";
import { shownName } from "./attribute.ts";
import { oneLine, shorten } from "./cut.ts";
import { EXCERPT_MAX } from "./excerpt.ts";

/** "> Name: excerpt" and its line break. */
export function quoteOf(quote: Quote): RichText {
  return plain(`> ${shownName(quote.name)}: ${shorten(oneLine(quote.excerpt), EXCERPT_MAX)}\n`);
}
