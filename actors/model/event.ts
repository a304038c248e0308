/** Events: what came in from a messenger, decoded, before anybody has decided what it means for the group. */
import { z } from "zod";
import { Content, MediaRef } from "./content.ts";
import { ChatId, MemberId, MessageId, NativeId } from "./ids.ts";

/** Who did it, as the messenger shows them. `native` is stable; `name` is what people there read, or empty. */
export const Person = z.object({
  native: NativeId,
  name: z.string().max(200),
  admin: z.boolean().optional(),
});
export type Person = z.infer<typeof Person>;

/** Which message is meant: by the messenger's own id, or (from the web) by ours. */
export const Target = z.union([z.object({ native: NativeId }), z.object({ message: MessageId })]);
export type Target = z.infer<typeof Target>;

const head = {
  /** Unique per account and stable across redelivery: the key of ingress dedupe. */
  id: z.string().min(1).max(200),
  chat: ChatId,
  /** Milliseconds since 1970 by the messenger's clock. */
  at: z.number(),
};

export const Event = z.discriminatedUnion("type", [
  z.object({
    ...head,
    type: z.literal("message"),
    author: Person,
    /** Absent where our own id becomes the native one (web). */
    native: NativeId.optional(),
    content: Content,
    replyTo: Target.optional(),
    /** An echo of our own account: matched to receipts, never relayed. */
    own: z.boolean().optional(),
  }),
  z.object({
    ...head,
    type: z.literal("edit"),
    author: Person,
    target: Target,
    content: Content,
    /** The id that the edited message has from now on, where editing makes a new one (Signal). */
    alias: NativeId.optional(),
  }),
  z.object({
    ...head,
    type: z.literal("delete"),
    /** Who took it away; absent where the messenger tells only that it is gone (Telegram). */
    author: Person.optional(),
    target: Target,
    /** It disappeared by itself, as was agreed: no words where it cannot be taken away. */
    quiet: z.boolean().optional(),
  }),
  /** `emoji` is the author's whole set after the change: empty means that they took their reaction back. */
  z.object({
    ...head,
    type: z.literal("reaction"),
    author: Person,
    target: Target,
    emoji: z.array(z.string()),
  }),
  z.object({ ...head, type: z.literal("join"), person: Person }),
  z.object({ ...head, type: z.literal("leave"), person: Person }),
  z.object({ ...head, type: z.literal("title"), title: z.string(), author: Person.optional() }),
  /** `options` is the author's whole choice after the change, by place in the poll: empty takes it back. */
  z.object({
    ...head,
    type: z.literal("vote"),
    author: Person,
    target: Target,
    options: z.array(z.number().int().nonnegative()),
  }),
  z.object({ ...head, type: z.literal("poll-closed"), author: Person.optional(), target: Target }),
  z.object({ ...head, type: z.literal("description"), text: z.string(), author: Person.optional() }),
  /** `null`: it was taken away. */
  z.object({ ...head, type: z.literal("icon"), media: MediaRef.nullable(), author: Person.optional() }),
  /** After how many seconds messages disappear from now on; 0: never. */
  z.object({
    ...head,
    type: z.literal("timer"),
    seconds: z.number().int().nonnegative(),
    author: Person.optional(),
  }),
  z.object({
    ...head,
    type: z.literal("pin"),
    target: Target,
    pinned: z.boolean(),
    author: Person.optional(),
  }),
  /** Something that is told about, not relayed. */
  z.object({
    ...head,
    type: z.literal("note"),
    note: z.enum(["view-once", "unreadable", "missed"]),
    author: Person.optional(),
  }),
  /** Our account was brought into a chat by `adoptLink(token)`; `ready` says that it may do all it needs there. */
  z.object({ ...head, type: z.literal("adopted"), token: z.string(), ready: z.boolean() }),
  /** What our account may do in the chat has changed. */
  z.object({ ...head, type: z.literal("rights"), ready: z.boolean() }),
  /** Our account was removed, or the chat is gone. `reason` is a key of the locale files. */
  z.object({ ...head, type: z.literal("chat-gone"), reason: z.string() }),
  /** The chat goes on under another id (Telegram: group to supergroup). */
  z.object({ ...head, type: z.literal("chat-moved"), to: ChatId }),
]);
export type Event = z.infer<typeof Event>;

/** What somebody in the browser did, by member and message id. */
export const WebAction = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("message"),
    member: MemberId,
    content: Content,
    replyTo: MessageId.optional(),
  }),
  z.object({ type: z.literal("edit"), member: MemberId, target: MessageId, content: Content }),
  z.object({ type: z.literal("delete"), member: MemberId, target: MessageId }),
  z.object({ type: z.literal("reaction"), member: MemberId, target: MessageId, emoji: z.array(z.string()) }),
  z.object({
    type: z.literal("vote"),
    member: MemberId,
    target: MessageId,
    options: z.array(z.number().int().nonnegative()),
  }),
  z.object({ type: z.literal("close-poll"), member: MemberId, target: MessageId }),
]);
export type WebAction = z.infer<typeof WebAction>;
