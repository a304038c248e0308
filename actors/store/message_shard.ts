/** The part of the message map that lies in memory: facts as they come, and an index once somebody asks. */
import type { GroupId, MemberId, MessageId, Messenger, NativeId } from "../model/mod.ts";
import type { MapEntry } from "./journal.ts";

/** Rows of one shard are written together; more shards make shorter look-ups and more rows a checkpoint. */
export const SHARDS = 64;

/** All that is known of a message. `copies` holds its native ids per messenger, its own one included. */
export interface MessageEntry {
  readonly id: MessageId;
  readonly group: GroupId;
  /** Null in a fragment: the message itself was written by an earlier checkpoint. */
  messenger: Messenger | null;
  /** Null also for a line of ours. */
  author: MemberId | null;
  at: number;
  readonly copies: Map<Messenger, NativeId[]>;
}

/** A new message, or names of one on a messenger. */
export type MapFact =
  | { readonly group: GroupId; readonly entry: MapEntry }
  | {
    readonly group: GroupId;
    readonly message: MessageId;
    readonly messenger: Messenger;
    readonly ids: readonly NativeId[];
  };

interface Index {
  readonly entries: Map<MessageId, MessageEntry>;
  /** `group messenger native` → message. */
  readonly natives: Map<string, MessageId>;
}

/** Most messages are never looked up: only facts are kept until one is. */
export class Shard {
  #facts: MapFact[] = [];
  #index: Index | null = null;

  add(fact: MapFact): void {
    if (this.#index === null) this.#facts.push(fact);
    else note(this.#index, fact);
  }

  get index(): Index {
    if (this.#index !== null) return this.#index;
    const index: Index = { entries: new Map(), natives: new Map() };
    for (const fact of this.#facts) note(index, fact);
    this.#facts = [];
    return this.#index = index;
  }

  /** Every message that something is known of. */
  get entries(): Iterable<MessageEntry> {
    return this.index.entries.values();
  }
}

function note(index: Index, fact: MapFact): void {
  const { group } = fact;
  if (!("entry" in fact)) return name(index, group, fact.message, fact.messenger, fact.ids);
  const { id, messenger, author, at, native } = fact.entry;
  Object.assign(entryOf(index, group, id), { messenger, author, at });
  if (native !== null) name(index, group, id, messenger, [native]);
}

function name(
  index: Index,
  group: GroupId,
  id: MessageId,
  messenger: Messenger,
  ids: readonly NativeId[],
): void {
  const { copies } = entryOf(index, group, id);
  const known = copies.get(messenger);
  if (known === undefined) copies.set(messenger, [...ids]);
  else for (const native of ids) if (!known.includes(native)) known.push(native);
  for (const native of ids) index.natives.set(`${group} ${messenger} ${native}`, id);
}

function entryOf({ entries }: Index, group: GroupId, id: MessageId): MessageEntry {
  let entry = entries.get(id);
  if (entry === undefined) {
    entry = { id, group, messenger: null, author: null, at: 0, copies: new Map() };
    entries.set(id, entry);
  }
  return entry;
}

/** The shard of a group: by a sum of its id. */
export function shardOf(group: GroupId): number {
  let hash = 0;
  for (let n = 2; n < group.length; n++) hash = (hash * 31 + group.charCodeAt(n)) >>> 0;
  return hash % SHARDS;
}
