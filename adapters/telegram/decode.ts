/** Telegram's updates as Events. Pure: what needs a question to Telegram comes out as a task for the inbox. */
import { ChatId, type Content, type Event, type Target } from "../../actors/model/mod.ts";
import { contentOf } from "./content.ts";
import { chatOf, decodeService, event, isGroup, membership } from "./decode_service.ts";
import type { DecodeContext, Decoded } from "./decoded.ts";
import { nativeOf } from "./native_ids.ts";
import { authorOf, reactorOf, voterOf } from "./people.ts";
import { isIn, isReady } from "./rights.ts";
import type {
  WireMember,
  WireMemberChange,
  WireMessage,
  WirePollAnswer,
  WireReaction,
  WireUpdate,
} from "./wire.ts";

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
  if (update.poll_answer !== undefined) return decodeVote(id, update.poll_answer);
  if (update.poll?.is_closed === true) return [{ kind: "poll-closed", poll: update.poll.id }];
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
  const native = nativeOf(message.chat.id, message.message_id);
  const replyTo = replyOf(message);
  return [told(message, {
    ...head,
    type: "message",
    author,
    native,
    content,
    ...(replyTo === undefined ? {} : { replyTo }),
  })];
}

/** A message, with what the inbox has to keep of it. */
function told(message: WireMessage, event: Event & { readonly type: "message" }): Decoded {
  const native = nativeOf(message.chat.id, message.message_id);
  if (message.poll !== undefined) {
    return { kind: "poll", event, native, poll: message.poll.id, closed: message.poll.is_closed };
  }
  const place = placeNow(message, event);
  return place === null ? { kind: "event", event } : { kind: "place", event, place };
}

/** Where a place that moves is now; null where nothing moves. */
function placeNow(
  message: WireMessage,
  { chat, author }: Pick<Event & { readonly type: "message" }, "chat" | "author">,
): (Decoded & { readonly kind: "place" })["place"] | null {
  const { location, venue } = message;
  if (location?.live_period === undefined || venue !== undefined) return null;
  const { latitude, longitude, live_period: period } = location;
  const native = nativeOf(message.chat.id, message.message_id);
  return { native, chat, author, latitude, longitude, periodMs: period * 1000 };
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

function decodeEdit(id: string, message: WireMessage, context: DecodeContext): Decoded[] {
  const author = authorOf(message, context.bot.id);
  if (!isGroup(message.chat) || message.receiver_user !== undefined || author === null) return [];
  const chat = chatOf(message.chat);
  // A live location "edits" itself every few seconds.
  const place = placeNow(message, { chat, author });
  if (place !== null) return [{ kind: "place", event: null, place }];
  const content = editedContent(contentOf(message, context.text));
  if (content === null) return [];
  const at = (message.edit_date ?? message.date) * 1000;
  const target = { native: nativeOf(message.chat.id, message.message_id) };
  return [event({ id, chat, at, type: "edit", author, target, content })];
}

/** What people change. A poll is closed, which comes as news of its own; a place that is told again has ended. */
function editedContent(content: Content | null): Content | null {
  if (content === null || content.type === "poll") return null;
  return content.type === "location" ? { ...content, live: "ended" } : content;
}

/** In polls of ours only: of others bots hear no votes. */
function decodeVote(id: string, { poll_id: poll, option_ids: options, ...who }: WirePollAnswer): Decoded[] {
  const author = voterOf(who);
  return author === null ? [] : [{ kind: "vote", id, poll, author, options }];
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
  if (!isGroup(chat) || after.user.is_bot || isIn(before) === isIn(after)) return [];
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

function isAdmin({ status }: WireMember): boolean {
  return status === "creator" || status === "administrator";
}
