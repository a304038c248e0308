/** What a message holds: Telegram's kinds as the model's. Pure. */
import { type Content, MediaKind, NativeId, plain, textContent } from "../../actors/model/mod.ts";
import { decodeText } from "./markup.ts";
import type { WireFile, WireMessage } from "./wire.ts";

/** Gives a text of the locale files. */
export type TextOf = (key: string, values?: Readonly<Record<string, string>>) => string;

const NAME_MAX = 255;

/** What Telegram makes of files that it converts; it does not always repeat it. */
const MIME: Readonly<Record<MediaKind, string>> = {
  photo: "image/jpeg",
  video: "video/mp4",
  gif: "video/mp4",
  voice: "audio/ogg",
  audio: "audio/mpeg",
  document: "application/octet-stream",
  sticker: "image/webp",
  "video-note": "video/mp4",
};

/** What the message says, or null where it is none that a person wrote (service messages). */
export function contentOf(message: WireMessage, text: TextOf): Content | null {
  if (message.text !== undefined) return textContent(decodeText(message.text, message.entities));
  return mediaOf(message) ?? placeOf(message) ?? cardOf(message) ?? otherOf(message, text);
}

function mediaOf(message: WireMessage): Content | null {
  const found = fileOf(message);
  if (found === null) return null;
  const [kind, file] = found;
  return {
    type: "media",
    kind,
    media: {
      native: NativeId.parse(file.file_id),
      mime: mimeOf(kind, file),
      bytes: file.file_size ?? null,
      ...(file.file_name === undefined ? {} : { name: file.file_name.slice(0, NAME_MAX) }),
    },
    caption: decodeText(message.caption ?? "", message.caption_entities),
  };
}

function fileOf(message: WireMessage): [MediaKind, WireFile] | null {
  // Sizes of one picture, smallest first.
  const photo = message.photo?.at(-1);
  if (photo !== undefined) return ["photo", photo];
  // A GIF comes as `animation` and, for old clients, as `document` too: it is looked for first.
  if (message.animation !== undefined) return ["gif", message.animation];
  if (message.video !== undefined) return ["video", message.video];
  if (message.video_note !== undefined) return ["video-note", message.video_note];
  if (message.voice !== undefined) return ["voice", message.voice];
  if (message.audio !== undefined) return ["audio", message.audio];
  if (message.sticker !== undefined) return ["sticker", message.sticker];
  return message.document === undefined ? null : ["document", message.document];
}

function mimeOf(kind: MediaKind, file: WireFile): string {
  if (file.mime_type !== undefined) return file.mime_type.slice(0, NAME_MAX);
  if (file.is_animated === true) return "application/x-tgsticker";
  return file.is_video === true ? "video/webm" : MIME[kind];
}

function placeOf({ venue, location }: WireMessage): Content | null {
  // A venue carries its location a second time, for old clients.
  if (venue !== undefined) {
    const { latitude, longitude } = venue.location;
    return { type: "location", latitude, longitude, label: venue.title };
  }
  if (location === undefined) return null;
  return { type: "location", latitude: location.latitude, longitude: location.longitude };
}

function cardOf({ contact, poll }: WireMessage): Content | null {
  // The number stays here: only the name may cross.
  if (contact !== undefined) {
    return { type: "contact", name: [contact.first_name, contact.last_name ?? ""].join(" ").trim() };
  }
  if (poll === undefined) return null;
  return { type: "poll", question: poll.question, options: poll.options.map((option) => option.text) };
}

function otherOf(message: WireMessage, text: TextOf): Content | null {
  const { dice, story, checklist, game, paid_media, rich_message } = message;
  const body = decodeText(message.caption ?? "", message.caption_entities);
  if (dice !== undefined) {
    return { type: "other", what: text("telegram.kind-dice"), body: plain(`${dice.emoji} ${dice.value}`) };
  }
  if (story !== undefined) return { type: "other", what: text("telegram.kind-story"), body };
  if (checklist !== undefined) {
    return { type: "other", what: text("telegram.kind-checklist"), body: plain(checklist.title) };
  }
  if (game !== undefined) return { type: "other", what: text("telegram.kind-game"), body: plain(game.title) };
  if (paid_media !== undefined) return { type: "other", what: text("telegram.kind-paid"), body };
  if (rich_message !== undefined) return { type: "other", what: text("telegram.kind-rich"), body };
  return null;
}
