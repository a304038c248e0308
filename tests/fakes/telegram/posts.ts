/** What people write, send and change in a chat. */
import type { Message, MessageEntity, User } from "@grammyjs/types";
import { type FakeChat, type FakeMessage, isInside } from "./chats.ts";
import type { FakeFile } from "./files.ts";
import type { FakeContact, FakePlace, FakePoll } from "./kinds.ts";
import { messageObject, pollObject } from "./objects.ts";
import type { State } from "./world.ts";

/** A file as somebody sends it. */
export type SaidFile = Omit<FakeFile, "id"> & {
  readonly caption: string;
  readonly entities?: readonly MessageEntity[];
};

/** How something is said. */
export interface Saying {
  readonly entities?: readonly MessageEntity[];
  readonly replyTo?: number | null;
}

/** Everything that makes or changes a message. Each answers the id of the message that it made. */
export class Posts {
  protected readonly state: State;

  constructor(state: State) {
    this.state = state;
  }

  /** Writes. */
  say(user: User, chat: number, text: string, { entities = [], replyTo = null }: Saying = {}): number {
    return this.post(this.inside(user, chat), { from: user, text, entities, replyTo });
  }

  /** Sends a file with words under it. */
  sayFile(
    user: User,
    chat: number,
    { caption, entities = [], ...file }: SaidFile,
    { replyTo = null }: Saying = {},
  ): number {
    const parts = { text: caption, entities, file: this.state.addFile(file), replyTo };
    return this.post(this.inside(user, chat), { from: user, ...parts });
  }

  /** Sends files as one album. */
  sayAlbum(user: User, chat: number, files: readonly SaidFile[]): number[] {
    const album = `album${this.state.nextName()}`;
    return files.map(({ caption, entities = [], ...file }) => {
      const parts = { text: caption, entities, file: this.state.addFile(file), album };
      return this.post(this.inside(user, chat), { from: user, ...parts });
    });
  }

  sayPoll(user: User, chat: number, poll: Pick<FakePoll, "question" | "options" | "multiple">): number {
    const made = this.state.newPoll({ anonymous: true, ...poll });
    return this.post(this.inside(user, chat), { from: user, text: "", poll: made });
  }

  /** Chooses; nothing takes the choice back. Bots hear of it where the poll is theirs and says who voted. */
  vote(user: User, chat: number, id: number, options: readonly number[]): void {
    const at = this.inside(user, chat);
    const { poll, from } = this.message(at, id);
    if (poll === undefined || poll.closed) throw new Error("Cannot vote: there is no open poll");
    poll.votes.set(user.id, [...options]);
    this.state.changes.notify();
    if (from.id !== this.state.bot.id) return;
    const option_persistent_ids = options.map(String);
    if (!poll.anonymous) {
      this.state.tell(at, {
        poll_answer: { poll_id: poll.id, user, option_ids: [...options], option_persistent_ids },
      });
    }
    this.state.tell(at, { poll: pollObject(poll) });
  }

  /** Whoever made a poll can end it. */
  closePoll(user: User, chat: number, id: number): void {
    const { at, message } = this.own(user, chat, id);
    if (message.poll === undefined) throw new Error("Cannot close a poll: there is none");
    this.state.closePoll(at, message.poll);
  }

  sayPlace(user: User, chat: number, place: FakePlace): number {
    return this.post(this.inside(user, chat), { from: user, text: "", place });
  }

  /** Ends a live place by hand, where it is. */
  endPlace(user: User, chat: number, id: number): void {
    const { place } = this.own(user, chat, id).message;
    if (place?.livePeriod === undefined) throw new Error("Cannot end a place: none moves there");
    const { livePeriod: _over, ...last } = place;
    this.movePlace(user, chat, id, last);
  }

  /** Moves a live place; without `livePeriod` that is its end. */
  movePlace(user: User, chat: number, id: number, place: FakePlace): void {
    const { at, message } = this.own(user, chat, id);
    message.place = place;
    this.#edited(at, message);
  }

  sayContact(user: User, chat: number, contact: FakeContact): number {
    return this.post(this.inside(user, chat), { from: user, text: "", contact });
  }

  /** Throws dice, shares a story, or whatever else there is. */
  sayOdd(user: User, chat: number, odd: Partial<Message>): number {
    return this.post(this.inside(user, chat), { from: user, text: "", odd });
  }

  pin(user: User, chat: number, id: number): void {
    const at = this.inside(user, chat);
    const pinned = messageObject(at, this.message(at, id), { withReply: false });
    this.state.tellService(at, user, { pinned_message: pinned as NonNullable<Message["pinned_message"]> });
  }

  /** Changes a text, or the words under a file. */
  edit(user: User, chat: number, id: number, text: string, { entities = [] }: Saying = {}): void {
    const { message, at } = this.own(user, chat, id);
    message.text = text;
    message.entities = entities;
    this.#edited(at, message);
  }

  /** Telegram tells no bot of it. */
  delete(user: User, chat: number, id: number): void {
    const { at, message } = this.own(user, chat, id);
    this.state.remove(at, message);
  }

  /** What a user account in there hears of it. @returns what ends that */
  hearDeletes(listener: (chat: number, message: number) => void): () => void {
    this.state.deleteListeners.add(listener);
    return () => this.state.deleteListeners.delete(listener);
  }

  #edited(at: FakeChat, message: FakeMessage): void {
    message.edited = true;
    this.state.tellMessage(at, message, "edited_message");
    this.state.changes.notify();
  }

  protected post(at: FakeChat, parts: Pick<FakeMessage, "from" | "text"> & Partial<FakeMessage>): number {
    const message = this.state.addMessage(at, parts);
    this.state.tellMessage(at, message);
    return message.id;
  }

  protected inside(user: User, chat: number): FakeChat {
    const at = this.state.chat(chat);
    if (isInside(at.members.get(user.id))) return at;
    throw new Error("Cannot act in a chat from outside: join it first");
  }

  protected own(
    user: User,
    chat: number,
    id: number,
  ): { readonly at: FakeChat; readonly message: FakeMessage } {
    const at = this.inside(user, chat);
    const message = this.message(at, id);
    if (message.from.id !== user.id) throw new Error("Cannot change somebody else's message");
    return { at, message };
  }

  protected message(chat: FakeChat, id: number): FakeMessage {
    const message = chat.messages.get(id);
    if (message === undefined || message.deleted) throw new Error(`Cannot find message ${id}: there is none`);
    return message;
  }
}
