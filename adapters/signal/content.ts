/** What a message holds: Signal's kinds as the model's. Pure. */
import { type Content, type MediaKind, plain, textContent } from "../../actors/model/mod.ts";
import { shownName } from "../shared/names.ts";
import { LONG_TEXT } from "./long_text.ts";
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
/** Of what names a file here: with both, its id is no longer than ids may be. */
const ID_MAX = 255;
const MIME_MAX = 127;
/** Of a card, as the model has it. */
const PHONES_MAX = 10;
const PHONE_MAX = 40;

/** All that a message says, in order: one content a file, or a card. Empty where it is none that a person wrote. */
export function contentsOf(data: DataMessage, context: ContentContext): Content[] {
  const files = data.attachments?.filter((file) => file.contentType !== LONG_TEXT) ?? [];
  const words = decodeText(data, context.me);
  if (files.length > 0) {
    const album = files.length > 1 ? { album: String(data.timestamp) } : {};
    return files.map((file, index) => {
      return fileOf(file, { caption: index === 0 ? words : plain(""), album, context });
    });
  }
  if (data.sticker) return [stickerOf(data.sticker, data.timestamp)];
  if (data.contacts?.length) return data.contacts.map(contactOf);
  if (data.pollCreate) {
    const { question, options, allowMultiple } = data.pollCreate;
    return [{ type: "poll", question, options, multiple: allowMultiple === true }];
  }
  if (data.payment) return [{ type: "other", what: context.text("signal.kind-payment"), body: plain("") }];
  return words.text === "" ? [] : [textContent(words)];
}

interface FileContext {
  readonly caption: Extract<Content, { type: "media" }>["caption"];
  /** The same for all files of a message. */
  readonly album: { readonly album?: string };
  readonly context: ContentContext;
}

function fileOf(file: Attachment, { caption, album, context: { text } }: FileContext): Content {
  const kind = kindOf(file);
  // What was not downloaded cannot be asked for again: its words are all there is.
  if (!file.id || file.id.length > ID_MAX) {
    return { type: "other", what: text(`content.${kind}`), body: caption };
  }
  const bytes = file.size && file.size > 0 ? file.size : null;
  const mime = (file.contentType || "application/octet-stream").slice(0, MIME_MAX);
  const name = file.filename ? { name: file.filename.slice(0, NAME_MAX) } : {};
  const native = attachmentId({ id: file.id, mime, bytes });
  return { type: "media", kind, media: { native, mime, bytes, ...name }, caption, ...album };
}

/** signal-cli does not say what is a voice message: files of sound have a name, those have none. */
function kindOf({ contentType, filename }: Attachment): MediaKind {
  const [family, type] = (contentType ?? "").toLowerCase().split(";")[0]?.split("/") ?? [];
  if (family === "image") return type === "gif" ? "gif" : "photo";
  if (family === "video") return "video";
  if (family !== "audio") return "document";
  return filename ? "audio" : "voice";
}

/** signal-cli does not tell which emoji it stands for. */
function stickerOf({ packId, stickerId: id }: NonNullable<DataMessage["sticker"]>, at: number): Content {
  const native = stickerId({ packId: packId.slice(0, ID_MAX), stickerId: id, at });
  return {
    type: "media",
    kind: "sticker",
    media: { native, mime: "image/webp", bytes: null },
    caption: plain(""),
  };
}

/** The numbers are for the group, which asks whoever sent the card before they cross. */
function contactOf({ name, organization, phone }: NonNullable<DataMessage["contacts"]>[number]): Content {
  const called = name?.display || [name?.given, name?.family].filter(Boolean).join(" ") || name?.nickname;
  const phones = (phone ?? []).flatMap(({ value }) => value ? [value.slice(0, PHONE_MAX)] : []);
  const shown = shownName(called || organization);
  return {
    type: "contact",
    name: shown,
    ...(phones.length === 0 ? {} : { phones: phones.slice(0, PHONES_MAX) }),
  };
}
