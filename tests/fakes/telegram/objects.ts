/** Messages as the Bot API writes them. */
import type { Message, Poll } from "@grammyjs/types";
import { chatObject, type FakeChat, type FakeMessage } from "./chats.ts";
import type { FakeFile } from "./files.ts";
import type { FakeContact, FakePlace, FakePoll } from "./kinds.ts";

/** A sticker in Lottie, zipped. */
const ANIMATED: readonly string[] = ["application/gzip", "application/x-tgsticker"];

/** The message as the Bot API writes it. `replied` is one level deep, as there. */
export function messageObject(
  chat: FakeChat,
  message: FakeMessage,
  { withReply = true }: { readonly withReply?: boolean } = {},
): Message {
  const replied = message.replyTo === null ? undefined : chat.messages.get(message.replyTo);
  // The parts are each of the Bot API's types; that they belong together only Telegram knows.
  const object: Partial<Message> = {
    message_id: message.id,
    date: message.dateSeconds,
    from: message.from,
    chat: chatObject(chat),
    ...(message.edited ? { edit_date: message.dateSeconds } : {}),
    ...(message.album === undefined ? {} : { media_group_id: message.album }),
    ...contentPart(message),
    ...(withReply && replied !== undefined ? { reply_to_message: replyPart(chat, replied) } : {}),
  };
  return object as Message;
}

function replyPart(chat: FakeChat, replied: FakeMessage): NonNullable<Message["reply_to_message"]> {
  return messageObject(chat, replied, { withReply: false }) as NonNullable<Message["reply_to_message"]>;
}

function contentPart(message: FakeMessage): Partial<Message> {
  const { file, poll, place, contact, odd, text, entities } = message;
  if (odd !== undefined) return odd;
  if (poll !== undefined) return { poll: pollObject(poll) };
  if (place !== undefined) return placePart(place);
  if (contact !== undefined) return { contact: contactPart(contact) };
  if (file === undefined) return entities.length === 0 ? { text } : { text, entities: [...entities] };
  const words = text === "" ? {} : { caption: text };
  return {
    ...words,
    ...(entities.length === 0 ? {} : { caption_entities: [...entities] }),
    ...filePart(file),
  };
}

/** A poll with its counts. */
export function pollObject(poll: FakePoll): Poll {
  const counts = poll.options.map((_, at) =>
    [...poll.votes.values()].filter((one) => one.includes(at)).length
  );
  return {
    id: poll.id,
    question: poll.question,
    options: poll.options.map((text, at) => ({
      persistent_id: String(at),
      text,
      voter_count: counts[at] ?? 0,
    })),
    total_voter_count: [...poll.votes.values()].filter((one) => one.length > 0).length,
    is_closed: poll.closed,
    is_anonymous: poll.anonymous,
    type: "regular",
    allows_multiple_answers: poll.multiple,
    allows_revoting: true,
    members_only: false,
  };
}

function placePart({ latitude, longitude, title, address = "", livePeriod }: FakePlace): Partial<Message> {
  const location = { latitude, longitude, ...(livePeriod === undefined ? {} : { live_period: livePeriod }) };
  return title === undefined ? { location } : { location, venue: { location, title, address } };
}

function contactPart({ phone, firstName, lastName, vcard }: FakeContact): NonNullable<Message["contact"]> {
  return {
    phone_number: phone,
    first_name: firstName,
    ...(lastName === undefined ? {} : { last_name: lastName }),
    ...(vcard === undefined ? {} : { vcard }),
  };
}

function filePart({ kind, id, bytes, mime, name, seconds = 1, emoji }: FakeFile): Partial<Message> {
  const file = { file_id: id, file_unique_id: `u${id}`, file_size: bytes.length };
  const size = { width: 1, height: 1 };
  const named = { ...file, mime_type: mime, ...(name === undefined ? {} : { file_name: name }) };
  switch (kind) {
    case "photo":
      return { photo: [{ ...file, file_id: `small-${id}`, ...size }, { ...file, ...size }] };
    case "video":
      return { video: { ...named, ...size, duration: seconds } };
    case "animation":
      // For old clients it is a document too.
      return { animation: { ...named, ...size, duration: seconds }, document: named };
    case "voice":
      return { voice: { ...file, duration: seconds, mime_type: mime } };
    case "audio":
      return { audio: { ...named, duration: seconds } };
    case "document":
      return { document: { file_name: "notes.txt", ...named } };
    case "video_note":
      return { video_note: { ...file, length: 1, duration: seconds } };
    case "sticker": {
      const shape = { is_animated: ANIMATED.includes(mime), is_video: mime === "video/webm" };
      const about = emoji === undefined ? {} : { emoji };
      return { sticker: { ...file, ...size, ...shape, ...about, type: "regular" } };
    }
    default:
      return kind satisfies never;
  }
}
