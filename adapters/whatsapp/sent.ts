/**
 * The last messages that we sent, as they were encoded: a phone that could not read one asks for it again, also days
 * later and after a restart. Each is kept before it is sent.
 */
import { Buffer } from "node:buffer";
import { proto } from "@whiskeysockets/baileys";
import type { ChatId } from "../../actors/model/mod.ts";
import type { SessionStore } from "../../actors/ports/mod.ts";
import { parseRow, ROW, rowBytes, SentRow } from "./session_rows.ts";

const SLOTS = 1024;
/** Phones that come back later than this get a gap. */
const KEPT_MS = 7 * 86_400_000;
/** Longer ones are not kept: nothing that we send as text is. */
const BYTES_MAX = 256 * 1024;

/** What has to be known to keep a message. */
export interface SentMessage {
  readonly id: string;
  readonly chat: ChatId;
  readonly at: number;
  readonly message: proto.IMessage;
}

interface Slots {
  readonly byId: Map<string, number>;
  next: number;
}

/** What one account sent. */
export class Sent {
  readonly #session: SessionStore;
  readonly #now: () => number;
  #slots: Promise<Slots> | null = null;

  constructor(session: SessionStore, now: () => number) {
    this.#session = session;
    this.#now = now;
  }

  /** Resolves when it is durable. The same id again takes its old place. */
  async keep({ id, chat, at, message }: SentMessage): Promise<void> {
    const bytes = proto.Message.encode(message).finish();
    if (bytes.length > BYTES_MAX) return;
    const slots = await this.#load();
    const slot = slots.byId.get(id) ?? slots.next;
    if (slot === slots.next) {
      slots.next = (slots.next + 1) % SLOTS;
      for (const [other, place] of slots.byId) if (place === slot) slots.byId.delete(other);
      slots.byId.set(id, slot);
    }
    const row = rowBytes({ v: 1, id, chat, at, message: Buffer.from(bytes).toString("base64") });
    await this.#session.set({ [ROW.sent(slot)]: row });
  }

  /** The message with this id, while it is kept. */
  async find(id: string): Promise<proto.IMessage | undefined> {
    const slot = (await this.#load()).byId.get(id);
    if (slot === undefined) return undefined;
    const [bytes] = await this.#session.get([ROW.sent(slot)]);
    if (!bytes) return undefined;
    const row = parseRow(bytes, SentRow);
    if (row.id !== id || row.at < this.#now() - KEPT_MS) return undefined;
    return proto.Message.decode(Buffer.from(row.message, "base64"));
  }

  /** Whether we sent it. */
  async has(id: string): Promise<boolean> {
    return (await this.#load()).byId.has(id);
  }

  /** Forgets what was sent to a chat that is over. */
  async forget(chat: ChatId): Promise<void> {
    const slots = await this.#load();
    const gone: [string, number][] = [];
    for (const [id, slot] of slots.byId) {
      const [bytes] = await this.#session.get([ROW.sent(slot)]);
      if (bytes && parseRow(bytes, SentRow).chat === chat) gone.push([id, slot]);
    }
    for (const [id] of gone) slots.byId.delete(id);
    await this.#session.set(Object.fromEntries(gone.map(([, slot]) => [ROW.sent(slot), null])));
  }

  #load(): Promise<Slots> {
    this.#slots ??= this.#read().catch((error: unknown) => {
      this.#slots = null;
      throw error;
    });
    return this.#slots;
  }

  /** The place after the newest is the next. Rows that are too old go. */
  async #read(): Promise<Slots> {
    const rows = await this.#session.get(Array.from({ length: SLOTS }, (_, slot) => ROW.sent(slot)));
    const slots: Slots = { byId: new Map(), next: 0 };
    const old: Record<string, null> = {};
    let newest = 0;
    for (const [slot, bytes] of rows.entries()) {
      if (!bytes) continue;
      const { id, at } = parseRow(bytes, SentRow);
      if (at < this.#now() - KEPT_MS) old[ROW.sent(slot)] = null;
      else slots.byId.set(id, slot);
      if (at < newest) continue;
      newest = at;
      slots.next = (slot + 1) % SLOTS;
    }
    if (Object.keys(old).length > 0) await this.#session.set(old);
    return slots;
  }
}
