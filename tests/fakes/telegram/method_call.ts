/** What the methods of the Bot API have in common: who may act where, and what texts may hold. */
import type { MessageEntity } from "@grammyjs/types";
import { z } from "zod";
import { type FakeChat, type FakeMessage, isInside, may } from "./chats.ts";
import type { Attached } from "./multipart.ts";
import { badRequest, forbidden } from "./refusal.ts";
import type { State } from "./world.ts";

/** What a method is called with. */
export interface MethodCall {
  readonly payload: unknown;
  readonly files: ReadonlyMap<string, Attached>;
  readonly signal: AbortSignal;
}

/** One method. What it answers is the result. */
export type Method = (state: State, call: MethodCall) => unknown;

const CAPTION_MAX = 1024;
const TEXT_MAX = 4096;

const ChatIdOf = z.union([z.number(), z.string()]);

/** Marks of a text. */
export const Entities = z.array(z.looseObject({ type: z.string(), offset: z.number(), length: z.number() }))
  .default([]);

/** The chat that a call names, if the bot may act there. */
export function chatOf(state: State, payload: unknown): FakeChat {
  const given = z.looseObject({ chat_id: ChatIdOf }).safeParse(payload);
  if (!given.success) throw badRequest("chat_id is empty");
  const chat = state.chats.get(Number(given.data.chat_id));
  if (chat === undefined) throw badRequest("chat not found");
  if (chat.movedTo !== null) {
    throw badRequest("group chat was upgraded to a supergroup chat", { migrate_to_chat_id: chat.movedTo });
  }
  if (chat.type === "private") return chat;
  const own = chat.members.get(state.bot.id);
  if (own?.status === "kicked") throw forbidden(`bot was kicked from the ${chat.type} chat`);
  if (own === undefined) throw badRequest("chat not found");
  if (!isInside(own)) throw forbidden(`bot is not a member of the ${chat.type} chat`);
  return chat;
}

/** The chat, if the bot may change how it looks. */
export function changeableChat(state: State, payload: unknown, what: string): FakeChat {
  const chat = chatOf(state, payload);
  if (may(chat.members.get(state.bot.id), "can_change_info")) return chat;
  throw badRequest(`not enough rights to change chat ${what}`);
}

/** Where a new message goes and what it answers. */
export function placeOf(
  state: State,
  payload: unknown,
  what: string,
): { readonly chat: FakeChat; readonly head: Pick<FakeMessage, "from" | "replyTo" | "quiet"> } {
  const chat = chatOf(state, payload);
  const { reply_parameters: reply, disable_notification: silent } = z.looseObject({
    reply_parameters: z.looseObject({
      message_id: z.number(),
      allow_sending_without_reply: z.boolean().default(false),
    }).optional(),
    disable_notification: z.union([z.boolean(), z.literal("true")]).optional(),
  }).parse(payload);
  const own = chat.members.get(state.bot.id);
  if (own?.status === "restricted" && !own.can_send_messages) {
    throw badRequest(`not enough rights to send ${what} to the chat`);
  }
  const replied = reply !== undefined && visible(chat, reply.message_id) !== null;
  if (reply !== undefined && !replied && !reply.allow_sending_without_reply) {
    throw badRequest("message to be replied not found");
  }
  const quiet = silent !== undefined && silent !== false;
  return { chat, head: { from: state.bot, replyTo: replied ? reply.message_id : null, quiet } };
}

/** A text that Telegram takes. */
export function bodyOf(
  text: string,
  entities: z.infer<typeof Entities>,
): Pick<FakeMessage, "text" | "entities"> {
  if (text.trim() === "") throw badRequest("message text is empty");
  if (text.length > TEXT_MAX) throw badRequest("message is too long");
  return { text, entities: checked(text, entities) };
}

/** Words under a file. */
export function captionOf(
  text: string,
  entities: z.infer<typeof Entities>,
): Pick<FakeMessage, "text" | "entities"> {
  if (text.length > CAPTION_MAX) throw badRequest("message caption is too long");
  return { text, entities: checked(text, entities) };
}

function checked(text: string, entities: z.infer<typeof Entities>): readonly MessageEntity[] {
  if (entities.some(({ offset, length }) => offset < 0 || length < 1 || offset + length > text.length)) {
    throw badRequest("entity has invalid bounds");
  }
  if (entities.some(({ offset, length }) => !text.slice(offset, offset + length).isWellFormed())) {
    throw badRequest("entity begins in a middle of a UTF-16 symbol");
  }
  const urls = entities.flatMap(({ type, url }) => type === "text_link" ? [URL.parse(String(url))] : []);
  if (!urls.every((url) => url?.protocol.startsWith("http") && /[.:]/.test(url.hostname))) {
    throw badRequest("Wrong message entity: Wrong HTTP URL");
  }
  return entities as unknown as MessageEntity[];
}

/** A message that is still there. */
export function visible(chat: FakeChat, id: number): FakeMessage | null {
  const message = chat.messages.get(id);
  return message === undefined || message.deleted ? null : message;
}

/** A message of the bot's own. */
export function ownMessage(state: State, chat: FakeChat, id: number): FakeMessage {
  const message = visible(chat, id);
  if (message === null) throw badRequest("message to edit not found");
  if (message.from.id !== state.bot.id) throw badRequest("message can't be edited");
  return message;
}
