/** What the sandbox remembers, as it is written: schemas and keys. Everything lives as long as the account does. */
import { z } from "zod";
import { ChatId, Event, MediaKind, MediaRef, NativeId, Span } from "../../actors/model/mod.ts";

/** A simulated phone. */
export const Phone = z.object({
  phoneId: z.string(),
  name: z.string(),
  native: NativeId,
  createdAt: z.number(),
  chats: z.array(ChatId),
});
export type Phone = z.infer<typeof Phone>;

/** Somebody in a chat. */
export const ChatMember = z.object({
  native: NativeId,
  name: z.string(),
  /** The first message that this person sees. */
  since: z.number().int(),
});
export type ChatMember = z.infer<typeof ChatMember>;

/** A chat without its messages. */
export const ChatRecord = z.object({
  v: z.literal(1),
  id: ChatId,
  /** Which creation made it: a retry of that finds it again. */
  opId: z.string(),
  title: z.string(),
  /** What its invite link holds. */
  code: z.string().nullable(),
  /** Our account is in it. */
  present: z.boolean(),
  members: z.array(ChatMember),
  description: z.string().optional(),
  icon: MediaRef.optional(),
  /** After how many seconds messages disappear; absent: never. */
  timer: z.number().int().positive().optional(),
});
export type ChatRecord = z.infer<typeof ChatRecord>;

/** What a message holds besides its text, or instead of it. */
export const Held = z.object({
  /** Its text is the words under it. `native` of the file is where its bytes lie. */
  file: z.object({ kind: MediaKind, media: MediaRef }).optional(),
  /** The same for all files that were sent as one. */
  album: z.string().optional(),
  /** A file that people could look at once: nothing of it is kept. */
  once: MediaKind.optional(),
  poll: z.object({
    question: z.string(),
    options: z.array(z.string()),
    multiple: z.boolean(),
    /** Who votes (empty: our own account) for which, by place. */
    votes: z.record(z.string(), z.array(z.number().int())),
    closed: z.boolean(),
  }).optional(),
  location: z.object({
    latitude: z.number(),
    longitude: z.number(),
    label: z.string().optional(),
    address: z.string().optional(),
    live: z.enum(["started", "ended"]).optional(),
  }).optional(),
  contact: z.object({ name: z.string(), phones: z.array(z.string()) }).optional(),
});
export type Held = z.infer<typeof Held>;

/** A message as the messenger keeps it. `from` null is our own account. */
export const Message = Held.extend({
  n: z.number().int(),
  /** The first is what it was sent as; edits can add more. */
  ids: z.array(NativeId),
  from: NativeId.nullable(),
  name: z.string(),
  at: z.number(),
  /** When its newest id was made. */
  touchedAt: z.number(),
  text: z.string(),
  spans: z.array(Span),
  replyTo: NativeId.nullable(),
  /** Who reacted (empty: our own account) and with what. */
  reactions: z.record(z.string(), z.string()),
  edits: z.number().int(),
  deleted: z.boolean(),
  pinned: z.boolean().optional(),
  /** When it disappears. */
  until: z.number().optional(),
  /** Its text is a record of its own. */
  long: z.literal(true).optional(),
});
export type Message = z.infer<typeof Message>;

/** Messages that follow each other. `page` counts from the chat's first message. */
export const MessagePage = z.object({ v: z.literal(1), page: z.number().int(), messages: z.array(Message) });

/** The text of one long message; `n` tells whether it is still that message's. */
export const LongText = z.object({ v: z.literal(1), n: z.number().int(), text: z.string() });

/** Phones that were added after each other. */
export const PhonePage = z.object({ v: z.literal(1), phones: z.array(Phone) });
/** How many phones there are. */
export const PhoneCount = z.object({ v: z.literal(1), count: z.number().int() });
/** Where an open link leads. */
export const Invite = z.object({ v: z.literal(1), chat: ChatId });
/** Events that the core has not taken yet, oldest first. */
export const Queue = z.object({ v: z.literal(1), events: z.array(Event) });

/** Files by id, oldest first. */
export const FileIndex = z.object({
  v: z.literal(1),
  files: z.array(z.tuple([z.string(), z.object({ bytes: z.number().int(), mime: z.string() })])),
});

/** The keys, each with one of the schemas above, pieces of files as they are. */
export const key = {
  queue: "queue",
  phoneCount: "phones",
  phonePage: (page: number): string => `phones/${page}`,
  invite: (code: string): string => `invite/${code}`,
  chat: (chat: ChatId): string => `chat/${chat}`,
  messagePage: (chat: ChatId, slot: number): string => `chat/${chat}/page/${slot}`,
  files: "files",
  filePiece: (id: string, n: number): string => `file/${id}/${n}`,
  longText: (chat: ChatId, slot: number): string => `chat/${chat}/long/${slot}`,
} as const;
