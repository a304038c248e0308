/**
 * One simulated chat: its members and its last messages. Changes are made at once and marked on the disk;
 * whoever made one flushes before telling anybody. Messages lie in a ring of pages, so that nothing has to be
 * rewritten, or remembered, to know where the last one is.
 */
import type { ChatId, NativeId, OpId, RichText } from "../../actors/model/mod.ts";
import type { Disk } from "./disk.ts";
import type { Files } from "./files.ts";
import type { Traits } from "./messengers.ts";
import {
  type ChatMember,
  ChatRecord,
  type Held,
  key,
  LongText,
  type Message,
  MessagePage,
} from "./records.ts";

/** How many messages a chat keeps. */
export const KEPT = 500;
const PAGE = 32;
/** One page more than `KEPT` messages can touch, so the page that is begun holds nothing that is kept. */
const PAGES = 17;
/** Longer texts are records of their own, so that a page stays small. */
const SHORT_MAX = 2048;
/** The sum of all spans of one message, as JSON: more is formatting for formatting's sake. */
const SPANS_JSON_MAX = 16_384;

/** Where a chat lies, and of which messenger it is. */
export interface Shelf {
  readonly disk: Disk;
  readonly files: Files;
  readonly traits: Traits;
}

const HELD = ["file", "album", "once", "poll", "location", "contact"] as const;

/** What a new message is made of. */
export interface Draft {
  /** Null is our own account. */
  readonly from: ChatMember | null;
  readonly at: number;
  readonly body: RichText;
  readonly replyTo: NativeId | null;
  readonly opId?: OpId;
  /** Which one of several that one op makes, from 0. */
  readonly part?: number;
  readonly held?: Held;
}

export class Chat {
  readonly #disk: Disk;
  readonly #files: Files;
  readonly #traits: Traits;
  #record: ChatRecord;
  readonly #messages: Map<number, Message>;
  readonly #byId = new Map<string, Message>();
  #next: number;
  #lastAt = 0;

  constructor({ disk, files, traits }: Shelf, record: ChatRecord, messages: readonly Message[]) {
    this.#disk = disk;
    this.#files = files;
    this.#traits = traits;
    this.#record = record;
    this.#messages = new Map(messages.map((message) => [message.n, message]));
    for (const message of messages) this.#index(message);
    this.#next = (messages.at(-1)?.n ?? -1) + 1;
  }

  get record(): ChatRecord {
    return this.#record;
  }

  get id(): ChatId {
    return this.#record.id;
  }

  /** Oldest first. */
  messages(): Iterable<Message> {
    return this.#messages.values();
  }

  /** By any of its ids; null where it is not kept any more, or never was. */
  find(id: NativeId | string): Message | null {
    return this.#byId.get(id) ?? null;
  }

  member(native: NativeId): ChatMember | null {
    return this.#record.members.find((member) => member.native === native) ?? null;
  }

  /** Changes the chat itself. */
  change(changes: Partial<ChatRecord>): void {
    this.#record = { ...this.#record, ...changes };
    this.#disk.mark(key.chat(this.id), () => this.#record);
  }

  join(person: { readonly native: NativeId; readonly name: string }): void {
    const since = this.#traits.showsPast ? 0 : this.#next;
    this.change({ members: [...this.#record.members, { native: person.native, name: person.name, since }] });
  }

  leave(native: NativeId): void {
    this.change({ members: this.#record.members.filter((member) => member.native !== native) });
  }

  /** Adds a message. */
  post({ from, at, body, replyTo, opId, part, held }: Draft): Message {
    const n = this.#next++;
    const native = from?.native ?? null;
    const ticked = this.#tick(at);
    const message: Message = {
      n,
      ids: [this.#traits.ids.message({ chat: this.id, n, at: ticked, from: native, opId, part })],
      from: native,
      name: from?.name ?? "",
      at: ticked,
      touchedAt: ticked,
      ...bounded(body),
      replyTo,
      reactions: {},
      edits: 0,
      deleted: false,
      ...held,
      ...(this.#record.timer === undefined ? {} : { until: ticked + this.#record.timer * 1000 }),
    };
    this.#messages.set(n, message);
    this.#index(message);
    this.#forget(n - KEPT);
    this.#save(message);
    return message;
  }

  /** @returns the id that the edit made, or null where it keeps the one it had */
  edit(message: Message, body: RichText, at: number): NativeId | null {
    Object.assign(message, bounded(body));
    message.edits += 1;
    let alias: NativeId | null = null;
    if (this.#traits.editMakesId) {
      message.touchedAt = this.#tick(at);
      const facts = { chat: this.id, n: message.n, at: message.touchedAt, from: message.from };
      alias = this.#traits.ids.message(facts);
      message.ids.push(alias);
      this.#index(message);
    }
    this.#save(message);
    return alias;
  }

  delete(message: Message): void {
    this.#dropFile(message);
    Object.assign(message, { deleted: true, text: "", spans: [], reactions: {}, pinned: false });
    for (const held of HELD) delete message[held];
    this.#save(message);
  }

  /** Changes what it holds. */
  alter(message: Message, changes: Partial<Held> & { readonly pinned?: boolean }): void {
    Object.assign(message, changes);
    this.#save(message);
  }

  /** Another picture of the chat, or none. */
  setIcon(icon: ChatRecord["icon"]): void {
    const before = this.#record.icon;
    if (before !== undefined) this.#files.drop(before.native);
    this.change({ icon });
  }

  /** `by` null is our own account; an empty `emoji` takes the reaction back. */
  react(message: Message, by: NativeId | null, emoji: string): void {
    const { [by ?? ""]: _before, ...others } = message.reactions;
    message.reactions = emoji === "" ? others : { ...others, [by ?? ""]: emoji };
    this.#save(message);
  }

  /** The next time that no message of this chat has yet, for ids that are made of it. */
  #tick(at: number): number {
    this.#lastAt = Math.max(at, this.#lastAt + 1);
    return this.#lastAt;
  }

  #index(message: Message): void {
    for (const id of message.ids) this.#byId.set(id, message);
    this.#lastAt = Math.max(this.#lastAt, message.touchedAt);
  }

  #forget(n: number): void {
    const message = this.#messages.get(n);
    if (message === undefined) return;
    this.#messages.delete(n);
    this.#dropFile(message);
    for (const id of message.ids) this.#byId.delete(id);
  }

  #dropFile({ file }: Message): void {
    if (file !== undefined) this.#files.drop(file.media.native);
  }

  #save({ n, text }: Message): void {
    const page = Math.floor(n / PAGE);
    if (text.length > SHORT_MAX) {
      this.#disk.mark(key.longText(this.id, n % (PAGE * PAGES)), () => ({ v: 1, n, text }));
    }
    this.#disk.mark(key.messagePage(this.id, page % PAGES), () => this.#page(page));
  }

  #page(page: number): unknown {
    const messages: Message[] = [];
    for (let n = page * PAGE; n < (page + 1) * PAGE; n++) {
      const message = this.#messages.get(n);
      if (message === undefined) continue;
      messages.push(message.text.length > SHORT_MAX ? { ...message, text: "", long: true } : message);
    }
    return { v: 1, page, messages };
  }
}

/** The chat under `id`, or null where there is none. */
export async function loadChat(shelf: Shelf, id: ChatId): Promise<Chat | null> {
  const { disk } = shelf;
  const [record = null] = await disk.read(ChatRecord, [key.chat(id)]);
  if (record === null) return null;
  const slots = Array.from({ length: PAGES }, (_, slot) => key.messagePage(id, slot));
  const pages = (await disk.read(MessagePage, slots)).filter((page) => page !== null);
  const messages = pages.flatMap((page) => page.messages).toSorted((a, b) => a.n - b.n).slice(-KEPT);
  await readLongTexts(disk, id, messages);
  return new Chat(shelf, record, messages);
}

async function readLongTexts(disk: Disk, id: ChatId, messages: readonly Message[]): Promise<void> {
  const long = messages.filter((message) => message.long === true);
  const texts = await disk.read(LongText, long.map(({ n }) => key.longText(id, n % (PAGE * PAGES))));
  for (const [at, message] of long.entries()) {
    const text = texts[at];
    if (text?.n === message.n) message.text = text.text;
    delete message.long;
  }
}

function bounded({ text, spans }: RichText): { readonly text: string; readonly spans: RichText["spans"] } {
  let bytes = 0;
  const kept = spans.filter((span) => (bytes += JSON.stringify(span).length) <= SPANS_JSON_MAX);
  return { text, spans: kept };
}
