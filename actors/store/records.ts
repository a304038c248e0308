/** The RecordStore port over the Store: documents, look-up rows and unique rows, always written together. */
import { z } from "zod";
import {
  type CollectionSpec,
  type Mutation,
  type RecordStore,
  RelayError,
  type Row,
  type Store,
  type StoredRecord,
} from "../ports/mod.ts";
import type { Committer } from "./committer.ts";
import { decodeRow, encodeRow } from "./rows.ts";
import { key } from "./keys.ts";

const RecordRow = z.object({ v: z.literal(1), record: z.looseObject({ id: z.string() }) });
const UniqueRow = z.object({ v: z.literal(1), id: z.string() });

export interface RecordStoreDeps {
  readonly store: Store;
  readonly committer: Committer;
  readonly collections: Readonly<Record<string, CollectionSpec>>;
}

/** All writes of one collection go one after another, so that a unique value is never given twice. */
export function createRecordStore(deps: RecordStoreDeps): RecordStore {
  const { store, committer } = deps;
  const turns = new Map<string, Promise<unknown>>();

  function inTurn<T>(collection: string, work: () => Promise<T>): Promise<T> {
    const next = (turns.get(collection) ?? Promise.resolve()).then(work, work);
    turns.set(collection, next.catch(() => undefined));
    return next;
  }

  async function read(collection: string, id: string): Promise<StoredRecord | null> {
    const row = await store.get(key.record(collection, id));
    return row === null ? null : recordOf(row);
  }

  async function write(
    collection: string,
    before: StoredRecord | null,
    after: StoredRecord | null,
  ): Promise<void> {
    const spec = deps.collections[collection] ?? { indexed: [], unique: [] };
    if (after !== null) await checkUnique(store, collection, spec, after);
    const rows = [...indexRows(collection, spec, before, null), ...indexRows(collection, spec, after, after)];
    const id = after?.id ?? before?.id ?? "";
    const value = after === null ? null : encodeRow({ v: 1, record: after });
    await committer.accept({ records: [], rows: [...rows, { key: key.record(collection, id), value }] });
  }

  return {
    insert: (collection, record) => inTurn(collection, () => write(collection, null, record)),
    get: read,
    find: (collection, field, value) => find(store, collection, field, value),
    all: (collection) => all(store, collection),
    update: (collection, record) =>
      inTurn(collection, async () => {
        const before = await read(collection, record.id);
        if (before === null) return false;
        await write(collection, before, record);
        return true;
      }),
    remove: (collection, id) =>
      inTurn(collection, async () => {
        const before = await read(collection, id);
        if (before === null) return false;
        await write(collection, before, null);
        return true;
      }),
  };
}

function recordOf(row: Row): StoredRecord {
  return decodeRow(RecordRow, row.value).record as StoredRecord;
}

async function checkUnique(
  store: Store,
  collection: string,
  spec: CollectionSpec,
  record: StoredRecord,
): Promise<void> {
  for (const field of spec.unique) {
    const value = record[field];
    if (value === null || value === undefined) continue;
    const row = await store.get(key.recordUnique(collection, field, String(value)));
    if (row !== null && decodeRow(UniqueRow, row.value).id !== record.id) {
      throw new RelayError("taken", `Cannot use this ${field} as it is already in use`);
    }
  }
}

/** Look-up and unique rows of a record: written where `to` is the record, deleted where it is null. */
function indexRows(
  collection: string,
  spec: CollectionSpec,
  record: StoredRecord | null,
  to: StoredRecord | null,
): Mutation[] {
  if (record === null) return [];
  const rows: Mutation[] = [];
  const value = to === null ? null : encodeRow({ v: 1, id: record.id });
  for (const field of spec.indexed) {
    const at = record[field];
    if (at !== null && at !== undefined) {
      rows.push({ key: key.recordIndex(collection, field, String(at), record.id), value });
    }
  }
  for (const field of spec.unique) {
    const at = record[field];
    if (at !== null && at !== undefined) {
      rows.push({ key: key.recordUnique(collection, field, String(at)), value });
    }
  }
  return rows;
}

async function find(store: Store, collection: string, field: string, value: string): Promise<StoredRecord[]> {
  const unique = await store.get(key.recordUnique(collection, field, value));
  const ids: string[] = unique === null ? [] : [decodeRow(UniqueRow, unique.value).id];
  for await (const row of store.list({ prefix: key.recordIndexes(collection, field, value) })) {
    const id = decodeRow(UniqueRow, row.value).id;
    if (!ids.includes(id)) ids.push(id);
  }
  const rows = await store.getMany(ids.map((id) => key.record(collection, id)));
  return rows.filter((row) => row !== null).map(recordOf);
}

async function* all(store: Store, collection: string): AsyncIterable<StoredRecord> {
  for await (const row of store.list({ prefix: key.recordsOf(collection) })) yield recordOf(row);
}
