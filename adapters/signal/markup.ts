/** Signal's styles and mentions as spans, and back. Both count UTF-16 units. Pure. */
import { NativeId, type RichText, type Span, type SpanType } from "../../actors/model/mod.ts";
import type { DataMessage } from "./wire.ts";

/** Signal's styles, and what they are here. */
const STYLES: Readonly<Record<string, SpanType>> = {
  BOLD: "bold",
  ITALIC: "italic",
  SPOILER: "spoiler",
  STRIKETHROUGH: "strike",
  MONOSPACE: "code",
};

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
    const type = STYLES[style];
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
    if (!uuid || start < read || length < 1 || start + length > typed.length) return [];
    read = start + length;
    return [{ start, length, uuid }];
  });
}

function withMentions(rich: RichText, mentions: readonly Mentioned[], me: string): RichText {
  let text = "";
  let read = 0;
  const named: Span[] = [];
  const moves: { readonly end: number; readonly by: number }[] = [];
  for (const { start, length, uuid } of mentions) {
    text += rich.text.slice(read, start);
    const ours = uuid === me;
    const shown = ours ? US : SOMEBODY;
    if (!ours) {
      const person = NativeId.parse(uuid);
      named.push({ type: "mention", start: text.length, length: shown.length, person });
    }
    text += shown;
    read = start + length;
    moves.push({ end: read, by: text.length - read });
  }
  text += rich.text.slice(read);
  const moved = (offset: number): number => offset + (moves.findLast(({ end }) => offset >= end)?.by ?? 0);
  const spans = rich.spans.map((span) => {
    const start = moved(span.start);
    return { ...span, start, length: moved(span.start + span.length) - start };
  });
  // A placeholder of which nobody says whom it means.
  return {
    text: text.replaceAll(PLACEHOLDER, "�"),
    spans: [...spans.filter(({ length }) => length > 0), ...named],
  };
}

/** The part of a span that is in the text; none where there is none. */
function within(span: Span, length: number): Span[] {
  const start = Math.max(0, Math.floor(span.start));
  const end = Math.min(length, Math.floor(span.start + span.length));
  return end > start ? [{ ...span, start, length: end - start }] : [];
}
