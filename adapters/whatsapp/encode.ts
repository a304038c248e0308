/** Ops as what Baileys sends. Pure. */
import type { Readable } from "node:stream";
import type {
  AnyMediaMessageContent,
  AnyMessageContent,
  WAMessage,
  WAMessageKey,
} from "@whiskeysockets/baileys";
import type { ChatId, NativeId, NativeOp, RichText } from "../../actors/model/mod.ts";
import { Rejected } from "../../actors/ports/mod.ts";
import { textProblem, titleProblem } from "../shared/limits.ts";
import { WHATSAPP } from "./capabilities.ts";
import { encodeText } from "./marks.ts";
import { addressed } from "./mentions.ts";

/** An op that makes a message. */
export type MessageOp = Extract<NativeOp, { readonly type: "post" | "media" | "edit" | "delete" | "react" }>;

/** Who wrote the message that is meant: a jid, null for us, undefined where nobody knows (any more). */
export type AuthorOfTarget = string | null | undefined;

/** One message to send. */
export interface Outgoing {
  readonly content: AnyMessageContent;
  readonly quoted?: WAMessage;
  /** It changes an earlier message in this way. */
  readonly edit?: "edit" | "deleteOwn" | "deleteAsAdmin";
}

/** @throws {Rejected} `no-target` where the message that is meant cannot be named */
export function encode(
  chat: ChatId,
  op: Exclude<MessageOp, { type: "media" }>,
  author: AuthorOfTarget,
): Outgoing {
  switch (op.type) {
    case "post": {
      // No preview: it would be fetched from here, by an address that anybody can choose.
      const content = { ...said(op.text), linkPreview: null };
      return { content, ...quoting(chat, op, author) };
    }
    case "edit":
      if (author !== null) throw noTarget();
      return { content: { ...said(op.text), edit: keyOf(chat, op.target, null) }, edit: "edit" };
    case "delete":
      if (author === undefined) throw noTarget();
      return {
        content: { delete: keyOf(chat, op.target, author) },
        edit: author === null ? "deleteOwn" : "deleteAsAdmin",
      };
    case "react":
      if (author === undefined) throw noTarget();
      return { content: { react: { text: op.emoji ?? "", key: keyOf(chat, op.target, author) } } };
    default:
      return op satisfies never;
  }
}

/** A file, whose bytes come from `stream`. @throws {Rejected} where its caption is too long */
export function encodeMedia(
  chat: ChatId,
  op: Extract<MessageOp, { type: "media" }>,
  { author, stream }: { readonly author: AuthorOfTarget; readonly stream: Readable },
): Outgoing {
  const caption = op.caption.text === "" ? {} : { caption: typed(op.caption) };
  const file = { stream };
  const mimetype = op.media.mime;
  return { content: { ...contentOf(op, file), mimetype, ...caption }, ...quoting(chat, op, author) };
}

function contentOf(
  { kind, media }: Extract<MessageOp, { type: "media" }>,
  file: { readonly stream: Readable },
): AnyMediaMessageContent {
  switch (kind) {
    case "photo":
      return { image: file };
    case "video":
      return { video: file };
    case "gif":
      return { video: file, gifPlayback: true };
    case "video-note":
      return { video: file, ptv: true };
    case "voice":
      return { audio: file, ptt: true };
    case "audio":
      return { audio: file };
    case "sticker":
      return { sticker: file };
    case "document":
      return { document: file, mimetype: media.mime, fileName: media.name ?? "file" };
    default:
      return kind satisfies never;
  }
}

/** What cannot be quoted (any more) is still worth saying. */
function quoting(
  chat: ChatId,
  { replyTo, ...op }: { readonly replyTo?: NativeId; readonly quoting?: string },
  author: AuthorOfTarget,
): Pick<Outgoing, "quoted"> {
  if (replyTo === undefined || author === undefined) return {};
  return { quoted: { key: keyOf(chat, replyTo, author), message: { conversation: op.quoting ?? "" } } };
}

/** `title`, if WhatsApp takes it. @throws {Rejected} */
export function checkedTitle(title: string): string {
  const problem = titleProblem(title, WHATSAPP);
  if (problem === null) return title;
  throw new Rejected(`Cannot set the title as ${problem}`, title === "" ? "invalid" : "too-large");
}

/** The text, and whose phones it tells that they are meant. */
function said(text: RichText): { text: string; mentions?: string[] } {
  const { rich, mentions } = addressed(text);
  return mentions.length === 0 ? { text: typed(rich) } : { text: typed(rich), mentions };
}

/** The text with its marks. Its limit counts what people read. */
function typed(rich: RichText): string {
  const problem = textProblem(rich.text, WHATSAPP);
  if (problem === null) return encodeText(rich);
  throw new Rejected(`Cannot send the text as ${problem}`, rich.text === "" ? "invalid" : "too-large");
}

function keyOf(chat: ChatId, id: NativeId, author: string | null): WAMessageKey {
  if (author === null) return { remoteJid: chat, id, fromMe: true };
  return { remoteJid: chat, id, fromMe: false, participant: author };
}

function noTarget(): Rejected {
  return new Rejected(
    "Cannot name the message as its author must be known: it is too old or not ours",
    "no-target",
  );
}
