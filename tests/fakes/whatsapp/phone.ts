/** A person's phone: what people do with it and what they see on it. */
import type { proto } from "@whiskeysockets/baileys";
import type { Account, Device, KeyBundle } from "./accounts.ts";
import { ChatView, type SeenMessage } from "./chat_view.ts";
import { GroupMember } from "./group_member.ts";
import { LinkedDevice } from "./linked_device.ts";
import { type MediaFile, mediaMessage, type OpenedMedia, openMedia, uploadAgain } from "./media.ts";
import { type BinaryNode, childOf, el, freshId, isGroup, seconds } from "./node.ts";
import { PhoneLine } from "./phone_line.ts";
import { sendHistory } from "./phone_history.ts";
import type { World } from "./world.ts";

/**
 * How something that is written reaches linked devices: once, twice, so that it cannot be read at first, or without
 * its content, for which the device then asks its own phone.
 */
export type Arrival = "once" | "twice" | "garbled" | "absent";

/** What can be said about a text. */
export interface SendOptions {
  /** The id of a message in the same chat. */
  readonly replyTo?: string;
  /** People whose `addressIn(chat)` stands in the text after an @. */
  readonly mentions?: readonly Phone[];
  /** Seconds after which it goes. */
  readonly ephemeral?: number;
  /** It can be looked at once; linked devices do not get to see it. */
  readonly viewOnce?: boolean;
  /** What a file says beside itself: the album to which it belongs. */
  readonly info?: proto.IMessageContextInfo;
  readonly arrival?: Arrival;
  readonly id?: string;
}

const EDIT = 14;
const REVOKE = 0;

/** A person's phone. */
export class Phone extends GroupMember implements Device {
  readonly id = 0;
  readonly keyIndex = 0;
  readonly #world: World;
  readonly #line: PhoneLine;
  readonly #views = new Map<string, ChatView>();

  constructor(world: World, account: Account) {
    super(world, account);
    this.#world = world;
    this.#line = new PhoneLine(world, account, {
      show: (chat, read) => {
        const isAdmin = world.groups.get(chat)?.isAdmin(read.author) ?? false;
        this.#chat(chat).take({ ...read, isAdmin });
        world.changes.notify();
      },
      find: (chat, id) => this.#chat(chat).messages.find((message) => message.id === id) ?? null,
    });
    account.devices.set(0, this);
    world.phones.push(this);
  }

  /** The number of the person. */
  get number(): string {
    return this.account.number;
  }

  /** How often something came that had come before. */
  get repeats(): number {
    return [...this.#views.values()].reduce((sum, { repeats }) => sum + repeats, 0);
  }

  /** How often this phone could not read something and asked for it again. */
  get unreadable(): number {
    return this.#line.unreadable;
  }

  /** How often linked devices said that they have a message of this phone; by its id. */
  deliveries(id: string): number {
    return this.#line.deliveries.get(id) ?? 0;
  }

  /** Scans the picture that a client shows. @returns the number of the device that was linked. */
  async scan(qr: string): Promise<number> {
    const [ref, , , secret] = qr.slice(qr.indexOf("#") + 1).split(",");
    const pairing = [...this.#world.pairings].find(({ refs }) => ref !== undefined && refs.includes(ref));
    if (pairing === undefined || secret === undefined) throw new Error("Cannot scan: the picture is too old");
    return (await pairing.scanned(this.account, secret)).id;
  }

  /** Types in the code that a client shows. @returns the number of the device that was linked. */
  async enterCode(code: string): Promise<number> {
    const pairing = await this.#world.changes.until(
      () => [...this.#world.pairings].find(({ hello }) => hello?.jid === this.account.jid("pn")),
      "a client that asks for a code",
    );
    return (await pairing.entered(this.account, code.replace("-", ""))).id;
  }

  /** Ends what is linked to this phone. */
  unlink(): void {
    for (const device of [...this.account.devices.values()]) {
      if (device instanceof LinkedDevice) device.unlink();
    }
  }

  /** Loses the network: what others send waits, and nobody hears that it came. */
  offline(): void {
    this.#line.pause();
  }

  /** Has the network again. */
  online(): void {
    this.#line.resume();
  }

  /** Writes a text. @returns its id. */
  async send(chat: string, text: string, options: SendOptions = {}): Promise<string> {
    const { replyTo, mentions = [], ephemeral, viewOnce = false } = options;
    const plain = replyTo === undefined && mentions.length === 0 && ephemeral === undefined;
    if (plain) return await this.sendContent(chat, { conversation: text }, { ...options, viewOnce });
    const contextInfo: proto.IContextInfo = {
      ...(replyTo === undefined ? {} : this.quoting(chat, replyTo)),
      ...(mentions.length === 0 ? {} : { mentionedJid: mentions.map((phone) => phone.addressIn(chat)) }),
      ...(ephemeral === undefined ? {} : { expiration: ephemeral }),
    };
    const message: proto.IMessage = { extendedTextMessage: { text, contextInfo } };
    return await this.sendContent(
      chat,
      ephemeral === undefined ? message : { ephemeralMessage: { message } },
      options,
    );
  }

  /** Writes anything. @returns its id. */
  async sendContent(
    chat: string,
    message: proto.IMessage,
    { arrival = "once", id = freshId(), viewOnce = false }: SendOptions = {},
  ): Promise<string> {
    await this.#line.post({ chat, id, message, arrival, hidden: viewOnce });
    return id;
  }

  /** Sends a file. @returns the id of the message. */
  async sendMedia(chat: string, file: MediaFile, options: SendOptions = {}): Promise<string> {
    const { viewOnce, replyTo, info } = options;
    const contextInfo = replyTo === undefined ? undefined : this.quoting(chat, replyTo);
    const message = await mediaMessage(this.#world.media, file, contextInfo);
    return await this.sendContent(
      chat,
      viewOnce
        ? { viewOnceMessageV2: { message } }
        : { ...message, ...(info ? { messageContextInfo: info } : {}) },
      options,
    );
  }

  /** Opens the file of a message. @throws where it is not what the message says. */
  async openMedia(chat: string, id: string): Promise<OpenedMedia> {
    return await openMedia(this.#world.media, this.#chat(chat).message(id).content);
  }

  /** Shows another picture of the person, or none. */
  setAvatar(bytes: Uint8Array | null): void {
    this.account.picture = bytes === null ? null : { id: String(Date.now()), bytes };
  }

  /** Reacts, or takes the reaction back with "". @returns the id of the reaction. */
  async react(chat: string, id: string, emoji: string): Promise<string> {
    const senderTimestampMs = Date.now();
    return await this.sendContent(chat, {
      reactionMessage: { key: this.keyOf(chat, id), text: emoji, senderTimestampMs },
    });
  }

  /** Changes a text of one's own. */
  async edit(chat: string, id: string, text: string): Promise<string> {
    return await this.editContent(chat, id, { conversation: text });
  }

  /** Deletes for everyone: one's own message, or as an admin that of another. */
  async revoke(chat: string, id: string): Promise<string> {
    return await this.sendContent(chat, { protocolMessage: { key: this.keyOf(chat, id), type: REVOKE } });
  }

  /** Says that someone else's message has another text. Phones do not believe it. */
  async forgeEdit(chat: string, id: string, text: string): Promise<string> {
    return await this.editContent(chat, id, { conversation: text });
  }

  /** Says that someone else's message is gone, as if it were one's own. Phones do not believe it. */
  async forgeRevoke(chat: string, id: string): Promise<string> {
    const key = { remoteJid: chat, fromMe: true, id };
    return await this.sendContent(chat, { protocolMessage: { key, type: REVOKE } });
  }

  /** Resolves when it shows all that it has heard. */
  async settled(): Promise<void> {
    await this.#line.settled();
  }

  /** What the chat shows, oldest first. */
  view(chat: string): readonly SeenMessage[] {
    return this.#chat(chat).messages;
  }

  /** The texts of the chat that are not deleted, oldest first. */
  texts(chat: string): string[] {
    return this.view(chat).filter(({ deleted }) => !deleted).map(({ text }) => text);
  }

  /** Resolves with the first answer that is neither false, null nor undefined; looks after every change. */
  async waitFor<T>(
    chat: string,
    look: (messages: readonly SeenMessage[]) => T | false | null | undefined,
    what = "a change of the chat",
    deadlineMs?: number,
  ): Promise<T> {
    return await this.#world.changes.until(() => look(this.view(chat)), what, deadlineMs);
  }

  /** Waits for a message with this text. */
  async waitForText(chat: string, text: string, deadlineMs?: number): Promise<SeenMessage> {
    const look = (messages: readonly SeenMessage[]): SeenMessage | undefined =>
      messages.find((message) => message.text === text);
    return await this.waitFor(chat, look, `"${text}" on a phone`, deadlineMs);
  }

  /** Says that a message has another form. */
  async editContent(chat: string, id: string, editedMessage: proto.IMessage): Promise<string> {
    const key = { remoteJid: chat, fromMe: true, id };
    const protocolMessage = { key, type: EDIT, editedMessage, timestampMs: Date.now() };
    return await this.sendContent(chat, { editedMessage: { message: { protocolMessage } } });
  }

  /** What this phone calls a message. */
  keyOf(chat: string, id: string): proto.IMessageKey {
    const { author } = this.#chat(chat).message(id);
    const fromMe = author === this.account;
    const mode = this.#world.groups.get(chat)?.mode ?? "pn";
    const participant = isGroup(chat) && !fromMe ? { participant: author.shown(mode) } : {};
    return { remoteJid: chat, fromMe, id, ...participant };
  }

  bundle(): KeyBundle {
    return this.#line.signal.bundle();
  }

  deliver(node: BinaryNode): void {
    this.#line.receive(node);
  }

  /** Uses another key in a group from now on. */
  renewKey(chat: string): void {
    this.#line.renewKey(chat);
  }

  /** Forgets the keys of others, as after a repair of the phone: what they write next cannot be read at first. */
  loseSessions(): void {
    this.#line.signal.forget();
  }

  /** Tells a device that was just linked what it has to know. */
  greet(device: LinkedDevice): void {
    sendHistory(this.#line, this.account, device).catch((error) => this.#world.bug(error));
  }

  /** A linked device could not download a file: it is uploaded again. */
  uploadAgain(device: LinkedDevice, receipt: BinaryNode): void {
    const { id = "" } = receipt.attrs;
    const rmr = childOf(receipt, "rmr");
    const { content } = this.#chat(rmr?.attrs["jid"] ?? "").messages.find((message) => message.id === id) ??
      {};
    const again = content === undefined ? null : uploadAgain(this.#world.media, content, id);
    const said = again === null ? el("error", { code: "2" }) : el("encrypt", {}, [
      el("enc_p", {}, again.ciphertext),
      el("enc_iv", {}, again.iv),
    ]);
    const attrs = { from: this.account.jid("pn"), type: "mediaretry", id, t: seconds() };
    device.deliver(el("notification", attrs, [said, el("rmr", rmr?.attrs)]));
  }

  /** Shows what another phone wrote. */
  show(
    chat: string,
    written: { readonly id: string; readonly author: Account; readonly message: proto.IMessage },
  ): void {
    this.#line.show(chat, written);
  }

  #chat(chat: string): ChatView {
    const known = this.#views.get(chat);
    if (known !== undefined) return known;
    const view = new ChatView();
    this.#views.set(chat, view);
    return view;
  }

  /** What says that a message is answered. */
  quoting(chat: string, id: string): proto.IContextInfo {
    const { author, content } = this.#chat(chat).message(id);
    const mode = this.#world.groups.get(chat)?.mode ?? "pn";
    return { stanzaId: id, participant: author.shown(mode), quotedMessage: content };
  }
}
