/**
 * Telegram's `text` + `entities` ↔ RichText. Both count UTF-16 code units, so nothing has to be re-counted.
 * Never `parse_mode`: entities need no escaping, so no text can break out of its marks.
 */
import type { MessageEntity } from "@grammyjs/types";
import { NativeId, plain, type RichText, type Span, type SpanType } from "../../actors/model/mod.ts";
import type { WireEntity } from "./wire.ts";

/** What Telegram takes in one message; it ignores the rest. */
const ENTITIES_MAX = 100;
const URL_MAX = 2048;
const LANGUAGE_MAX = 64;

const SPAN_OF: Readonly<Record<string, SpanType>> = {
  bold: "bold",
  italic: "italic",
  underline: "underline",
  strikethrough: "strike",
  spoiler: "spoiler",
  code: "code",
  pre: "pre",
  blockquote: "quote",
  expandable_blockquote: "quote",
  text_link: "link",
  mention: "mention",
  text_mention: "mention",
};

/** A text as Telegram sent it. What has no span (hashtags, bare addresses) is plain text already. */
export function decodeText(text: string, entities: readonly WireEntity[] = []): RichText {
  if (entities.length === 0) return plain(text);
  return { text, spans: entities.map((entity) => spanOf(entity, text)).filter((span) => span !== null) };
}

/** What Telegram's kind of mark is to us; undefined where it is plain text. */
export function spanTypeOf(type: string): SpanType | undefined {
  return Object.hasOwn(SPAN_OF, type) ? SPAN_OF[type] : undefined;
}

function spanOf(entity: WireEntity, text: string): Span | null {
  const type = spanTypeOf(entity.type);
  if (type === undefined || entity.length < 1 || entity.offset < 0) return null;
  if (entity.offset + entity.length > text.length) return null;
  const place = { start: entity.offset, length: entity.length };
  switch (type) {
    case "link":
      return isPublicLink(entity.url) ? { type, ...place, url: entity.url } : null;
    case "pre":
      return entity.language
        ? { type, ...place, language: entity.language.slice(0, LANGUAGE_MAX) }
        : { type, ...place };
    case "mention":
      return entity.user === undefined
        ? { type, ...place }
        : { type, ...place, person: NativeId.parse(String(entity.user.id)) };
    default:
      return { type, ...place };
  }
}

/** Whether others may have the address: `tg://user?id=` would carry somebody's profile to the other messengers. */
export function isPublicLink(url: string | undefined): url is string {
  return url !== undefined && url.length <= URL_MAX && !/^tg:/i.test(url.trim());
}

/** A text as `sendMessage` and `editMessageText` take it. */
export function encodeText(body: RichText): { text: string; entities: MessageEntity[] } {
  const entities = body.spans.map((span) => entityOf(span, body.text)).filter((entity) => entity !== null);
  return { text: body.text, entities: entities.slice(0, ENTITIES_MAX) };
}

function entityOf(span: Span, text: string): MessageEntity | null {
  const place = placeOf(span, text);
  if (place === null) return null;
  switch (span.type) {
    case "bold":
    case "italic":
    case "underline":
    case "spoiler":
    case "code":
      return { type: span.type, ...place };
    case "strike":
      return { type: "strikethrough", ...place };
    case "quote":
      return { type: "blockquote", ...place };
    case "pre":
      return span.language ? { type: "pre", ...place, language: span.language } : { type: "pre", ...place };
    case "link":
      return isWebAddress(span.url) ? { type: "text_link", ...place, url: span.url } : null;
    case "mention":
      return mentionOf(span, place);
    default:
      return span.type satisfies never;
  }
}

/** By their number at Telegram, which only Telegram reads: it tells them, and shows the text as it is. */
function mentionOf({ person }: Span, place: { offset: number; length: number }): MessageEntity | null {
  if (person === undefined || !/^[1-9]\d{0,15}$/.test(person)) return null;
  return { type: "text_mention", ...place, user: { id: Number(person), is_bot: false, first_name: "…" } };
}

/** Telegram refuses the whole message where a link is none to it: those of other kinds, and names without a dot. */
function isWebAddress(url: string | undefined): url is string {
  const parsed = url === undefined ? null : URL.parse(url);
  return parsed !== null && /^https?:$/.test(parsed.protocol) && /[.:]/.test(parsed.hostname);
}

/** Inside of the text and around whole characters: Telegram refuses the message where an entity cuts one in two. */
function placeOf({ start, length }: Span, text: string): { offset: number; length: number } | null {
  if (start >= text.length) return null;
  const end = Math.min(start + length, text.length);
  const from = isInside(text, start) ? start - 1 : start;
  const to = isInside(text, end) ? end + 1 : end;
  return to > from ? { offset: from, length: to - from } : null;
}

/** Whether `at` lies between the two halves of one character. */
function isInside(text: string, at: number): boolean {
  return at > 0 && (text.codePointAt(at - 1) ?? 0) > 0xffff;
}
