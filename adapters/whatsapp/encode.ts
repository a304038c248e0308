/** Ops as what Baileys sends. Pure: files are uploaded already. */
import type { AnyMessageContent, proto, WAMessage, WAMessageKey } from "@whiskeysockets/baileys";
import type { ChatId, NativeId, NativeOp, RichText } from "../../actors/model/mod.ts";
import { Rejected } from "../../actors/ports/mod.ts";
import { textProblem, titleProblem } from "../shared/limits.ts";
import { writeVcard } from "../shared/vcard.ts";
import { WHATSAPP } from "./capabilities.ts";
import { encodeText } from "./marks.ts";
import { addressed } from "./mentions.ts";
import { encodePoll } from "./poll_messages.ts";
import { PROTOCOL } from "./wire.ts";

/** An op that makes one message, or changes one, and has no file. */
export type WordsOp = Extract<
  NativeOp,
  { readonly type: "post" | "location" | "contact" | "poll" | "edit" | "delete" | "react" }
>;
/** An op that makes messages, or changes one. */
export type MessageOp = WordsOp | Extract<NativeOp, { readonly type: "media" | "album" }>;

/** Who wrote the message that is meant: a jid, null for us, undefined where nobody knows (any more). */
export type AuthorOfTarget = string | null | undefined;

/** What is known of the message that is meant. */
export interface TargetOf {
  readonly author: AuthorOfTarget;
  /** As we sent it. */
  readonly sent?: proto.IMessage;
  /** When it is changed, ms. */
  readonly at: number;
}

/** One message to send: what Baileys makes a message of, or the message itself. */
export interface Outgoing {
  readonly content: AnyMessageContent | { readonly message: proto.IMessage };
  readonly quoted?: WAMessage;
  /** It changes an earlier message in this way. */
  readonly edit?: "edit" | "deleteOwn" | "deleteAsAdmin";
}

/** @throws {Rejected} `no-target` where the message that is meant cannot be named */
export function encode(chat: ChatId, op: WordsOp, { author, sent, at }: TargetOf): Outgoing {
  switch (op.type) {
    case "post": {
      // No preview: it would be fetched from here, by an address that anybody can choose.
      const content = { ...said(op.text), linkPreview: null };
      return { content, ...quoting(chat, op, author) };
    }
    case "location":
    case "contact":
    case "poll":
      return { content: { message: thing(op) }, ...quoting(chat, op, author) };
    case "edit":
      if (author !== null) throw noTarget();
      if (op.caption === true) {
        return { content: { message: recaptioned(chat, op, { sent, at }) }, edit: "edit" };
      }
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

function thing(op: Extract<WordsOp, { type: "location" | "contact" | "poll" }>): proto.IMessage {
  switch (op.type) {
    case "location":
      return {
        locationMessage: {
          degreesLatitude: op.latitude,
          degreesLongitude: op.longitude,
          ...(op.label === undefined ? {} : { name: op.label }),
          ...(op.address === undefined ? {} : { address: op.address }),
        },
      };
    case "contact":
      return { contactMessage: { displayName: op.name, vcard: writeVcard(op) } };
    case "poll":
      return encodePoll(op);
    default:
      return op satisfies never;
  }
}

/** The file goes with its new words, as phones send it. */
function recaptioned(
  chat: ChatId,
  { target, text }: Extract<WordsOp, { type: "edit" }>,
  { sent, at }: { readonly sent: proto.IMessage | undefined; readonly at: number },
): proto.IMessage {
  const words = captionOf(text);
  const { imageMessage, videoMessage, documentWithCaptionMessage, documentMessage } = sent ?? {};
  const document = documentWithCaptionMessage?.message?.documentMessage ?? documentMessage;
  const edited: proto.IMessage | null = imageMessage
    ? { imageMessage: { ...imageMessage, ...words } }
    : videoMessage
    ? { videoMessage: { ...videoMessage, ...words } }
    : document
    ? { documentWithCaptionMessage: { message: { documentMessage: { ...document, ...words } } } }
    : null;
  if (edited === null) throw noTarget();
  const key = keyOf(chat, target, null);
  return {
    protocolMessage: { key, type: PROTOCOL.edit, editedMessage: edited, timestampMs: at },
  };
}

/** The words under a file, and whose phones they tell. @throws {Rejected} where they are too long */
export function captionOf(caption: RichText): Pick<proto.Message.IImageMessage, "caption" | "contextInfo"> {
  if (caption.text === "") return { caption: "" };
  const { text, mentions } = said(caption);
  return { caption: text, ...(mentions === undefined ? {} : { contextInfo: { mentionedJid: mentions } }) };
}

/** What cannot be quoted (any more) is still worth saying. */
export function quoting(
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

/** What WhatsApp calls a message. */
export function keyOf(chat: ChatId, id: string, author: string | null): WAMessageKey {
  if (author === null) return { remoteJid: chat, id, fromMe: true };
  return { remoteJid: chat, id, fromMe: false, participant: author };
}

function noTarget(): Rejected {
  return new Rejected(
    "Cannot name the message as its author must be known: it is too old or not ours",
    "no-target",
  );
}
