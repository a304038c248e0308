/** Telegram's updates as Events. Pure: what needs a question to Telegram comes out as a task for the inbox. */
import { ChatId, type Event, type Target } from "../../actors/model/mod.ts";
import { contentOf, type TextOf } from "./content.ts";
import { nativeOf } from "./native_ids.ts";
import { authorOf, personOf, reactorOf } from "./people.ts";
import { isIn, isReady } from "./rights.ts";
import type {
  WireChat,
  WireMember,
  WireMemberChange,
  WireMessage,
  WireReaction,
  WireUpdate,
  WireUser,
} from "./wire.ts";

/** Who we are, and in which words we name what has no kind of its own. */
export interface DecodeContext {
  readonly bot: { readonly id: number; readonly username: string | null };
  readonly text: TextOf;
}

/** What an update means. `lane` is the chat that it came from: within it order counts. */
export type Decoded =
  | { readonly kind: "event"; readonly event: Event }
  /** A reaction whose custom emoji are still to be asked for. */
  | {
    readonly kind: "reaction";
    readonly event: Event & { readonly type: "reaction" };
    readonly reactions: WireReaction["new_reaction"];
  }
  /** Somebody gave our token in a group: what we may do there is still to be asked. */
  | {
    readonly kind: "adopt";
    readonly id: string;
    readonly chat: ChatId;
    readonly at: number;
    readonly token: string;
  }
  /** Somebody opened a private chat with us, with a token or by themselves. */
  | { readonly kind: "start"; readonly person: string; readonly token: string | null }
  /** Somebody chose a group by the button that we gave them. */
  | {
    readonly kind: "shared";
    readonly id: string;
    readonly person: string;
    readonly requestId: number;
    readonly chat: ChatId;
    readonly at: number;
  };

/** `/start`, perhaps `@bot`, perhaps a token: as deep links send it. */
const START = /^\/start(?:@(\w+))?(?:\s+([A-Za-z0-9_-]{1,64}))?\s*$/;

/** What `update` means, in order; empty for what is none of ours. */
export function decode(update: WireUpdate, context: DecodeContext): Decoded[] {
  const id = `u${update.update_id}`;
  if (update.message !== undefined) return decodeMessage(id, update.message, context);
  if (update.edited_message !== undefined) return decodeEdit(id, update.edited_message, context);
  if (update.message_reaction !== undefined) return decodeReaction(id, update.message_reaction);
  if (update.chat_member !== undefined) return decodeMembership(update.chat_member);
  if (update.my_chat_member !== undefined) return decodeStanding(id, update.my_chat_member, context);
  return [];
}

function decodeMessage(id: string, message: WireMessage, context: DecodeContext): Decoded[] {
  if (message.chat.type === "private") return decodePrivate(id, message);
  // What only one member can see is for nobody else.
  if (!isGroup(message.chat) || message.receiver_user !== undefined) return [];
  const service = decodeService(id, message, context);
  if (service !== null) return service;
  const author = authorOf(message, context.bot.id);
  if (author === null) return [];
  const start = startOf(message.text, context.bot.username);
  const head = { id, chat: chatOf(message.chat), at: message.date * 1000 };
  if (start?.token) return [{ kind: "adopt", ...head, token: start.token }];
  const content = contentOf(message, context.text);
  if (content === null) return [];
  const replyTo = replyOf(message);
  return [event({
    ...head,
    type: "message",
    author,
    native: nativeOf(message.chat.id, message.message_id),
    content,
    ...(replyTo === undefined ? {} : { replyTo }),
  })];
}

function decodePrivate(id: string, message: WireMessage): Decoded[] {
  const person = String(message.chat.id);
  if (message.chat_shared !== undefined) {
    const { request_id: requestId, chat_id } = message.chat_shared;
    const chat = ChatId.parse(String(chat_id));
    return [{ kind: "shared", id, person, requestId, chat, at: message.date * 1000 }];
  }
  const start = startOf(message.text, null);
  return start === null ? [] : [{ kind: "start", person, token: start.token }];
}

/** null: not a service message that we know. */
function decodeService(id: string, message: WireMessage, { bot }: DecodeContext): Decoded[] | null {
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
  if (message.new_chat_title === undefined) return null;
  const author = authorOf(message, bot.id);
  return author === null
    ? []
    : [event({ id, chat, at, type: "title", title: message.new_chat_title, author })];
}

function decodeEdit(id: string, message: WireMessage, context: DecodeContext): Decoded[] {
  const author = authorOf(message, context.bot.id);
  if (!isGroup(message.chat) || message.receiver_user !== undefined || author === null) return [];
  const content = contentOf(message, context.text);
  // A live location "edits" itself every few seconds.
  if (content === null || content.type === "location") return [];
  const at = (message.edit_date ?? message.date) * 1000;
  const target = { native: nativeOf(message.chat.id, message.message_id) };
  return [event({ id, chat: chatOf(message.chat), at, type: "edit", author, target, content })];
}

function decodeReaction(id: string, reaction: WireReaction): Decoded[] {
  const { chat, new_reaction: reactions } = reaction;
  const author = reactorOf(reaction);
  if (!isGroup(chat) || author === null) return [];
  const event = {
    id,
    chat: chatOf(chat),
    at: reaction.date * 1000,
    type: "reaction" as const,
    author,
    target: { native: nativeOf(chat.id, reaction.message_id) },
    emoji: [],
  } satisfies Event;
  return [{ kind: "reaction", event, reactions }];
}

function decodeMembership(
  { chat, date, old_chat_member: before, new_chat_member: after }: WireMemberChange,
): Decoded[] {
  if (!isGroup(chat) || !isPerson(after.user) || isIn(before) === isIn(after)) return [];
  const type = isIn(after) ? "join" : "leave";
  return [membership(type, { chat: chatOf(chat), user: after.user, at: date * 1000, admin: isAdmin(after) })];
}

/** What became of our own account. */
function decodeStanding(id: string, change: WireMemberChange, { bot }: DecodeContext): Decoded[] {
  const { chat, from, date, new_chat_member: after } = change;
  // Where we left by ourselves, whoever sent the op knows.
  if (!isGroup(chat) || from.id === bot.id) return [];
  const head = { id, chat: chatOf(chat), at: date * 1000 };
  if (!isIn(after)) return [event({ ...head, type: "chat-gone", reason: "bridge.kicked" })];
  return [event({ ...head, type: "rights", ready: isReady(after) })];
}

function event(event: Event): Decoded {
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
function membership(type: "join" | "leave", { chat, user, at, admin = false }: Membership): Decoded {
  const person = { ...personOf(user), ...(admin ? { admin } : {}) };
  return event({ id: `${type}:${chat}:${user.id}:${at / 1000}`, chat, at, type, person });
}

function replyOf({ chat, reply_to_message: replied }: WireMessage): Target | undefined {
  // In forums every message "replies" to the one that opened its topic.
  if (replied === undefined || replied.forum_topic_created !== undefined) return undefined;
  return { native: nativeOf(replied.chat?.id ?? chat.id, replied.message_id) };
}

/** null: not a start. For another bot: not ours either. */
function startOf(
  text: string | undefined,
  username: string | null,
): { readonly token: string | null } | null {
  const found = START.exec(text ?? "");
  if (found === null) return null;
  const [, mentioned, token] = found;
  const other = mentioned !== undefined && username !== null &&
    mentioned.toLowerCase() !== username.toLowerCase();
  return other ? null : { token: token ?? null };
}

function chatOf(chat: WireChat): ChatId {
  return ChatId.parse(String(chat.id));
}

function isGroup({ type }: WireChat): boolean {
  return type === "group" || type === "supergroup";
}

function isPerson(user: WireUser): boolean {
  return !user.is_bot;
}

function isAdmin({ status }: WireMember): boolean {
  return status === "creator" || status === "administrator";
}
