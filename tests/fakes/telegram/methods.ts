/** The Bot API's methods, as far as the relay uses them, with Telegram's own refusals. */
import { z } from "zod";
import type { MessageEntity, ReplyKeyboardMarkup } from "@grammyjs/types";
import {
  chatObject,
  type FakeChat,
  type FakeLink,
  type FakeMessage,
  isInside,
  may,
  messageObject,
  standing,
} from "./chats.ts";
import { isReaction } from "./reactions.ts";
import { badRequest, forbidden, Refusal } from "./refusal.ts";
import type { State } from "./world.ts";

const TEXT_MAX = 4096;
const TITLE_MAX = 128;
const DELETE_SECONDS = 48 * 3600;
const SECOND_MS = 1000;

const ChatIdOf = z.union([z.number(), z.string()]);
const Entities = z.array(z.looseObject({ type: z.string(), offset: z.number(), length: z.number() })).default(
  [],
);

/** What a method is called with. */
export interface MethodCall {
  readonly payload: unknown;
  readonly signal: AbortSignal;
}

type Method = (state: State, call: MethodCall) => unknown;

/** Every method by its name in lower case: Telegram does not mind how it is written. */
export const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>(Object.entries({
  getme: (state) => ({
    ...state.bot,
    can_join_groups: true,
    can_read_all_group_messages: false,
    supports_inline_queries: false,
  }),
  getupdates: getUpdates,
  setwebhook: setWebhook,
  deletewebhook: (state) => setWebhook(state, { payload: { url: "" }, signal: new AbortController().signal }),
  sendmessage: sendMessage,
  editmessagetext: editMessageText,
  deletemessage: deleteMessage,
  setmessagereaction: setMessageReaction,
  setchattitle: setChatTitle,
  leavechat: leaveChat,
  getchat: (state, { payload }) => ({
    ...chatObject(chatOf(state, payload)),
    accent_color_id: 0,
    max_reaction_count: 11,
  }),
  getchatmember: getChatMember,
  getchatadministrators: (state, { payload }) =>
    [...chatOf(state, payload).members.values()].filter(({ status }) =>
      status === "creator" || status === "administrator"
    ),
  createchatinvitelink: createInvite,
  exportchatinvitelink: exportInvite,
  revokechatinvitelink: revokeInvite,
  getfile: getFile,
  getcustomemojistickers: getCustomEmojiStickers,
}));

async function getUpdates(state: State, { payload, signal }: MethodCall): Promise<unknown> {
  const { offset, limit, timeout, allowed_updates: allowed } = z.looseObject({
    offset: z.number().optional(),
    limit: z.number().optional(),
    timeout: z.number().default(0),
    allowed_updates: z.array(z.string()).optional(),
  }).parse(payload);
  return await state.updates.poll({ offset, limit, timeoutMs: timeout * SECOND_MS, allowed, signal });
}

function setWebhook(state: State, { payload }: MethodCall): true {
  const { url, secret_token: secret } = z.looseObject({
    url: z.string(),
    secret_token: z.string().optional(),
  })
    .parse(payload);
  const { allowed_updates: allowed } = z.looseObject({ allowed_updates: z.array(z.string()).optional() })
    .parse(payload);
  if (url !== "" && !URL.canParse(url)) throw badRequest("bad webhook: invalid webhook URL specified");
  state.updates.setWebhook(url, secret, allowed);
  return true;
}

function sendMessage(state: State, { payload }: MethodCall): unknown {
  const chat = chatOf(state, payload);
  const given = z.looseObject({
    text: z.string(),
    entities: Entities,
    reply_parameters: z.looseObject({
      message_id: z.number(),
      allow_sending_without_reply: z.boolean().default(false),
    }).optional(),
    reply_markup: z.looseObject({}).optional(),
  }).parse(payload);
  const own = chat.members.get(state.bot.id);
  if (own?.status === "restricted" && !own.can_send_messages) {
    throw badRequest("not enough rights to send text messages to the chat");
  }
  const body = bodyOf(given.text, given.entities);
  const reply = given.reply_parameters;
  const replied = reply !== undefined && visible(chat, reply.message_id) !== null;
  if (reply !== undefined && !replied && !reply.allow_sending_without_reply) {
    throw badRequest("message to be replied not found");
  }
  const keyboard = given.reply_markup !== undefined && "keyboard" in given.reply_markup
    ? { keyboard: given.reply_markup as unknown as ReplyKeyboardMarkup }
    : {};
  const replyTo = replied ? reply.message_id : null;
  return messageObject(chat, state.addMessage(chat, { from: state.bot, ...body, replyTo, ...keyboard }));
}

function editMessageText(state: State, { payload }: MethodCall): unknown {
  const chat = chatOf(state, payload);
  const given = z.looseObject({ message_id: z.number(), text: z.string(), entities: Entities }).parse(
    payload,
  );
  const message = visible(chat, given.message_id);
  if (message === null) throw badRequest("message to edit not found");
  if (message.from.id !== state.bot.id) throw badRequest("message can't be edited");
  const { text, entities } = bodyOf(given.text, given.entities);
  if (text === message.text && JSON.stringify(entities) === JSON.stringify(message.entities)) {
    throw badRequest(
      "message is not modified: specified new message content and reply markup are exactly the same",
    );
  }
  message.text = text;
  message.entities = entities;
  message.edited = true;
  state.changes.notify();
  return messageObject(chat, message);
}

function deleteMessage(state: State, { payload }: MethodCall): true {
  const chat = chatOf(state, payload);
  const { message_id: id } = z.looseObject({ message_id: z.number() }).parse(payload);
  const message = visible(chat, id);
  if (message === null) throw badRequest("message to delete not found");
  const own = message.from.id === state.bot.id;
  if (!own && !may(chat.members.get(state.bot.id), "can_delete_messages")) {
    throw badRequest("message can't be deleted");
  }
  if (state.nowSeconds() - message.dateSeconds > DELETE_SECONDS) {
    throw badRequest("message can't be deleted for everyone");
  }
  message.deleted = true;
  state.changes.notify();
  return true;
}

function setMessageReaction(state: State, { payload }: MethodCall): true {
  const chat = chatOf(state, payload);
  const given = z.looseObject({
    message_id: z.number(),
    reaction: z.array(z.looseObject({ type: z.literal("emoji"), emoji: z.string() })).default([]),
  }).parse(payload);
  const message = visible(chat, given.message_id);
  if (message === null) throw badRequest("message to react not found");
  if (given.reaction.length > 1) throw badRequest("REACTIONS_TOO_MANY");
  const allowed = (emoji: string): boolean => isReaction(emoji) && chat.reactions?.includes(emoji) !== false;
  if (!given.reaction.every(({ emoji }) => allowed(emoji))) throw badRequest("REACTION_INVALID");
  message.reactions.set(state.bot.id, given.reaction.map(({ emoji }) => emoji));
  state.changes.notify();
  return true;
}

function setChatTitle(state: State, { payload }: MethodCall): true {
  const chat = chatOf(state, payload);
  const { title } = z.looseObject({ title: z.string() }).parse(payload);
  if (!may(chat.members.get(state.bot.id), "can_change_info")) {
    throw badRequest("not enough rights to change chat title");
  }
  if (title.length < 1) throw badRequest("chat title is empty");
  if (title.length > TITLE_MAX) throw badRequest("chat title is too long");
  if (title === chat.title) throw badRequest("chat title is not modified");
  chat.title = title;
  state.changes.notify();
  return true;
}

function leaveChat(state: State, { payload }: MethodCall): true {
  const chat = chatOf(state, payload);
  state.setStanding(chat, standing(state.bot, "left"), state.bot);
  return true;
}

function getChatMember(state: State, { payload }: MethodCall): unknown {
  const chat = chatOf(state, payload);
  const { user_id: id } = z.looseObject({ user_id: z.number() }).parse(payload);
  const user = state.users.get(id);
  if (user === undefined) throw badRequest("invalid user_id specified");
  return chat.members.get(id) ?? standing(user, "left");
}

function createInvite(state: State, { payload }: MethodCall): unknown {
  const chat = chatOf(state, payload);
  const { name } = z.looseObject({ name: z.string().max(32).optional() }).parse(payload);
  mayInvite(state, chat);
  return linkObject(state.addLink(chat, state.bot, { name }));
}

function exportInvite(state: State, { payload }: MethodCall): string {
  const chat = chatOf(state, payload);
  mayInvite(state, chat);
  for (const link of chat.links) if (link.primary && link.creator.id === state.bot.id) link.revoked = true;
  return state.addLink(chat, state.bot, { primary: true }).url;
}

function revokeInvite(state: State, { payload }: MethodCall): unknown {
  const chat = chatOf(state, payload);
  const { invite_link: url } = z.looseObject({ invite_link: z.string() }).parse(payload);
  mayInvite(state, chat);
  const link = chat.links.find((one) => one.url === url && one.creator.id === state.bot.id);
  if (link === undefined) throw badRequest("INVITE_HASH_EXPIRED");
  link.revoked = true;
  state.changes.notify();
  return linkObject(link);
}

function getFile(state: State, { payload }: MethodCall): unknown {
  const { file_id: id } = z.looseObject({ file_id: z.string() }).parse(payload);
  const file = state.files.get(id);
  if (file === undefined) throw badRequest("wrong file_id or the file is temporarily unavailable");
  return { file_id: id, file_unique_id: `u${id}`, file_size: file.bytes.length, file_path: `files/${id}` };
}

function getCustomEmojiStickers(state: State, { payload }: MethodCall): unknown {
  const { custom_emoji_ids: ids } = z.looseObject({ custom_emoji_ids: z.array(z.string()) }).parse(payload);
  return ids.filter((id) => state.customEmoji.has(id)).map((id) => ({
    type: "custom_emoji",
    custom_emoji_id: id,
    emoji: state.customEmoji.get(id),
  }));
}

/** The chat that a call names, if the bot may act there. */
function chatOf(state: State, payload: unknown): FakeChat {
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

function bodyOf(text: string, entities: z.infer<typeof Entities>): Pick<FakeMessage, "text" | "entities"> {
  if (text.trim() === "") throw badRequest("message text is empty");
  if (text.length > TEXT_MAX) throw badRequest("message is too long");
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
  return { text, entities: entities as unknown as MessageEntity[] };
}

function visible(chat: FakeChat, id: number): FakeMessage | null {
  const message = chat.messages.get(id);
  return message === undefined || message.deleted ? null : message;
}

function mayInvite(state: State, chat: FakeChat): void {
  if (may(chat.members.get(state.bot.id), "can_invite_users")) return;
  throw new Refusal(400, "Bad Request: not enough rights to manage chat invite link");
}

function linkObject({ url, creator, name, primary, revoked }: FakeLink): unknown {
  return {
    invite_link: url,
    creator,
    ...(name === undefined ? {} : { name }),
    creates_join_request: false,
    is_primary: primary,
    is_revoked: revoked,
  };
}
