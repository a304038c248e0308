/**
 * After an edit the newest time is what other clients know a message by: what comes in may name any of its times, and
 * what goes out names the newest. Also counts edits: Signal takes ten.
 */
import type { ChatId, NativeId } from "../../actors/model/mod.ts";
import type { SessionStore } from "../../actors/ports/mod.ts";
import { messageId, parseMessageId, type SignalMessage } from "./ids.ts";
import { AlbumsRow, EditsRow, readRow, ROW, rowBytes } from "./session_rows.ts";

/** Edited messages a chat. */
const EDITED_MAX = 400;
/** Messages of several files a chat. */
const ALBUMS_MAX = 400;
/** Chats that are kept in memory. */
const CHATS_MAX = 256;

interface Known {
  readonly edits: Map<NativeId, number[]>;
  readonly albums: Map<NativeId, number>;
}

/** The further times of one account's messages, and how many files they have. */
export class Edits {
  readonly #session: SessionStore;
  readonly #chats = new Map<ChatId, Promise<Known>>();

  constructor(session: SessionStore) {
    this.#session = session;
  }

  /** The first id of the message that `id` means by any of its times. */
  async first(chat: ChatId, id: NativeId): Promise<NativeId> {
    const named = parseMessageId(id);
    if (named === null) return id;
    for (const [first, times] of (await this.#known(chat)).edits) {
      if (parseMessageId(first)?.author === named.author && times.includes(named.timestamp)) return first;
    }
    return id;
  }

  /** What the message of that first id is known by now. */
  async newest(chat: ChatId, id: NativeId): Promise<SignalMessage | null> {
    const first = parseMessageId(id);
    if (first === null) return null;
    const times = (await this.#known(chat)).edits.get(messageId(first)) ?? [];
    return { author: first.author, timestamp: times.at(-1) ?? first.timestamp };
  }

  /** How often it was edited. */
  async count(chat: ChatId, id: NativeId): Promise<number> {
    return (await this.#known(chat)).edits.get(id)?.length ?? 0;
  }

  /** The message of that first id has one time more. Resolves when that is durable. */
  async add(chat: ChatId, id: NativeId, timestamp: number): Promise<void> {
    const { edits } = await this.#known(chat);
    const times = edits.get(id) ?? [];
    if (times.includes(timestamp)) return;
    edits.set(id, [...times, timestamp]);
    shrink(edits, EDITED_MAX);
    await this.#session.set({ [ROW.edits(chat)]: rowBytes({ v: 1, edits: [...edits] }) });
  }

  /** The ids of all files of a message; mostly it is one. */
  async filesOf(chat: ChatId, id: NativeId): Promise<NativeId[]> {
    const message = parseMessageId(id);
    if (message === null) return [id];
    const count = (await this.#known(chat)).albums.get(id) ?? 1;
    return Array.from({ length: count }, (_, index) => messageId(message, index));
  }

  /** A message of several files. Resolves when that is durable. */
  async addAlbum(chat: ChatId, id: NativeId, files: number): Promise<void> {
    const { albums } = await this.#known(chat);
    if (albums.get(id) === files) return;
    albums.set(id, files);
    shrink(albums, ALBUMS_MAX);
    await this.#session.set({ [ROW.albums(chat)]: rowBytes({ v: 1, albums: [...albums] }) });
  }

  /** Forgets a chat that is over. */
  async forget(chat: ChatId): Promise<void> {
    this.#chats.delete(chat);
    await this.#session.set({ [ROW.edits(chat)]: null, [ROW.albums(chat)]: null });
  }

  #known(chat: ChatId): Promise<Known> {
    const known = this.#chats.get(chat) ?? this.#read(chat);
    this.#chats.delete(chat);
    this.#chats.set(chat, known);
    shrink(this.#chats, CHATS_MAX);
    known.catch(() => this.#chats.delete(chat));
    return known;
  }

  async #read(chat: ChatId): Promise<Known> {
    const edits = await readRow(this.#session, ROW.edits(chat), EditsRow);
    const albums = await readRow(this.#session, ROW.albums(chat), AlbumsRow);
    return { edits: new Map(edits?.edits ?? []), albums: new Map(albums?.albums ?? []) };
  }
}

/** Drops what is oldest in it. */
function shrink(map: Map<unknown, unknown>, max: number): void {
  const [oldest] = map.keys();
  if (map.size > max) map.delete(oldest);
}
