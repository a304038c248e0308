/**
 * Outgoing items that had to wait long: pages per lane, and one mark per lane that says how far it is.
 * A page is deleted when its last item is done; the mark goes with the last page.
 */
import { type GroupId, type Messenger, type Seq } from "../model/mod.ts";
import type { Mutation, Row, Store } from "../ports/mod.ts";
import { decodeRow, dropRow, encodeRow, isChunk, putRow, wholeBytes } from "./rows.ts";
import { key, type LaneItem, LaneMarkRow, LanePage } from "./keys.ts";

export interface StoredPage {
  readonly items: readonly LaneItem[];
  /** Deletes the page. */
  readonly drop: readonly Mutation[];
}

/** The first page of a lane, or null where there is none. */
export async function firstPage(
  store: Store,
  group: GroupId,
  messenger: Messenger,
): Promise<StoredPage | null> {
  const prefix = key.lanes(group, messenger);
  for await (const row of store.list({ prefix, limit: 1 })) {
    const { items } = decodeRow(LanePage, await wholeBytes(store, row));
    return { items, drop: dropRow(row) };
  }
  return null;
}

/** The writes that move `items` (oldest first) behind a lane's last page. */
export function putPages(
  group: GroupId,
  messenger: Messenger,
  items: readonly LaneItem[],
  lifetimeMs: number,
): Mutation[][] {
  const pages: Mutation[][] = [];
  for (let at = 0; at < items.length; at += 100) {
    const slice = items.slice(at, at + 100);
    const [first] = slice;
    if (first === undefined) break;
    pages.push(putRow(key.lane(group, messenger, first.seq), { v: 1, items: slice }, lifetimeMs));
  }
  return pages;
}

/** The write of a lane's mark; `null` removes it. */
export function putMark(group: GroupId, messenger: Messenger, mark: LaneMarkRow | null): Mutation {
  return { key: key.laneMark(group, messenger), value: mark === null ? null : encodeRow(mark) };
}

export interface FoundMark {
  readonly group: GroupId;
  readonly messenger: Messenger;
  readonly mark: LaneMarkRow;
}

/** All lanes that have stored items. */
export async function* listMarks(store: Store): AsyncIterable<FoundMark> {
  for await (const row of store.list({ prefix: key.laneMarks() })) {
    const [, group, messenger] = row.key;
    yield {
      group: group as GroupId,
      messenger: messenger as Messenger,
      mark: decodeRow(LaneMarkRow, row.value),
    };
  }
}

/** Deletes all stored items of a lane: its group has ended. */
export async function dropLane(store: Store, group: GroupId, messenger: Messenger): Promise<Mutation[]> {
  const mutations: Mutation[] = [putMark(group, messenger, null)];
  const prefix = key.lanes(group, messenger);
  for await (const row of store.list({ prefix })) {
    if (!isChunk(row, prefix.length + 1)) mutations.push(...dropRow(row satisfies Row));
  }
  return mutations;
}

/** The order number of the newest item of some, or `otherwise`. */
export function lastSeq(items: readonly LaneItem[], otherwise: Seq): Seq {
  return items.at(-1)?.seq ?? otherwise;
}
