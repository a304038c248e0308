/** A message of Telegram's wire double as its members see it, in the words of the suites. */
import type { MessageEntity } from "@grammyjs/types";
import { MediaKind, type RichText, type Span, type SpanType } from "../../actors/model/mod.ts";
import type { SeenMessage } from "../fakes/telegram/mod.ts";
import type { FileSeen, MessageSeen } from "./conformance_driver.ts";

type FileKind = NonNullable<SeenMessage["file"]>["kind"];

/** Each kind of file, as the Bot API names it. */
export const FILE_KINDS: Readonly<Record<MediaKind, FileKind>> = {
  photo: "photo",
  video: "video",
  gif: "animation",
  voice: "voice",
  audio: "audio",
  document: "document",
  sticker: "sticker",
  "video-note": "video_note",
};

const SPANS: Readonly<Partial<Record<MessageEntity["type"], SpanType>>> = {
  bold: "bold",
  italic: "italic",
  underline: "underline",
  strikethrough: "strike",
  spoiler: "spoiler",
  code: "code",
  pre: "pre",
  blockquote: "quote",
  text_link: "link",
  text_mention: "mention",
};

/** What members see of it. Ids are message numbers. */
export function seenOf(message: SeenMessage): MessageSeen {
  const { file, album, poll, place, contact } = message;
  return {
    id: String(message.id),
    ours: message.fromBot,
    text: textOf(message),
    replyTo: message.replyTo === null ? null : String(message.replyTo),
    reactions: message.reactions.map(({ emoji }) => emoji),
    edited: message.edited,
    deleted: message.deleted,
    mentions: message.mentions,
    ...(file === undefined ? {} : { file: fileOf(message, file) }),
    ...(album === undefined ? {} : { album }),
    ...(poll === undefined ? {} : { poll: pollOf(poll) }),
    ...(place === undefined ? {} : { location: placeOf(place) }),
    ...(contact === undefined ? {} : { contact: { name: contact.firstName, phone: contact.phone } }),
  };
}

function textOf({ text, entities }: SeenMessage): RichText {
  return { text, spans: entities.flatMap(spanOf) };
}

function spanOf(entity: MessageEntity): Span[] {
  const type = SPANS[entity.type];
  if (type === undefined) return [];
  const place = { type, start: entity.offset, length: entity.length };
  if (entity.type === "text_link") return [{ ...place, url: entity.url }];
  return [entity.type === "pre" && entity.language ? { ...place, language: entity.language } : place];
}

function fileOf(message: SeenMessage, file: NonNullable<SeenMessage["file"]>): FileSeen {
  const { kind, mime, bytes, name, seconds = 0 } = file;
  return {
    kind: kindOf(kind),
    mime,
    body: bytes,
    ...(name === undefined ? {} : { name }),
    ...(message.text === "" ? {} : { caption: textOf(message) }),
    ...(seconds > 0 ? { durationMs: seconds * 1000 } : {}),
    // Telegram's server makes one of what it hears.
    ...(kind === "voice" ? { waveform: true } : {}),
  };
}

function kindOf(named: FileKind): MediaKind {
  const found = MediaKind.options.find((kind) => FILE_KINDS[kind] === named);
  if (found === undefined) throw new Error(`Cannot name a ${named} as the model has no such kind`);
  return found;
}

function pollOf(
  { question, options, multiple, closed }: NonNullable<SeenMessage["poll"]>,
): MessageSeen["poll"] {
  return { question, options, multiple, closed };
}

function placeOf({ latitude, longitude, title }: NonNullable<SeenMessage["place"]>): MessageSeen["location"] {
  return { latitude, longitude, ...(title === undefined ? {} : { label: title }) };
}
