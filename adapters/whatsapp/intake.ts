/**
 * Where messages become durable. Baileys tells WhatsApp that it has a message as soon as it could read it, and its
 * listeners come after that: a crash in between would lose it. So each message is taken where it is decrypted, before
 * Baileys goes on, and the keys that it used are written only once it is durable.
 */
import {
  type BinaryNode,
  decodeMessageNode,
  DEFAULT_CONNECTION_CONFIG,
  proto,
  type SignalKeyStore,
  type SocketConfig,
  unpadRandomMax16,
  type WAMessage,
} from "@whiskeysockets/baileys";
import type { AuthState } from "./auth_state.ts";

/** What the intake works with. */
export interface IntakeDeps {
  readonly auth: AuthState;
  /** Resolves once the message is durable. @throws where it must not be confirmed to WhatsApp */
  readonly take: (message: WAMessage) => Promise<void>;
}

const VIEW_ONCE = /^view_once/;

/** A message as it was decrypted. */
interface Read {
  readonly message: WAMessage;
  /** The address that it came from. */
  readonly author: string;
  /** The key of a group that it brings. */
  readonly key: proto.Message.ISenderKeyDistributionMessage | null;
}

/** How one ciphertext is read. */
interface Reading {
  readonly decrypt: () => Promise<Uint8Array>;
  readonly learn: (key: proto.Message.ISenderKeyDistributionMessage, author: string) => Promise<void>;
}

/** The way of messages of one connection. */
export class Intake {
  readonly #deps: IntakeDeps;
  /** The stanza that a ciphertext came in. */
  readonly #stanzas = new WeakMap<Uint8Array, BinaryNode>();

  constructor(deps: IntakeDeps) {
    this.#deps = deps;
  }

  /** A stanza has come; Baileys is about to read it. */
  saw(stanza: BinaryNode): void {
    // What came while we were away is read one after the other, and what comes live beside it: the newest words would
    // overtake the older ones. So all of it goes the first way.
    stanza.attrs["offline"] ??= "0";
    if (!Array.isArray(stanza.content)) return;
    for (const { tag, attrs, content } of stanza.content) {
      if (tag === "enc" && content instanceof Uint8Array) this.#stanzas.set(content, stanza);
      if (tag === "unavailable" && VIEW_ONCE.test(attrs["type"] ?? "")) this.#viewOnce(stanza);
    }
  }

  /** What is to be seen once comes to phones only. Baileys says nothing of it; the group is to know. */
  #viewOnce(stanza: BinaryNode): void {
    const { me } = this.#deps.auth.creds;
    if (me === undefined) return;
    const { fullMessage } = decodeMessageNode(stanza, me.id, me.lid ?? "");
    const message = { viewOnceMessageV2: { message: { imageMessage: {} } } };
    void this.#deps.take({ ...fullMessage, message }).catch(() => undefined);
  }

  /** Baileys' own Signal repository, whose decryption passes by here. */
  readonly repository: SocketConfig["makeSignalRepository"] = (auth, logger, pnToLid) => {
    const inner = DEFAULT_CONNECTION_CONFIG.makeSignalRepository(auth, logger, pnToLid);
    return {
      ...inner,
      decryptMessage: (options) =>
        this.#taking(options.ciphertext, {
          decrypt: () => inner.decryptMessage(options),
          learn: (item, authorJid) => inner.processSenderKeyDistributionMessage({ item, authorJid }),
        }),
      decryptGroupMessage: (options) =>
        this.#taking(options.msg, { decrypt: () => inner.decryptGroupMessage(options), learn: nothing }),
      encryptMessage: async (options) => {
        const encrypted = await inner.encryptMessage(options);
        const lid = await inner.lidMapping.getLIDForPN(options.jid);
        // Baileys keeps a session under the LID as soon as it knows it.
        await this.#keepStep(auth.keys, "session", inner.jidToSignalProtocolAddress(lid ?? options.jid));
        return encrypted;
      },
      encryptGroupMessage: async (options) => {
        const encrypted = await inner.encryptGroupMessage(options);
        const [user = "", device = ""] = inner.jidToSignalProtocolAddress(options.meId).split(".");
        await this.#keepStep(auth.keys, "sender-key", [options.group, user, device].join("::"));
        return encrypted;
      },
    };
  };

  /**
   * Baileys writes which step of a chain it took, of a group's or of one with a single device, only after it has sent
   * the message. Killed in between it would take that step again, and no phone reads two messages of one step: so it is
   * written before.
   */
  async #keepStep(keys: SignalKeyStore, type: "session" | "sender-key", chain: string): Promise<void> {
    const { [chain]: step } = await keys.get(type, [chain]);
    if (step !== undefined) await this.#deps.auth.keys.set({ [type]: { [chain]: step } });
  }

  #taking(ciphertext: Uint8Array, { decrypt, learn }: Reading): Promise<Uint8Array> {
    const stanza = this.#stanzas.get(ciphertext);
    return this.#deps.auth.hold(async () => {
      const padded = await decrypt();
      const read = stanza === undefined ? null : this.#messageOf(stanza, padded);
      if (read === null) return padded;
      // The key of a group comes in a message that can be read once: both are written together, or a crash in between
      // would leave all that follows unreadable. Baileys learns it again, which changes nothing.
      if (read.key !== null) await learn(read.key, read.author);
      await this.#deps.take(read.message);
      return padded;
    });
  }

  /** Null where it is no message, or cannot be read: Baileys will find that out, too. */
  #messageOf(stanza: BinaryNode, padded: Uint8Array): Read | null {
    const { me } = this.#deps.auth.creds;
    if (me === undefined) return null;
    try {
      const { fullMessage, author } = decodeMessageNode(stanza, me.id, me.lid ?? "");
      const decoded = proto.Message.decode(unpadRandomMax16(padded));
      const message = decoded.deviceSentMessage?.message ?? decoded;
      return {
        author,
        key: message.senderKeyDistributionMessage ?? null,
        message: { ...fullMessage, message },
      };
    } catch {
      return null;
    }
  }
}

function nothing(): Promise<void> {
  return Promise.resolve();
}
