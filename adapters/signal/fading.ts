/**
 * Messages that disappear sooner than the group's own time: what a phone sent before it heard of that. The rest is the
 * group's: its time is told as an event.
 */
import type { ChatId, Event, NativeId } from "../../actors/model/mod.ts";
import { NativeId as Native } from "../../actors/model/mod.ts";
import type { SessionStore } from "../../actors/ports/mod.ts";
import { pause } from "../shared/reconnect.ts";
import type { Edits } from "./edits.ts";
import { FadingRow, readRow, ROW, rowBytes } from "./session_rows.ts";

/** Messages a chat that wait for their end. More of them go at once when the oldest is due. */
const FADING_MAX = 5_000;
/** How often it is looked, ms. */
const LOOK_MS = 1_000;

/** A message, and when it goes. */
export interface FadingMessage {
  readonly native: NativeId;
  /** ACI. */
  readonly author: string;
  /** ms since 1970. */
  readonly atMs: number;
}

/** What the end of a message works with. */
export interface FadingDeps {
  readonly session: SessionStore;
  readonly edits: Edits;
  readonly now: () => number;
  readonly chats: () => Promise<readonly ChatId[]>;
}

/** The messages of one account that disappear. */
export class Fading {
  readonly #deps: FadingDeps;
  readonly #rows = new Map<ChatId, readonly FadingMessage[]>();

  constructor(deps: FadingDeps) {
    this.#deps = deps;
  }

  /** Resolves when it is durable. */
  async add(chat: ChatId, message: FadingMessage): Promise<void> {
    const known = await this.#read(chat);
    if (known.some(({ native }) => native === message.native)) return;
    await this.#write(chat, [...known, message].slice(-FADING_MAX));
  }

  /** Tells of every message whose time is over, until `signal` aborts. */
  async run(tell: (event: Event) => Promise<void>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      for (const chat of await this.#deps.chats()) await this.#look(chat, tell);
      await pause(LOOK_MS, signal);
    }
  }

  /** Forgets a chat that is over. */
  async forget(chat: ChatId): Promise<void> {
    this.#rows.delete(chat);
    await this.#deps.session.set({ [ROW.fading(chat)]: null });
  }

  async #look(chat: ChatId, tell: (event: Event) => Promise<void>): Promise<void> {
    const now = this.#deps.now();
    const due = (await this.#read(chat)).filter(({ atMs }) => atMs <= now);
    if (due.length === 0) return;
    for (const { native, author, atMs } of due) {
      for (const file of await this.#deps.edits.filesOf(chat, native)) {
        const head = { id: `${file}:${chat}:faded`, chat, at: atMs };
        const person = { native: Native.parse(author), name: "" };
        await tell({ ...head, type: "delete", author: person, target: { native: file }, quiet: true });
      }
    }
    const left = (await this.#read(chat)).filter((one) => !due.includes(one));
    await this.#write(chat, left);
  }

  async #read(chat: ChatId): Promise<readonly FadingMessage[]> {
    const known = this.#rows.get(chat);
    if (known !== undefined) return known;
    const row = await readRow(this.#deps.session, ROW.fading(chat), FadingRow);
    const messages = (row?.fading ?? []).map(([native, author, atMs]) => ({ native, author, atMs }));
    this.#rows.set(chat, messages);
    return messages;
  }

  async #write(chat: ChatId, messages: readonly FadingMessage[]): Promise<void> {
    this.#rows.set(chat, messages);
    const row = rowBytes({
      v: 1,
      fading: messages.map(({ native, author, atMs }) => [native, author, atMs]),
    });
    await this.#deps.session.set({ [ROW.fading(chat)]: messages.length === 0 ? null : row });
  }
}
