/** The Signal side of a phone: sessions with devices, and the keys of groups. Everyone is called by the same address. */
import { Buffer } from "node:buffer";
import {
  addTransactionCapability,
  Curve,
  DEFAULT_CONNECTION_CONFIG,
  generateSignalPubKey,
  proto,
  type SignalRepositoryWithLIDStore,
  signedKeyPair,
  unpadRandomMax16,
} from "@whiskeysockets/baileys";
import type { Account, Device, KeyBundle } from "./accounts.ts";
import { MemoryKeys } from "./memory_keys.ts";
import { SILENT } from "./silent.ts";

/** Which device of whom. */
export interface Author {
  readonly account: Account;
  readonly device: number;
}

/** Something encrypted for one device. */
export interface Sealed {
  readonly type: "pkmsg" | "msg";
  readonly ciphertext: Uint8Array;
}

/** Something encrypted for a group, and the key for it. */
export interface SealedForGroup {
  readonly ciphertext: Uint8Array;
  readonly key: proto.IMessage;
}

/** A phone's keys. */
export class PhoneSignal {
  readonly #account: Account;
  readonly #signed: ReturnType<typeof signedKeyPair>;
  readonly #registrationId = 1 + Math.floor(Math.random() * 16_000);
  readonly #rows = new MemoryKeys();
  readonly #repository: SignalRepositoryWithLIDStore;
  #nextPreKey = 1;

  constructor(account: Account) {
    this.#account = account;
    this.#signed = signedKeyPair(account.identity, 1);
    const { makeSignalRepository } = DEFAULT_CONNECTION_CONFIG;
    const keys = addTransactionCapability(this.#rows, SILENT, {
      maxCommitRetries: 1,
      delayBetweenTriesMs: 1,
    });
    const creds = {
      signedIdentityKey: account.identity,
      signedPreKey: this.#signed,
      registrationId: this.#registrationId,
    };
    this.#repository = makeSignalRepository({ creds, keys }, SILENT, () => Promise.resolve([]));
  }

  get registrationId(): number {
    return this.#registrationId;
  }

  /** Keys for someone who writes for the first time, with a one-time key that is made now. */
  bundle(): KeyBundle {
    const id = this.#nextPreKey++;
    const preKey = Curve.generateKeyPair();
    this.#rows.set({ "pre-key": { [String(id)]: preKey } });
    const { keyPair, keyId, signature } = this.#signed;
    return {
      registrationId: this.#registrationId,
      identity: this.#account.identity.public,
      signedPreKey: { id: keyId, key: keyPair.public, signature },
      preKey: { id, key: preKey.public },
    };
  }

  /** Encrypts for a device; opens a session when there is none. */
  async seal(device: Device, bytes: Uint8Array): Promise<Sealed> {
    const jid = addressOf({ account: device.account, device: device.id });
    const { exists } = await this.#repository.validateSession(jid);
    if (!exists) await this.meet(device, device.bundle());
    return await this.#repository.encryptMessage({ jid, data: bytes });
  }

  /** Opens a session with these keys, whatever there was before. */
  async meet(
    device: Pick<Device, "account" | "id">,
    { registrationId, identity, signedPreKey, preKey }: KeyBundle,
  ): Promise<void> {
    await this.#repository.injectE2ESession({
      jid: addressOf({ account: device.account, device: device.id }),
      session: {
        registrationId,
        identityKey: generateSignalPubKey(identity),
        signedPreKey: {
          keyId: signedPreKey.id,
          publicKey: generateSignalPubKey(signedPreKey.key),
          signature: signedPreKey.signature,
        },
        ...(preKey === undefined
          ? {}
          : { preKey: { keyId: preKey.id, publicKey: generateSignalPubKey(preKey.key) } }),
      },
    });
  }

  /** Decrypts what a device encrypted for this phone. */
  async open(author: Author, { type, ciphertext }: Sealed): Promise<proto.Message> {
    const bytes = await this.#repository.decryptMessage({ jid: addressOf(author), type, ciphertext });
    return proto.Message.decode(unpadRandomMax16(bytes));
  }

  /** Encrypts for everyone in a group. `key` is what others need to read this and what follows. */
  async sealForGroup(group: string, bytes: Uint8Array): Promise<SealedForGroup> {
    const meId = addressOf({ account: this.#account, device: 0 });
    const { ciphertext, senderKeyDistributionMessage } = await this.#repository.encryptGroupMessage({
      group,
      meId,
      data: bytes,
    });
    return { ciphertext, key: keyMessage(group, senderKeyDistributionMessage) };
  }

  /** What others need to read what this phone writes into a group from now on. */
  async distribution(group: string): Promise<proto.IMessage> {
    const meId = addressOf({ account: this.#account, device: 0 });
    const key = await this.#repository.getSenderKeyDistributionMessage({ group, meId });
    return keyMessage(group, key);
  }

  /** Learns how to read what someone writes into a group. */
  async learn(author: Author, item: proto.Message.ISenderKeyDistributionMessage): Promise<void> {
    await this.#repository.processSenderKeyDistributionMessage({ authorJid: addressOf(author), item });
  }

  /** Decrypts what someone wrote into a group. */
  async openFromGroup(group: string, author: Author, bytes: Uint8Array): Promise<proto.Message> {
    const opened = await this.#repository.decryptGroupMessage({
      group,
      authorJid: addressOf(author),
      msg: Buffer.from(bytes),
    });
    return proto.Message.decode(unpadRandomMax16(opened));
  }

  /** Uses another key in a group from now on. */
  renew(group: string): void {
    this.#rows.forget("sender-key", (id) => id.startsWith(`${group}::${this.#account.lid}_`));
  }

  /** Forgets how to read what others write into groups, and the sessions with them. */
  forget(): void {
    this.#rows.forget("session", () => true);
    this.#rows.forget("sender-key", (id) => !id.includes(`::${this.#account.lid}_`));
  }
}

function keyMessage(groupId: string, axolotlSenderKeyDistributionMessage: Uint8Array): proto.IMessage {
  return { senderKeyDistributionMessage: { groupId, axolotlSenderKeyDistributionMessage } };
}

function addressOf({ account, device }: Author): string {
  return account.jid("lid", device);
}
