/**
 * What is kept of the last polls of each chat, so that votes can be read: ours before they are sent, those of others
 * before they are told of.
 */
import type { ChatId } from "../../actors/model/mod.ts";
import type { SessionStore } from "../../actors/ports/mod.ts";
import type { PollKey } from "./poll_messages.ts";
import { PollsRow, readRow, ROW, rowBytes } from "./session_rows.ts";

/** Polls of a chat that are kept. */
const POLLS_MAX = 64;
/** Nobody votes later, ms. */
const KEPT_MS = 90 * 86_400_000;
/** Chats whose polls are kept in memory. */
const CHATS_MAX = 256;

type Kept = PollsRow["polls"][number];

/** The polls of one account's chats. */
export class Polls {
  readonly #session: SessionStore;
  readonly #now: () => number;
  readonly #chats = new Map<string, Promise<Kept[]>>();

  constructor(session: SessionStore, now: () => number) {
    this.#session = session;
    this.#now = now;
  }

  /** Resolves when it is durable. What is known already stays as it is. */
  async keep(chat: ChatId | string, id: string, { creator, secret, options }: PollKey): Promise<void> {
    const polls = await this.#known(chat);
    if (this.#alive(polls).some((poll) => poll.id === id)) return;
    const poll = { id, at: this.#now(), creator, secret: secret.toBase64(), options: [...options] };
    const kept = [...this.#alive(polls), poll].slice(-POLLS_MAX);
    polls.splice(0, polls.length, ...kept);
    await this.#session.set({ [ROW.polls(chat)]: rowBytes({ v: 1, polls: kept }) });
  }

  /** The poll that began with the message `id`, while it is kept. */
  async find(chat: ChatId | string, id: string): Promise<PollKey | null> {
    const poll = this.#alive(await this.#known(chat)).find((poll) => poll.id === id);
    if (poll === undefined) return null;
    return { creator: poll.creator, secret: Uint8Array.fromBase64(poll.secret), options: poll.options };
  }

  /** Forgets a chat that is over. */
  async forget(chat: ChatId | string): Promise<void> {
    this.#chats.delete(chat);
    await this.#session.set({ [ROW.polls(chat)]: null });
  }

  #alive(polls: readonly Kept[]): Kept[] {
    return polls.filter(({ at }) => at >= this.#now() - KEPT_MS);
  }

  #known(chat: string): Promise<Kept[]> {
    const known = this.#chats.get(chat) ?? this.#read(chat);
    // Used last, dropped last.
    this.#chats.delete(chat);
    this.#chats.set(chat, known);
    const [oldest] = this.#chats.keys();
    if (this.#chats.size > CHATS_MAX && oldest !== undefined) this.#chats.delete(oldest);
    known.catch(() => this.#chats.delete(chat));
    return known;
  }

  async #read(chat: string): Promise<Kept[]> {
    return (await readRow(this.#session, ROW.polls(chat), PollsRow))?.polls ?? [];
  }
}
