import type { BaileysEventMap, GroupMetadata, WAMessage } from "@whiskeysockets/baileys";
import { ChatId, type Event, NativeId, textContent, plain } from "../../actors/model/mod.ts";
import { personIdOf } from "./jids.ts";
export interface DecodeContext { me: { isMe(jid: string): boolean }; lidOf(pn: string): string | null; nameOf(jid: string): string; isAdmin(chat: string, jid: string): boolean; sentByUs(id: string): boolean; text(key: string, values?: Readonly<Record<string, string>>): string; now(): number }
export function decodeMessage(m: WAMessage, c: DecodeContext): Event[] {
  const text = m.message?.conversation ?? m.message?.extendedTextMessage?.text;
  const { remoteJid, id, participant } = m.key;
  if (!text || !remoteJid || !id || !participant) return [];
  const person = personIdOf(participant, (x) => c.lidOf(x));
  const re = m.message?.extendedTextMessage?.contextInfo?.stanzaId;
  return [{ type: "message", id: `${remoteJid}:${person}:${id}`, chat: ChatId.parse(remoteJid), at: Number(m.messageTimestamp) * 1000, author: { native: person, name: m.pushName ?? "" }, native: NativeId.parse(id), content: textContent(plain(text)), ...(re ? { replyTo: { native: NativeId.parse(re) } } : {}) }];
}
export function decodeParticipants(_u: BaileysEventMap["group-participants.update"], _c: DecodeContext): Event[] { return []; }
export function decodeGroupUpdate(_u: Partial<GroupMetadata>, _c: DecodeContext): Event[] { return []; }
