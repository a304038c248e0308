/** The accounts library's database: its tables as collections of the RecordStore port. */
import { APIError } from "better-auth/api";
import { type CleanedWhere, createAdapterFactory, type CustomAdapter } from "better-auth/adapters";
import {
  type CollectionSpec,
  type RecordStore,
  type RecordValue,
  RelayError,
  type StoredRecord,
} from "../actors/ports/mod.ts";

/** What `createAuth` keeps, and how it looks things up. */
export const ACCOUNT_COLLECTIONS: Readonly<Record<string, CollectionSpec>> = {
  "auth-user": { indexed: ["email"], unique: ["email"] },
  "auth-session": { indexed: ["token", "userId"], unique: ["token"] },
  "auth-account": { indexed: ["userId", "accountId"], unique: [] },
  "auth-verification": { indexed: ["identifier"], unique: [] },
};

export interface RecordAdapterDeps {
  readonly records: RecordStore;
  /** Tokens are stored as this only: a copy of the database opens no session. */
  readonly hashToken: (token: string) => string;
}

/** A better-auth database adapter over `records`. */
export function recordAdapter(deps: RecordAdapterDeps): ReturnType<typeof createAdapterFactory> {
  return createAdapterFactory({
    config: {
      adapterId: "plenum-records",
      supportsNumericIds: false,
      supportsDates: false,
      supportsJSON: false,
      supportsArrays: false,
      transaction: false,
    },
    adapter: () => customAdapter(deps),
  });
}

function customAdapter({ records, hashToken }: RecordAdapterDeps): CustomAdapter {
  const tokens = tokenCover(hashToken);

  async function matching(model: string, where: readonly CleanedWhere[]): Promise<StoredRecord[]> {
    const covered = tokens.where(model, where);
    const found = await candidates(records, collectionOf(model), covered);
    return found.filter((record) => meets(record, covered)).map((record) =>
      tokens.show(model, record, where)
    );
  }

  async function change(model: string, record: StoredRecord, update: object): Promise<StoredRecord> {
    const after = { ...record, ...plainFields(update), id: record.id };
    await records.update(collectionOf(model), tokens.hide(model, after));
    return after;
  }

  return {
    create: async ({ model, data }) => {
      const record = { ...plainFields(data), id: String(data.id) };
      await guarded(model, () => records.insert(collectionOf(model), tokens.hide(model, record)));
      return data;
    },
    findOne: async ({ model, where }) => asked((await matching(model, where))[0] ?? null),
    findMany: async ({ model, where, limit, offset, sortBy }) => {
      const found = await matching(model, where ?? []);
      if (sortBy !== undefined) found.sort(order(sortBy.field, sortBy.direction));
      const from = offset ?? 0;
      return found.slice(from, from + limit).map((record) => asked(record));
    },
    update: async ({ model, where, update }) => {
      const [record] = await matching(model, where);
      return record === undefined ? null : asked(await change(model, record, Object(update)));
    },
    updateMany: async ({ model, where, update }) => {
      const found = await matching(model, where);
      for (const record of found) await change(model, record, update);
      return found.length;
    },
    delete: async ({ model, where }) => {
      const [record] = await matching(model, where);
      if (record !== undefined) await records.remove(collectionOf(model), record.id);
    },
    deleteMany: async ({ model, where }) => {
      const found = await matching(model, where);
      for (const record of found) await records.remove(collectionOf(model), record.id);
      return found.length;
    },
    count: async ({ model, where }) => (await matching(model, where ?? [])).length,
  };
}

/** The library names its row types itself and cannot know ours: it checks fields by its own schema after this. */
function asked<T>(record: StoredRecord | null): T {
  return record as T;
}

function collectionOf(model: string): string {
  return `auth-${model}`;
}

/** The library hides what an adapter throws, except its own errors: say what it was in those. */
async function guarded(model: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!(error instanceof RelayError)) throw error;
    if (error.code === "taken" && model === "user") {
      throw new APIError("UNPROCESSABLE_ENTITY", { code: "USER_ALREADY_EXISTS", message: "E-mail in use" });
    }
    throw new APIError("SERVICE_UNAVAILABLE", { code: "STORE_REFUSED", message: error.message });
  }
}

interface TokenCover {
  hide(model: string, record: StoredRecord): StoredRecord;
  where(model: string, where: readonly CleanedWhere[]): readonly CleanedWhere[];
  show(model: string, record: StoredRecord, asked: readonly CleanedWhere[]): StoredRecord;
}

/** Session tokens go in and are asked for in the clear, and lie in the store as hashes. */
function tokenCover(hashToken: (token: string) => string): TokenCover {
  const isToken = (model: string, field: string): boolean => model === "session" && field === "token";
  const hashed = (value: CleanedWhere["value"]): CleanedWhere["value"] =>
    typeof value === "string" ? HASHED + hashToken(`session-token:${value}`) : value;
  return {
    hide: (model, record) => {
      const token = record.token;
      if (model !== "session" || typeof token !== "string" || token.startsWith(HASHED)) return record;
      return { ...record, token: HASHED + hashToken(`session-token:${token}`) };
    },
    where: (model, where) =>
      where.map((one) => isToken(model, one.field) ? { ...one, value: hashed(one.value) } : one),
    show: (model, record, where) => {
      const token = where.find((one) => isToken(model, one.field))?.value;
      return typeof token === "string" ? { ...record, token } : record;
    },
  };
}

/** Tokens of the library are letters and digits only, so none begins like this. */
const HASHED = "#";

async function candidates(
  records: RecordStore,
  collection: string,
  where: readonly CleanedWhere[],
): Promise<StoredRecord[]> {
  const exact = where.filter((one) =>
    one.operator === "eq" && one.connector === "AND" && one.mode === "sensitive" &&
    typeof one.value === "string"
  );
  const byId = exact.find((one) => one.field === "id");
  if (byId !== undefined) {
    const record = await records.get(collection, String(byId.value));
    return record === null ? [] : [record];
  }
  const indexed = exact.find((one) => ACCOUNT_COLLECTIONS[collection]?.indexed.includes(one.field));
  if (indexed !== undefined) return await records.find(collection, indexed.field, String(indexed.value));
  return await Array.fromAsync(records.all(collection));
}

function meets(record: StoredRecord, where: readonly CleanedWhere[]): boolean {
  const any = where.filter((one) => one.connector === "OR");
  return where.every((one) => one.connector === "OR" || holds(record, one)) &&
    (any.length === 0 || any.some((one) => holds(record, one)));
}

type Comparable = string | number | boolean | null;

function holds(record: StoredRecord, { field, operator, value, mode }: CleanedWhere): boolean {
  const fold = (one: unknown): Comparable => comparable(one, mode === "insensitive");
  const have = fold(record[field]);
  const want = Array.isArray(value) ? null : fold(value);
  const many = Array.isArray(value) ? value.map(fold) : [];
  switch (operator) {
    case "eq":
      return have === want;
    case "ne":
      return have !== want;
    case "in":
      return many.includes(have);
    case "not_in":
      return !many.includes(have);
    case "contains":
      return String(have ?? "").includes(String(want));
    case "starts_with":
      return String(have ?? "").startsWith(String(want));
    case "ends_with":
      return String(have ?? "").endsWith(String(want));
    case "lt":
      return have !== null && want !== null && have < want;
    case "lte":
      return have !== null && want !== null && have <= want;
    case "gt":
      return have !== null && want !== null && have > want;
    case "gte":
      return have !== null && want !== null && have >= want;
    default:
      return operator satisfies never;
  }
}

function comparable(value: unknown, folded: boolean): Comparable {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "string") return folded ? value.toLowerCase() : value;
  return typeof value === "number" || typeof value === "boolean" ? value : null;
}

function order(field: string, direction: "asc" | "desc"): (a: StoredRecord, b: StoredRecord) => number {
  const sign = direction === "asc" ? 1 : -1;
  return (a, b) => {
    const left = comparable(a[field], false) ?? "";
    const right = comparable(b[field], false) ?? "";
    return left === right ? 0 : left < right ? -sign : sign;
  };
}

function plainFields(data: object): Record<string, RecordValue> {
  const fields: Record<string, RecordValue> = {};
  for (const [field, value] of Object.entries(data)) {
    if (value === undefined) continue;
    if (value instanceof Date) fields[field] = value.toISOString();
    else if (value === null || ["string", "number", "boolean"].includes(typeof value)) fields[field] = value;
    else {throw new TypeError(
        `Cannot store the field "${field}" as it must be a plain value: it is ${typeof value}`,
      );}
  }
  return fields;
}
