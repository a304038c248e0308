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
import { type MessageEntry, Shard, shardOf, SHARDS } from "./message_shard.ts";

const EntryRow = z.tuple([
  MessageId,
  GroupId,
  Messenger.nullable(),
  MemberId.nullable(),
  z.number(),
  z.array(z.tuple([Messenger, z.array(NativeId)])),
]);
const MapRow = z.object({ v: z.literal(1), entries: z.array(EntryRow) });

export class MessageMap {
  readonly #store: Store;
  readonly #lifetimeMs: number;
  #fresh = shards();
  #frozen = shards();

  constructor(store: Store, lifetimeMs: number) {
    this.#store = store;
    this.#lifetimeMs = lifetimeMs;
  }

  /** A new message. */
  add(group: GroupId, entry: MapEntry): void {
    this.#fresh[shardOf(group)]?.add({ group, entry });
  }

  /** Further native ids of a message on one messenger. */
  name(group: GroupId, message: MessageId, messenger: Messenger, ids: readonly NativeId[]): void {
    if (ids.length > 0) this.#fresh[shardOf(group)]?.add({ group, message, messenger, ids });
  }

  /** The message that has this native id, from memory alone. */
  recall(group: GroupId, messenger: Messenger, native: NativeId): MessageId | null {
    const shard = shardOf(group);
    const wanted = `${group} ${messenger} ${native}`;
    return this.#fresh[shard]?.index.natives.get(wanted) ?? this.#frozen[shard]?.index.natives.get(wanted) ??
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
  recallEntry(group: GroupId, id: MessageId): MessageEntry | null {
    const pieces = this.#pieces(group, id);
    return pieces.some(({ messenger }) => messenger !== null) ? merge(pieces) : null;
  }

  /** All that is known of these messages of a group, in one pass. */
  async entries(group: GroupId, ids: readonly MessageId[]): Promise<Map<MessageId, MessageEntry>> {
    const found = new Map<MessageId, MessageEntry>();
    const open = new Map<MessageId, MessageEntry[]>();
    for (const id of ids) {
      const known = this.recallEntry(group, id);
      if (known === null) open.set(id, this.#pieces(group, id));
      else found.set(id, known);
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
    this.#fresh = shards();
    return this.#rows(this.#frozen, seq);
  }

  *#rows(frozen: readonly Shard[], seq: number): Iterable<Mutation> {
    for (const [shard, { entries }] of frozen.entries()) {
      const rows: z.infer<typeof EntryRow>[] = [];
      for (const { id, group, messenger, author, at, copies } of entries) {
        rows.push([id, group, messenger, author, at, [...copies]]);
      }
      if (rows.length > 0) {
        yield* putRow(key.map(shard, seq), { v: 1, entries: rows }, this.#lifetimeMs).reverse();
      }
    }
  }

  /** What memory holds of a message, the newest first. */
  #pieces(group: GroupId, id: MessageId): MessageEntry[] {
    const shard = shardOf(group);
    return [this.#fresh[shard]?.index.entries.get(id), this.#frozen[shard]?.index.entries.get(id)]
      .filter((piece) => piece !== undefined)
      .filter((piece) => piece.group === group);
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

function merge(pieces: readonly MessageEntry[]): MessageEntry {
  const whole = pieces.find((piece) => piece.messenger !== null);
  if (whole === undefined) throw new Error("Cannot merge a message without its first part");
  if (pieces.length === 1) return whole;
  const copies = new Map<Messenger, NativeId[]>();
  for (const piece of [whole, ...pieces.filter((piece) => piece !== whole).reverse()]) {
    for (const [messenger, ids] of piece.copies) {
      copies.set(messenger, [...new Set([...(copies.get(messenger) ?? []), ...ids])]);
    }
  }
  return { ...whole, copies };
}

function shards(): readonly Shard[] {
  return Array.from({ length: SHARDS }, () => new Shard());
}
