/**
 * The message map: native id ↔ message, both ways, per bridge. What is new lies in memory (and in the journal);
 * a checkpoint writes it out as one row per shard, oldest rows going first when their lifetime ends.
 * Look-ups try memory, then the rows of the group's shard from the newest back.
 */
import { z } from "zod";
import { GroupId, MemberId, MessageId, Messenger, NativeId } from "../model/mod.ts";
import type { Mutation, Store } from "../ports/mod.ts";
import { isChunk, putRow, wholeBytes } from "./rows.ts";
import type { MapEntry } from "./journal.ts";
import { key } from "./keys.ts";

/** Rows of one shard are written together; more shards make shorter look-ups and more rows a checkpoint. */
const SHARDS = 64;

/** All that is known of a message. `copies` holds its native ids per messenger, its own one included. */
export interface MessageEntry {
  readonly id: MessageId;
  readonly group: GroupId;
  /** Null in a fragment: the message itself was written by an earlier checkpoint. */
  messenger: Messenger | null;
  author: MemberId | null;
  at: number;
  readonly copies: Map<Messenger, NativeId[]>;
}

const EntryRow = z.tuple([
  MessageId,
  GroupId,
  Messenger.nullable(),
  MemberId.nullable(),
  z.number(),
  z.array(z.tuple([Messenger, z.array(NativeId)])),
]);
const MapRow = z.object({ v: z.literal(1), entries: z.array(EntryRow) });

interface Generation {
  readonly entries: Map<MessageId, MessageEntry>;
  /** Group → `messenger native` → message. */
  readonly natives: Map<GroupId, Map<string, MessageId>>;
}

export class MessageMap {
  readonly #store: Store;
  readonly #lifetimeMs: number;
  #fresh: Generation = generation();
  #frozen: Generation = generation();

  constructor(store: Store, lifetimeMs: number) {
    this.#store = store;
    this.#lifetimeMs = lifetimeMs;
  }

  get size(): number {
    return this.#fresh.entries.size;
  }

  /** A new message. */
  add(group: GroupId, entry: MapEntry): void {
    const found = this.#entry(group, entry.id);
    found.messenger = entry.messenger;
    found.author = entry.author;
    found.at = entry.at;
    if (entry.native !== null) this.name(group, entry.id, entry.messenger, [entry.native]);
  }

  /** Further native ids of a message on one messenger. */
  name(group: GroupId, id: MessageId, messenger: Messenger, ids: readonly NativeId[]): void {
    if (ids.length === 0) return;
    const entry = this.#entry(group, id);
    const known = entry.copies.get(messenger);
    if (known === undefined) entry.copies.set(messenger, [...ids]);
    else for (const native of ids) if (!known.includes(native)) known.push(native);
    let natives = this.#fresh.natives.get(group);
    if (natives === undefined) this.#fresh.natives.set(group, natives = new Map());
    for (const native of ids) natives.set(`${messenger} ${native}`, id);
  }

  /** The message that has this native id, from memory alone. */
  recall(group: GroupId, messenger: Messenger, native: NativeId): MessageId | null {
    const wanted = `${messenger} ${native}`;
    return this.#fresh.natives.get(group)?.get(wanted) ?? this.#frozen.natives.get(group)?.get(wanted) ??
      null;
  }

  /** The message that has this native id. */
  async find(group: GroupId, messenger: Messenger, native: NativeId): Promise<MessageId | null> {
    const known = this.recall(group, messenger, native);
    if (known !== null) return known;
    for await (const entry of this.#stored(group)) {
      if (entry.copies.get(messenger)?.includes(native)) return entry.id;
    }
    return null;
  }

  /** An entry that memory holds whole: null where rows have to be read for it. */
  recallEntry(id: MessageId): MessageEntry | null {
    const fresh = this.#fresh.entries.get(id);
    const frozen = this.#frozen.entries.get(id);
    if (fresh?.messenger && frozen === undefined) return fresh;
    if (fresh === undefined) return frozen?.messenger ? frozen : null;
    if (frozen?.messenger) return merge([fresh, frozen]);
    return null;
  }

  /** All that is known of these messages of a group, in one pass. */
  async entries(group: GroupId, ids: readonly MessageId[]): Promise<Map<MessageId, MessageEntry>> {
    const found = new Map<MessageId, MessageEntry>();
    const open = new Map<MessageId, MessageEntry[]>();
    for (const id of ids) {
      const known = this.recallEntry(id);
      if (known !== null) found.set(id, known);
      else {open.set(
          id,
          [this.#fresh.entries.get(id), this.#frozen.entries.get(id)].filter((e) => e !== undefined),
        );}
    }
    if (open.size === 0) return found;
    for await (const entry of this.#stored(group)) {
      const pieces = open.get(entry.id);
      if (pieces === undefined) continue;
      pieces.push(entry);
      if (entry.messenger === null) continue;
      found.set(entry.id, merge(pieces));
      open.delete(entry.id);
      if (open.size === 0) break;
    }
    return found;
  }

  /**
   * Freezes what is new and answers it as rows to write, made one by one as they are asked for; the frozen part
   * stays in memory until the next time. Chunks come before the head that counts them.
   */
  freeze(seq: number): Iterable<Mutation> {
    this.#frozen = this.#fresh;
    this.#fresh = generation();
    return this.#rows(this.#frozen, seq);
  }

  *#rows(frozen: Generation, seq: number): Iterable<Mutation> {
    const shards = new Map<number, z.infer<typeof EntryRow>[]>();
    for (const entry of frozen.entries.values()) {
      const shard = shardOf(entry.group);
      let rows = shards.get(shard);
      if (rows === undefined) shards.set(shard, rows = []);
      rows.push([entry.id, entry.group, entry.messenger, entry.author, entry.at, [...entry.copies]]);
    }
    for (const [shard, entries] of shards) {
      yield* putRow(key.map(shard, seq), { v: 1, entries }, this.#lifetimeMs).reverse();
    }
  }

  #entry(group: GroupId, id: MessageId): MessageEntry {
    let entry = this.#fresh.entries.get(id);
    if (entry === undefined) {
      entry = { id, group, messenger: null, author: null, at: 0, copies: new Map() };
      this.#fresh.entries.set(id, entry);
    }
    return entry;
  }

  async *#stored(group: GroupId): AsyncIterable<MessageEntry> {
    const prefix = key.maps(shardOf(group));
    for await (const row of this.#store.list({ prefix, reverse: true })) {
      if (isChunk(row, prefix.length + 1)) continue;
      const text = new TextDecoder().decode(await wholeBytes(this.#store, row));
      if (!text.includes(group)) continue;
      const { entries } = MapRow.parse(JSON.parse(text));
      for (const [id, owner, messenger, author, at, copies] of entries.reverse()) {
        if (owner === group) yield { id, group, messenger, author, at, copies: new Map(copies) };
      }
    }
  }
}

function generation(): Generation {
  return { entries: new Map(), natives: new Map() };
}

function merge(pieces: readonly MessageEntry[]): MessageEntry {
  const [first] = pieces;
  const whole = pieces.find((piece) => piece.messenger !== null);
  if (first === undefined || whole === undefined) {
    throw new Error("Cannot merge a message without its first part");
  }
  const copies = new Map<Messenger, NativeId[]>();
  for (const piece of [whole, ...pieces.filter((piece) => piece !== whole).reverse()]) {
    for (const [messenger, ids] of piece.copies) {
      copies.set(messenger, [...new Set([...(copies.get(messenger) ?? []), ...ids])]);
    }
  }
  return { ...whole, copies };
}

function shardOf(group: GroupId): number {
  let hash = 0;
  for (let n = 2; n < group.length; n++) hash = (hash * 31 + group.charCodeAt(n)) >>> 0;
  return hash % SHARDS;
}
