/** Where the chats of an account lead: to which group. Read once, remembered until it changes. */
import type { AccountId, ChatId, Event, GroupId, Messenger } from "../model/mod.ts";
import type { Store } from "../ports/mod.ts";
import { AdoptRow, ChatRow, decodeRow, key } from "../store/mod.ts";
import { Cache } from "../system/cache.ts";

/** Native chats whose group is remembered. */
const ROUTES_MAX = 100_000;

/** The group that a chat leads to, and as which messenger. */
export interface Route {
  readonly group: GroupId;
  readonly messenger: Messenger;
}

/** The ends of events on their way that change where a chat leads. */
export type Leading = readonly Promise<void>[];

export class Routing {
  readonly #store: Store;
  readonly #account: AccountId;
  readonly #routes = new Cache<ChatId, Promise<Route | null>>(ROUTES_MAX);
  /** Events under way that change where a chat leads. */
  readonly #leading = new Set<Promise<void>>();

  constructor(store: Store, account: AccountId) {
    this.#store = store;
    this.#account = account;
  }

  /** Those that are on their way now. */
  get leading(): Leading {
    return [...this.#leading];
  }

  /** Forgets where a chat led: it has changed. */
  forget(chat: ChatId): void {
    this.#routes.delete(chat);
  }

  /** Resolves with `delivered`, which changes where a chat leads: look-ups wait for it meanwhile. */
  async follow(delivered: Promise<void>): Promise<void> {
    this.#leading.add(delivered);
    try {
      await delivered;
    } finally {
      this.#leading.delete(delivered);
    }
  }

  /** Always by way of a promise, so that events of one chat keep their order while its route is read. */
  of(event: Event, earlier: Leading | null): Promise<Route | null> {
    if (event.type === "adopted") return this.#readAdopt(event);
    if (earlier !== null) return this.#find(event.chat, earlier);
    let route = this.#routes.get(event.chat);
    if (route === undefined) {
      route = this.#read(event.chat);
      this.#routes.set(event.chat, route);
    }
    return route;
  }

  async #read(chat: ChatId): Promise<Route | null> {
    try {
      const route = await this.#find(chat, [...this.#leading]);
      if (route === null) this.#routes.delete(chat);
      return route;
    } catch (error) {
      this.#routes.delete(chat);
      throw error;
    }
  }

  /** `leading` as it was before the look-up: one that ends meanwhile may be missing in its answer. */
  async #find(chat: ChatId, leading: Leading): Promise<Route | null> {
    let row = await this.#store.get(key.chat(this.#account, chat));
    if (row === null && leading.length > 0) {
      // Perhaps an event that is on its way says where this chat leads.
      await Promise.allSettled(leading);
      row = await this.#store.get(key.chat(this.#account, chat));
    }
    return row === null ? null : decodeRow(ChatRow, row.value);
  }

  /** Null also where the chat is another group's already: nobody takes a conversation over. */
  async #readAdopt({ token, chat }: Extract<Event, { type: "adopted" }>): Promise<Route | null> {
    const [row, used] = await this.#store.getMany([key.adopt(token), key.chat(this.#account, chat)]);
    if (row === null || row === undefined) return null;
    const route = decodeRow(AdoptRow, row.value);
    if (used === null || used === undefined) return route;
    return decodeRow(ChatRow, used.value).group === route.group ? route : null;
  }
}
