/** A phone's end of the wire: it encrypts for linked devices, reads what they write, and asks again where it cannot. */
import { Buffer } from "node:buffer";
import { encodeWAMessage, generateSignalPubKey, proto } from "@whiskeysockets/baileys";
import type { Account, Device } from "./accounts.ts";
import { type SeenMessage, unwrapped } from "./chat_view.ts";
import type { Group } from "./groups.ts";
import { bundleNodes } from "./iqs.ts";
import { LinkedDevice } from "./linked_device.ts";
import {
  type Attrs,
  bigEndian,
  type BinaryNode,
  bytesOf,
  childOf,
  childrenOf,
  el,
  freshId,
  isGroup,
  numberOf,
  seconds,
  userOf,
} from "./node.ts";
import type { Arrival } from "./phone.ts";
import { type Author, PhoneSignal, type SealedForGroup } from "./signal.ts";
import type { World } from "./world.ts";

/** Something that is to be written. */
export interface Post {
  readonly chat: string;
  readonly id: string;
  readonly message: proto.IMessage;
  readonly arrival: Arrival;
  /** Linked devices hear of it but do not get to see it. */
  readonly hidden: boolean;
}

/** Something that was read. */
export interface Read {
  readonly id: string;
  readonly author: Account;
  readonly message: proto.IMessage;
}

/** What the phone shows. */
export interface Screen {
  show(chat: string, read: Read): void;
  find(chat: string, id: string): SeenMessage | null;
}

/** Bits that are turned over so that a message cannot be read. */
const GARBLE = 0xff;

/** A phone on the wire. */
export class PhoneLine {
  readonly signal: PhoneSignal;
  /** How often each message was said to have come. */
  readonly deliveries = new Map<string, number>();
  unreadable = 0;
  readonly #world: World;
  readonly #account: Account;
  readonly #screen: Screen;
  /** What was written, for those who cannot read it. */
  readonly #written = new Map<string, proto.IMessage>();
  /** Which devices can read which group. */
  readonly #readers = new Map<string, Set<Device>>();
  readonly #asked = new Map<string, number>();
  #turns: Promise<void> = Promise.resolve();
  #waiting: (() => void)[] | null = null;

  constructor(world: World, account: Account, screen: Screen) {
    this.#world = world;
    this.#account = account;
    this.#screen = screen;
    this.signal = new PhoneSignal(account);
  }

  /** Stays where it is, and hears nothing. */
  pause(): void {
    this.#waiting ??= [];
  }

  /** Hears what came meanwhile, and everything from now on. */
  resume(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    for (const hear of waiting) hear();
  }

  /** Uses another key in a group from now on. */
  renewKey(chat: string): void {
    this.signal.renew(chat);
    this.#readers.delete(chat);
  }

  /** Shows something that needs no decrypting. */
  show(chat: string, read: Read): void {
    if (this.#waiting !== null && read.author !== this.#account) {
      return void this.#waiting.push(() => this.show(chat, read));
    }
    this.#screen.show(chat, read);
  }

  /** Writes into a chat. */
  async post(post: Post): Promise<void> {
    const { chat, id, message } = post;
    const group = isGroup(chat) ? this.#world.groups.get(chat) : undefined;
    if (isGroup(chat) && !group?.members.has(this.#account)) {
      throw new Error("Cannot write: not in the group");
    }
    if (group?.announcement && !group.isAdmin(this.#account)) {
      throw new Error("Cannot write: only admins may");
    }
    this.#written.set(id, message);
    await this.#turn(async () => {
      const accounts = group === undefined ? this.#partners(chat) : [...group.members.keys()];
      const read = { id, author: this.#account, message };
      const devices = accounts.flatMap((account) => [...account.devices.values()]);
      const sealed = group === undefined
        ? null
        : await this.signal.sealForGroup(chat, encodeWAMessage(message));
      for (const device of devices) {
        if (!(device instanceof LinkedDevice)) {
          const own = device.account === this.#account;
          this.#world.phoneOf(device.account)?.show(
            group === undefined && !own ? this.#account.jid("pn") : chat,
            read,
          );
          continue;
        }
        const content = post.hidden
          ? [el("unavailable", { type: "view_once_unavailable_fanout" })]
          : post.arrival === "absent"
          ? [el("unavailable")]
          : group === undefined || sealed === null
          ? await this.#sealedFor(device, chat, message)
          : await this.#sealedIn(group, {
            device,
            sealed,
            arrival: post.arrival,
          });
        const node = el("message", { ...this.#envelope(chat, device), id, type: typeOf(message) }, content);
        device.deliver(node);
        if (post.arrival === "twice") device.deliver(node);
      }
    });
  }

  /** Tells a device of one's own what only devices of one person tell each other. */
  async postToOwn(device: LinkedDevice, message: proto.IMessage, id: string): Promise<void> {
    await this.#turn(async () => {
      const { type, ciphertext } = await this.signal.seal(device, encodeWAMessage(message));
      const attrs = {
        from: this.#account.jid("pn"),
        id,
        type: "text",
        category: "peer",
        t: seconds(),
        notify: this.#account.name,
      };
      device.deliver(el("message", attrs, [el("enc", { v: "2", type }, ciphertext)]));
    });
  }

  /** Hears something. */
  receive(node: BinaryNode): void {
    if (this.#waiting !== null) return void this.#waiting.push(() => this.receive(node));
    this.#turn(() => this.#take(node)).catch((error) => this.#world.bug(error));
  }

  /** Resolves when all that it has heard so far is read. */
  async settled(): Promise<void> {
    await this.#turns;
  }

  async #turn(work: () => Promise<void>): Promise<void> {
    const before = this.#turns;
    const done = Promise.withResolvers<void>();
    this.#turns = done.promise;
    await before;
    try {
      await work();
    } finally {
      done.resolve();
    }
  }

  async #take(node: BinaryNode): Promise<void> {
    if (node.tag === "message") return await this.#takeMessage(node);
    if (node.tag !== "receipt") return;
    const { id = "", type } = node.attrs;
    if (type === "retry") return await this.#takeRetry(node);
    this.deliveries.set(id, (this.deliveries.get(id) ?? 0) + 1);
    this.#world.changes.notify();
  }

  async #takeMessage(node: BinaryNode): Promise<void> {
    const { from = "", participant, id = "", recipient } = node.attrs;
    const author = this.#authorOf(participant ?? from);
    if (author === null) return;
    try {
      const message = await this.#open(node, author);
      this.#answer(node, author, author.account === this.#account ? { type: "sender" } : {});
      const wish = message.protocolMessage?.peerDataOperationRequestMessage;
      if (wish) return void this.#sendAbsent(author, wish, id).catch((error) => this.#world.bug(error));
      const chat = isGroup(from) ? from : recipient ?? author.account.jid("pn");
      this.#screen.show(chat, { id, author: author.account, message });
    } catch {
      this.unreadable += 1;
      this.#askAgain(node, author);
    }
  }

  /** @throws where something cannot be decrypted, or nothing was there to be. */
  async #open(node: BinaryNode, author: Author): Promise<proto.IMessage> {
    let message: proto.IMessage | null = null;
    for (const { attrs, content } of childrenOf(node, "enc")) {
      if (!(content instanceof Uint8Array)) continue;
      const type = attrs["type"];
      const opened = type === "skmsg"
        ? await this.signal.openFromGroup(node.attrs["from"] ?? "", author, content)
        : await this.signal.open(author, { type: type === "pkmsg" ? "pkmsg" : "msg", ciphertext: content });
      const inside = opened.deviceSentMessage?.message ?? opened;
      if (inside.senderKeyDistributionMessage) {
        await this.signal.learn(author, inside.senderKeyDistributionMessage);
      }
      message = Object.assign({}, message, inside);
    }
    if (message === null) throw new Error("Cannot read a message that is not for this phone");
    return message;
  }

  #askAgain(node: BinaryNode, author: Author): void {
    const { id = "", t } = node.attrs;
    const count = (this.#asked.get(id) ?? 0) + 1;
    this.#asked.set(id, count);
    const keys = count < 2
      ? []
      : [el("keys", {}, bundleNodes(this.signal.bundle()).filter(({ tag }) => tag !== "registration"))];
    this.#answer(node, author, { type: "retry" }, [
      el("retry", { count: String(count), id, t, v: "1" }),
      el("registration", {}, bigEndian(this.signal.registrationId, 4)),
      ...keys,
    ]);
  }

  #answer(node: BinaryNode, author: Author, attrs: Attrs, content?: BinaryNode[]): void {
    const { from = "", id } = node.attrs;
    const device = author.account.devices.get(author.device);
    const mode = isGroup(from) ? this.#world.groups.get(from)?.mode ?? "lid" : "pn";
    const own = this.#account.shown(mode);
    const where = isGroup(from) ? { from, participant: own } : { from: own };
    device?.deliver(el("receipt", { ...where, id, t: seconds(), ...attrs }, content));
  }

  /** Someone cannot read what this phone wrote: it is encrypted for that device alone. */
  async #takeRetry(node: BinaryNode): Promise<void> {
    const { from = "", participant, id = "" } = node.attrs;
    const reader = this.#authorOf(participant ?? from);
    const device = reader?.account.devices.get(reader.device);
    const message = this.#written.get(id);
    if (device === undefined || message === undefined) return;
    const keys = childOf(node, "keys");
    if (keys !== undefined) await this.#meetAgain(device, node, keys);
    const chat = isGroup(from) ? from : this.#account.jid("pn");
    const group = isGroup(from) ? await this.signal.distribution(from) : {};
    const bytes = encodeWAMessage({ ...message, ...group });
    const { type, ciphertext } = await this.signal.seal(device, bytes);
    const count = childOf(node, "retry")?.attrs["count"] ?? "1";
    const content = [el("enc", { v: "2", type, count }, ciphertext)];
    device.deliver(el("message", { ...this.#envelope(chat, device), id, type: typeOf(message) }, content));
  }

  async #meetAgain(device: Device, node: BinaryNode, keys: BinaryNode): Promise<void> {
    const [signed, preKey] = [childOf(keys, "skey"), childOf(keys, "key")];
    await this.signal.meet(device, {
      registrationId: numberOf(node, "registration"),
      identity: generateSignalPubKey(bytesOf(keys, "identity")),
      signedPreKey: {
        id: numberOf(signed, "id"),
        key: bytesOf(signed, "value"),
        signature: bytesOf(signed, "signature"),
      },
      ...(preKey === undefined
        ? {}
        : { preKey: { id: numberOf(preKey, "id"), key: bytesOf(preKey, "value") } }),
    });
  }

  /** A linked device heard of messages without their content: it gets it from its own phone. */
  async #sendAbsent(
    { account, device }: Author,
    wish: proto.Message.IPeerDataOperationRequestMessage,
    stanzaId: string,
  ): Promise<void> {
    const asker = this.#world.linked(account, device);
    const keys = (wish.placeholderMessageResendRequest ?? []).map(({ messageKey }) => messageKey ?? {});
    const found = keys.flatMap((key) => {
      const seen = this.#screen.find(key.remoteJid ?? "", key.id ?? "");
      return seen === null ? [] : [
        proto.WebMessageInfo.encode({
          key,
          message: seen.content,
          messageTimestamp: Number(seconds()),
          pushName: seen.from,
        }).finish(),
      ];
    });
    if (asker === null || account !== this.#account || found.length === 0) return;
    await this.postToOwn(asker, {
      protocolMessage: {
        type: proto.Message.ProtocolMessage.Type.PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE,
        peerDataOperationRequestResponseMessage: {
          stanzaId,
          ...(wish.peerDataOperationRequestType
            ? { peerDataOperationRequestType: wish.peerDataOperationRequestType }
            : {}),
          peerDataOperationResult: found.map((webMessageInfoBytes) => ({
            placeholderMessageResendResponse: { webMessageInfoBytes },
          })),
        },
      },
    }, freshId());
  }

  #authorOf(jid: string): Author | null {
    const address = userOf(jid);
    const account = address === null ? null : this.#world.accountOf(address.user);
    return account === null || address === null ? null : { account, device: address.device };
  }

  #partners(chat: string): Account[] {
    const partner = this.#world.accountOf(chat);
    return partner === null ? [this.#account] : [...new Set([partner, this.#account])];
  }

  #envelope(chat: string, device: Device): Attrs {
    const mode = this.#world.groups.get(chat)?.mode ?? "pn";
    const shown = this.#account.shown(mode);
    const { pn, lid } = this.#account.other(mode);
    const said = { t: seconds(), notify: this.#account.name };
    const addressing_mode = shown.endsWith("@lid") ? "lid" : "pn";
    if (isGroup(chat)) {
      return {
        ...said,
        from: chat,
        participant: shown,
        participant_pn: pn,
        participant_lid: lid,
        addressing_mode,
      };
    }
    const recipient = device.account === this.#account ? chat : undefined;
    return { ...said, from: shown, sender_pn: pn, sender_lid: lid, recipient };
  }

  async #sealedFor(device: Device, chat: string, message: proto.IMessage): Promise<BinaryNode[]> {
    const own = device.account === this.#account;
    const whole = own ? { deviceSentMessage: { destinationJid: chat, message } } : message;
    const { type, ciphertext } = await this.signal.seal(device, encodeWAMessage(whole));
    return [el("enc", { v: "2", type }, ciphertext)];
  }

  async #sealedIn(
    group: Group,
    { device, sealed, arrival }: {
      readonly device: Device;
      readonly sealed: SealedForGroup;
      readonly arrival: Arrival;
    },
  ): Promise<BinaryNode[]> {
    const readers = this.#readers.get(group.jid) ?? new Set();
    this.#readers.set(group.jid, readers);
    const content: BinaryNode[] = [];
    if (!readers.has(device)) {
      readers.add(device);
      const { type, ciphertext } = await this.signal.seal(device, encodeWAMessage(sealed.key));
      content.push(el("enc", { v: "2", type }, ciphertext));
    }
    const bytes = Buffer.from(sealed.ciphertext);
    if (arrival === "garbled") bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ GARBLE;
    return [...content, el("enc", { v: "2", type: "skmsg" }, bytes)];
  }
}

function typeOf(wrapped: proto.IMessage): string {
  const message = unwrapped(wrapped);
  if (message.reactionMessage) return "reaction";
  if (message.pollCreationMessage || message.pollCreationMessageV3 || message.pollUpdateMessage) {
    return "poll";
  }
  const media = message.imageMessage ?? message.videoMessage ?? message.ptvMessage ?? message.audioMessage ??
    message.documentMessage ?? message.stickerMessage;
  return media ? "media" : "text";
}
