/** Signal's messages as Events. Pure: what has to be asked for was asked before. */
import { ChatId, type Event, NativeId, type Person } from "../../actors/model/mod.ts";
import { contentsOf, type TextOf } from "./content.ts";
import { messageId, parseMessageId } from "./ids.ts";
import type { DataMessage, Said } from "./wire.ts";

/** What is known around a message. */
export interface DecodeContext {
  /** Our own ACI. */
  readonly me: string;
  readonly author: Person;
  readonly chat: ChatId;
  /** The first id of the message that is meant; of those that were edited. */
  first(id: NativeId): NativeId;
  /** The ids of all files of a message. */
  files(id: NativeId): readonly NativeId[];
  readonly text: TextOf;
}

/** What an event begins with. */
interface Head {
  readonly id: string;
  readonly chat: ChatId;
  readonly at: number;
}

/** The id of what somebody did at a time. */
export function eventId(author: string, timestamp: number, chat: ChatId, more = ""): string {
  return `${author}:${timestamp}:${chat}${more}`;
}

/** What a message means, in order; empty for what is none of ours. */
export function decodeSaid({ data, edits }: Said, context: DecodeContext): Event[] {
  const { author, chat } = context;
  const at = data.timestamp;
  const head: Head = { id: eventId(author.native, at, chat), chat, at };
  if (edits !== null) return edited(data, { head, context, target: own(context, edits) });
  return about(data, head, context) ?? said(data, head, context);
}

/** What is about a message that was there before; null where it is a message of its own. */
function about(data: DataMessage, head: Head, context: DecodeContext): Event[] | null {
  const { author, first } = context;
  const { reaction, remoteDelete, adminDelete, pollVote, pollTerminate, pinMessage, unpinMessage } = data;
  if (reaction) {
    const target = meant(reaction.targetAuthorUuid, reaction.targetSentTimestamp, first);
    const emoji = reaction.isRemove || reaction.emoji === "" ? [] : [reaction.emoji];
    return target === null ? [] : [{ ...head, type: "reaction", author, target: { native: target }, emoji }];
  }
  if (remoteDelete) return deleted(own(context, remoteDelete.timestamp), head, context);
  if (adminDelete) {
    const target = meant(adminDelete.targetAuthorUuid, adminDelete.targetSentTimestamp, first);
    return target === null ? [] : deleted(target, head, context);
  }
  if (pollVote) {
    const target = meant(pollVote.authorUuid, pollVote.targetSentTimestamp, first);
    const options = [...new Set(pollVote.optionIndexes)].filter((index) =>
      Number.isInteger(index) && index >= 0
    );
    return target === null ? [] : [{ ...head, type: "vote", author, target: { native: target }, options }];
  }
  if (pollTerminate) {
    // Only whoever made a poll can end it.
    const target = { native: own(context, pollTerminate.targetSentTimestamp) };
    return [{ ...head, type: "poll-closed", author, target }];
  }
  const pin = pinMessage ?? unpinMessage;
  if (!pin) return null;
  const target = meant(pin.targetAuthorUuid, pin.targetSentTimestamp, first);
  const pinned = Boolean(pinMessage);
  return target === null ? [] : [{ ...head, type: "pin", author, target: { native: target }, pinned }];
}

/** Whoever edits or takes back means a message of their own. */
function own({ author, first }: DecodeContext, timestamp: number): NativeId {
  return first(messageId({ author: author.native, timestamp }));
}

function meant(
  author: string | null | undefined,
  timestamp: number,
  first: DecodeContext["first"],
): NativeId | null {
  return author ? first(messageId({ author, timestamp })) : null;
}

function edited(
  data: DataMessage,
  { head, context, target }: {
    readonly head: Head;
    readonly context: DecodeContext;
    readonly target: NativeId;
  },
): Event[] {
  // Its files are still those of the album that the message was.
  const timestamp = parseMessageId(target)?.timestamp ?? data.timestamp;
  const [content] = contentsOf({ ...data, timestamp }, context);
  if (content === undefined || data.viewOnce) return [];
  const { author } = context;
  const alias = messageId({ author: author.native, timestamp: data.timestamp });
  return [{ ...head, type: "edit", author, target: { native: target }, content, alias }];
}

/** With all its files. */
function deleted(target: NativeId, head: Head, { author, files }: DecodeContext): Event[] {
  return files(target).map((native, index) => ({
    ...head,
    id: index === 0 ? head.id : `${head.id}:${index}`,
    type: "delete" as const,
    author,
    target: { native },
  }));
}

function said(data: DataMessage, head: Head, context: DecodeContext): Event[] {
  const { author, first } = context;
  if (data.viewOnce) return [{ ...head, type: "note", note: "view-once", author }];
  const quoted = data.quote ? meant(data.quote.authorUuid, data.quote.id, first) : null;
  return contentsOf(data, context).map((content, index) => ({
    ...head,
    id: index === 0 ? head.id : `${head.id}:${index}`,
    type: "message" as const,
    author,
    native: messageId({ author: author.native, timestamp: data.timestamp }, index),
    content,
    ...(quoted === null || index > 0 ? {} : { replyTo: { native: quoted } }),
  }));
}
