/** Spans: kept inside their text, reduced to what a messenger has, and carried along when a text is sliced. */
import { type Capabilities, joinText, plain, type RichText, type Span } from "../model/mod.ts";
import { graphemeEnd } from "./cut.ts";

type SpanTable = Capabilities["text"]["spans"];

/** Well-formed text whose spans all lie inside it, around whole code points. Same length, so offsets stay true. */
export function tidy(body: RichText): RichText {
  const text = body.text.toWellFormed();
  const spans = clip(body.spans, 0, text.length).map((span): Span => {
    const [from, to] = [span.start, endOf(span)];
    if (!isInside(text, from) && !isInside(text, to)) return span;
    const start = isInside(text, from) ? from - 1 : from;
    return { ...span, start, length: (isInside(text, to) ? to + 1 : to) - start };
  });
  return { text, spans };
}

/** Whether `at` is in the middle of a surrogate pair of a well-formed text. */
function isInside(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xdc00;
}

/** The stretch [start, end) of `body`; a span that reaches beyond is opened or closed at the cut. */
export function slice(body: RichText, start: number, end: number): RichText {
  return { text: body.text.slice(start, end), spans: clip(body.spans, start, end) };
}

/** What a messenger with these spans can show: the others go, their text stays, a link's address is written out. */
export function carry(body: RichText, table: SpanTable): RichText {
  const written = has(table, "link") ? body : writeLinks(body);
  return { text: written.text, spans: written.spans.filter((span) => has(table, span.type)) };
}

/** `text` wholly under a span where the messenger has it, plain otherwise. */
export function markedIf(table: SpanTable, type: Span["type"], text: string): RichText {
  if (text === "" || !has(table, type)) return plain(text);
  return { text, spans: [{ type, start: 0, length: text.length }] };
}

function has(table: SpanTable, type: Span["type"]): boolean {
  return (table[type] ?? "none") !== "none";
}

function clip(spans: readonly Span[], start: number, end: number): Span[] {
  const kept: Span[] = [];
  for (const span of spans) {
    const from = Math.max(span.start, start);
    const to = Math.min(span.start + span.length, end);
    if (to > from) kept.push({ ...span, start: from - start, length: to - from });
  }
  return kept;
}

/** "text (address)" for each link, unless its text is the address already. */
function writeLinks(body: RichText): RichText {
  const links = body.spans.filter((span) => span.type === "link" && span.url !== undefined)
    .map((link) => ({ ...link, behind: graphemeEnd(body.text, endOf(link)) }))
    .toSorted((a, b) => a.behind - b.behind);
  let result = plain("");
  let at = 0;
  const inserts: { readonly at: number; readonly length: number }[] = [];
  for (const link of links) {
    const shown = body.text.slice(link.start, endOf(link));
    if (link.url === undefined || isAddress(shown, link.url)) continue;
    const address = ` (${link.url.toWellFormed()})`;
    result = joinText(result, body.text.slice(at, link.behind), address);
    inserts.push({ at: link.behind, length: address.length });
    at = link.behind;
  }
  return {
    text: result.text + body.text.slice(at),
    spans: body.spans.map((span) => moved(span, inserts)),
  };
}

function moved(span: Span, inserts: readonly { readonly at: number; readonly length: number }[]): Span {
  let { start, length } = span;
  for (const insert of inserts) {
    if (insert.at <= span.start) start += insert.length;
    else if (insert.at < endOf(span)) length += insert.length;
  }
  return { ...span, start, length };
}

function isAddress(shown: string, url: string): boolean {
  const bare = (address: string): string =>
    address.trim().replace(/^(https?:\/\/|mailto:)/i, "").replace(/\/$/, "");
  return bare(shown) === bare(url);
}

function endOf(span: Span): number {
  return span.start + span.length;
}
