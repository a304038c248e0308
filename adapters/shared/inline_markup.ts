/**
 * WhatsApp's markup inside a line: `*bold*`, `_italic_`, `~strike~`, `` `code` `` and ```` ```block``` ````.
 * A sound subset: a mark counts at the edges of words only, marks nest but never cross, and whatever is not
 * markup stays as it was typed. Lists and `>` quotes stay plain lines.
 */
import { plain, type RichText, type Span, type SpanType } from "../../actors/model/mod.ts";

/** More marks than anybody means: the rest stays text. */
const SPANS_MAX = 200;

const MARKS: Readonly<Record<string, SpanType>> = { "*": "bold", _: "italic", "~": "strike" };
const BLOCK = "```";
const MARK_OR_CODE = /[*_~`]/;
const WORD = /[\p{L}\p{N}]/u;

interface Stretch {
  readonly start: number;
  readonly end: number;
}

interface Writer {
  text: string;
  readonly spans: Span[];
  /** Marks that found no partner once find none later: without this a text of marks would take quadratic time. */
  readonly lonely: Set<string>;
}

/** What a WhatsApp client shows for `typed`. */
export function decodeMarkup(typed: string): RichText {
  if (!MARK_OR_CODE.test(typed)) return plain(typed);
  const writer: Writer = { text: "", spans: [], lonely: new Set() };
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
    const next = writeAddress(typed, { start: at, end }, writer) ??
      writeCode(typed, { start: at, end }, writer) ??
      writeMarked(typed, { start: at, end }, writer);
    if (next !== null) {
      at = next;
      continue;
    }
    writer.text += typed.charAt(at);
    at += 1;
  }
}

/** Marks in an address are part of it, but for those that end it. */
const ADDRESS = /https?:\/\/[^\s*~`]*[^\s*~`_]/y;

/** @returns where the text goes on, or null where no address begins */
function writeAddress(typed: string, { start, end }: Stretch, writer: Writer): number | null {
  if (typed.charAt(start) !== "h") return null;
  ADDRESS.lastIndex = start;
  const address = ADDRESS.exec(typed)?.[0];
  if (address === undefined || start + address.length > end) return null;
  writer.text += address;
  return start + address.length;
}

/** Code holds no marks. @returns where the text goes on, or null where no code begins */
function writeCode(typed: string, { start, end }: Stretch, writer: Writer): number | null {
  if (typed.charAt(start) !== "`" || writer.spans.length >= SPANS_MAX) return null;
  const mark = typed.startsWith(BLOCK, start) ? BLOCK : "`";
  const from = start + mark.length;
  const close = typed.indexOf(mark, from);
  if (close <= from || close + mark.length > end) return null;
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
  if (type === undefined || writer.spans.length >= SPANS_MAX || !opens(typed, start)) return null;
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
function closing(typed: string, { start, end }: Stretch, { lonely }: Writer): number | null {
  const mark = typed.charAt(start);
  const newline = typed.indexOf("\n", start);
  const until = newline === -1 ? end : Math.min(end, newline);
  const key = `${mark}${until}`;
  if (lonely.has(key)) return null;
  for (let at = typed.indexOf(mark, start + 2); at !== -1 && at < until; at = typed.indexOf(mark, at + 1)) {
    if (closes(typed, at)) return at;
  }
  lonely.add(key);
  return null;
}

function opens(typed: string, at: number): boolean {
  const after = typed.charAt(at + 1);
  return !WORD.test(before(typed, at)) && after !== "" && after !== typed.charAt(at) && !/\s/.test(after);
}

function closes(typed: string, at: number): boolean {
  const after = String.fromCodePoint(typed.codePointAt(at + 1) ?? 0x20);
  return !/\s/.test(typed.charAt(at - 1)) && typed.charAt(at - 1) !== typed.charAt(at) && !WORD.test(after);
}

/** The whole character before `at`, also where it takes two UTF-16 units. */
function before(typed: string, at: number): string {
  const unit = typed.charAt(at - 1);
  return /[\udc00-\udfff]/.test(unit) ? typed.slice(Math.max(0, at - 2), at) : unit;
}
