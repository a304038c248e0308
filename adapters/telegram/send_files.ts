/** Files and albums by grammY, each kind by the call that makes it one there. */
import type { MessageEntity, ReplyParameters } from "@grammyjs/types";
import type { InputFile } from "grammy";
import type { ChatId } from "../../actors/model/mod.ts";
import { Rejected } from "../../actors/ports/mod.ts";
import type { CallFile } from "./calls.ts";
import type { CallSignal } from "./signal.ts";
import type { BotApis } from "./transport.ts";
import type { Uploads } from "./uploads.ts";

/** What messages are made with. */
export interface Making extends BotApis {
  readonly uploads: Uploads;
  readonly signal: CallSignal;
}

type Sending = Pick<Making, "api" | "uploads" | "signal">;

/** What we read of a message that was made. */
export interface Sent {
  readonly message_id: number;
  /** Seconds since 1970. */
  readonly date: number;
  readonly poll?: { readonly id: string };
}

interface Where {
  readonly chat: ChatId;
  readonly reply: { readonly reply_parameters?: ReplyParameters };
}

/** Sends one file. */
export async function sendFile(
  { chat, file, reply }: Where & { readonly file: CallFile },
  { api, uploads, signal }: Sending,
): Promise<Sent> {
  const { kind, media } = file;
  const input = uploads.file(media, file);
  const words = { ...captionOf(file), ...reply };
  const timed = { ...durationOf(file), ...words };
  switch (kind) {
    case "photo":
      return await api.sendPhoto(chat, input, words, signal);
    case "video":
      return await api.sendVideo(chat, input, { supports_streaming: true, ...timed }, signal);
    case "gif":
      return await api.sendAnimation(chat, input, timed, signal);
    case "voice":
      return await api.sendVoice(chat, input, timed, signal);
    case "audio":
      return await api.sendAudio(chat, input, timed, signal);
    case "document":
      // Else a short film or a sound in a document would become one.
      return await api.sendDocument(chat, input, { disable_content_type_detection: true, ...words }, signal);
    case "sticker":
      return await api.sendSticker(chat, input, { ...emojiOf(file), ...reply }, signal);
    case "video-note":
      return await api.sendVideoNote(chat, input, { ...durationOf(file), ...reply }, signal);
    default:
      return kind satisfies never;
  }
}

/** Sends files as one album. Of what stands apart, all are of one kind. */
export async function sendAlbum(
  { chat, files, reply }: Where & { readonly files: readonly CallFile[] },
  { api, uploads, signal }: Sending,
): Promise<readonly Sent[]> {
  const items = files.map((file) => ({ file, media: uploads.file(file.media, file) }));
  switch (files[0]?.kind) {
    case "audio":
      return await api.sendMediaGroup(chat, items.map(audioItem), reply, signal);
    case "document":
      return await api.sendMediaGroup(chat, items.map(documentItem), reply, signal);
    default:
      return await api.sendMediaGroup(chat, items.map(visualItem), reply, signal);
  }
}

interface Item {
  readonly file: CallFile;
  readonly media: InputFile;
}

function audioItem({ file, media }: Item): { type: "audio"; media: InputFile } {
  return { type: "audio", media, ...durationOf(file), ...captionOf(file) };
}

function documentItem({ file, media }: Item): { type: "document"; media: InputFile } {
  return { type: "document", media, ...captionOf(file) };
}

function visualItem(
  { file, media }: Item,
): { type: "photo" | "video"; media: InputFile; supports_streaming?: boolean } {
  if (file.kind === "photo") return { type: "photo", media, ...captionOf(file) };
  if (file.kind !== "video") {
    throw new Rejected(`Cannot send a ${file.kind} in an album as it must be a photo or a video`, "invalid");
  }
  return { type: "video", media, supports_streaming: true, ...durationOf(file), ...captionOf(file) };
}

function captionOf({ caption: { text, entities } }: CallFile): {
  caption?: string;
  caption_entities?: MessageEntity[];
} {
  return text === "" ? {} : { caption: text, caption_entities: entities };
}

/** In whole seconds; without it Telegram shows none for some formats. */
function durationOf({ media: { durationMs } }: CallFile): { duration?: number } {
  return durationMs === undefined ? {} : { duration: Math.round(durationMs / 1000) };
}

function emojiOf({ media: { emoji } }: CallFile): { emoji?: string } {
  return emoji === undefined ? {} : { emoji };
}
