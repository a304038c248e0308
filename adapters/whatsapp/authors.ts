/**
 * Who wrote the last messages of each chat. WhatsApp names a message by its id and its author together, so whoever
 * reacts to one, quotes it or takes it away has to know both; what we hand out as a native id is the id alone, as it is
 * the only part that every mention of a message spells the same.
 */
import type { ChatId } from "../../actors/model/mod.ts";
import type { SessionStore } from "../../actors/ports/mod.ts";
import { AuthorsRow, parseRow, ROW, rowBytes } from "./session_rows.ts";

/** Messages a row, and rows a chat: the last 2,048 messages. */
const PAGE = 64;
const PAGES = 32;
/** Chats whose authors are kept in memory. */
const CHATS_MAX = 256;

interface Known {
  readonly authors: Map<string, string | null>;
  page: number;
  newest: [string, string | null][];
}

/** The authors of one account's chats. */
export class Authors {
  readonly #session: SessionStore;
  readonly #chats = new Map<string, Promise<Known>>();

  constructor(session: SessionStore) {
    this.#session = session;
  }

  /** The jid of who wrote it, null where it was us, undefined where nobody knows (any more). */
  async of(chat: ChatId | string, id: string): Promise<string | null | undefined> {
    return (await this.#known(chat)).authors.get(id);
  }

  /** Remembers who wrote `id`; the first word on it counts. Resolves when that is durable. */
  async add(chat: ChatId | string, id: string, author: string | null): Promise<void> {
    const known = await this.#known(chat);
    if (known.authors.has(id)) return;
    if (known.newest.length >= PAGE) {
      known.page += 1;
      known.newest = [];
    }
    known.newest.push([id, author]);
    known.authors.set(id, author);
    const [oldest] = known.authors.keys();
    if (known.authors.size > PAGE * PAGES && oldest !== undefined) known.authors.delete(oldest);
    const row = rowBytes({ v: 1, page: known.page, authors: known.newest });
    await this.#session.set({ [ROW.authors(chat, known.page % PAGES)]: row });
  }

  /** Forgets a chat that is over. */
  async forget(chat: ChatId | string): Promise<void> {
    this.#chats.delete(chat);
    await this.#session.set(Object.fromEntries(names(chat).map((name) => [name, null])));
  }

  #known(chat: string): Promise<Known> {
    const known = this.#chats.get(chat) ?? this.#read(chat);
    // Used last, dropped last.
    this.#chats.delete(chat);
    this.#chats.set(chat, known);
    const [oldest] = this.#chats.keys();
    if (this.#chats.size > CHATS_MAX && oldest !== undefined) this.#chats.delete(oldest);
    known.catch(() => this.#chats.delete(chat));
    return known;
  }

  async #read(chat: string): Promise<Known> {
    const rows = await this.#session.get(names(chat));
    const pages = rows.filter((row) => row !== null).map((row) => parseRow(row, AuthorsRow))
      .sort((a, b) => a.page - b.page);
    const newest = pages.at(-1);
    return {
      authors: new Map(pages.flatMap(({ authors }) => authors)),
      page: newest?.page ?? 0,
      newest: [...newest?.authors ?? []],
    };
  }
}

function names(chat: string): string[] {
  return Array.from({ length: PAGES }, (_, page) => ROW.authors(chat, page));
}
