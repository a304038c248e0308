/**
 * The messenger's server queue: what happened there and has not been taken by the core yet. Kept on the disk, so
 * that a message that a phone saw sent is delivered after a crash too, under the same event id. One event a chat
 * is in flight, in order; chats do not wait for each other.
 */
import type { ChatId, Event } from "../../actors/model/mod.ts";
import { RelayError } from "../../actors/ports/mod.ts";
import type { Disk } from "./disk.ts";
import { key, Queue } from "./records.ts";

/** Said to a phone whose message is kept but not confirmed. */
const RETRY_AFTER_MS = 1000;

interface Entry {
  readonly event: Event;
  readonly taken: PromiseWithResolvers<void> | null;
  /** On the disk: only then it may be delivered, so that its id is never given to another. */
  stored: boolean;
}

interface Serving {
  readonly deliver: (event: Event) => Promise<void>;
  readonly fail: (error: unknown) => void;
}

export class Inbox {
  readonly #disk: Disk;
  readonly #entries = new Set<Entry>();
  /** Those that are not on the disk yet, or may not be. */
  readonly #unsaved = new Set<Entry>();
  readonly #byChat = new Map<ChatId, Entry[]>();
  readonly #busy = new Set<ChatId>();
  #serving: Serving | null = null;
  #closed = false;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** Takes up what an earlier run left. */
  async load(): Promise<void> {
    const [queue = null] = await this.#disk.read(Queue, [key.queue]);
    for (const event of queue?.events ?? []) this.#push({ event, taken: null, stored: true });
  }

  /**
   * Keeps `event`, then delivers it.
   * @throws {RelayError} where that could not be confirmed; it is delivered later all the same
   */
  async add(event: Event): Promise<void> {
    const taken = Promise.withResolvers<void>();
    const entry: Entry = { event, taken, stored: false };
    this.#push(entry);
    this.#unsaved.add(entry);
    this.#mark();
    this.#store().catch((error: unknown) => {
      this.giveUp(error);
      // Ends the run: the next one begins with trying to keep it.
      this.#serving?.fail(error);
    });
    if (this.#closed) this.giveUp(null);
    await taken.promise;
  }

  /** Has everything that waits on the disk, and starts delivering it. */
  async #store(): Promise<void> {
    const waiting = [...this.#unsaved];
    await this.#disk.flush();
    for (const entry of waiting) {
      if (!this.#unsaved.delete(entry)) continue;
      entry.stored = true;
      this.#pump(entry.event.chat);
    }
  }

  /** Delivers until `signal` aborts. @throws what `deliver` threw; the next run goes on with the same event */
  async serve(deliver: Serving["deliver"], signal: AbortSignal): Promise<void> {
    if (this.#unsaved.size > 0) await this.#store();
    if (signal.aborted) return;
    const end = Promise.withResolvers<void>();
    const serving: Serving = { deliver, fail: end.reject };
    const stop = (): void => end.resolve();
    signal.addEventListener("abort", stop, { once: true });
    this.#serving = serving;
    for (const chat of this.#byChat.keys()) this.#pump(chat);
    try {
      await end.promise;
    } finally {
      signal.removeEventListener("abort", stop);
      if (this.#serving === serving) this.#serving = null;
    }
  }

  /** Nobody has to wait for a run that does not come: what is added is kept, and delivered by a later one. */
  close(): void {
    this.#closed = true;
    this.giveUp(null);
  }

  /** A run will come. */
  reopen(): void {
    this.#closed = false;
  }

  /** Tells everybody who waits that nothing is confirmed. */
  giveUp(error: unknown): void {
    const known = error instanceof RelayError ? error : new RelayError(
      "unavailable",
      "Cannot confirm the message as the relay did not take it: it is delivered later",
      RETRY_AFTER_MS,
    );
    for (const { taken } of this.#entries) taken?.reject(known);
  }

  #push(entry: Entry): void {
    this.#entries.add(entry);
    const { chat } = entry.event;
    const others = this.#byChat.get(chat);
    if (others === undefined) this.#byChat.set(chat, [entry]);
    else others.push(entry);
  }

  #mark(): void {
    this.#disk.mark(key.queue, () => ({ v: 1, events: Array.from(this.#entries, ({ event }) => event) }));
  }

  /** Starts on `chat` unless somebody is at it. */
  #pump(chat: ChatId): void {
    if (this.#serving === null || this.#busy.has(chat)) return;
    this.#busy.add(chat);
    void this.#drain(chat, this.#serving);
  }

  async #drain(chat: ChatId, serving: Serving): Promise<void> {
    try {
      for (let entry = this.#first(chat); entry !== null; entry = this.#first(chat)) {
        if (this.#serving !== serving) break;
        await serving.deliver(entry.event);
        this.#remove(entry);
      }
    } catch (error) {
      this.giveUp(error);
      serving.fail(error);
    } finally {
      this.#busy.delete(chat);
    }
    // A run that began meanwhile found this chat busy.
    if (this.#serving !== serving && this.#first(chat) !== null) this.#pump(chat);
  }

  #first(chat: ChatId): Entry | null {
    const entry = this.#byChat.get(chat)?.[0];
    return entry?.stored ? entry : null;
  }

  #remove(entry: Entry): void {
    const { chat } = entry.event;
    this.#entries.delete(entry);
    const others = this.#byChat.get(chat);
    others?.shift();
    if (others?.length === 0) this.#byChat.delete(chat);
    entry.taken?.resolve();
    // Not waited for: an event that is delivered twice is absorbed by its id.
    this.#mark();
    if (this.#entries.size === 0) this.#disk.flush().catch(() => {});
  }
}
