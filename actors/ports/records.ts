/** Small documents with looked-up fields: what the accounts library (and other low-traffic parts) store. */

export type RecordValue = string | number | boolean | null | readonly string[];
export type StoredRecord = Readonly<Record<string, RecordValue>> & { readonly id: string };

export interface RecordStore {
  /** @throws {RelayError} `taken` when a unique field of `collection` already has this value */
  insert(collection: string, record: StoredRecord): Promise<void>;
  get(collection: string, id: string): Promise<StoredRecord | null>;
  /** Records whose indexed `field` equals `value`, oldest first. */
  find(collection: string, field: string, value: string): Promise<StoredRecord[]>;
  /** Every record of a collection, in order of id. For small collections and operators only. */
  all(collection: string): AsyncIterable<StoredRecord>;
  /** Replaces it; false when there is none. @throws {RelayError} `taken` as `insert` does */
  update(collection: string, record: StoredRecord): Promise<boolean>;
  remove(collection: string, id: string): Promise<boolean>;
}

/** Which fields can be looked up, and which of them must differ between records. */
export interface CollectionSpec {
  readonly indexed: readonly string[];
  readonly unique: readonly string[];
}
