/**
 * Ops: what goes out. `Op` is what the Group tells a Lane, in the group's own words and ids;
 * `NativeOp` is what the Lane hands to an adapter after lowering: exactly one thing that the messenger can do.
 */
import { z } from "zod";
import { Content, MediaKind, MediaRef } from "./content.ts";
import { MemberId, MessageId, Messenger, NativeId } from "./ids.ts";
import { RichText } from "./text.ts";

/** Whose words these are: a display name and where they come from. Never a number, never a profile. */
export const Attribution = z.object({ name: z.string(), messenger: Messenger });
export type Attribution = z.infer<typeof Attribution>;

/** The message that is replied to, with enough of it for a one-line quote where no native quote is possible. */
export const Quote = z.object({ message: MessageId, name: z.string(), excerpt: z.string() });
export type Quote = z.infer<typeof Quote>;

/** A member whom a text means, where they are. Never shown: it is how their messenger tells them. */
export const Ping = z.object({ member: MemberId, messenger: Messenger, native: NativeId });
export type Ping = z.infer<typeof Ping>;

export const Op = z.discriminatedUnion("type", [
  /** Make the native group and its invite link. */
  z.object({ type: z.literal("create"), title: z.string() }),
  /** Title and invite link for a chat that a person brought our account into. */
  z.object({ type: z.literal("setup"), title: z.string() }),
  z.object({ type: z.literal("title"), title: z.string() }),
  /** End the old invite link and make a new one. */
  z.object({ type: z.literal("rotate") }),
  z.object({ type: z.literal("leave") }),
  z.object({
    type: z.literal("post"),
    message: MessageId,
    author: Attribution,
    content: Content,
    replyTo: Quote.optional(),
    pings: z.array(Ping).optional(),
    /** It was made on this bridge: our own copy, where what people do with theirs is not seen. */
    mirror: z.boolean().optional(),
  }),
  z.object({
    type: z.literal("edit"),
    message: MessageId,
    author: Attribution,
    content: Content,
    pings: z.array(Ping).optional(),
    /** As in the post: where it says what it answers, it goes on doing so. */
    replyTo: Quote.optional(),
    /** Who reacted elsewhere, in words: the last line of the message. */
    tally: z.string().optional(),
    /** Not news: no words where it cannot be changed any more. */
    quiet: z.boolean().optional(),
  }),
  z.object({
    type: z.literal("delete"),
    message: MessageId,
    author: Attribution,
    /** Not news: no words where it cannot be taken away. */
    quiet: z.boolean().optional(),
    /** It disappears after so many seconds, where the messenger's own timer is that short by itself. */
    after: z.number().optional(),
  }),
  z.object({
    type: z.literal("react"),
    message: MessageId,
    author: Attribution,
    emoji: z.string().nullable(),
    excerpt: z.string(),
    /** Not news (somebody's older reaction shows again): never put into words where it cannot be shown. */
    quiet: z.boolean().optional(),
    /** A tally below our copy says it: no words where that can be edited. */
    tallied: z.boolean().optional(),
  }),
  /** A line from Plenum itself; `key` names a text of the locale files. */
  z.object({
    type: z.literal("notice"),
    key: z.string(),
    values: z.record(z.string(), z.string()),
    /** The message that it is said in reply to. */
    about: MessageId.optional(),
    /** What it is called, where it is taken back or changed later. */
    message: MessageId.optional(),
    /** Nobody's phone has to ring for it. */
    quiet: z.boolean().optional(),
  }),
  /**
   * The result of the poll `about`, said in reply to it and kept up: changed where a line of `message` or of the `older`
   * names still can be; else said anew as `message`, and the older lines go. `live`: it is not the last one, so that
   * nothing is said where it could not be changed.
   */
  z.object({
    type: z.literal("result"),
    about: MessageId,
    message: MessageId,
    older: z.array(MessageId),
    key: z.string(),
    values: z.record(z.string(), z.string()),
    live: z.boolean().optional(),
  }),
  /**
   * The message has not yet come to `messengers`: told to its author in a small way, under the name of `note`; taken
   * back when there are none. `leading` is the reaction that shows otherwise.
   */
  z.object({
    type: z.literal("late"),
    message: MessageId,
    note: MessageId,
    messengers: z.array(Messenger),
    leading: z.string().nullable(),
  }),
  /** Nobody can vote any more. `origin` is where the poll was made: what is there first is not ours. */
  z.object({ type: z.literal("close-poll"), message: MessageId, origin: Messenger }),
  /** `by`: who is told of as having changed it, where it cannot be set. */
  z.object({ type: z.literal("description"), description: z.string(), by: Attribution.optional() }),
  /** `source` is the messenger that has the picture; `null`: taken away. */
  z.object({
    type: z.literal("icon"),
    source: Messenger,
    media: MediaRef.nullable(),
    by: Attribution.optional(),
  }),
  /** Messages disappear after so many seconds; 0: never. */
  z.object({ type: z.literal("timer"), seconds: z.number().int().nonnegative() }),
]);
export type Op = z.infer<typeof Op>;

export const NativeOp = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("post"),
    text: RichText,
    replyTo: NativeId.optional(),
    /** A line of what is replied to, for messengers that want to be told. */
    quoting: z.string().optional(),
    /** Nobody's phone has to ring for it. */
    quiet: z.boolean().optional(),
  }),
  /** A file, read by `SendOptions.media`. */
  z.object({
    type: z.literal("media"),
    kind: MediaKind,
    media: MediaRef,
    caption: RichText,
    replyTo: NativeId.optional(),
    quoting: z.string().optional(),
  }),
  /** Files in one, each read by `SendOptions.media`. The receipt has one id for each, in order. */
  z.object({
    type: z.literal("album"),
    items: z.array(z.object({ kind: MediaKind, media: MediaRef, caption: RichText })).min(2),
    replyTo: NativeId.optional(),
    quoting: z.string().optional(),
  }),
  z.object({
    type: z.literal("location"),
    latitude: z.number(),
    longitude: z.number(),
    label: z.string().optional(),
    address: z.string().optional(),
    replyTo: NativeId.optional(),
  }),
  z.object({
    type: z.literal("contact"),
    name: z.string(),
    phones: z.array(z.string()).min(1),
    replyTo: NativeId.optional(),
  }),
  z.object({
    type: z.literal("poll"),
    question: z.string(),
    options: z.array(z.string()).min(2),
    multiple: z.boolean(),
    replyTo: NativeId.optional(),
  }),
  z.object({ type: z.literal("close-poll"), target: NativeId }),
  /** `caption`: the target is a file, and these are the words under it. */
  z.object({ type: z.literal("edit"), target: NativeId, text: RichText, caption: z.boolean().optional() }),
  z.object({ type: z.literal("delete"), target: NativeId }),
  /** `null` takes our reaction back. */
  z.object({ type: z.literal("react"), target: NativeId, emoji: z.string().nullable() }),
  z.object({ type: z.literal("title"), title: z.string() }),
  z.object({ type: z.literal("description"), description: z.string() }),
  /** A picture, read by `SendOptions.media`; `null` takes it away. */
  z.object({ type: z.literal("icon"), media: MediaRef.nullable() }),
  /** Messages disappear after so many seconds; 0: never. */
  z.object({ type: z.literal("timer"), seconds: z.number().int().nonnegative() }),
  z.object({ type: z.literal("leave") }),
]);
export type NativeOp = z.infer<typeof NativeOp>;

/** What the messenger answered. `ids` in display order; empty only for ops that make no message. */
export const Receipt = z.object({ ids: z.array(NativeId), at: z.number() });
export type Receipt = z.infer<typeof Receipt>;
