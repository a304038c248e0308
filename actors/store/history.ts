/**
 * What browsers read back: the messages of the retention window. What is new lies in memory (and in the journal);
 * a checkpoint writes it out as one page a group. A message that changed later is written again, whole.
 * Where no browser reads them, words stay only as long as messengers let their members change them; polls stay, as
 * their votes are nowhere else. Numbers of contact cards have a row of their own, which does not live long.
 */
import { z } from "zod";
import { type GroupId, HistoryEntry, type MemberId, type MessageId, type Op } from "../model/mod.ts";
import type { Mutation, Store } from "../ports/mod.ts";
import type { MapEntry } from "./journal.ts";
import { CARD_LIFETIME_MS, CardRow, key } from "./keys.ts";
import { decodeRow, dropRow, isChunk, putRow, readRow, wholeBytes } from "./rows.ts";

/** Quotes, tallies of reactions and edits need what was said: two days is the longest time for an edit or a delete. */
const UNREAD_MS = 48 * 3_600_000;

const HistoryPage = z.object({
  v: z.literal(1),
  /** New messages, in the order of the conversation. */
  made: z.array(HistoryEntry),
  /** Older messages as they are since they changed. */
  changed: z.array(HistoryEntry),
});

/** Of one group. Most messages never change, and most changes are to late ones: plain lists are enough. */
interface Recent {
  /** New messages, in the order of the conversation. */
  readonly made: HistoryEntry[];
  /** Older ones as they are since they changed. */
  readonly changed: HistoryEntry[];
  keep: boolean;
}

export class History {
  readonly #store: Store;
  readonly #lifetimeMs: number;
  #fresh = new Map<GroupId, Recent>();
  #frozen = new Map<GroupId, Recent>();

  constructor(store: Store, lifetimeMs: number) {
    this.#store = store;
    this.#lifetimeMs = lifetimeMs;
  }

  /** A new message. `keep`: browsers read this group's history. */
  add(group: GroupId, entry: HistoryEntry, keep: boolean): void {
    this.#recent(group, keep).made.push(entry);
  }

  /** A message as it is now. */
  change(group: GroupId, entry: HistoryEntry, keep: boolean): void {
    const recent = this.#recent(group, keep);
    const made = placeOf(recent.made, entry.id);
    if (made >= 0) {
      recent.made[made] = entry;
      return;
    }
    const changed = placeOf(recent.changed, entry.id);
    if (changed >= 0) recent.changed[changed] = entry;
    else recent.changed.push(entry);
  }

  /** A message that memory holds. */
  recall(group: GroupId, id: MessageId): HistoryEntry | null {
    for (const recent of [this.#fresh.get(group), this.#frozen.get(group)]) {
      if (recent === undefined) continue;
      const entry = recent.changed[placeOf(recent.changed, id)] ?? recent.made[placeOf(recent.made, id)];
      if (entry !== undefined) return entry;
    }
    return null;
  }

  /** A message, or null where the window has passed. */
  async read(group: GroupId, id: MessageId): Promise<HistoryEntry | null> {
    const known = this.recall(group, id);
    if (known !== null) return known;
    for await (const page of this.#pages(group)) {
      const entry = [...page.changed, ...page.made].find((entry) => entry.id === id);
      if (entry !== undefined) return await this.#withNumbers(group, entry);
    }
    return null;
  }

  async #withNumbers(group: GroupId, entry: HistoryEntry): Promise<HistoryEntry> {
    if (entry.content.type !== "contact") return entry;
    const row = await readRow(this.#store, CardRow, key.card(group, entry.id));
    return row === null ? entry : { ...entry, withheld: row.withheld };
  }

  /** The last `limit` messages before `before` (not included) and after `after`, oldest first. */
  async list(
    group: GroupId,
    options: { readonly before?: MessageId; readonly after?: MessageId; readonly limit: number },
  ): Promise<HistoryEntry[]> {
    const { before, after = "", limit } = options;
    const latest = new Map<MessageId, HistoryEntry>();
    const found = new Map<MessageId, HistoryEntry>();
    const visit = (made: readonly HistoryEntry[], changed: readonly HistoryEntry[]): boolean => {
      for (const entry of changed) if (!latest.has(entry.id)) latest.set(entry.id, entry);
      for (const entry of made.toReversed()) {
        if (before !== undefined && entry.id >= before) continue;
        if (entry.id <= after || found.size >= limit) return true;
        found.set(entry.id, latest.get(entry.id) ?? entry);
      }
      return found.size >= limit;
    };
    const recent = [this.#fresh.get(group), this.#frozen.get(group)];
    let enough = false;
    for (const part of recent) {
      if (part !== undefined && !enough) enough = visit(part.made, part.changed);
    }
    if (!enough) {
      for await (const page of this.#pages(group)) {
        if (visit(page.made.filter(({ id }) => !found.has(id)), page.changed)) break;
      }
    }
    return [...found.values()].sort((a, b) => a.id < b.id ? -1 : 1);
  }

  /** As `MessageMap.freeze`. */
  freeze(seq: number): Iterable<Mutation> {
    this.#frozen = this.#fresh;
    this.#fresh = new Map();
    return this.#rows(this.#frozen, seq);
  }

  *#rows(frozen: ReadonlyMap<GroupId, Recent>, seq: number): Iterable<Mutation> {
    for (const [group, { made, changed, keep }] of frozen) {
      yield* numberRows(group, made, changed);
      const [lasting, passing] = keep ? [all, none] : [ofPoll, notOfPoll];
      const shortMs = Math.min(this.#lifetimeMs, UNREAD_MS);
      // Between the numbers of two checkpoints there is room for a second page.
      for (
        const [at, which, ms] of [[seq, passing, shortMs], [seq + 0.5, lasting, this.#lifetimeMs]] as const
      ) {
        const page = { v: 1, made: pageOf(made, which), changed: pageOf(changed, which) };
        if (page.made.length + page.changed.length === 0) continue;
        yield* putRow(key.history(group, at), page, ms).reverse();
      }
    }
  }

  /** Forgets a group that has ended; the rows go by `dropHistory`, those that a checkpoint has in hand too. */
  forget(group: GroupId): void {
    this.#fresh.delete(group);
    this.#frozen.delete(group);
  }

  #recent(group: GroupId, keep: boolean): Recent {
    let recent = this.#fresh.get(group);
    if (recent === undefined) this.#fresh.set(group, recent = { made: [], changed: [], keep });
    recent.keep ||= keep;
    return recent;
  }

  async *#pages(group: GroupId): AsyncIterable<z.infer<typeof HistoryPage>> {
    const prefix = key.histories(group);
    for await (const row of this.#store.list({ prefix, reverse: true })) {
      if (isChunk(row, prefix.length + 1)) continue;
      yield decodeRow(HistoryPage, await wholeBytes(this.#store, row));
    }
  }
}

function all(): boolean {
  return true;
}

function none(): boolean {
  return false;
}

/** The votes of a poll are nowhere else: it stays in groups that no browser reads, too. */
function ofPoll({ votes }: HistoryEntry): boolean {
  return votes !== undefined;
}

function notOfPoll(entry: HistoryEntry): boolean {
  return !ofPoll(entry);
}

/** What goes to the disk of `entries`. */
function pageOf(entries: readonly HistoryEntry[], which: (entry: HistoryEntry) => boolean): HistoryEntry[] {
  return entries.filter(which).map(({ withheld: _withheld, ...entry }) => entry);
}

/** Numbers of cards that may still cross, and of those that no longer may. */
function* numberRows(
  group: GroupId,
  made: readonly HistoryEntry[],
  changed: readonly HistoryEntry[],
): Iterable<Mutation> {
  for (const { id, withheld } of [...made, ...changed]) {
    if (withheld?.length === 0) yield { key: key.card(group, id), value: null };
  }
  for (const { id, withheld = [] } of made) {
    if (withheld.length > 0) yield* putRow(key.card(group, id), { v: 1, withheld }, CARD_LIFETIME_MS);
  }
}

function placeOf(entries: readonly HistoryEntry[], id: MessageId): number {
  return entries.findLastIndex((entry) => entry.id === id);
}

/** What browsers see of a message that was just made. */
export function historyOf(
  entry: MapEntry & { readonly author: MemberId },
  op: Extract<Op, { type: "post" }>,
): HistoryEntry {
  return {
    v: 1,
    id: entry.id,
    at: entry.at,
    author: { member: entry.author, name: op.author.name, messenger: entry.messenger },
    content: op.content,
    replyTo: op.replyTo?.message,
    ...(op.replyTo === undefined ? {} : { quote: { name: op.replyTo.name, excerpt: op.replyTo.excerpt } }),
    reactions: {},
    ...(op.content.type === "poll" ? { votes: {} } : {}),
    edited: false,
    deleted: false,
  };
}

/** The deletions that remove all of a group's history, in slices that fit a commit. */
export async function* dropHistory(store: Store, group: GroupId): AsyncIterable<Mutation[]> {
  let slice: Mutation[] = [];
  for (const prefix of [key.histories(group), key.cards(group)]) {
    for await (const row of store.list({ prefix })) {
      if (isChunk(row, prefix.length + 1)) continue;
      slice.push(...dropRow(row));
      if (slice.length >= 400) {
        yield slice;
        slice = [];
      }
    }
  }
  if (slice.length > 0) yield slice;
}
