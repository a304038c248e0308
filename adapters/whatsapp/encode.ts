import type { AnyMessageContent, WAMessage } from "@whiskeysockets/baileys";
import type { ChatId, NativeOp } from "../../actors/model/mod.ts";
export interface Outgoing { content: AnyMessageContent; quoted?: WAMessage; edit?: "edit" | "deleteOwn" | "deleteAsAdmin" }
export function encode(chat: ChatId, op: Exclude<NativeOp, { type: "title" | "leave" }>, author: string | null | undefined): Outgoing {
  if (op.type === "post") {
    return { content: { text: op.text.text, linkPreview: null }, ...(op.replyTo && author !== undefined ? { quoted: { key: { remoteJid: chat, id: op.replyTo, fromMe: author === null, participant: author ?? undefined }, message: { conversation: "" } } as WAMessage } : {}) };
  }
  const key = { remoteJid: chat, id: op.target, fromMe: author === null, participant: author ?? undefined };
  if (op.type === "edit") return { content: { text: op.text.text, edit: key }, edit: "edit" };
  if (op.type === "delete") return { content: { delete: key }, edit: author === null ? "deleteOwn" : "deleteAsAdmin" };
  return { content: { react: { text: op.emoji ?? "", key } } };
}
