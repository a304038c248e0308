/** Makes one encoded call with grammY. */
import type { ReplyParameters } from "@grammyjs/types";
import type { Api } from "grammy";
import type { Receipt } from "../../actors/model/mod.ts";
import type { Call } from "./encode.ts";
import { failureOf, isUnchanged } from "./failures.ts";
import { nativeOf } from "./native_ids.ts";
import { type CallSignal, callSignal } from "./signal.ts";

/** How a call is made. */
export interface PerformOptions {
  readonly signal: AbortSignal;
  /** Milliseconds since 1970, for receipts of calls that Telegram does not date. */
  now(): number;
}

/** Makes `call` once. @throws {DeliveryFailure} */
export async function perform(api: Api, call: Call, options: PerformOptions): Promise<Receipt> {
  try {
    const made = await dispatch(api, call, callSignal(options.signal));
    return made ?? { ids: [], at: options.now() };
  } catch (error) {
    // A retry of an edit or a title finds its work done.
    if (isUnchanged(error)) return { ids: [], at: options.now() };
    throw failureOf(error, { repeatable: call.method !== "sendMessage" });
  }
}

async function dispatch(api: Api, call: Call, signal: CallSignal): Promise<Receipt | null> {
  switch (call.method) {
    case "sendMessage": {
      const { text, entities } = call.body;
      const sent = await api.sendMessage(call.chat, text, { entities, ...replyOf(call.replyTo) }, signal);
      return { ids: [nativeOf(call.chat, sent.message_id)], at: sent.date * 1000 };
    }
    case "editMessageText": {
      const { text, entities } = call.body;
      await api.editMessageText(call.chat, call.target, text, { entities }, signal);
      return null;
    }
    case "deleteMessage":
      await api.deleteMessage(call.chat, call.target, signal);
      return null;
    case "setMessageReaction":
      await api.setMessageReaction(call.chat, call.target, call.reaction, {}, signal);
      return null;
    case "setChatTitle":
      await api.setChatTitle(call.chat, call.title, signal);
      return null;
    case "leaveChat":
      await api.leaveChat(call.chat, signal);
      return null;
    default:
      return call satisfies never;
  }
}

/** What was replied to may be deleted meanwhile: the answer still has to arrive. */
function replyOf(messageId: number | null): { reply_parameters?: ReplyParameters } {
  if (messageId === null) return {};
  return { reply_parameters: { message_id: messageId, allow_sending_without_reply: true } };
}
