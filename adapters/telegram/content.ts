/** What a message holds: Telegram's kinds as the model's. Pure. */
import { type Content, MediaKind, NativeId, plain, textContent } from "../../actors/model/mod.ts";
import { decodeText } from "./markup.ts";
import { flatten } from "./rich.ts";
import type { WireFile, WireMessage } from "./wire.ts";

/** The keys of service messages, Bot API 10.3: what Telegram tells of a chat, and nobody wrote. */
const SERVICE = new RegExp(
  [
    "^(new_chat|left_chat|delete_chat|group_chat|supergroup_chat|channel_chat|community_chat|video_chat)_",
    "^(chat_(owner|background|shared)|forum_topic|general_forum_topic|giveaway_(created|completed))",
    "^(checklist_tasks|poll_option|suggested_post_(approv|declin|paid|refund)|unique_gift|gift)",
    "^(pinned_message|message_auto_delete|migrate_|managed_bot|boost_added|proximity_alert)",
    "^(users_shared|connected_website|write_access|passport_data|web_app_data)",
    "_price_changed$|_payment$",
  ].join("|"),
);

/** Gives a text of the locale files. */
export type TextOf = (key: string, values?: Readonly<Record<string, string>>) => string;

const NAME_MAX = 255;
const EMOJI_MAX = 32;
const PHONE_MAX = 40;

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
  const page = message.rich_message === undefined ? null : flatten(message.rich_message, text);
  if (page !== null) return textContent(page);
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
      ...(file.duration === undefined || file.duration < 0 ? {} : { durationMs: file.duration * 1000 }),
      ...(file.emoji === undefined ? {} : { emoji: file.emoji.slice(0, EMOJI_MAX) }),
    },
    caption: decodeText(message.caption ?? "", message.caption_entities),
    ...(message.media_group_id === undefined ? {} : { album: message.media_group_id }),
  };
}

function fileOf(message: WireMessage): [MediaKind, WireFile] | null {
  // Sizes of one picture, smallest first. A live photo brings its film along, and a picture for who cannot show it.
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
    const { location: { latitude, longitude }, title: label, address } = venue;
    return { type: "location", latitude, longitude, label, ...(address === "" ? {} : { address }) };
  }
  if (location === undefined) return null;
  const { latitude, longitude, live_period: period } = location;
  return { type: "location", latitude, longitude, ...(period === undefined ? {} : { live: "started" }) };
}

function cardOf({ contact, poll }: WireMessage): Content | null {
  if (contact !== undefined) {
    const name = [contact.first_name, contact.last_name ?? ""].join(" ").trim();
    const phone = contact.phone_number.slice(0, PHONE_MAX);
    return { type: "contact", name, ...(phone === "" ? {} : { phones: [phone] }) };
  }
  if (poll === undefined) return null;
  const { options, allows_multiple_answers: multiple, description = "" } = poll;
  const question = [poll.question, description].filter((words) => words !== "").join("\n");
  return { type: "poll", question, options: options.map((option) => option.text), multiple };
}

/** What has no kind of its own in the model: its name, and what words there are. */
function otherOf(message: WireMessage, text: TextOf): Content | null {
  const [kind, words] = namedOf(message) ?? [];
  if (kind === undefined) return null;
  const body = words === undefined
    ? decodeText(message.caption ?? "", message.caption_entities)
    : plain(words);
  return { type: "other", what: text(`telegram.kind-${kind}`), body };
}

function namedOf(message: WireMessage): readonly [kind: string, words?: string] | null {
  const { dice, checklist, game, invoice } = message;
  if (dice !== undefined) return ["dice", `${dice.emoji} ${dice.value}`];
  if (checklist !== undefined) return ["checklist", checklistText(checklist)];
  if (game !== undefined) return ["game", game.title];
  if (invoice !== undefined) return ["invoice", invoice.title];
  if (message.story !== undefined) return ["story"];
  if (message.paid_media !== undefined) return ["paid"];
  if (message.rich_message !== undefined) return ["rich"];
  if (message.giveaway !== undefined || message.giveaway_winners !== undefined) return ["giveaway"];
  return isService(message) ? null : ["unknown"];
}

function checklistText({ title, tasks }: NonNullable<WireMessage["checklist"]>): string {
  const done = (date: number | undefined): string => date === undefined || date === 0 ? "☐" : "☑";
  return [title, ...tasks.map(({ text, completion_date: date }) => `${done(date)} ${text}`)].join("\n");
}

/** Telegram's own news stand under keys of their own; what has none is a message of a kind that came after us. */
function isService(message: WireMessage): boolean {
  return Object.keys(message).some((key) => SERVICE.test(key));
}
