/** Ids as the real messengers make them. What can follow from an op's id does, so that a retry finds it again. */
import { createHash } from "node:crypto";
import { ChatId, NativeId, type OpId } from "../../actors/model/mod.ts";

/** What an id of a message is made from. */
export interface MessageFacts {
  readonly chat: ChatId;
  /** The message's place in its chat, from 0. */
  readonly n: number;
  /** Milliseconds since 1970, later than every earlier message of the chat. */
  readonly at: number;
  /** Who wrote it; null is our own account. */
  readonly from: NativeId | null;
  /** Of our own posts. */
  readonly opId?: OpId;
  /** Which one of several that the op makes, from 0. */
  readonly part?: number;
}

/** How one messenger makes ids. */
export interface NativeIds {
  /** Of a new phone. */
  person(): NativeId;
  /** Of the group that `opId` creates; `attempt` counts from 0, for an id that is taken. */
  chat(opId: OpId, attempt: number): ChatId;
  message(facts: MessageFacts): NativeId;
}

/** The ACI of our own simulated Signal account. */
const OUR_ACI = "5a7d0c1e-4b1f-4c56-9a30-0d5f2b7c9e11";

/** `120363…@g.us`, `…@lid`, and message ids that the sender chooses. */
export const WHATSAPP_IDS: NativeIds = {
  person: () => NativeId.parse(`${randomDigits(15)}@lid`),
  chat: (opId, attempt) => ChatId.parse(`120363${digitsOf(digest("whatsapp", opId, attempt), 12)}@g.us`),
  message: ({ chat, opId, part = 0 }) => {
    const whole = part === 0 ? [] : [part];
    const bytes = opId === undefined
      ? randomBytes(9)
      : digest("message", chat, opId, ...whole).subarray(0, 9);
    return NativeId.parse(`3EB0${bytes.toHex().toUpperCase()}`);
  },
};

/** 32 bytes a group, a UUID a person, author and time a message. */
export const SIGNAL_IDS: NativeIds = {
  person: () => NativeId.parse(crypto.randomUUID()),
  // Url-safe, unlike the real ones: these ids stand in addresses of the sandbox's REST calls.
  chat: (opId, attempt) => ChatId.parse(digest("signal", opId, attempt).toBase64({ alphabet: "base64url" })),
  message: ({ at, from }) => NativeId.parse(`${from ?? OUR_ACI}:${at}`),
};

/** `-100…` a supergroup, digits a person, and a count per chat. */
export const TELEGRAM_IDS: NativeIds = {
  person: () => NativeId.parse(randomDigits(10)),
  chat: (opId, attempt) => ChatId.parse(`-100${digitsOf(digest("telegram", opId, attempt), 12)}`),
  message: ({ n }) => NativeId.parse(String(n + 1)),
};

function digest(...parts: readonly (string | number)[]): Uint8Array {
  return new Uint8Array(createHash("sha256").update(parts.join(" ")).digest());
}

function randomBytes(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count));
}

function randomDigits(count: number): string {
  return digitsOf(randomBytes(16), count);
}

/** `count` decimal digits that do not begin with 0; at most 18 of them come from `bytes`. */
function digitsOf(bytes: Uint8Array, count: number): string {
  const whole = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0);
  const lowest = 10n ** BigInt(count - 1);
  return String(lowest + whole % (9n * lowest));
}
