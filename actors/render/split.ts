/** Long texts in several messages: cut at words, the head on each, numbered, never over the messenger's limit. */
import { type Capabilities, joinText, plain, type RichText } from "../model/mod.ts";
import { graphemeBoundary, lengthOf, reach } from "./cut.ts";
import { slice, tidy } from "./spans.ts";

type Limit = Capabilities["text"]["max"];

/** What stands above the text. */
export interface Heads {
  /** On the first message. */
  readonly first: RichText;
  /** On each that follows. */
  readonly next: RichText;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** What belongs to the character before it. */
const MARKS = "[\\p{M}\\p{Grapheme_Extend}\\p{Emoji_Modifier}\\u200d]";
const CARRIED = new RegExp(`^${MARKS}`, "u");
/** A cut at a space swallows the spaces there; at a line's end also blank lines, never the next line's indent. */
const GAP = gap();
const NO_HEADS: Heads = { first: plain(""), next: plain("") };

/**
 * The messages that `body` becomes: one where it fits, else each with its head and " (1/3)".
 * A word longer than a message is cut between characters. Always at least one message.
 */
export function split(body: RichText, max: Limit, heads: Heads = NO_HEADS): RichText[] {
  const text = tidy(body);
  const whole = joinText(heads.first, text);
  if (lengthOf(whole.text, max.unit) <= max.count) return [whole];
  // The numbers take room themselves: try with as many digits as the count of messages turns out to need.
  for (let digits = 1;; digits++) {
    const ranges = rangesOf(text.text, max, heads, " (/)".length + 2 * digits);
    if (String(ranges.length).length > digits) continue;
    return ranges.map((range, index) => numbered(text, { range, index, count: ranges.length }, heads));
  }
}

function numbered(
  text: RichText,
  part: { readonly range: Range; readonly index: number; readonly count: number },
  heads: Heads,
): RichText {
  const head = part.index === 0 ? heads.first : heads.next;
  const piece = slice(text, part.range.start, part.range.end);
  return joinText(head, piece, part.count > 1 ? ` (${part.index + 1}/${part.count})` : "");
}

function rangesOf(text: string, max: Limit, heads: Heads, suffix: number): Range[] {
  const ranges: Range[] = [];
  let start = 0;
  do {
    const head = ranges.length === 0 ? heads.first : heads.next;
    const count = max.count - lengthOf(head.text, max.unit) - suffix;
    const end = cutAfter(text, start, reach(text, start, { count, unit: max.unit }));
    const trimmed = text.slice(start, end).trimEnd().length;
    const kept = isEdge(text, start, start + trimmed) ? trimmed : end - start;
    // A messenger refuses a message of nothing but spaces.
    if (kept > 0) ranges.push({ start, end: start + kept });
    start = afterGap(text, end);
  } while (start < text.length);
  return ranges.length > 0 ? ranges : [{ start: 0, end: 0 }];
}

/** The best place in (start, end] to cut at. */
function cutAfter(text: string, start: number, end: number): number {
  if (end >= text.length) return text.length;
  let at = end;
  while (at > start && !isGap(text, at)) at--;
  // To where the spaces begin, so that the gap is taken as a whole.
  while (at > start && isGap(text, at - 1)) at--;
  return at > start && isEdge(text, start, at) ? at : graphemeBoundary(text, start, end);
}

/** Whether a character ends there: some take the space behind them along. */
function isEdge(text: string, start: number, at: number): boolean {
  return at === start || graphemeBoundary(text, start, at) === at;
}

/** A space that carries a mark, a shade or a joiner is a character of its own. */
function isGap(text: string, at: number): boolean {
  return /\s/.test(text.charAt(at)) && !CARRIED.test(text.slice(at + 1, at + 3));
}

function gap(): RegExp {
  const [space, line, any] = ["[^\\S\\n]", "\\n", "\\s"].map((one) => `(?:${one}(?!${MARKS}))`);
  return new RegExp(`${space}*${line}(?:${space}*${line})*|${any}+`, "uy");
}

function afterGap(text: string, end: number): number {
  if (!isGap(text, end)) return end;
  GAP.lastIndex = end;
  return end + (GAP.exec(text)?.[0].length ?? 0);
}
