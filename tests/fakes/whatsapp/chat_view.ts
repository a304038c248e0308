/** What a phone shows of a chat. */
import type { proto } from "@whiskeysockets/baileys";
import type { Account } from "./accounts.ts";

/** A message as someone sees it. */
export interface SeenMessage {
  readonly id: string;
  /** The name of whoever wrote it. */
  readonly from: string;
  readonly number: string;
  readonly text: string;
  /** The id of the message to which it answers. */
  readonly replyTo: string | null;
  /** Addresses. */
  readonly mentions: readonly string[];
  readonly reactions: readonly { readonly from: string; readonly emoji: string }[];
  readonly edited: boolean;
  readonly deleted: boolean;
  /** After how many seconds it goes; 0: never. */
  readonly expiration: number;
  readonly pinned: boolean;
  /** As it came, without its wrappings. */
  readonly content: proto.IMessage;
  /** What it says beside its words. */
  readonly info: proto.IMessageContextInfo;
  readonly author: Account;
}

/** Something that was written, as it arrives. */
export interface Written {
  readonly id: string;
  readonly author: Account;
  readonly message: proto.IMessage;
  /** Whether whoever wrote it may delete what others wrote. */
  readonly isAdmin: boolean;
}

/** Numbers of `proto.Message.ProtocolMessage.Type`. */
const REVOKE = 0;
const EDIT = 14;
/** Of `proto.Message.PinInChatMessage.Type`. */
const PIN = 1;

interface Row extends SeenMessage {
  readonly given: Map<Account, string>;
}

/** One chat on one phone. */
export class ChatView {
  readonly #rows = new Map<string, Row>();
  readonly #seen = new Set<string>();
  /** Ids that came more than once. */
  repeats = 0;

  get messages(): readonly SeenMessage[] {
    return [...this.#rows.values()];
  }

  /** The message with this id. @throws where there is none. */
  message(id: string): SeenMessage {
    const row = this.#rows.get(id);
    if (row === undefined) throw new Error(`Cannot find a message on the phone: ${id}`);
    return row;
  }

  /** Takes what was written; what came before is counted and changes nothing. */
  take(written: Written): void {
    const key = `${written.author.number} ${written.id}`;
    if (this.#seen.has(key)) {
      this.repeats += 1;
      return;
    }
    const content = unwrapped(written.message);
    if (isEmpty(content)) return;
    this.#seen.add(key);
    const { protocolMessage, reactionMessage, pinInChatMessage } = content;
    if (protocolMessage) return this.#change(written, protocolMessage);
    if (reactionMessage) return this.#react(written, reactionMessage);
    if (pinInChatMessage) return this.#pin(pinInChatMessage);
    // A vote is shown in its poll, and the frame of an album by its files.
    if (content.pollUpdateMessage || content.albumMessage) return;
    this.#rows.set(written.id, rowOf(written, content));
  }

  #change({ author, isAdmin }: Written, { type, key, editedMessage }: proto.Message.IProtocolMessage): void {
    const row = this.#rows.get(key?.id ?? "");
    if (row === undefined) return;
    const own = row.author === author;
    if ((type ?? REVOKE) === REVOKE && (own || isAdmin)) {
      this.#rows.set(row.id, { ...row, deleted: true, text: "" });
    } else if (type === EDIT && own && editedMessage) {
      const content = unwrapped(editedMessage);
      this.#rows.set(row.id, {
        ...row,
        edited: true,
        text: textIn(content),
        mentions: contextIn(content).mentionedJid ?? [],
        content,
      });
    }
  }

  #pin({ key, type }: proto.Message.IPinInChatMessage): void {
    const row = this.#rows.get(key?.id ?? "");
    if (row !== undefined) this.#rows.set(row.id, { ...row, pinned: type === PIN });
  }

  #react({ author }: Written, { key, text }: proto.Message.IReactionMessage): void {
    const row = this.#rows.get(key?.id ?? "");
    if (row === undefined) return;
    if (text) row.given.set(author, text);
    else row.given.delete(author);
    const reactions = [...row.given].map(([account, emoji]) => ({ from: account.name, emoji }));
    this.#rows.set(row.id, { ...row, reactions });
  }
}

/** What is inside the wrappings of a message. */
export function unwrapped(message: proto.IMessage): proto.IMessage {
  const inside = message.deviceSentMessage?.message ?? message.ephemeralMessage?.message ??
    message.viewOnceMessage?.message ?? message.viewOnceMessageV2?.message ??
    message.viewOnceMessageV2Extension?.message ?? message.documentWithCaptionMessage?.message ??
    message.editedMessage?.message ??
    message.associatedChildMessage?.message;
  return inside ? unwrapped(inside) : message;
}

/** The words of a message. */
export function textIn(content: proto.IMessage): string {
  return content.conversation || content.extendedTextMessage?.text || content.imageMessage?.caption ||
    content.videoMessage?.caption || content.documentMessage?.caption ||
    content.pollCreationMessageV3?.name ||
    content.pollCreationMessage?.name || content.locationMessage?.name ||
    content.liveLocationMessage?.caption ||
    content.contactMessage?.displayName || "";
}

/** What a message says about others. */
export function contextIn(content: proto.IMessage): proto.IContextInfo {
  for (const part of Object.values(content)) {
    if (typeof part === "object" && part !== null && "contextInfo" in part && part.contextInfo) {
      return part.contextInfo;
    }
  }
  return {};
}

function rowOf({ id, author, message }: Written, content: proto.IMessage): Row {
  const { stanzaId, mentionedJid, expiration } = contextIn(content);
  return {
    id,
    from: author.name,
    number: author.number,
    text: textIn(content),
    replyTo: stanzaId || null,
    mentions: mentionedJid ?? [],
    reactions: [],
    edited: false,
    deleted: false,
    pinned: false,
    expiration: expiration ?? 0,
    content,
    info: message.messageContextInfo ?? content.messageContextInfo ?? {},
    author,
    given: new Map(),
  };
}

/** Whether it only brings keys. */
function isEmpty(content: proto.IMessage): boolean {
  return Object.entries(content).every(([name, value]) =>
    value === null || value === undefined || name === "senderKeyDistributionMessage" ||
    name === "messageContextInfo"
  );
}
