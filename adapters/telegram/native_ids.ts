/**
 * Ids of messages. Telegram counts them anew in every chat, also in the supergroup that a group becomes: so the chat is
 * part of the id, and what was said in another chat can never be mistaken for what is said in this one.
 */
import { type ChatId, NativeId } from "../../actors/model/mod.ts";
import { Rejected } from "../../actors/ports/mod.ts";

/** The native id of a message, as events and receipts carry it: `<message id>@<chat id, base 36>`. */
export function nativeOf(chat: ChatId | number, messageId: number): NativeId {
  return NativeId.parse(`${messageId}@${chatKey(chat)}`);
}

/** The message's number in `chat`. @throws {Rejected} where the id is none, or one of another chat */
export function messageIdOf(chat: ChatId, native: NativeId): number {
  const [, digits = "", key] = /^([1-9]\d*)@([0-9a-z]+)$/.exec(native) ?? [];
  const id = Number(digits);
  if (key === chatKey(chat) && Number.isSafeInteger(id)) return id;
  const why = key === undefined ? "its id must be one of Telegram's" : "it is not in this chat";
  throw new Rejected(`Cannot name the message as ${why}`, "no-target");
}

/** Groups are negative, and there is nothing else that messages are relayed from. */
function chatKey(chat: ChatId | number): string {
  return Math.abs(Number(chat)).toString(36);
}
