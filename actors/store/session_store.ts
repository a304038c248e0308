/**
 * What an adapter keeps between runs: sealed, of any size, each `set` whole or not at all. A value that is too long for
 * a row lies in chunks of a generation of its own, which its row names; a `set` that is too much for one commit is
 * planned first: its parts, then a mark that makes it so, and only then row by row.
 */
import type { AccountId } from "../model/mod.ts";
import type { Host, Mutation, SessionStore, Store } from "../ports/mod.ts";
import { checkFits, TooLarge } from "./append.ts";
import type { Committer } from "./committer.ts";
import { key } from "./keys.ts";
import {
  CHUNKED,
  type Chunks,
  chunksOf,
  decodePlan,
  encodePlan,
  headerOf,
  joined,
  planMark,
  planParts,
  type Sealed,
  tagged,
  WHOLE,
} from "./session_codec.ts";

/** Bytes of a sealed value that still go in its row. */
const ROW_BYTES = 60 * 1024;
/** Chunks or rows that are written in one commit of a plan. */
const STEP_ROWS = 10;
const STEP_NAMES = 400;

type Entries = Readonly<Record<string, Uint8Array | null>>;

/** What a session is kept with. */
export interface SessionDeps {
  readonly store: Store;
  readonly host: Pick<Host, "seal" | "unseal" | "randomBytes">;
  readonly committer: Pick<Committer, "write">;
}

/** The session of one account. */
export function createSessionStore(account: AccountId, deps: SessionDeps): SessionStore {
  const rows = new SessionRows(account, deps);
  return {
    get: (names) => rows.get(names),
    set: (entries) => rows.set(entries),
    clear: (prefix) => rows.clear(prefix),
  };
}

class SessionRows {
  readonly #account: AccountId;
  readonly #deps: SessionDeps;
  /** The chunks of every value that has any. */
  readonly #chunks = new Map<string, Chunks>();
  #loaded: Promise<void> | null = null;
  #tail: Promise<unknown> = Promise.resolve();
  /** The last plan: while it is carried out, nobody reads what is half old and half new. */
  #planned: Promise<unknown> = Promise.resolve();

  constructor(account: AccountId, deps: SessionDeps) {
    this.#account = account;
    this.#deps = deps;
  }

  async get(names: readonly string[]): Promise<(Uint8Array | null)[]> {
    await this.#load();
    await this.#planned;
    const rows = await this.#deps.store.getMany(names.map((name) => key.adapter(this.#account, name)));
    return await Promise.all(
      rows.map((row, at) => row === null ? null : this.#open(names[at] ?? "", row.value)),
    );
  }

  set(entries: Entries): Promise<void> {
    const sealed = this.#seal(entries);
    sealed.catch(() => undefined);
    return this.#inOrder(async () => this.#write(await sealed));
  }

  clear(prefix: string): Promise<void> {
    return this.#inOrder(async () => {
      const names: [string, null][] = [];
      for await (const row of this.#deps.store.list({ prefix: key.adapters(this.#account) })) {
        const name = String(row.key.at(-1));
        if (name.startsWith(prefix)) names.push([name, null]);
      }
      return await this.#write(names);
    });
  }

  /** What is given first is written first; what fits one commit does not wait for the commit before it. */
  async #inOrder(work: () => Promise<Written>): Promise<void> {
    const begun = this.#tail.then(() => this.#load()).then(work);
    this.#tail = begun.catch(() => undefined);
    await (await begun).done;
  }

  async #seal(entries: Entries): Promise<Sealed> {
    const { host } = this.#deps;
    return await Promise.all(
      Object.entries(entries).map(async ([name, value]) =>
        [name, value === null ? null : await host.seal(this.#context(name), value)] as const
      ),
    );
  }

  #context(name: string): string {
    return `session ${this.#account} ${name}`;
  }

  /** @throws {RangeError} where it was sealed with another key, or changed since */
  async #open(name: string, row: Uint8Array, again = 3): Promise<Uint8Array | null> {
    const { host, store } = this.#deps;
    if (row[0] === WHOLE) return await host.unseal(this.#context(name), row.subarray(1));
    const found = await store.getMany(this.#chunkKeys(name, chunksOf(row)));
    if (found.every((chunk) => chunk !== null)) {
      return await host.unseal(this.#context(name), joined(found.map(({ value }) => value)));
    }
    // A newer generation has taken its place since the row was read.
    const now = await store.get(key.adapter(this.#account, name));
    if (now === null) return null;
    if (again === 0) {
      throw new RangeError("Cannot read a session value as its chunks must be there: some are not");
    }
    return await this.#open(name, now.value, again - 1);
  }

  async #write(entries: Sealed): Promise<Written> {
    const rows = this.#rowsOf(entries);
    if (!fits(rows)) {
      const plan = this.#plan(entries);
      this.#planned = plan.catch(() => undefined);
      await plan;
      return { done: undefined };
    }
    this.#remember(rows.kept);
    return { done: this.#commit(rows.mutations) };
  }

  async #commit(rows: readonly Mutation[]): Promise<void> {
    await this.#deps.committer.write({ records: [], rows });
  }

  /** Rows of values, their chunks, and the end of the chunks before them. */
  #rowsOf(entries: Sealed): Rows {
    const mutations: Mutation[] = [];
    const kept = new Map<string, Chunks | null>();
    for (const [name, bytes] of entries) {
      const before = this.#chunks.get(name);
      if (before !== undefined) {
        for (const at of this.#chunkKeys(name, before)) mutations.push({ key: at, value: null });
      }
      const chunks = bytes === null || bytes.length <= ROW_BYTES ? null : this.#fresh(bytes);
      kept.set(name, chunks);
      if (chunks !== null && bytes !== null) mutations.push(...this.#chunkRows(name, chunks, bytes));
      const value = bytes === null ? null : chunks === null ? tagged(WHOLE, bytes) : headerOf(chunks);
      mutations.push({ key: key.adapter(this.#account, name), value });
    }
    return { mutations, kept };
  }

  #fresh(bytes: Uint8Array): Chunks {
    const generation = this.#deps.host.randomBytes(9).toBase64({ alphabet: "base64url" });
    return { generation, count: Math.ceil(bytes.length / ROW_BYTES) };
  }

  #chunkRows(name: string, chunks: Chunks, bytes: Uint8Array): Mutation[] {
    return this.#chunkKeys(name, chunks).map((at, index) => ({
      key: at,
      value: bytes.slice(index * ROW_BYTES, (index + 1) * ROW_BYTES),
    }));
  }

  #chunkKeys(name: string, { generation, count }: Chunks): Mutation["key"][] {
    return Array.from({ length: count }, (_, n) => key.adapterChunk(this.#account, { name, generation, n }));
  }

  #remember(kept: Rows["kept"]): void {
    for (const [name, chunks] of kept) {
      if (chunks === null) this.#chunks.delete(name);
      else this.#chunks.set(name, chunks);
    }
  }

  /** Too much for one commit: the mark decides whether it is done at all. */
  async #plan(entries: Sealed): Promise<void> {
    const plan = encodePlan(entries);
    const count = Math.ceil(plan.length / ROW_BYTES);
    const parts = Array.from({ length: count }, (_, n) => ({
      key: key.adapterPart(this.#account, n),
      value: plan.slice(n * ROW_BYTES, (n + 1) * ROW_BYTES),
    }));
    for (let at = 0; at < count; at += STEP_ROWS) await this.#commit(parts.slice(at, at + STEP_ROWS));
    await this.#commit([{ key: key.adapterPlan(this.#account), value: planMark(count) }]);
    await this.#apply(entries, count);
  }

  /** What a plan says, step by step; each step can be done again. */
  async #apply(entries: Sealed, parts: number): Promise<void> {
    for (let at = 0; at < entries.length;) {
      let size = Math.min(STEP_NAMES, entries.length - at);
      let rows = this.#rowsOf(entries.slice(at, at + size));
      while (!fits(rows) && size > 1) {
        size = Math.ceil(size / 2);
        rows = this.#rowsOf(entries.slice(at, at + size));
      }
      await this.#inSteps(rows);
      this.#remember(rows.kept);
      at += size;
    }
    await this.#commit([{ key: key.adapterPlan(this.#account), value: null }]);
    await this.#dropParts(parts);
  }

  /** Chunks of one value can be more than a commit takes: nobody sees them before the row that names them. */
  async #inSteps(rows: Rows): Promise<void> {
    if (fits(rows)) return await this.#commit(rows.mutations);
    const [header] = key.adapters(this.#account);
    const isChunk = ({ key: [first] }: Mutation): boolean => first !== header;
    const chunks = rows.mutations.filter((row) => isChunk(row) && row.value !== null);
    const gone = rows.mutations.filter((row) => isChunk(row) && row.value === null);
    for (let at = 0; at < chunks.length; at += STEP_ROWS) {
      await this.#commit(chunks.slice(at, at + STEP_ROWS));
    }
    await this.#commit(rows.mutations.filter((row) => !isChunk(row)));
    for (let at = 0; at < gone.length; at += STEP_NAMES) await this.#commit(gone.slice(at, at + STEP_NAMES));
  }

  async #dropParts(count: number): Promise<void> {
    const parts = Array.from(
      { length: count },
      (_, n) => ({ key: key.adapterPart(this.#account, n), value: null }),
    );
    for (let at = 0; at < count; at += STEP_NAMES) await this.#commit(parts.slice(at, at + STEP_NAMES));
  }

  #load(): Promise<void> {
    this.#loaded ??= this.#recover().catch((error: unknown) => {
      this.#loaded = null;
      throw error;
    });
    return this.#loaded;
  }

  /** Finds out what a crash left: chunks that no row names, a plan that is not done, parts of one that never was. */
  async #recover(): Promise<void> {
    const { store } = this.#deps;
    await this.#sweep();
    const parts: Uint8Array[] = [];
    for await (const { value } of store.list({ prefix: key.adapterParts(this.#account) })) parts.push(value);
    if (parts.length === 0) return;
    const mark = await store.get(key.adapterPlan(this.#account));
    if (mark === null) return await this.#dropParts(parts.length);
    await this.#apply(decodePlan(joined(parts.slice(0, planParts(mark.value)))), parts.length);
  }

  async #sweep(): Promise<void> {
    const { store } = this.#deps;
    const found: { readonly at: Mutation["key"]; readonly name: string; readonly generation: string }[] = [];
    for await (const { key: at } of store.list({ prefix: key.adapterChunks(this.#account) })) {
      found.push({ at, name: String(at[2]), generation: String(at[3]) });
    }
    const names = [...new Set(found.map(({ name }) => name))];
    const rows = await store.getMany(names.map((name) => key.adapter(this.#account, name)));
    for (const [at, name] of names.entries()) {
      const row = rows[at];
      if (row && row.value[0] === CHUNKED) this.#chunks.set(name, chunksOf(row.value));
    }
    const gone = found.filter(({ name, generation }) => this.#chunks.get(name)?.generation !== generation);
    for (let at = 0; at < gone.length; at += STEP_NAMES) {
      await this.#commit(gone.slice(at, at + STEP_NAMES).map(({ at }) => ({ key: at, value: null })));
    }
  }
}

interface Rows {
  readonly mutations: readonly Mutation[];
  /** Where the values lie afterwards. */
  readonly kept: ReadonlyMap<string, Chunks | null>;
}

/** In an object, so that whoever waits for the next turn does not wait for the commit too. */
interface Written {
  readonly done: Promise<void> | undefined;
}

function fits({ mutations }: Rows): boolean {
  try {
    checkFits({ records: [], rows: mutations });
    return true;
  } catch (error) {
    if (error instanceof TooLarge) return false;
    throw error;
  }
}
