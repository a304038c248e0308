/** Texts that had to wait for their turn, in one message: each with its author and its time. */
import {
  type Attribution,
  joinText,
  type NativeId,
  type Ping,
  type Quote,
  type RichText,
} from "../model/mod.ts";
import { headOf } from "./attribute.ts";
import type { LowerContext, Part } from "./context.ts";
import { lengthOf } from "./cut.ts";
import { quoteOf } from "./quote.ts";
import { carriedHere, silent } from "./words.ts";

/** One of them. */
export interface MergedText {
  readonly author: Attribution;
  readonly body: RichText;
  /** When it was said, ms since 1970. */
  readonly at: number;
  readonly replyTo?: Quote | undefined;
  readonly pings?: readonly Ping[] | undefined;
}

/** As many of `texts` as one message has room for, at least one. */
export function mergeTexts(
  texts: readonly MergedText[],
  context: LowerContext,
): { readonly text: RichText; readonly count: number } {
  const { max } = context.capabilities.text;
  let text: RichText = { text: "", spans: [] };
  let count = 0;
  for (const one of texts) {
    const before = texts[count - 1];
    const next = joinText(text, count === 0 ? "" : "\n\n", block(one, before, context));
    if (count > 0 && lengthOf(next.text, max.unit) > max.count) break;
    text = next;
    count++;
  }
  return { text, count };
}

/** The parts of a change to one of several texts that share a message: the whole of it anew. */
export function lowerShared(
  target: NativeId,
  texts: readonly MergedText[],
  context: LowerContext,
): Part[] | null {
  if (texts.length === 0) return [silent({ type: "delete", target })];
  const { text, count } = mergeTexts(texts, context);
  const fits = lengthOf(text.text, context.capabilities.text.max.unit) <= context.capabilities.text.max.count;
  return count === texts.length && fits ? [silent({ type: "edit", target, text })] : null;
}

function block(one: MergedText, before: MergedText | undefined, context: LowerContext): RichText {
  const body = carriedHere(one.body, one.pings ?? [], context);
  const words = one.replyTo === undefined ? body : joinText(quoteOf(one.replyTo), body);
  if (before !== undefined && sameHead(one, before, context)) return words;
  const { text, capabilities } = context;
  const head = headOf(one.author, capabilities.text.spans, { text, after: ` · ${context.time(one.at)}` });
  return joinText(head, words);
}

function sameHead(one: MergedText, other: MergedText, { time }: LowerContext): boolean {
  return one.author.name === other.author.name && one.author.messenger === other.author.messenger &&
    time(one.at) === time(other.at);
}
