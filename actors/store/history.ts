/** What browsers read back: the messages of the retention window, one row each, in the order of the conversation. */
import { type GroupId, type HistoryEntry, type MessageId } from "../model/mod.ts";
import type { Mutation, Store } from "../ports/mod.ts";
import { decodeRow, dropRow, isChunk, putRow, readRow, wholeBytes } from "./rows.ts";
import { HistoryRow, key } from "./keys.ts";

/** Writes an entry for `lifetimeMs` from now. */
export function putHistory(group: GroupId, entry: HistoryEntry, lifetimeMs: number): Mutation[] {
  return putRow(key.history(group, entry.id), entry, lifetimeMs);
}

/** One message, or null where the window has passed. */
export function readHistory(store: Store, group: GroupId, message: MessageId): Promise<HistoryEntry | null> {
  return readRow(store, HistoryRow, key.history(group, message));
}

/** The last `limit` messages before `before` (not included), oldest first. */
export async function listHistory(
  store: Store,
  group: GroupId,
  options: { readonly before?: MessageId; readonly after?: MessageId; readonly limit: number },
): Promise<HistoryEntry[]> {
  const prefix = key.histories(group);
  const found: HistoryEntry[] = [];
  const end = options.before === undefined ? undefined : key.history(group, options.before);
  for await (const row of store.list({ prefix, end, reverse: true })) {
    if (isChunk(row, prefix.length + 1)) continue;
    const entry = decodeRow(HistoryRow, await wholeBytes(store, row));
    if (options.after !== undefined && entry.id <= options.after) break;
    found.push(entry);
    if (found.length >= options.limit) break;
  }
  return found.reverse();
}

/** The deletions that remove all of a group's history, in slices that fit a commit. */
export async function* dropHistory(store: Store, group: GroupId): AsyncIterable<Mutation[]> {
  const prefix = key.histories(group);
  let slice: Mutation[] = [];
  for await (const row of store.list({ prefix })) {
    if (isChunk(row, prefix.length + 1)) continue;
    slice.push(...dropRow(row));
    if (slice.length >= 400) {
      yield slice;
      slice = [];
    }
  }
  if (slice.length > 0) yield slice;
}
