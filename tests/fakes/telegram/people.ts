/** What people do at Telegram, and what they see. Tests act through this. */
import type { MessageEntity, User } from "@grammyjs/types";
import { chatObject, type FakeChat, isInside, muted, rights, standing } from "./chats.ts";
import type { FakeFile } from "./files.ts";
import type { FakeContact, FakePlace, FakePoll } from "./kinds.ts";
import { Posts } from "./posts.ts";

/** A message as the members of its chat see it. */
export interface SeenMessage {
  readonly id: number;
  readonly from: string;
  readonly fromBot: boolean;
  readonly text: string;
  readonly entities: readonly MessageEntity[];
  /** Names of the people whose phones it tells. */
  readonly mentions: readonly string[];
  readonly replyTo: number | null;
  readonly reactions: readonly { readonly emoji: string; readonly from: string }[];
  readonly edited: boolean;
  readonly deleted: boolean;
  readonly file?: FakeFile;
  readonly album?: string;
  readonly poll?: FakePoll;
  readonly place?: FakePlace;
  readonly contact?: FakeContact;
  readonly quiet?: boolean;
}

/** Which rights the bot gets: all, none that matter, or those that are named. */
type Granted = Parameters<typeof rights>[0];

/** The people and their chats. */
export class World extends Posts {
  /** Somebody with the app. A name of several words has a last name. */
  addUser(name: string): User {
    return this.state.addUser(name);
  }

  /** Somebody else's bot. */
  addOtherBot(name: string): User {
    return this.state.addUser(name, { bot: true });
  }

  /** @returns the chat's id */
  createGroup(title: string, creator: User, type: "group" | "supergroup" = "supergroup"): number {
    const chat = this.state.addChat(type, title);
    chat.members.set(creator.id, standing(creator, "creator"));
    return chat.id;
  }

  /** Brings the bot in, as the deep link does. */
  addBot(
    chat: number,
    options: { readonly by: User; readonly admin?: Granted; readonly startParameter?: string },
  ): void {
    const { bot } = this.state;
    const { by, admin, startParameter } = options;
    if (admin === undefined) this.#stand(chat, standing(bot, "member"), by);
    else this.promoteBot(chat, { by, admin });
    if (startParameter !== undefined) this.say(by, chat, `/start@${bot.username} ${startParameter}`);
  }

  promoteBot(chat: number, { by, admin = true }: { readonly by: User; readonly admin?: Granted }): void {
    this.#stand(chat, standing(this.state.bot, "administrator", admin), by);
  }

  /** Puts the bot out. */
  kickBot(chat: number, by: User): void {
    this.#stand(chat, standing(this.state.bot, "kicked"), by);
  }

  /** Lets the bot read and nothing else. */
  muteBot(chat: number, by: User): void {
    this.#stand(chat, muted(this.state.bot), by);
  }

  /** Chooses which reactions the chat has. */
  limitReactions(chat: number, emoji: readonly string[]): void {
    this.state.chat(chat).reactions = emoji;
  }

  /** Opens an invite link. @throws where it is unknown or revoked */
  joinBy(user: User, inviteUrl: string): number {
    const found = [...this.state.chats.values()].find(({ links }) =>
      links.some(({ url, revoked }) => url === inviteUrl && !revoked)
    );
    if (found === undefined) throw new Error("Cannot join by this link: it is unknown or was revoked");
    this.join(user, found.id);
    return found.id;
  }

  /** Comes in, however. */
  join(user: User, chat: number): void {
    this.#stand(chat, standing(user, "member"), user);
    this.state.tellService(this.state.chat(chat), user, { new_chat_members: [user] });
  }

  promote(user: User, chat: number): void {
    this.#stand(chat, standing(user, "administrator"), user);
  }

  leave(user: User, chat: number): void {
    this.#stand(chat, standing(user, "left"), user);
    this.state.tellService(this.state.chat(chat), user, { left_chat_member: user });
  }

  /** Makes a custom emoji that stands for `emoji`. @returns its id, which `react` takes like an emoji */
  addCustomEmoji(emoji: string): string {
    const id = String(5_000_000_000 + this.state.customEmoji.size);
    this.state.customEmoji.set(id, emoji);
    return id;
  }

  /** Sets somebody's reactions: none takes them back. `anonymous`: as an administrator who hides behind the group. */
  react(
    user: User,
    chat: number,
    id: number,
    emoji: readonly string[],
    { anonymous = false }: { readonly anonymous?: boolean } = {},
  ): void {
    const at = this.inside(user, chat);
    const message = this.message(at, id);
    const before = message.reactions.get(user.id) ?? [];
    message.reactions.set(user.id, [...emoji]);
    this.state.changes.notify();
    if (!this.state.isAdmin(at)) return;
    this.state.tell(at, {
      message_reaction: {
        chat: chatObject(at),
        message_id: id,
        ...(anonymous ? { actor_chat: chatObject(at) } : { user }),
        date: this.state.nowSeconds(),
        old_reaction: this.#typed(before),
        new_reaction: this.#typed(emoji),
      },
    });
  }

  rename(user: User, chat: number, title: string): void {
    const at = this.inside(user, chat);
    at.title = title;
    this.state.tellService(at, user, { new_chat_title: title });
  }

  /** Makes a supergroup of a group. @returns the new id; the old one answers with it from now on */
  migrate(chat: number, by: User): number {
    const from = this.state.chat(chat);
    const to = this.state.addChat("supergroup", from.title);
    for (const [id, member] of from.members) to.members.set(id, member);
    this.state.tellService(from, by, { migrate_to_chat_id: to.id });
    from.movedTo = to.id;
    this.state.tellService(to, by, { migrate_from_chat_id: from.id });
    return to.id;
  }

  /** Writes to the bot in private. */
  sayPrivate(user: User, text: string): number {
    return this.post(this.state.privateChat(user), { from: user, text });
  }

  /** Changes the picture of the chat. */
  setPhoto(user: User, chat: number, photo: Uint8Array | null): void {
    this.state.setPhoto(this.inside(user, chat), user, photo);
  }

  /** No update tells of it. */
  describe(user: User, chat: number, description: string): void {
    this.inside(user, chat).description = description;
    this.state.changes.notify();
  }

  /** Lets messages disappear after so many seconds; 0: never. */
  setTimer(user: User, chat: number, seconds: number): void {
    const at = this.inside(user, chat);
    at.timer = seconds;
    this.state.tellService(at, user, {
      message_auto_delete_timer_changed: { message_auto_delete_time: seconds },
    });
  }

  /** What the bot and `user` said to each other. */
  privateMessages(user: User): SeenMessage[] {
    return this.#seen(this.state.privateChat(user));
  }

  /** Presses the last `request_chat` button that the bot showed, and chooses `chat`. */
  shareChat(user: User, chat: number, { addBot = true }: { readonly addBot?: boolean } = {}): void {
    const own = this.state.privateChat(user);
    const button = [...own.messages.values()].findLast(({ keyboard }) => keyboard !== undefined)?.keyboard
      ?.keyboard[0]?.[0];
    if (typeof button !== "object" || !("request_chat" in button)) {
      throw new Error("Cannot share a chat: the bot showed no button for it");
    }
    const { request_id, bot_administrator_rights: admin } = button.request_chat;
    if (addBot) this.promoteBot(chat, { by: user, admin });
    this.state.tellService(own, user, { chat_shared: { request_id, chat_id: chat } });
  }

  /** Everything in a chat as its members see it, oldest first, deleted ones too. */
  messages(chat: number | string): SeenMessage[] {
    return this.#seen(this.state.chat(chat));
  }

  /** Somebody in the chat, by name. */
  member(chat: number | string, name: string): User {
    const inside = [...this.state.chat(chat).members.values()].filter(isInside);
    const found = inside.find(({ user }) => nameOf(user) === name);
    if (found === undefined) throw new Error("Cannot find a member of this name: there is none");
    return found.user;
  }

  title(chat: number | string): string {
    return this.state.chat(chat).title;
  }

  /** After how many seconds messages disappear; 0: never. */
  timer(chat: number | string): number {
    return this.state.chat(chat).timer;
  }

  description(chat: number | string): string {
    return this.state.chat(chat).description;
  }

  /** The picture of the chat. */
  photo(chat: number | string): Uint8Array | null {
    return this.state.chat(chat).photo;
  }

  /** Whether the bot is in there. */
  hasBot(chat: number | string): boolean {
    return isInside(this.state.chat(chat).members.get(this.state.bot.id));
  }

  /** Links that still open the chat. */
  links(chat: number | string): string[] {
    return this.state.chat(chat).links.filter(({ revoked }) => !revoked).map(({ url }) => url);
  }

  /** Resolves with what `look` answers, once that is neither false, null nor undefined. */
  waitFor<T>(look: () => T | false | null | undefined, what: string, deadlineMs?: number): Promise<T> {
    return this.state.changes.until(look, what, deadlineMs);
  }

  #typed(list: readonly string[]): [] {
    return list.map((one) =>
      this.state.customEmoji.has(one)
        ? { type: "custom_emoji", custom_emoji_id: one }
        : { type: "emoji", emoji: one }
    ) as unknown as [];
  }

  #stand(chat: number, member: ReturnType<typeof standing>, by: User): void {
    this.state.setStanding(this.state.chat(chat), member, by);
  }

  #seen(chat: FakeChat): SeenMessage[] {
    return [...chat.messages.values()].map((message) => ({
      ...message,
      from: nameOf(message.from),
      fromBot: message.from.is_bot,
      mentions: message.entities.flatMap((entity) =>
        entity.type === "text_mention" ? [nameOf(this.state.user(entity.user.id))] : []
      ),
      reactions: [...message.reactions].flatMap(([id, list]) =>
        list.map((emoji) => ({ emoji, from: nameOf(this.state.user(id)) }))
      ),
    }));
  }
}

function nameOf({ first_name, last_name }: User): string {
  return last_name === undefined ? first_name : `${first_name} ${last_name}`;
}
