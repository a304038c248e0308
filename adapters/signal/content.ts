/** What a message holds: Signal's kinds as the model's. Pure. */
import { type Content, type MediaKind, plain, textContent } from "../../actors/model/mod.ts";
import { shownName } from "../shared/names.ts";
import { decodeText } from "./markup.ts";
import { attachmentId, stickerId } from "./media_ids.ts";
import type { Attachment, DataMessage } from "./wire.ts";

/** Gives a text of the locale files. */
export type TextOf = (key: string, values?: Readonly<Record<string, string>>) => string;

/** What words are read with. */
export interface ContentContext {
  /** Our own ACI. */
  readonly me: string;
  readonly text: TextOf;
}

const NAME_MAX = 255;
/** The rest of a text that is too long for a message, as old versions of signal-cli have it. */
const LONG_TEXT = "text/x-signal-plain";

/** All that a message says, in order: one content a file. Empty where it is none that a person wrote. */
export function contentsOf(data: DataMessage, context: ContentContext): Content[] {
  const files = data.attachments?.filter((file) => file.contentType !== LONG_TEXT) ?? [];
  const words = decodeText(data, context.me);
  if (files.length > 0) {
    return files.map((file, index) => fileOf(file, { caption: index === 0 ? words : plain(""), context }));
  }
  if (data.sticker) return [stickerOf(data.sticker)];
  if (data.contacts?.length) return [contactOf(data.contacts)];
  if (data.pollCreate) {
    const { question, options } = data.pollCreate;
    return [{ type: "poll", question, options }];
  }
  if (data.payment) return [{ type: "other", what: context.text("signal.kind-payment"), body: plain("") }];
  return words.text === "" ? [] : [textContent(words)];
}

/** The file that holds the whole text, where the message has only the beginning. */
export function longTextOf({ attachments }: DataMessage): Attachment | null {
  return attachments?.find((file) => file.contentType === LONG_TEXT) ?? null;
}

interface FileContext {
  readonly caption: Extract<Content, { type: "media" }>["caption"];
  readonly context: ContentContext;
}

function fileOf(file: Attachment, { caption, context: { text } }: FileContext): Content {
  const kind = kindOf(file);
  // What was not downloaded cannot be asked for again: its words are all there is.
  if (!file.id) return { type: "other", what: text(`content.${kind}`), body: caption };
  const bytes = file.size && file.size > 0 ? file.size : null;
  const mime = (file.contentType || "application/octet-stream").slice(0, NAME_MAX);
  const name = file.filename ? { name: file.filename.slice(0, NAME_MAX) } : {};
  const native = attachmentId({ id: file.id, mime, bytes });
  return { type: "media", kind, media: { native, mime, bytes, ...name }, caption };
}

/** signal-cli does not say what is a voice message: they are AAC and have no name. */
function kindOf({ contentType, filename }: Attachment): MediaKind {
  const [family, type] = (contentType ?? "").toLowerCase().split(";")[0]?.split("/") ?? [];
  if (family === "image") return type === "gif" ? "gif" : "photo";
  if (family === "video") return "video";
  if (family !== "audio") return "document";
  return !filename && /^(aac|mp4|m4a)$/.test(type ?? "") ? "voice" : "audio";
}

function stickerOf({ packId, stickerId: id }: NonNullable<DataMessage["sticker"]>): Content {
  const native = stickerId({ packId, stickerId: id });
  return {
    type: "media",
    kind: "sticker",
    media: { native, mime: "image/webp", bytes: null },
    caption: plain(""),
  };
}

function contactOf(cards: NonNullable<DataMessage["contacts"]>): Content {
  const names = cards.map(({ name }) =>
    shownName(name?.display || [name?.given, name?.family].filter(Boolean).join(" "))
  );
  return { type: "contact", name: names.filter(Boolean).join(", ").slice(0, NAME_MAX) };
}
