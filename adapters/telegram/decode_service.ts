/** Service messages: what Telegram tells of a chat, and nobody wrote. Pure. */
import { ChatId, type Event, type MediaRef, NativeId } from "../../actors/model/mod.ts";
import type { DecodeContext, Decoded } from "./decoded.ts";
import { nativeOf } from "./native_ids.ts";
import { authorOf, personOf } from "./people.ts";
import type { WireChat, WireFile, WireMessage, WireUser } from "./wire.ts";

/** What it means; null: not a service message that we know. */
export function decodeService(id: string, message: WireMessage, context: DecodeContext): Decoded[] | null {
  const chat = chatOf(message.chat);
  const at = message.date * 1000;
  // Both chats tell of a move, each in its own words; the same id makes them one event.
  if (message.migrate_to_chat_id !== undefined) return [moved(chat, String(message.migrate_to_chat_id), at)];
  if (message.migrate_from_chat_id !== undefined) {
    return [moved(ChatId.parse(String(message.migrate_from_chat_id)), chat, at)];
  }
  if (message.new_chat_members !== undefined) {
    return message.new_chat_members.filter(isPerson).map((user) => membership("join", { chat, user, at }));
  }
  if (message.left_chat_member !== undefined) {
    return [message.left_chat_member].filter(isPerson).map((user) => membership("leave", { chat, user, at }));
  }
  return changeOf({ id, chat, at }, message, context);
}

/** What somebody changed about the chat. Our own changes come back too, and are nobody's. */
function changeOf(
  head: Pick<Event, "id" | "chat" | "at">,
  message: WireMessage,
  { bot }: DecodeContext,
): Decoded[] | null {
  const change = changed(message);
  if (change === null) return null;
  const author = authorOf(message, bot.id);
  return author === null ? [] : [event({ ...head, ...change, author })];
}

type Change =
  | { readonly type: "title"; readonly title: string }
  | { readonly type: "icon"; readonly media: MediaRef | null }
  | { readonly type: "timer"; readonly seconds: number }
  | { readonly type: "pin"; readonly target: { readonly native: NativeId }; readonly pinned: boolean };

function changed(message: WireMessage): Change | null {
  const { chat, new_chat_title: title, new_chat_photo: photo, pinned_message: pinned } = message;
  if (title !== undefined) return { type: "title", title };
  // Sizes of one picture, smallest first.
  const icon = photo?.at(-1);
  if (icon !== undefined) return { type: "icon", media: pictureOf(icon) };
  if (message.delete_chat_photo === true) return { type: "icon", media: null };
  const timer = message.message_auto_delete_timer_changed;
  if (timer !== undefined) {
    return { type: "timer", seconds: Math.max(0, Math.trunc(timer.message_auto_delete_time)) };
  }
  // Nothing tells of what is pinned no more.
  return pinned === undefined
    ? null
    : { type: "pin", target: { native: nativeOf(chat.id, pinned.message_id) }, pinned: true };
}

function pictureOf({ file_id: id, file_size: bytes }: WireFile): MediaRef {
  return { native: NativeId.parse(id), mime: "image/jpeg", bytes: bytes ?? null };
}

/** An event that needs nothing more. */
export function event(event: Event): Decoded {
  return { kind: "event", event };
}

function moved(from: ChatId, to: string, at: number): Decoded {
  return event({ id: `moved:${from}:${to}`, chat: from, at, type: "chat-moved", to: ChatId.parse(to) });
}

interface Membership {
  readonly chat: ChatId;
  readonly user: WireUser;
  readonly at: number;
  readonly admin?: boolean;
}

/**
 * Telegram tells of one join twice: as a service message and as `chat_member`, which comes to administrators only.
 * The id holds what both have in common, so that they are one event.
 */
export function membership(type: "join" | "leave", { chat, user, at, admin = false }: Membership): Decoded {
  const person = { ...personOf(user), ...(admin ? { admin } : {}) };
  return event({ id: `${type}:${chat}:${user.id}:${at / 1000}`, chat, at, type, person });
}

/** The chat as the core names it. */
export function chatOf(chat: WireChat): ChatId {
  return ChatId.parse(String(chat.id));
}

/** Whether it is a chat that messages are relayed from. */
export function isGroup({ type }: WireChat): boolean {
  return type === "group" || type === "supergroup";
}

function isPerson(user: WireUser): boolean {
  return !user.is_bot;
}
