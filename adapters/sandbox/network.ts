/**
 * One simulated messenger: the servers that phones and our account meet on. Chats are read when somebody first
 * needs them and stay; everything else is read when the account first runs.
 */
import type { ChatId, OpId } from "../../actors/model/mod.ts";
import { type AdapterHost, RelayError } from "../../actors/ports/mod.ts";
import { Chat, loadChat, type Shelf } from "./chat.ts";
import { Disk } from "./disk.ts";
import { Files } from "./files.ts";
import { Inbox } from "./inbox.ts";
import type { Traits } from "./messengers.ts";
import { ChatRecord, Invite, key, type Phone, PhoneCount, PhonePage } from "./records.ts";

const PHONES_A_PAGE = 50;
/** A sandbox is a try-out: more phones than this are somebody's loop. */
export const PHONES_MAX = 10_000;

export class Network {
  readonly traits: Traits;
  readonly inbox: Inbox;
  readonly files: Files;
  readonly #publicUrl: string;
  readonly #disk: Disk;
  readonly #shelf: Shelf;
  readonly #phones = new Map<string, Phone>();
  readonly #order: Phone[] = [];
  readonly #chats = new Map<ChatId, Promise<Chat | null>>();
  /** The same chats, for who cannot wait. */
  readonly #loaded = new Map<ChatId, Chat>();
  #host: AdapterHost | null = null;
  #loading: Promise<void> | null = null;

  constructor(traits: Traits, publicUrl: string) {
    this.traits = traits;
    this.#publicUrl = publicUrl;
    this.#disk = new Disk(() => this.host.session);
    this.inbox = new Inbox(this.#disk);
    this.files = new Files(this.#disk);
    this.#shelf = { disk: this.#disk, files: this.files, traits };
  }

  /** Lends the network what it may use from now on. */
  attach(host: AdapterHost): void {
    this.#host = host;
    this.inbox.reopen();
  }

  /** `host` lends nothing any more. What another has lent since then stays. */
  detach(host: AdapterHost): void {
    if (this.#host === host) this.inbox.close();
  }

  /** Whether somebody has opened the account. */
  get open(): boolean {
    return this.#host !== null;
  }

  get host(): AdapterHost {
    if (this.#host !== null) return this.#host;
    throw new RelayError("unavailable", "Cannot use the sandbox as the relay has not started", 1000);
  }

  /** Reads what an earlier run left, once. */
  async load(): Promise<void> {
    this.#loading ??= this.#load();
    try {
      await this.#loading;
    } catch (error) {
      this.#loading = null;
      throw error;
    }
  }

  async #load(): Promise<void> {
    const [header = null] = await this.#disk.read(PhoneCount, [key.phoneCount]);
    const pages = Math.ceil((header?.count ?? 0) / PHONES_A_PAGE);
    const keys = Array.from({ length: pages }, (_, page) => key.phonePage(page));
    const phones = (await this.#disk.read(PhonePage, keys)).flatMap((page) => page?.phones ?? []);
    await this.files.load();
    await this.inbox.load();
    for (const phone of phones) this.#keep(phone);
    await Promise.all(phones.flatMap(({ chats }) => chats).map((chat) => this.#read(chat)));
  }

  /** In the order in which they were added. */
  get phones(): readonly Phone[] {
    return this.#order;
  }

  phone(phoneId: string): Phone | null {
    return this.#phones.get(phoneId) ?? null;
  }

  addPhone(name: string): Phone {
    const phoneId = `p_${randomText(9)}`;
    const native = this.traits.ids.person();
    const phone: Phone = { phoneId, name, native, createdAt: this.host.now(), chats: [] };
    this.#keep(phone);
    this.#savePhone(this.#order.length - 1);
    const count = this.#order.length;
    this.#disk.mark(key.phoneCount, () => ({ v: 1, count }));
    return phone;
  }

  /** Which chats a phone shows. */
  setChats(phone: Phone, chats: readonly ChatId[]): void {
    phone.chats = [...chats];
    this.#savePhone(this.#order.indexOf(phone));
  }

  #keep(phone: Phone): void {
    this.#phones.set(phone.phoneId, phone);
    this.#order.push(phone);
  }

  #savePhone(at: number): void {
    const page = Math.floor(at / PHONES_A_PAGE);
    const start = page * PHONES_A_PAGE;
    this.#disk.mark(key.phonePage(page), () => ({
      v: 1,
      phones: this.#order.slice(start, start + PHONES_A_PAGE),
    }));
  }

  /** null: there is no such chat. */
  async chat(id: ChatId): Promise<Chat | null> {
    await this.load();
    return await this.#read(id);
  }

  /** The chat's title, where it has been read: every chat that a phone shows has been. */
  titleOf(id: ChatId): string {
    return this.#loaded.get(id)?.record.title ?? "";
  }

  #read(id: ChatId): Promise<Chat | null> {
    const known = this.#chats.get(id);
    if (known !== undefined) return known;
    const reading = loadChat(this.#shelf, id).then((chat) => {
      if (chat === null) this.#chats.delete(id);
      else this.#loaded.set(id, chat);
      return chat;
    }, (error: unknown) => {
      this.#chats.delete(id);
      throw error;
    });
    this.#chats.set(id, reading);
    return reading;
  }

  /** The chat that `opId` creates: made now, or found where an earlier try has made it. */
  async createChat(opId: OpId, title: string): Promise<Chat> {
    for (let attempt = 0;; attempt++) {
      const id = this.traits.ids.chat(opId, attempt);
      // Another try can have made it while the disk was asked.
      const there = await this.chat(id) ?? this.#loaded.get(id) ?? null;
      if (there?.record.opId === opId) return there;
      if (there !== null) continue;
      const record: ChatRecord = { v: 1, id, opId, title, code: null, present: true, members: [] };
      const chat = new Chat(this.#shelf, record, []);
      this.#chats.set(id, Promise.resolve(chat));
      this.#loaded.set(id, chat);
      this.renewInvite(chat);
      return chat;
    }
  }

  /** Ends the link that there is and makes a new one. */
  renewInvite(chat: Chat): void {
    this.endInvite(chat);
    const code = randomText(12);
    this.#disk.mark(key.invite(code), () => ({ v: 1, chat: chat.id }));
    chat.change({ code });
  }

  endInvite(chat: Chat): void {
    const { code } = chat.record;
    if (code === null) return;
    this.#disk.mark(key.invite(code), () => null);
    chat.change({ code: null });
  }

  /** What people open to join, or null where no link is open. */
  inviteUrl(chat: Chat): string | null {
    const { code } = chat.record;
    return code === null ? null : `${this.#publicUrl}/sandbox?join=${this.traits.messenger}:${code}`;
  }

  /** The chat that a link with `code` leads to, while it is open. */
  async invited(code: string): Promise<Chat | null> {
    await this.load();
    const [invite = null] = await this.#disk.read(Invite, [key.invite(code)]);
    const chat = invite === null ? null : await this.chat(invite.chat);
    return chat?.record.code === code ? chat : null;
  }

  /** Resolves when everything that was changed so far is durable. */
  saved(): Promise<void> {
    return this.#disk.flush();
  }
}

/** Url-safe, 4 characters for 3 random bytes. */
function randomText(bytes: number): string {
  return crypto.getRandomValues(new Uint8Array(bytes)).toBase64({ alphabet: "base64url" });
}
