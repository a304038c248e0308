/** WhatsApp's messages as Events. Pure: what has to be asked for was asked before. */
import { proto, type WAMessage } from "@whiskeysockets/baileys";
import {
  ChatId,
  type Content,
  type Event,
  NativeId,
  type Person,
  type Target,
  textContent,
} from "../../actors/model/mod.ts";
import { type ContentContext, contentOf, type TextOf } from "./content.ts";
import { decodeStub } from "./decode_stub.ts";
import { eventIdOf } from "./event_ids.ts";
import { personIdOf, personJid } from "./jids.ts";
import { shownName } from "../shared/names.ts";
import { type Identities, mentionedIn } from "./people.ts";
import { contextOf, infoOf, numberOf, PROTOCOL, unwrap } from "./wire.ts";

const { AssociationType } = proto.MessageAssociation;
const { MEDIA_ALBUM } = AssociationType;
/** Pictures and films that are sent twice: first small, then as good as they are. */
const AGAIN: readonly number[] = [
  AssociationType.HD_IMAGE_DUAL_UPLOAD,
  AssociationType.HD_VIDEO_DUAL_UPLOAD,
  AssociationType.HEVC_VIDEO_DUAL_UPLOAD,
];
const UNPIN = proto.Message.PinInChatMessage.Type.UNPIN_FOR_ALL;
const ALBUM_MAX = 200;

/** What is known around a message. */
export interface DecodeContext extends Identities {
  isAdmin(chat: string, jid: string): boolean;
  /** What a vote chose; absent or null where it could not be read, or the message is none. */
  readonly choice?: readonly number[] | null;
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
  const belongs = infoOf(message.message)?.messageAssociation ?? null;
  // The same picture again, in the best quality that its sender has.
  if (AGAIN.includes(belongs?.associationType ?? 0)) return [];
  const around = { head, author, context, participant };
  return changeOf(inner, around) ?? sayingOf(inner, around) ?? said(inner, { ...around, id, belongs });
}

/** Who wrote it, by the name that they gave themselves. */
function authorOf({ pushName }: WAMessage, participant: string, { lidOf }: DecodeContext): Person {
  return { native: personIdOf(participant, lidOf), name: shownName(pushName) };
}

interface Around {
  readonly head: Head;
  readonly author: Person;
  readonly context: DecodeContext;
  readonly participant: string;
}

/** Reactions, edits, deletions and timers: null where it is none of them. */
function changeOf(
  message: proto.IMessage,
  { head, author, context, participant }: Around,
): Event[] | null {
  const { reactionMessage: reaction, protocolMessage: protocol } = message;
  if (reaction) {
    const target = targetOf(reaction.key?.id);
    if (target === null) return [];
    return [{ ...head, type: "reaction", author, target, emoji: reaction.text ? [reaction.text] : [] }];
  }
  if (!protocol) return null;
  if (protocol.type === PROTOCOL.timer) return timerOf(protocol, { head, author, context, participant });
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
  const content = contentOf(edited, around(edited, context, null));
  return content === null ? [] : [{ ...head, type: "edit", author, target, content: asEdited(content) }];
}

/** The file of an edited caption is not sent again; what was a place that moves is where it stayed. */
function asEdited(content: Content): Content {
  if (content.type === "other") return textContent(content.body);
  return content.type === "location" && content.live !== undefined ? { ...content, live: "ended" } : content;
}

function timerOf(
  { ephemeralExpiration }: proto.Message.IProtocolMessage,
  { head, author, context, participant }: Around,
): Event[] {
  const seconds = numberOf(ephemeralExpiration);
  const sane = Number.isSafeInteger(seconds) && seconds >= 0;
  return !sane || context.isMe(personJid(participant)) ? [] : [{ ...head, type: "timer", seconds, author }];
}

/** Votes and pins, which point at a message: null where it is none of them. */
function sayingOf(
  { pollUpdateMessage: vote, pinInChatMessage: pin, liveLocationMessage: live }: proto.IMessage,
  { head, author, context }: Around,
): Event[] | null {
  if (vote) {
    const target = targetOf(vote.pollCreationMessageKey?.id);
    const { choice } = context;
    return target === null || !choice
      ? []
      : [{ ...head, type: "vote", author, target, options: [...choice] }];
  }
  if (pin) {
    const target = targetOf(pin.key?.id);
    return target === null ? [] : [{ ...head, type: "pin", target, pinned: pin.type !== UNPIN, author }];
  }
  // On its way: only where it began and where it ended is told.
  return numberOf(live?.timeOffset) > 0 ? [] : null;
}

interface Saying extends Around {
  readonly id: string;
  readonly belongs: proto.IMessageAssociation | null;
}

function said(
  message: proto.IMessage,
  { head, author, context, id, belongs }: Saying,
): Event[] {
  // By the LID where it is known: a number has no place in what is handed around.
  const key = { remoteJid: head.chat, id, participant: author.native };
  const content = contentOf(message, around(message, context, key));
  if (content === null) return [];
  const replyTo = replyOf(message, head.chat);
  const native = NativeId.parse(id);
  const whole = inAlbum(content, belongs);
  return [{
    ...head,
    type: "message",
    author,
    native,
    content: whole,
    ...(replyTo === null ? {} : { replyTo }),
  }];
}

function around(
  message: proto.IMessage,
  context: DecodeContext,
  key: ContentContext["key"],
): ContentContext {
  return { text: context.text, mentioned: mentionedIn(message, context), key };
}

/** Files of one album name the frame that came before them. */
function inAlbum(content: Content, belongs: proto.IMessageAssociation | null): Content {
  const frame = belongs?.associationType === MEDIA_ALBUM ? belongs.parentMessageKey?.id : null;
  return frame && content.type === "media" ? { ...content, album: frame.slice(0, ALBUM_MAX) } : content;
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
