/**
 * Outgoing items that had to wait long: pages per lane, and one mark per lane that says how far it is.
 * A page is deleted when its last item is done; the mark goes with the last page.
 */
import { type GroupId, type Messenger, type Seq } from "../model/mod.ts";
import type { Mutation, Store } from "../ports/mod.ts";
import { decodeRow, dropRow, encodeRow, putRow, wholeBytes } from "./rows.ts";
import { key, type LaneItem, LaneMarkRow, LanePage } from "./keys.ts";

/** A page holds at most this many items, and bytes unless its only item is longer. */
const PAGE_ITEMS = 100;
const PAGE_BYTES = 200_000;

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

/** One page to write: it has to fit a commit. */
export interface NewPage {
  readonly rows: Mutation[];
  /** Its last item. */
  readonly upTo: Seq;
}

/** The pages that hold `items` (oldest first), to come behind a lane's last one. */
export function putPages(
  group: GroupId,
  messenger: Messenger,
  items: readonly LaneItem[],
  lifetimeMs: number,
): NewPage[] {
  const pages: NewPage[] = [];
  let page: LaneItem[] = [];
  let size = 0;
  const end = (): void => {
    const first = page[0], last = page.at(-1);
    if (first === undefined || last === undefined) return;
    const rows = putRow(key.lane(group, messenger, first.seq), { v: 1, items: page }, lifetimeMs);
    pages.push({ rows, upTo: last.seq });
    page = [];
    size = 0;
  };
  for (const item of items) {
    const bytes = encodeRow(item).length;
    if (page.length >= PAGE_ITEMS || size + bytes > PAGE_BYTES) end();
    page.push(item);
    size += bytes;
  }
  end();
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
