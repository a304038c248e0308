/** Makes one encoded call with grammY. */
import type { ReplyParameters } from "@grammyjs/types";
import type { ChatId, Receipt } from "../../actors/model/mod.ts";
import type { SendOptions } from "../../actors/ports/mod.ts";
import { type Call, type ChangeCall, isNew, type NewCall } from "./calls.ts";
import { failureOf, isUnchanged } from "./failures.ts";
import { nativeOf } from "./native_ids.ts";
import { type Making, sendAlbum, sendFile, type Sent } from "./send_files.ts";
import { callSignal } from "./signal.ts";
import type { BotApis } from "./transport.ts";
import { Uploads } from "./uploads.ts";

/** How a call is made. */
export interface PerformOptions {
  readonly signal: AbortSignal;
  /** Opens the files of the call. */
  readonly media?: SendOptions["media"];
  /** Milliseconds since 1970, for receipts of calls that Telegram does not date. */
  now(): number;
}

/** What came of a call. */
export interface Performed {
  readonly receipt: Receipt;
  /** Telegram's name of the poll that was made: votes in it come under this alone. */
  readonly poll: string | null;
}

/** Makes `call` once. @throws {DeliveryFailure} */
export async function perform(apis: BotApis, call: Call, options: PerformOptions): Promise<Performed> {
  const { media, now } = options;
  const uploads = new Uploads(media);
  const making = { ...apis, uploads, signal: callSignal(options.signal) };
  const nothing = { receipt: { ids: [], at: now() }, poll: null };
  try {
    if (isNew(call)) return performed(call.chat, await make(call, making));
    await change(call, making);
    return nothing;
  } catch (error) {
    // A retry of an edit or a title finds its work done.
    if (isUnchanged(error)) return nothing;
    throw failureOf(error, { repeatable: !isNew(call) });
  } finally {
    uploads.end();
  }
}

function performed(chat: ChatId, sent: readonly Sent[]): Performed {
  const ids = sent.map(({ message_id: id }) => nativeOf(chat, id));
  const [first] = sent;
  return { receipt: { ids, at: (first?.date ?? 0) * 1000 }, poll: first?.poll?.id ?? null };
}

async function make(call: NewCall, { api, uploads, uploading, signal }: Making): Promise<readonly Sent[]> {
  const { chat } = call;
  const reply = replyOf(call);
  switch (call.method) {
    case "sendMessage": {
      const { text, entities } = call.body;
      const quiet = call.quiet ? { disable_notification: true } : {};
      return [await api.sendMessage(chat, text, { entities, ...quiet, ...reply }, signal)];
    }
    case "sendFile":
      return [await sendFile({ chat, file: call.file, reply }, { api: uploading, uploads, signal })];
    case "sendMediaGroup":
      return await sendAlbum({ chat, files: call.files, reply }, { api: uploading, uploads, signal });
    case "sendLocation":
      return [await api.sendLocation(chat, call.latitude, call.longitude, reply, signal)];
    case "sendVenue": {
      const { latitude, longitude, title, address } = call;
      return [await api.sendVenue(chat, latitude, longitude, title, address, reply, signal)];
    }
    case "sendContact": {
      const card = call.vcard === null ? {} : { vcard: call.vcard };
      return [await api.sendContact(chat, call.phone, call.name, { ...card, ...reply }, signal)];
    }
    case "sendPoll": {
      const options = call.options.map((text) => ({ text }));
      // Anonymous is the default, and then nobody hears who voted for what.
      const how = { is_anonymous: false, allows_multiple_answers: call.multiple };
      return [await api.sendPoll(chat, call.question, options, { ...how, ...reply }, signal)];
    }
    default:
      return call satisfies never;
  }
}

async function change(call: ChangeCall, { api, uploads, uploading, signal }: Making): Promise<void> {
  const { chat } = call;
  switch (call.method) {
    case "stopPoll":
      return void await api.stopPoll(chat, call.target, {}, signal);
    case "editMessageText": {
      const { text, entities } = call.body;
      return void await api.editMessageText(chat, call.target, text, { entities }, signal);
    }
    case "editMessageCaption": {
      const { text: caption, entities: caption_entities } = call.body;
      return void await api.editMessageCaption(chat, call.target, { caption, caption_entities }, signal);
    }
    case "deleteMessage":
      return void await api.deleteMessage(chat, call.target, signal);
    case "setMessageReaction":
      return void await api.setMessageReaction(chat, call.target, call.reaction, {}, signal);
    case "setChatTitle":
      return void await api.setChatTitle(chat, call.title, signal);
    case "setChatDescription":
      return void await api.setChatDescription(chat, call.description, signal);
    case "setChatPhoto": {
      const photo = uploads.file(call.media, { kind: "photo", name: "picture.jpg" });
      return void await uploading.setChatPhoto(chat, photo, signal);
    }
    case "deleteChatPhoto":
      return void await api.deleteChatPhoto(chat, signal);
    case "leaveChat":
      return void await api.leaveChat(chat, signal);
    default:
      return call satisfies never;
  }
}

/** What was replied to may be deleted meanwhile: the answer still has to arrive. */
function replyOf({ replyTo }: NewCall): { reply_parameters?: ReplyParameters } {
  if (replyTo === null) return {};
  return { reply_parameters: { message_id: replyTo, allow_sending_without_reply: true } };
}
