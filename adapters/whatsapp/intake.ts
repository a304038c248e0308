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
    if (!Array.isArray(stanza.content)) return;
    for (const { tag, content } of stanza.content) {
      if (tag === "enc" && content instanceof Uint8Array) this.#stanzas.set(content, stanza);
    }
  }

  /** Baileys' own Signal repository, whose decryption passes by here. */
  readonly repository: SocketConfig["makeSignalRepository"] = (auth, logger, pnToLid) => {
    const inner = DEFAULT_CONNECTION_CONFIG.makeSignalRepository(auth, logger, pnToLid);
    return {
      ...inner,
      decryptMessage: (options) => this.#taking(options.ciphertext, () => inner.decryptMessage(options)),
      decryptGroupMessage: (options) => this.#taking(options.msg, () => inner.decryptGroupMessage(options)),
    };
  };

  #taking(ciphertext: Uint8Array, decrypt: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const stanza = this.#stanzas.get(ciphertext);
    return this.#deps.auth.hold(async () => {
      const padded = await decrypt();
      const message = stanza === undefined ? null : this.#messageOf(stanza, padded);
      if (message !== null) await this.#deps.take(message);
      return padded;
    });
  }

  /** Null where it is no message, or cannot be read: Baileys will find that out, too. */
  #messageOf(stanza: BinaryNode, padded: Uint8Array): WAMessage | null {
    const { me } = this.#deps.auth.creds;
    if (me === undefined) return null;
    try {
      const { fullMessage } = decodeMessageNode(stanza, me.id, me.lid ?? "");
      const read = proto.Message.decode(unpadRandomMax16(padded));
      return { ...fullMessage, message: read.deviceSentMessage?.message ?? read };
    } catch {
      return null;
    }
  }
}
