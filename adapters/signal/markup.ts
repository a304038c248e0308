/** Signal's styles and mentions as spans, and back. Both count UTF-16 units. Pure. */
import { NativeId, replaced, type RichText, type Span, type SpanType } from "../../actors/model/mod.ts";
import type { DataMessage } from "./wire.ts";

/** Signal's styles, and what they are here. */
const STYLES: ReadonlyMap<string, SpanType> = new Map([
  ["BOLD", "bold"],
  ["ITALIC", "italic"],
  ["SPOILER", "spoiler"],
  ["STRIKETHROUGH", "strike"],
  ["MONOSPACE", "code"],
]);

/** What a span is on Signal; what is not there has no style of its own. */
const STYLE_OF: Partial<Record<SpanType, string>> = {
  bold: "BOLD",
  italic: "ITALIC",
  spoiler: "SPOILER",
  strike: "STRIKETHROUGH",
  code: "MONOSPACE",
  pre: "MONOSPACE",
};

const ACI = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** What stands in a text for somebody who is mentioned. */
const PLACEHOLDER = "\uFFFC";
/** The group puts the name that it knows in its place. */
const SOMEBODY = "@…";
const US = "@Plenum";

/** What a Signal client shows. `me` is our own ACI: no member is called so. */
export function decodeText(
  { message, textStyles, mentions }: Pick<DataMessage, "message" | "textStyles" | "mentions">,
  me: string,
): RichText {
  const typed = message ?? "";
  const styles = (textStyles ?? []).flatMap(({ style, start, length }) => {
    const type = STYLES.get(style);
    return type === undefined ? [] : within({ type, start, length }, typed.length);
  });
  return withMentions({ text: typed, spans: styles }, mentionsIn(mentions ?? [], typed), me);
}

/** The styles of a text, as `send` takes them. */
export function encodeStyles({ text, spans }: RichText): string[] {
  return spans.flatMap((span) => {
    const style = STYLE_OF[span.type];
    if (style === undefined) return [];
    return within(span, text.length).map(({ start, length }) => `${start}:${length}:${style}`);
  });
}

/** Who is mentioned in a text, as `send` takes them: their phone is told, and shows their name in its place. */
export function encodeMentions({ text, spans }: RichText): string[] {
  return spans.flatMap((span) => {
    const { type, person } = span;
    if (type !== "mention" || person === undefined || !ACI.test(person)) return [];
    return within(span, text.length).map(({ start, length }) => `${start}:${length}:${person}`);
  });
}

interface Mentioned {
  readonly start: number;
  readonly length: number;
  readonly uuid: string;
}

/** In order, none over another. */
function mentionsIn(mentions: NonNullable<DataMessage["mentions"]>, typed: string): Mentioned[] {
  let read = 0;
  return mentions.toSorted((a, b) => a.start - b.start).flatMap(({ start, length, uuid }) => {
    if (!uuid || !Number.isSafeInteger(start) || !Number.isSafeInteger(length)) return [];
    if (start < read || length < 1 || start + length > typed.length) return [];
    read = start + length;
    return [{ start, length, uuid }];
  });
}

function withMentions(rich: RichText, mentions: readonly Mentioned[], me: string): RichText {
  const shown = replaced(
    rich,
    mentions.map(({ start, length, uuid }) => {
      return { start, end: start + length, text: uuid === me ? US : SOMEBODY };
    }),
  );
  const named = mentions.flatMap(({ uuid }, index): Span[] => {
    const place = shown.places[index];
    if (uuid === me || place === undefined) return [];
    return [{ type: "mention", ...place, person: NativeId.parse(uuid) }];
  });
  // A placeholder of which nobody says whom it means.
  const text = shown.rich.text.replaceAll(PLACEHOLDER, "�");
  return { text, spans: [...shown.rich.spans, ...named] };
}

/** The part of a span that is in the text; none where there is none. */
function within(span: Span, length: number): Span[] {
  const start = Math.max(0, Math.floor(span.start));
  const end = Math.min(length, Math.floor(span.start + span.length));
  return end > start ? [{ ...span, start, length: end - start }] : [];
}
