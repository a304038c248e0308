/**
 * Identifiers. Every id is a branded string: opaque to whoever did not make it.
 * Native ids are made and read by their adapter only.
 */
import { z } from "zod";

/** Which network: `whatsapp`, `signal`, `telegram`, `web`, or any other that an adapter declares. */
export const Messenger = z.string().regex(/^[a-z][a-z0-9-]{0,19}$/).brand<"Messenger">();
export type Messenger = z.infer<typeof Messenger>;

/** One logged-in identity of ours on a messenger. */
export const AccountId = z.string().min(1).max(64).brand<"AccountId">();
export type AccountId = z.infer<typeof AccountId>;

/** What people share across messengers. `g_` and 128 random bits. */
export const GroupId = z.string().regex(/^g_[A-Za-z0-9_-]{22}$/).brand<"GroupId">();
export type GroupId = z.infer<typeof GroupId>;

/** A person in one group, as a keyed hash: the same person has another id in another group. */
export const MemberId = z.string().regex(/^m_[A-Za-z0-9_-]{16}$/).brand<"MemberId">();
export type MemberId = z.infer<typeof MemberId>;

/** A person who signed up: the owner of groups. */
export const UserId = z.string().min(1).max(64).brand<"UserId">();
export type UserId = z.infer<typeof UserId>;

/** A native chat of one account, as its adapter writes it. */
export const ChatId = z.string().min(1).max(512).brand<"ChatId">();
export type ChatId = z.infer<typeof ChatId>;

/** A native message (or person, or file), as its adapter writes it. Opaque: only adapters look inside. */
export const NativeId = z.string().min(1).max(512).brand<"NativeId">();
export type NativeId = z.infer<typeof NativeId>;

/** A message of a group: its place in the order of all accepted mail, base 36, 11 digits, sorts as text. */
export const MessageId = z.string().regex(/^[0-9a-z]{11}$/).brand<"MessageId">();
export type MessageId = z.infer<typeof MessageId>;

/** The same across retries of one outgoing op part; an adapter may turn it into the native id. */
export const OpId = z.string().min(1).max(64).brand<"OpId">();
export type OpId = z.infer<typeof OpId>;

/** `epoch * 2^32 + n`: strictly increasing across restarts, without reading the tail. */
export type Seq = number;

/** How many ids one session can hand out before its epoch would overflow into the next. */
export const SEQS_PER_EPOCH = 2 ** 32;

/** The message id of the mail accepted at `seq`. */
export function messageIdOf(seq: Seq): MessageId {
  return seq.toString(36).padStart(11, "0") as MessageId;
}

/** What one part of an outgoing item is called, the same at every try. */
export function opIdOf(seq: Seq, part: number): OpId {
  return `${seq.toString(36)}.${part}` as OpId;
}

/** The order number inside a message id. */
export function seqOf(message: MessageId): Seq {
  return parseInt(message, 36);
}

/** A new random group id; `bytes` are 16 random bytes. */
export function groupIdOf(bytes: Uint8Array): GroupId {
  return `g_${base64Url(bytes)}` as GroupId;
}

/** Base64 without padding, safe in addresses. */
export function base64Url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}
