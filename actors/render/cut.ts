/** Where a text may be cut: at words, else between what people see as one character, else between code points. */
import type { LengthUnit } from "../model/mod.ts";

const SEGMENTER = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const ELLIPSIS = "…";

/** The length of `text` as the messenger counts it. */
export function lengthOf(text: string, unit: LengthUnit): number {
  if (unit === "utf16") return text.length;
  let bytes = 0;
  for (const character of text) bytes += bytesOf(character);
  return bytes;
}

/** The furthest place from `start` that `room` reaches: never inside a surrogate pair, always past one character. */
export function reach(text: string, start: number, limit: { count: number; unit: LengthUnit }): number {
  let end = start;
  let used = 0;
  while (end < text.length) {
    const character = String.fromCodePoint(text.codePointAt(end) ?? 0);
    used += limit.unit === "utf16" ? character.length : bytesOf(character);
    if (used > limit.count && end > start) return end;
    end += character.length;
  }
  return end;
}

/** The last place in (start, end] that is not inside a grapheme, or `end` where one grapheme is longer than that. */
export function graphemeBoundary(text: string, start: number, end: number): number {
  if (end >= text.length) return end;
  // The segmenter has to see what follows `end` to know whether a cluster goes on there.
  const segment = SEGMENTER.segment(text.slice(start, end + 64)).containing(end - start);
  const boundary = start + (segment?.index ?? end - start);
  return boundary > start ? boundary : end;
}

/** The first place from `at` on that is not inside a grapheme. */
export function graphemeEnd(text: string, at: number): number {
  const segment = at < text.length ? SEGMENTER.segment(text).containing(at) : undefined;
  return segment === undefined || segment.index === at ? at : segment.index + segment.segment.length;
}

/** `text` in at most `maxUtf16` code units, ending with … where something had to go. */
export function shorten(text: string, maxUtf16: number): string {
  if (text.length <= maxUtf16) return text;
  const end = reach(text, 0, { count: maxUtf16 - ELLIPSIS.length, unit: "utf16" });
  return text.slice(0, graphemeBoundary(text, 0, end)).trimEnd() + ELLIPSIS;
}

/** `text` on one line: no breaks, no control characters, nothing that turns the reading direction around. */
export function oneLine(text: string): string {
  return text.toWellFormed()
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]/g, "")
    .replace(/[\s\p{Cc}\u2028\u2029]+/gu, " ")
    .trim();
}

function bytesOf(character: string): number {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}
