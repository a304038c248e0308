/** Telegram as its people know it: who is in which chat, and what was said there. One bot looks on. */
import type { ChatMember, Message, User } from "@grammyjs/types";
import { Changes } from "./changes.ts";
import {
  chatObject,
  emptyChat,
  type FakeChat,
  type FakeLink,
  type FakeMessage,
  isInside,
  messageObject,
  standing,
} from "./chats.ts";
import { type News, type Told, UpdateQueue } from "./updates.ts";

const FIRST_USER = 100_001;
const SUPERGROUP = -1_000_000_000_000;

/** Everything that is, without what people do. */
export class State {
  readonly changes: Changes = new Changes();
  readonly updates: UpdateQueue = new UpdateQueue(this.changes);
  readonly chats: Map<number, FakeChat> = new Map();
  readonly users: Map<number, User> = new Map();
  readonly files: Map<string, { readonly bytes: Uint8Array; readonly mime: string }> = new Map();
  /** Id → the emoji that it stands for. */
  readonly customEmoji: Map<string, string> = new Map();
  readonly bot: User & { readonly username: string };
  #nextUser = FIRST_USER;
  #nextChat = 1;
  #nextLink = 1;
  #aheadMs = 0;

  constructor(bot: User & { readonly username: string }) {
    this.bot = bot;
    this.users.set(bot.id, bot);
  }

  /** Moves the messenger's clock. */
  pass(ms: number): void {
    this.#aheadMs += ms;
  }

  nowSeconds(): number {
    return Math.floor((Date.now() + this.#aheadMs) / 1000);
  }

  addUser(name: string, { bot = false }: { readonly bot?: boolean } = {}): User {
    const [first = "", ...others] = name.split(" ");
    const id = this.#nextUser++;
    const user: User = {
      id,
      is_bot: bot,
      first_name: first,
      ...(others.length === 0 ? {} : { last_name: others.join(" ") }),
      username: `user${id}`,
    };
    this.users.set(id, user);
    return user;
  }

  addChat(type: "group" | "supergroup", title: string): FakeChat {
    const number = this.#nextChat++;
    const chat = emptyChat(type === "group" ? -number : SUPERGROUP - number, type, title);
    this.chats.set(chat.id, chat);
    return chat;
  }

  /** The private chat of somebody with the bot, which exists from their first word. */
  privateChat(user: User): FakeChat {
    const chat = this.chats.get(user.id) ?? emptyChat(user.id, "private", user.first_name);
    this.chats.set(user.id, chat);
    return chat;
  }

  /** @throws if there is none */
  chat(id: number | string): FakeChat {
    const chat = this.chats.get(Number(id));
    if (chat === undefined) throw new Error(`Cannot find chat ${id}: there is none`);
    return chat;
  }

  user(id: number): User {
    const user = this.users.get(id);
    if (user === undefined) throw new Error(`Cannot find user ${id}: there is none`);
    return user;
  }

  addLink(
    chat: FakeChat,
    creator: User,
    { name, primary = false }: { name?: string; primary?: boolean },
  ): FakeLink {
    const url = `https://t.me/+fake${String(this.#nextLink++).padStart(6, "0")}`;
    const link = { url, creator, name, primary, revoked: false };
    chat.links.push(link);
    return link;
  }

  addMessage(
    chat: FakeChat,
    parts: Pick<FakeMessage, "from" | "text"> & Partial<FakeMessage>,
  ): FakeMessage {
    const message: FakeMessage = {
      id: chat.nextMessageId++,
      dateSeconds: this.nowSeconds(),
      entities: [],
      replyTo: null,
      reactions: new Map(),
      edited: false,
      deleted: false,
      ...parts,
    };
    chat.messages.set(message.id, message);
    this.changes.notify();
    return message;
  }

  /** Tells the bot, if it is in the chat. */
  tell(chat: FakeChat, news: News): void {
    if (chat.type !== "private" && !isInside(chat.members.get(this.bot.id))) return;
    this.updates.push(chat.id, news);
  }

  /** A message to the bot: one that is no administrator gets commands and answers to itself only (privacy mode). */
  tellMessage(chat: FakeChat, message: FakeMessage, kind: "message" | "edited_message" = "message"): void {
    if (!this.#hears(chat, message)) return;
    const object = messageObject(chat, message);
    // The queue's types want to know that no channel is meant; this fake has none.
    this.tell(chat, { [kind]: object as Told });
  }

  /** A service message: it takes a message id and is seen by every bot in the chat. */
  tellService(chat: FakeChat, from: User, service: Partial<Message>): void {
    const { id, dateSeconds } = this.addMessage(chat, { from, text: "" });
    chat.messages.delete(id);
    const head = { message_id: id, date: dateSeconds, from, chat: chatObject(chat) };
    this.tell(chat, { message: { ...head, ...service } as Told });
  }

  /** Gives somebody another standing and tells the bot what it may know of it. */
  setStanding(chat: FakeChat, member: ChatMember, by: User): void {
    const { user } = member;
    const before = chat.members.get(user.id) ?? standing(user, "left");
    const change = {
      chat: chatObject(chat),
      from: by,
      date: this.nowSeconds(),
      old_chat_member: before,
      new_chat_member: member,
    };
    if (user.id === this.bot.id) {
      chat.members.set(user.id, member);
      // Told also of its own end.
      this.updates.push(chat.id, { my_chat_member: change });
    } else {
      if (this.isAdmin(chat)) this.tell(chat, { chat_member: change });
      chat.members.set(user.id, member);
    }
    this.changes.notify();
  }

  /** Whether the bot is an administrator. */
  isAdmin(chat: FakeChat): boolean {
    return chat.members.get(this.bot.id)?.status === "administrator";
  }

  #hears(chat: FakeChat, message: FakeMessage): boolean {
    // Bots do not see what bots say, unless bot-to-bot mode is on: this bot's is, to prove that it does not matter.
    if (message.from.id === this.bot.id) return false;
    if (chat.type === "private" || this.isAdmin(chat)) return true;
    const replied = message.replyTo === null ? undefined : chat.messages.get(message.replyTo);
    return message.text.startsWith("/") || replied?.from.id === this.bot.id;
  }
}
