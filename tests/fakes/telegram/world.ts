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
  standing,
} from "./chats.ts";
import type { FakeFile } from "./files.ts";
import type { FakePoll } from "./kinds.ts";
import { messageObject, pollObject } from "./objects.ts";
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
  /** Where a server of our own keeps files; null: this is Telegram's. */
  localDir: string | null = null;
  /** Id → the emoji that it stands for. */
  readonly customEmoji: Map<string, string> = new Map();
  /** User accounts that listen. */
  readonly deleteListeners: Set<(chat: number, message: number) => void> = new Set();
  readonly bot: User & { readonly username: string };
  #nextUser = FIRST_USER;
  #nextChat = 1;
  #nextLink = 1;
  #nextName = 1;
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

  /** A message is gone: user accounts hear of it over MTProto, bots never do. */
  remove(chat: FakeChat, message: FakeMessage): void {
    message.deleted = true;
    for (const listener of this.deleteListeners) listener(chat.id, message.id);
    this.changes.notify();
  }

  /** A number that nothing else has. */
  nextName(): number {
    return this.#nextName++;
  }

  /** Keeps a file, to be read by getFile. */
  addFile(file: Omit<FakeFile, "id">): FakeFile {
    const id = `file${this.nextName()}`;
    this.files.set(id, file);
    return { ...file, id };
  }

  newPoll(poll: Pick<FakePoll, "question" | "options" | "multiple" | "anonymous">): FakePoll {
    return {
      ...poll,
      id: `${5_000_000_000_000_000_000n + BigInt(this.nextName())}`,
      votes: new Map(),
      closed: false,
    };
  }

  /** Ends a poll: its new state comes to the bot, whoever's it is. */
  closePoll(chat: FakeChat, poll: FakePoll): void {
    poll.closed = true;
    this.tell(chat, { poll: pollObject(poll) });
    this.changes.notify();
  }

  /** Changes the picture of a chat, of which a service message tells. */
  setPhoto(chat: FakeChat, by: User, photo: Uint8Array | null): void {
    chat.photo = photo;
    this.changes.notify();
    if (photo === null) return this.tellService(chat, by, { delete_chat_photo: true });
    const { id } = this.addFile({ kind: "photo", bytes: photo, mime: "image/jpeg" });
    const size = { width: 1, height: 1, file_size: photo.length };
    const [small, large] = [`small-${id}`, id].map((file_id) => ({
      ...size,
      file_id,
      file_unique_id: `u${file_id}`,
    }));
    if (small !== undefined && large !== undefined) {
      this.tellService(chat, by, { new_chat_photo: [small, large] });
    }
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
