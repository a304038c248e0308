/** A RecordStore in memory, with the same rules as the real one. */
import {
  type CollectionSpec,
  type RecordStore,
  RelayError,
  type StoredRecord,
} from "../../actors/ports/mod.ts";

/** Records of `collections` until the process ends. */
export function memoryRecords(collections: Readonly<Record<string, CollectionSpec>>): RecordStore {
  const stored = new Map<string, Map<string, StoredRecord>>();

  function rows(collection: string): Map<string, StoredRecord> {
    const known = stored.get(collection) ?? new Map<string, StoredRecord>();
    stored.set(collection, known);
    return known;
  }

  function write(collection: string, record: StoredRecord): void {
    for (const field of collections[collection]?.unique ?? []) {
      for (const other of rows(collection).values()) {
        if (other.id !== record.id && other[field] === record[field]) {
          throw new RelayError("taken", `Cannot store as ${field} must be unique in ${collection}`);
        }
      }
    }
    rows(collection).set(record.id, structuredClone(record));
  }

  return {
    insert: async (collection, record) => {
      await Promise.resolve();
      write(collection, record);
    },
    get: (collection, id) => Promise.resolve(structuredClone(rows(collection).get(id) ?? null)),
    find: (collection, field, value) => {
      if (!collections[collection]?.indexed.includes(field)) {
        throw new RangeError(`Cannot look up ${collection} by ${field} as that is not indexed`);
      }
      const found = [...rows(collection).values()].filter((record) => record[field] === value);
      return Promise.resolve(structuredClone(found));
    },
    async *all(collection): AsyncIterable<StoredRecord> {
      for (const id of [...rows(collection).keys()].sort()) {
        const record = rows(collection).get(id);
        if (record !== undefined) yield structuredClone(record);
      }
    },
    update: async (collection, record) => {
      await Promise.resolve();
      if (!rows(collection).has(record.id)) return false;
      write(collection, record);
      return true;
    },
    remove: (collection, id) => Promise.resolve(rows(collection).delete(id)),
  };
}
