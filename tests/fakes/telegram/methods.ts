/** The Bot API's methods, as far as the relay uses them, with Telegram's own refusals. */
import type { ReplyKeyboardMarkup } from "@grammyjs/types";
import { z } from "zod";
import { chatObject, type FakeChat, type FakeLink, may, standing } from "./chats.ts";
import {
  bodyOf,
  changeableChat,
  chatOf,
  Entities,
  type Method,
  type MethodCall,
  ownMessage,
  placeOf,
  visible,
} from "./method_call.ts";
import { FILE_METHODS } from "./methods_files.ts";
import { KIND_METHODS } from "./methods_kinds.ts";
import { messageObject } from "./objects.ts";
import { isReaction } from "./reactions.ts";
import { badRequest, Refusal } from "./refusal.ts";
import type { State } from "./world.ts";

const TITLE_MAX = 128;
const DELETE_SECONDS = 48 * 3600;
const SECOND_MS = 1000;

/** Every method by its name in lower case: Telegram does not mind how it is written. */
export const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>(Object.entries({
  ...FILE_METHODS,
  ...KIND_METHODS,
  getme: (state) => ({
    ...state.bot,
    can_join_groups: true,
    can_read_all_group_messages: false,
    supports_inline_queries: false,
  }),
  getupdates: getUpdates,
  setwebhook: setWebhook,
  deletewebhook: (state, call) => setWebhook(state, { ...call, payload: { url: "" } }),
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
  const { chat, head } = placeOf(state, payload, "text messages");
  const given = z.looseObject({
    text: z.string(),
    entities: Entities,
    reply_markup: z.looseObject({}).optional(),
  }).parse(payload);
  const keyboard = given.reply_markup !== undefined && "keyboard" in given.reply_markup
    ? { keyboard: given.reply_markup as unknown as ReplyKeyboardMarkup }
    : {};
  const body = bodyOf(given.text, given.entities);
  return messageObject(chat, state.addMessage(chat, { ...head, ...body, ...keyboard }));
}

function editMessageText(state: State, { payload }: MethodCall): unknown {
  const chat = chatOf(state, payload);
  const given = z.looseObject({ message_id: z.number(), text: z.string(), entities: Entities }).parse(
    payload,
  );
  const message = ownMessage(state, chat, given.message_id);
  const bare = message.file ?? message.poll ?? message.place ?? message.contact;
  if (bare !== undefined) throw badRequest("there is no text in the message to edit");
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
  state.remove(chat, message);
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
  const chat = changeableChat(state, payload, "title");
  const { title } = z.looseObject({ title: z.string() }).parse(payload);
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

function getCustomEmojiStickers(state: State, { payload }: MethodCall): unknown {
  const { custom_emoji_ids: ids } = z.looseObject({ custom_emoji_ids: z.array(z.string()) }).parse(payload);
  return ids.filter((id) => state.customEmoji.has(id)).map((id) => ({
    type: "custom_emoji",
    custom_emoji_id: id,
    emoji: state.customEmoji.get(id),
  }));
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
