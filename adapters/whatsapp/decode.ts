/** WhatsApp's messages as Events. Pure: what has to be asked for was asked before. */
import { proto, type WAMessage } from "@whiskeysockets/baileys";
import {
  ChatId,
  type Event,
  NativeId,
  type Person,
  type Target,
  textContent,
} from "../../actors/model/mod.ts";
import { contentOf, type TextOf } from "./content.ts";
import { decodeStub } from "./decode_stub.ts";
import { eventIdOf } from "./event_ids.ts";
import { personIdOf } from "./jids.ts";
import { shownName } from "../shared/names.ts";
import { type Identities, mentionedIn } from "./people.ts";
import { contextOf, numberOf, PROTOCOL, unwrap } from "./wire.ts";

/** What is known around a message. */
export interface DecodeContext extends Identities {
  isAdmin(chat: string, jid: string): boolean;
  readonly text: TextOf;
}

/** What an event begins with. */
interface Head {
  readonly id: string;
  readonly chat: ChatId;
  readonly at: number;
}

/** What a message means, in order; empty for what is none of ours. */
export function decodeMessage(message: WAMessage, context: DecodeContext): Event[] {
  const { key: { remoteJid, id, participant }, messageTimestamp } = message;
  if (!remoteJid || !id) return [];
  if (message.messageStubType) return decodeStub(message, context);
  if (!message.message || !participant) return [];
  const author = authorOf(message, participant, context);
  const chat = ChatId.parse(remoteJid);
  // The author is part of it: who sends somebody else's id again must not keep theirs from being heard.
  const head = {
    id: eventIdOf(id, author.native, chat),
    chat,
    at: numberOf(messageTimestamp) * 1000,
  };
  const { message: inner, viewOnce } = unwrap(message.message);
  if (viewOnce) return [{ ...head, type: "note", note: "view-once", author }];
  return changeOf(inner, { head, author, context, participant }) ??
    said(inner, { head, author, context, id });
}

/** Who wrote it, by the name that they gave themselves. */
function authorOf({ pushName }: WAMessage, participant: string, { lidOf }: DecodeContext): Person {
  return { native: personIdOf(participant, lidOf), name: shownName(pushName) };
}

interface Around {
  readonly head: Head;
  readonly author: Person;
  readonly context: DecodeContext;
}

/** Reactions, edits and deletions: null where it is none of them. */
function changeOf(
  message: proto.IMessage,
  { head, author, context, participant }: Around & { readonly participant: string },
): Event[] | null {
  const { reactionMessage: reaction, protocolMessage: protocol } = message;
  if (reaction) {
    const target = targetOf(reaction.key?.id);
    if (target === null) return [];
    return [{ ...head, type: "reaction", author, target, emoji: reaction.text ? [reaction.text] : [] }];
  }
  if (!protocol) return null;
  const target = targetOf(protocol.key?.id);
  if (target === null) return [];
  if (protocol.type === PROTOCOL.revoke) {
    // Said either way: who was an admin once must not stay one.
    const admin = context.isAdmin(head.chat, participant);
    return [{ ...head, type: "delete", author: { ...author, admin }, target }];
  }
  if (protocol.type !== PROTOCOL.edit || !protocol.editedMessage) return [];
  const { message: edited, viewOnce } = unwrap(protocol.editedMessage);
  if (viewOnce) return [];
  const content = contentOf(edited, { text: context.text, mentioned: mentionedIn(edited, context) });
  if (content === null) return [];
  // The file of an edited caption is not sent again.
  const words = content.type === "other" ? textContent(content.body) : content;
  return [{ ...head, type: "edit", author, target, content: words }];
}

function said(
  message: proto.IMessage,
  { head, author, context, id }: Around & { readonly id: string },
): Event[] {
  const content = contentOf(message, { text: context.text, mentioned: mentionedIn(message, context) });
  if (content === null) return [];
  const replyTo = replyOf(message, head.chat);
  const native = NativeId.parse(id);
  return [{ ...head, type: "message", author, native, content, ...(replyTo === null ? {} : { replyTo }) }];
}

function replyOf(message: proto.IMessage, chat: ChatId): Target | null {
  const { stanzaId, remoteJid } = contextOf(message) ?? {};
  // A "private reply" quotes from another chat.
  return remoteJid && remoteJid !== chat ? null : targetOf(stanzaId);
}

function targetOf(id: string | null | undefined): { native: NativeId } | null {
  const native = NativeId.safeParse(id);
  return native.success ? { native: native.data } : null;
}
