/**
 * Which spans WhatsApp's marks can carry, and how far: marks stand at the edges of words, styles stay on a line, mark
 * no spaces at their edges, and lie one in the other; quotes are whole lines; code holds no marks of its own. The text
 * stays as it is: what cannot be carried is read without. Pure.
 */
import type { RichText, Span, SpanType } from "../../actors/model/mod.ts";
import { beginsInWord, BLOCK, endsInWord, linksIn, type Stretch } from "../shared/whatsapp_markup.ts";

/** From the outside in, where several cover the same. */
const NESTING: readonly SpanType[] = ["quote", "bold", "italic", "strike", "pre", "code"];
const STYLES = ["bold", "italic", "strike"] as const;
/** Stretches of a style: more than anybody means, and no more than can be compared with each other. */
const STYLED_MAX = 500;
/** Nothing that a mark can stand beside. */
const EDGE = /[\s\u2060*_~`]/;

/** `body` with the spans that a WhatsApp phone will show. */
export function carried(body: RichText): RichText {
  const { text } = body;
  const links = linksIn(text);
  const codes = codesOf(body, links);
  const spans = [...quotesOf(body, codes), ...stylesOf(body, codes, links), ...codes];
  return { text, spans: spans.toSorted(outerFirst) };
}

function outerFirst(a: Span, b: Span): number {
  return a.start - b.start || b.length - a.length || NESTING.indexOf(a.type) - NESTING.indexOf(b.type);
}

function codesOf(body: RichText, links: readonly Stretch[]): Span[] {
  const taken: Stretch[] = [];
  return (["pre", "code"] as const).flatMap((type) => {
    const found = rangesOf(body, type)
      .flatMap((range) => type === "code" ? linesIn(body.text, range) : [range])
      .filter((range) => isCode(body.text.slice(range.start, range.end), type))
      .filter((range) => standsFree(body.text, range))
      .filter((range) => !links.some((link) => isPartOf(range, link)))
      .filter((range) => !taken.some((other) => overlaps(range, other)));
    taken.push(...found);
    return found.map((range) => spanOf(type, range));
  });
}

function isCode(inside: string, type: "pre" | "code"): boolean {
  if (inside === "" || inside.startsWith("\u2060")) return false;
  if (type === "code") return !inside.includes("`");
  return !inside.includes(BLOCK) && !inside.startsWith("`") && !inside.endsWith("`");
}

function quotesOf(body: RichText, codes: readonly Span[]): Span[] {
  const blocks = codes.map(stretchOf).filter(({ start, end }) => body.text.slice(start, end).includes("\n"));
  const lines = linesIn(body.text, { start: 0, end: body.text.length });
  const quotes = rangesOf(body, "quote");
  const quoted = lines.filter((line) =>
    body.text.slice(line.start, line.end).trim() !== "" &&
    quotes.some(({ start, end }) => start <= line.start && end >= line.end) &&
    // A block's marks stand on the line, too, where only its newline does.
    !blocks.some((block) => overlaps(block, { start: line.start - 1, end: line.end + 1 }))
  );
  // Lines that follow upon each other are one quote.
  return joined(quoted, 1).map((range) => spanOf("quote", range));
}

function stylesOf(body: RichText, codes: readonly Span[], links: readonly Stretch[]): Span[] {
  const whole = codes.map(stretchOf);
  const closed = whole.filter(({ start, end }) => /[\n*_~`\u2060]/.test(body.text.slice(start, end)));
  const spans: Span[] = [];
  for (const type of STYLES) {
    let ranges = rangesOf(body, type).flatMap((range) => linesIn(body.text, range)).slice(0, STYLED_MAX);
    for (const code of closed) ranges = ranges.flatMap((range) => without(range, code));
    for (const unit of [...whole, ...links]) {
      ranges = ranges.flatMap((range) => isPartOf(range, unit) ? without(range, unit) : [range]);
    }
    for (const other of spans.map(stretchOf)) ranges = ranges.flatMap((range) => splitAt(range, other));
    const units = [...whole, ...links];
    spans.push(
      ...ranges.flatMap((range) => trimmed(body.text, range, units))
        .filter((range) => standsFree(body.text, range))
        .map((range) => spanOf(type, range)),
    );
  }
  return spans;
}

/** Whether marks around it stand outside of words: inside of one a phone would show them as they are. */
function standsFree(text: string, { start, end }: Stretch): boolean {
  return !endsInWord(text.slice(Math.max(0, start - 2), start)) && !beginsInWord(text.slice(end, end + 2));
}

/** Without what no mark can stand beside. */
function trimmed(text: string, { start, end }: Stretch, units: readonly Stretch[]): Stretch[] {
  let [from, to] = [start, end];
  const isEdge = (at: number): boolean =>
    EDGE.test(text.charAt(at)) && !units.some((unit) => unit.start <= at && at < unit.end);
  while (from < to && isEdge(from)) from += 1;
  while (to > from && isEdge(to - 1)) to -= 1;
  return from < to ? [{ start: from, end: to }] : [];
}

/** All that is under spans of a type, neighbours as one. */
function rangesOf({ text, spans }: RichText, type: SpanType): Stretch[] {
  const ranges = spans.filter((span) => span.type === type).map(stretchOf)
    .map(({ start, end }) => ({ start, end: Math.min(end, text.length) }))
    .filter(({ start, end }) => start < end)
    .toSorted((a, b) => a.start - b.start);
  return joined(ranges, 0);
}

function joined(ranges: readonly Stretch[], gap: number): Stretch[] {
  const found: Stretch[] = [];
  for (const range of ranges) {
    const last = found.at(-1);
    if (last !== undefined && range.start <= last.end + gap) {
      found[found.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    } else found.push(range);
  }
  return found;
}

function linesIn(text: string, { start, end }: Stretch): Stretch[] {
  const lines: Stretch[] = [];
  let from = start;
  for (const line of text.slice(start, end).split("\n")) {
    lines.push({ start: from, end: from + line.length });
    from += line.length + 1;
  }
  return lines.filter((line) => line.start < line.end);
}

/** Cut where it would cross the edge of `other`. */
function splitAt(range: Stretch, other: Stretch): Stretch[] {
  if (!crosses(range, other)) return [range];
  const at = range.start < other.start ? other.start : other.end;
  return [{ start: range.start, end: at }, { start: at, end: range.end }];
}

function without(range: Stretch, hole: Stretch): Stretch[] {
  if (!overlaps(range, hole)) return [range];
  return [
    { start: range.start, end: Math.min(range.end, hole.start) },
    { start: Math.max(range.start, hole.end), end: range.end },
  ].filter(({ start, end }) => start < end);
}

/** Whether they overlap, and `range` does not hold all of `unit`. */
function isPartOf(range: Stretch, unit: Stretch): boolean {
  return overlaps(range, unit) && (range.start > unit.start || range.end < unit.end);
}

function crosses(a: Stretch, b: Stretch): boolean {
  const [one, two] = a.start < b.start ? [a, b] : [b, a];
  return one.start < two.start && two.start < one.end && one.end < two.end;
}

function overlaps(a: Stretch, b: Stretch): boolean {
  return a.start < b.end && b.start < a.end;
}

function stretchOf({ start, length }: Span): Stretch {
  return { start, end: start + length };
}

function spanOf(type: SpanType, { start, end }: Stretch): Span {
  return { type, start, length: end - start };
}
