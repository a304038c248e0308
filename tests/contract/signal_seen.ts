/** A message of Signal's wire double as its members see it, in the words of the suites. */
import type { MediaKind, RichText, Span, SpanType } from "../../actors/model/mod.ts";
import type { FakeSignal, Shown, ShownFile } from "../fakes/signal/mod.ts";
import type { FileSeen, MessageSeen } from "./conformance_driver.ts";

const SPANS: Readonly<Record<string, SpanType>> = {
  BOLD: "bold",
  ITALIC: "italic",
  STRIKETHROUGH: "strike",
  SPOILER: "spoiler",
  MONOSPACE: "code",
};

/** Styles as Signal calls them. */
export const STYLES: Partial<Record<SpanType, string>> = Object.fromEntries(
  Object.entries(SPANS).map(([style, type]) => [type, style]),
);

/** All that members see. Ids are `<ACI>:<time>`, as the first time has it; each file has one of its own. */
export function allSeen(all: readonly Shown[], server: FakeSignal, own: string): MessageSeen[] {
  return all.flatMap((shown) => seenOf(shown, { all, server, own }));
}

interface Around {
  readonly all: readonly Shown[];
  readonly server: FakeSignal;
  /** Our ACI. */
  readonly own: string;
}

function seenOf(shown: Shown, { all, server, own }: Around): MessageSeen[] {
  const { author, times, quote, poll, contact, files } = shown;
  const id = `${author}:${times[0]}`;
  const mentions = shown.mentions.map((mention) => server.nameOf(mention.split(":")[2] ?? ""));
  const whole: MessageSeen = {
    id,
    ours: author === own,
    text: textOf(shown),
    replyTo: quote === null ? null : firstId(all, quote),
    reactions: [...shown.reactions.values()],
    edited: shown.edited,
    deleted: shown.deleted,
    mentions,
    ...(poll === undefined ? {} : { poll: pollOf(poll) }),
    ...(contact === undefined ? {} : { contact }),
  };
  const album = files.length > 1 ? { album: id } : {};
  if (files.length === 0) return [whole];
  return files.map((file, index) => ({
    ...whole,
    id: index === 0 ? id : `${id}:${index}`,
    text: index === 0 ? whole.text : { text: "", spans: [] },
    file: fileOf(file, shown),
    ...album,
  }));
}

/** Whoever answers names a message by its newest time. */
function firstId(all: readonly Shown[], { author, timestamp }: NonNullable<Shown["quote"]>): string {
  const found = all.find((one) => one.author === author && one.times.includes(timestamp));
  return `${author}:${found?.times[0] ?? timestamp}`;
}

function textOf({ text, styles, mentions }: Shown): RichText {
  return { text, spans: [...styles, ...mentions].flatMap(spanOf) };
}

/** `start:length:STYLE`, or whom it means in its place. */
function spanOf(param: string): Span[] {
  const [start = 0, length = 0] = param.split(":").map(Number);
  const type = SPANS[param.split(":")[2] ?? ""] ?? "mention";
  return [{ type, start, length }];
}

function fileOf({ mime, name, body }: ShownFile, shown: Shown): FileSeen {
  const kind = shown.sticker ? "sticker" : kindOf(mime, shown.voiceNote === true || name === null);
  return {
    kind,
    mime,
    body,
    ...(name === null ? {} : { name }),
    ...(shown.text === "" ? {} : { caption: textOf(shown) }),
    // Phones make it of what they hear.
    ...(kind === "voice" ? { waveform: true } : {}),
  };
}

function kindOf(mime: string, voice: boolean): MediaKind {
  const [family] = mime.split("/");
  if (mime === "image/gif") return "gif";
  if (family === "image") return "photo";
  if (family === "video") return "video";
  if (family !== "audio") return "document";
  return voice ? "voice" : "audio";
}

function pollOf({ question, options, multiple, closed }: NonNullable<Shown["poll"]>): MessageSeen["poll"] {
  return { question, options, multiple, closed };
}
