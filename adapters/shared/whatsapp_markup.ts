/**
 * WhatsApp's markup: `*bold*`, `_italic_`, `~strike~`, `` `code` ``, ```` ```block``` ```` and `> quote`.
 * A sound subset: a mark counts at the edges of words only, marks nest but never cross, and whatever is not
 * markup stays as it was typed. Lists stay plain lines, and addresses hold no marks.
 */
import { plain, type RichText, type Span, type SpanType } from "../../actors/model/mod.ts";

/** More marks than anybody means: the rest stays text. */
const SPANS_MAX = 200;

/**
 * WhatsApp has no escape. A word joiner has no width; between a sign and what follows it, it keeps the sign from being
 * read as a mark. Not tried on real phones: where one reads the mark all the same, it is as if there were no joiner.
 * Beside marks it is no part of the text.
 */
export const JOINER = "\u2060";

/** By the sign that is typed on both sides. */
export const MARKS: Readonly<Record<string, SpanType>> = { "*": "bold", _: "italic", "~": "strike" };
/** What is typed around code that keeps its lines. */
export const BLOCK = "```";
/** What is typed before each line of a quote. */
export const QUOTE = "> ";
const MARKED = /[*_~`\u2060]|^> /m;
const WORD = /[\p{L}\p{N}]/u;
const LINK = /https?:\/\/[^\s*~`\u2060]*[^\s*~`\u2060_]/g;
const SPACE = /[\s\u2060]/;

/** From `start` up to and without `end`. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

interface Writer {
  text: string;
  readonly spans: Span[];
  /** Marks that found no partner once find none later: without this a text of marks would take quadratic time. */
  readonly lonely: Set<string>;
  /** Where a mark is a letter of an address. */
  readonly linked: ReadonlySet<number>;
}

/** What a WhatsApp client shows for `typed`. */
export function decodeMarkup(typed: string): RichText {
  if (!MARKED.test(typed)) return plain(typed);
  const writer: Writer = { text: "", spans: [], lonely: new Set(), linked: marksInLinks(typed) };
  write(typed, { start: 0, end: typed.length }, writer);
  // A text of nothing but marks would be empty.
  if (writer.text === "") return plain(typed);
  return {
    text: writer.text,
    spans: writer.spans.toSorted((a, b) => a.start - b.start || b.length - a.length),
  };
}

function write(typed: string, { start, end }: Stretch, writer: Writer): void {
  let at = start;
  while (at < end) {
    const rest = { start: at, end };
    const next = writeQuote(typed, rest, writer) ?? writeCode(typed, rest, writer) ??
      writeMarked(typed, rest, writer);
    if (next !== null) {
      at = next;
      continue;
    }
    if (!isSilent(typed, at)) writer.text += typed.charAt(at);
    at += 1;
  }
}

/** One line of a quote. @returns where the text goes on, or null where none begins */
function writeQuote(typed: string, { start, end }: Stretch, writer: Writer): number | null {
  if (!typed.startsWith(QUOTE, start) || (start > 0 && typed.charAt(start - 1) !== "\n")) return null;
  if (writer.spans.length >= SPANS_MAX) return null;
  const newline = typed.indexOf("\n", start);
  const stop = newline === -1 ? end : Math.min(end, newline);
  if (typed.slice(start + QUOTE.length, stop).trim() === "") return null;
  const from = writer.text.length;
  const place = writer.spans.length;
  write(typed, { start: start + QUOTE.length, end: stop }, writer);
  const last = writer.spans.findLastIndex(({ type }) => type === "quote");
  const above = writer.spans[last];
  const length = writer.text.length - from;
  // The line before was one of the same quote.
  if (above !== undefined && above.start + above.length === from - 1) {
    writer.spans[last] = { ...above, length: above.length + 1 + length };
  } else if (length > 0) writer.spans.splice(place, 0, { type: "quote", start: from, length });
  return stop;
}

/** Code holds no marks. @returns where the text goes on, or null where no code begins */
function writeCode(typed: string, { start, end }: Stretch, writer: Writer): number | null {
  if (typed.charAt(start) !== "`" || writer.spans.length >= SPANS_MAX) return null;
  const mark = typed.startsWith(BLOCK, start) ? BLOCK : "`";
  const from = start + mark.length;
  const close = typed.indexOf(mark, from);
  if (close <= from || close + mark.length > end || typed.charAt(from) === JOINER) return null;
  const inside = typed.slice(from, close);
  if (mark === "`" && inside.includes("\n")) return null;
  writer.spans.push({
    type: mark === BLOCK ? "pre" : "code",
    start: writer.text.length,
    length: inside.length,
  });
  writer.text += inside;
  return close + mark.length;
}

/** @returns where the text goes on, or null where no mark begins */
function writeMarked(typed: string, { start, end }: Stretch, writer: Writer): number | null {
  const mark = typed.charAt(start);
  const type = MARKS[mark];
  if (type === undefined || writer.spans.length >= SPANS_MAX) return null;
  if (writer.linked.has(start) || !opens(typed, start)) return null;
  const close = closing(typed, { start, end }, writer);
  if (close === null) return null;
  const from = writer.text.length;
  const place = writer.spans.length;
  write(typed, { start: start + 1, end: close }, writer);
  if (writer.text.length > from) {
    writer.spans.splice(place, 0, { type, start: from, length: writer.text.length - from });
  }
  return close + 1;
}

/** Where the mark at `start` is closed, on the same line. */
function closing(typed: string, { start, end }: Stretch, { lonely, linked }: Writer): number | null {
  const mark = typed.charAt(start);
  const newline = typed.indexOf("\n", start);
  const until = newline === -1 ? end : Math.min(end, newline);
  const key = `${mark}${until}`;
  if (lonely.has(key)) return null;
  for (let at = typed.indexOf(mark, start + 2); at !== -1 && at < until; at = typed.indexOf(mark, at + 1)) {
    if (!linked.has(at) && closes(typed, at)) return at;
  }
  lonely.add(key);
  return null;
}

function opens(typed: string, at: number): boolean {
  const after = typed.charAt(at + 1);
  return !WORD.test(before(typed, at)) && after !== "" && after !== typed.charAt(at) && !SPACE.test(after);
}

function closes(typed: string, at: number): boolean {
  const after = typed.slice(at + 1, at + 3);
  return !SPACE.test(typed.charAt(at - 1)) && typed.charAt(at - 1) !== typed.charAt(at) &&
    !beginsInWord(after);
}

/** Whether it is a joiner that belongs to a mark. */
function isSilent(typed: string, at: number): boolean {
  return typed.charAt(at) === JOINER && /[*_~`>]/.test(typed.charAt(at - 1) + typed.charAt(at + 1));
}

function marksInLinks(typed: string): ReadonlySet<number> {
  const found = new Set<number>();
  for (const { start, end } of linksIn(typed)) {
    for (let at = typed.indexOf("_", start); at !== -1 && at < end; at = typed.indexOf("_", at + 1)) {
      found.add(at);
    }
  }
  return found;
}

/** The addresses in a text. Of marks they hold `_` only, and not as the last sign. */
export function linksIn(text: string): Stretch[] {
  return [...text.matchAll(LINK)].map(({ 0: link, index }) => ({ start: index, end: index + link.length }));
}

/** Whether a mark that follows upon `text` would stand inside of a word. */
export function endsInWord(text: string): boolean {
  return WORD.test(before(text, text.length));
}

/** Whether a mark that stands before `text` would stand inside of a word. */
export function beginsInWord(text: string): boolean {
  return WORD.test(String.fromCodePoint(text.codePointAt(0) ?? 0x20));
}

/** The whole character before `at`, also where it takes two UTF-16 units. */
function before(typed: string, at: number): string {
  const unit = typed.charAt(at - 1);
  return /[\udc00-\udfff]/.test(unit) ? typed.slice(Math.max(0, at - 2), at) : unit;
}
