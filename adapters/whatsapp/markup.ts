/**
 * WhatsApp's markup both ways: `*bold*`, `_italic_`, `~strike~`, `` `code` ``, ```` ```block``` ```` and `> quote`.
 * There is no way to escape: a mark that somebody typed elsewhere may be read as one there. A mark counts at the edges
 * of words only, so a span that begins or ends inside a word goes without.
 */
import {
  joinText,
  type NativeId,
  plain,
  type RichText,
  type Span,
  type SpanType,
} from "../../actors/model/mod.ts";
import { decodeMarkup } from "../shared/inline_markup.ts";

const QUOTE = "> ";
const FENCE = "```";
const MARKS: Partial<Record<SpanType, string>> = {
  bold: "*",
  italic: "_",
  strike: "~",
  code: "`",
  pre: FENCE,
};
const WORD = /[\p{L}\p{N}]/u;

/** Somebody who is mentioned: what stands in the text for them, and whom it means; null is our own account. */
export interface Mentioned {
  readonly user: string;
  readonly person: NativeId | null;
}

/** What a WhatsApp client shows for `typed`. No number of anybody who is mentioned stays in it. */
export function decodeText(typed: string, mentioned: readonly Mentioned[] = []): RichText {
  return withMentions(joinLines(blocksOf(typed).map(decodeBlock)), mentioned);
}

/** What to type so that a WhatsApp client shows `rich`. Spans that WhatsApp has no mark for are left out. */
export function encodeText({ text, spans }: RichText): string {
  const marks = spans.filter(({ type }) => MARKS[type] !== undefined)
    .toSorted((a, b) => a.start - b.start || b.length - a.length)
    .flatMap((span) => piecesOf(text, span));
  const typed = write(text, nested(marks));
  return spans.filter(({ type }) => type === "quote").length === 0
    ? typed
    : quoted(text, spans, nested(marks));
}

interface Block {
  readonly quote: boolean;
  readonly lines: readonly string[];
}

/** Lines of quotes and other lines by turns. Inside a code block nothing is a quote. */
function blocksOf(typed: string): Block[] {
  const blocks: { quote: boolean; lines: string[] }[] = [];
  let fenced = false;
  for (const line of typed.split("\n")) {
    const quote = !fenced && line.startsWith(QUOTE) && line.length > QUOTE.length;
    if ((line.split(FENCE).length - 1) % 2 === 1) fenced = !fenced;
    const last = blocks.at(-1);
    const shown = quote ? line.slice(QUOTE.length) : line;
    if (last?.quote === quote) last.lines.push(shown);
    else blocks.push({ quote, lines: [shown] });
  }
  return blocks;
}

function decodeBlock({ quote, lines }: Block): RichText {
  const rich = decodeMarkup(lines.join("\n"));
  if (!quote || rich.text === "") return rich;
  return { ...rich, spans: [{ type: "quote", start: 0, length: rich.text.length }, ...rich.spans] };
}

function joinLines(parts: readonly RichText[]): RichText {
  return joinText(...parts.flatMap((part, index) => index === 0 ? [part] : [plain("\n"), part]));
}

/** `@` and the user part of a jid become `@…`, which the group replaces by the name that it knows. */
function withMentions(rich: RichText, mentioned: readonly Mentioned[]): RichText {
  if (mentioned.length === 0) return rich;
  const byUser = new Map(mentioned.map(({ user, person }) => [user, person]));
  let text = "";
  let read = 0;
  const spans: Span[] = [];
  const moves: { readonly at: number; readonly end: number; readonly by: number }[] = [];
  for (const { index, 0: found } of rich.text.matchAll(/@\d{4,}/g)) {
    const person = byUser.get(found.slice(1));
    if (person === undefined) continue;
    text += rich.text.slice(read, index);
    const shown = person === null ? "@Plenum" : "@…";
    if (person !== null) spans.push({ type: "mention", start: text.length, length: shown.length, person });
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

interface Mark {
  readonly mark: string;
  readonly start: number;
  readonly end: number;
}

/** A span line by line, without the spaces at its edges, where marks can stand there. Blocks go over lines. */
function piecesOf(text: string, { type, start, length }: Span): Mark[] {
  const mark = MARKS[type] ?? "";
  const end = start + length;
  const ranges: [number, number][] = [];
  if (type === "pre") ranges.push([start, end]);
  else {
    for (let at = start; at < end;) {
      const newline = text.indexOf("\n", at);
      const stop = newline === -1 ? end : Math.min(newline, end);
      ranges.push([at, stop]);
      at = stop + 1;
    }
  }
  return ranges.map(([from, to]) => {
    const inside = text.slice(from, to);
    const lead = inside.length - inside.trimStart().length;
    return { mark, start: from + lead, end: from + lead + inside.trim().length };
  }).filter((piece) => canStand(text, piece));
}

function canStand(text: string, { mark, start, end }: Mark): boolean {
  const inside = text.slice(start, end);
  if (inside === "" || inside.includes(mark.charAt(0))) return false;
  const before = text.slice(Math.max(0, start - 2), start);
  const after = String.fromCodePoint(text.codePointAt(end) ?? 0x20);
  return !WORD.test([...before].at(-1) ?? " ") && !WORD.test(after);
}

/** Marks nest but never cross, and there are none in code: what would cross goes without. */
function nested(marks: readonly Mark[]): Mark[] {
  const kept: Mark[] = [];
  for (const mark of marks) {
    const fits = kept.every((other) =>
      mark.start >= other.end || mark.end <= other.start ||
      (mark.start >= other.start && mark.end <= other.end && !other.mark.startsWith("`") &&
        mark.mark !== other.mark)
    );
    if (fits) kept.push(mark);
  }
  return kept;
}

function write(text: string, marks: readonly Mark[]): string {
  let typed = "";
  for (let at = 0; at <= text.length; at++) {
    const closing = marks.filter(({ end }) => end === at).toSorted((a, b) => b.start - a.start);
    const opening = marks.filter(({ start }) => start === at).toSorted((a, b) => b.end - a.end);
    // Marks that cover the same stretch close in the other order than they opened.
    for (const { mark } of closing.toReversed().toSorted((a, b) => b.start - a.start)) typed += mark;
    for (const { mark } of opening) typed += mark;
    typed += text.charAt(at);
  }
  return typed;
}

/** Each line of a quote begins with its sign; marks were set before, as they count inside a line. */
function quoted(text: string, spans: readonly Span[], marks: readonly Mark[]): string {
  const signs = new Set<number>();
  for (const { start, length } of spans.filter(({ type }) => type === "quote")) {
    const first = text.lastIndexOf("\n", start - 1) + 1;
    for (let at = first; at < start + length;) {
      signs.add(at);
      const newline = text.indexOf("\n", at);
      if (newline === -1) break;
      at = newline + 1;
    }
  }
  const quotes = [...signs].map((at) => ({ mark: QUOTE, start: at, end: Infinity }));
  return write(text, [...quotes, ...marks]);
}
