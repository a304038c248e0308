/**
 * Baileys' credentials and Signal keys over the SessionStore. What is set at once lands at once; everything is written
 * in the order in which it was set. What decrypting a message changes is held back until the message is durable: a
 * crash in between leaves the ratchet where it was, so that the message, which WhatsApp sends again, can be read.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { Buffer } from "node:buffer";
import {
  type AuthenticationCreds,
  BufferJSON,
  initAuthCreds,
  proto,
  type SignalDataSet,
  type SignalDataTypeMap,
  type SignalKeyStore,
} from "@whiskeysockets/baileys";
import type { SessionStore } from "../../actors/ports/mod.ts";

const CREDS = "auth:creds";
/** All that has to go when the account is logged out. */
export const AUTH_PREFIX = "auth:";

/** First byte of a stored key: what follows. */
const RAW = 0;
const JSON_TEXT = 1;

type Rows = Map<string, Uint8Array | null>;
type KeyType = keyof SignalDataTypeMap;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** One login of one account, as long as one connection uses it. */
export class AuthState {
  readonly creds: AuthenticationCreds;
  readonly keys: SignalKeyStore;
  readonly #session: SessionStore;
  readonly #holding = new AsyncLocalStorage<Rows>();
  /** Changes of messages that are not durable yet. */
  readonly #held = new Set<Rows>();
  #dirty: Rows = new Map();
  #underway: Rows = new Map();
  #last: Promise<void> = Promise.resolve();
  #next: Promise<void> | null = null;

  /** Use `load` or `fresh`. */
  constructor(session: SessionStore, creds: AuthenticationCreds) {
    this.#session = session;
    this.creds = creds;
    this.keys = {
      get: (type, ids) => this.#get(type, ids),
      set: (data) => this.#set(data),
    };
  }

  /** What was kept, or a login that is yet to be made. */
  static async load(session: SessionStore): Promise<AuthState> {
    const [bytes] = await session.get([CREDS]);
    return new AuthState(session, bytes ? reviveCreds(bytes) : initAuthCreds());
  }

  /** A login that is yet to be made, whatever is kept. */
  static fresh(session: SessionStore): AuthState {
    return new AuthState(session, initAuthCreds());
  }

  /** Whether a phone has linked us. A pairing code that nobody entered leaves a number behind, but no account. */
  get linked(): boolean {
    return this.creds.account !== undefined && this.creds.me !== undefined;
  }

  /** Keeps the credentials as they are now. */
  saveCreds(): Promise<void> {
    return this.#save(new Map([[CREDS, encoder.encode(JSON.stringify(this.creds, BufferJSON.replacer))]]));
  }

  /**
   * Does `work`, which decrypts a message and makes it durable, and writes only then which keys it used.
   * @throws what `work` threw: then none of them are written
   */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    const rows: Rows = new Map();
    this.#held.add(rows);
    try {
      const done = await this.#holding.run(rows, work);
      await this.#save(rows);
      return done;
    } finally {
      this.#held.delete(rows);
    }
  }

  /** Resolves when all that was set, and is not held back, is written. */
  async settled(): Promise<void> {
    await (this.#next ?? this.#last);
  }

  async #get<T extends KeyType>(type: T, ids: string[]): Promise<{ [id: string]: SignalDataTypeMap[T] }> {
    const names = ids.map((id) => nameOf(type, id));
    const unwritten = names.map((name) => this.#unwritten(name));
    const wanted = names.filter((_, at) => unwritten[at] === undefined);
    const read = wanted.length === 0 ? [] : await this.#session.get(wanted);
    const stored = new Map(wanted.map((name, at) => [name, read[at] ?? null]));
    const found: { [id: string]: SignalDataTypeMap[T] } = {};
    for (const [at, id] of ids.entries()) {
      const name = names[at] ?? "";
      // What was set while the store was read counts more.
      const known = [this.#unwritten(name), unwritten[at], stored.get(name)].find((one) => one !== undefined);
      if (known) found[id] = decodeKey(type, known);
    }
    return found;
  }

  /** Null where it was taken away, undefined where the store knows. */
  #unwritten(name: string): Uint8Array | null | undefined {
    for (const rows of this.#held) if (rows.has(name)) return rows.get(name);
    if (this.#dirty.has(name)) return this.#dirty.get(name);
    return this.#underway.get(name);
  }

  #set(data: SignalDataSet): Promise<void> {
    const rows: Rows = new Map();
    for (const [type, values] of Object.entries(data)) {
      for (const [id, value] of Object.entries(values ?? {})) {
        const known = type === "sender-key" ? withReadableSeeds(value) : value;
        rows.set(nameOf(type, id), known === null || known === undefined ? null : encodeKey(known));
      }
    }
    const held = this.#holding.getStore();
    if (held === undefined || !this.#held.has(held)) return this.#save(rows);
    for (const [name, bytes] of rows) held.set(name, bytes);
    return Promise.resolve();
  }

  /** Everything that comes while a write is under way goes in the next one, whole. */
  #save(rows: Rows): Promise<void> {
    for (const [name, bytes] of rows) {
      // Newer than what is held back: that must not overwrite it later.
      for (const held of this.#held) if (held !== rows) held.delete(name);
      this.#dirty.set(name, bytes);
    }
    return this.#next ??= this.#last.catch(() => undefined).then(() => this.#write());
  }

  #write(): Promise<void> {
    this.#next = null;
    this.#underway = this.#dirty;
    this.#dirty = new Map();
    this.#last = this.#session.set(Object.fromEntries(this.#underway)).then(() => {
      this.#underway = new Map();
    });
    return this.#last;
  }
}

const SKIPPED = /"senderMessageKeys":\[\{/;

/**
 * Keys of messages that came late are written by Baileys as objects of numbered bytes, which it cannot read again
 * (7.0.0-rc14): such a message could be read before a restart, and never after it.
 */
function withReadableSeeds(value: unknown): unknown {
  if (!(value instanceof Uint8Array)) return value;
  const text = decoder.decode(value);
  if (!SKIPPED.test(text)) return value;
  const states: unknown = JSON.parse(
    text,
    (name, part) => name === "seed" && isNumbered(part) ? bytesOf(part) : part,
  );
  return encoder.encode(JSON.stringify(states));
}

function isNumbered(part: unknown): part is Readonly<Record<string, number>> {
  return typeof part === "object" && part !== null && "0" in part && !("type" in part);
}

function bytesOf(part: Readonly<Record<string, number>>): Buffer {
  return Buffer.from(Object.values(part));
}

function nameOf(type: string, id: string): string {
  return `${AUTH_PREFIX}${type}:${id}`;
}

function encodeKey(value: unknown): Uint8Array {
  const raw = value instanceof Uint8Array;
  const bytes = raw ? value : encoder.encode(JSON.stringify(value, BufferJSON.replacer));
  const row = new Uint8Array(bytes.length + 1);
  row[0] = raw ? RAW : JSON_TEXT;
  row.set(bytes, 1);
  return row;
}

function decodeKey<T extends KeyType>(type: T, row: Uint8Array): SignalDataTypeMap[T] {
  const bytes = row.subarray(1);
  const value: unknown = row[0] === RAW
    ? Buffer.from(bytes)
    : JSON.parse(decoder.decode(bytes), BufferJSON.reviver);
  // Baileys reads this type by methods of its class.
  const revived = type === "app-state-sync-key" && typeof value === "object" && value !== null
    ? proto.Message.AppStateSyncKeyData.fromObject(value)
    : value;
  return revived as SignalDataTypeMap[T];
}

function reviveCreds(bytes: Uint8Array): AuthenticationCreds {
  return JSON.parse(decoder.decode(bytes), BufferJSON.reviver);
}
