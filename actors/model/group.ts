/** The Group, its Bridges and its Members: what is kept, and what others may see of it. */
import { z } from "zod";
import { Content, MediaRef } from "./content.ts";
import { AccountId, ChatId, GroupId, MemberId, MessageId, Messenger, NativeId, UserId } from "./ids.ts";

/** Signal allows the shortest title of the three: 32 characters (facts of 2026-11-23). */
export const TITLE_MAX = 32;

export const BridgeStatus = z.enum(["creating", "needs-action", "ready", "paused", "failed"]);
export type BridgeStatus = z.infer<typeof BridgeStatus>;

/** What a person has to do before a bridge can work. */
export const BridgeAction = z.object({ kind: z.string(), url: z.string().optional(), text: z.string() });
export type BridgeAction = z.infer<typeof BridgeAction>;

/** One Group ↔ one Chat of one Account. There is at most one per messenger in a group. */
export const Bridge = z.object({
  messenger: Messenger,
  /** Null where this server has no account of the messenger. */
  account: AccountId.nullable(),
  status: BridgeStatus,
  chat: ChatId.nullable(),
  inviteUrl: z.string().nullable(),
  action: BridgeAction.optional(),
  /** Why it failed or waits, in words for people. */
  reason: z.string().optional(),
  /** By which a person's `adopted` event finds this bridge. */
  adoptToken: z.string().optional(),
  /** Kept for the owner's own view; not shown and not joined by others. */
  hidden: z.boolean().optional(),
  /** Our account has been told to leave: nothing new goes there, nobody is shown it. */
  leaving: z.boolean().optional(),
});
export type Bridge = z.infer<typeof Bridge>;

export const Mode = z.enum(["notice", "opt-in"]);
export type Mode = z.infer<typeof Mode>;

export const Locale = z.enum(["en", "de"]);
export type Locale = z.infer<typeof Locale>;

export const Consent = z.object({ version: z.string(), at: z.number() });
export type Consent = z.infer<typeof Consent>;

export const Member = z.object({
  id: MemberId,
  messenger: Messenger,
  /** The messenger's own id of this person. Never leaves the server, never crosses. */
  native: NativeId,
  name: z.string(),
  admin: z.boolean(),
  owner: z.boolean().optional(),
  joinedAt: z.number(),
  leftAt: z.number().nullable(),
  muted: z.boolean(),
  consent: Consent.nullable(),
});
export type Member = z.infer<typeof Member>;

const GUEST = "guest:";

/** The native id of a browser guest: the hash of their token. */
export function guestNative(tokenHash: string): NativeId {
  return NativeId.parse(`${GUEST}${tokenHash}`);
}

/** The hash of a browser guest's token; null for everybody else. */
export function guestHash({ native }: Member): string | null {
  return native.startsWith(GUEST) ? native.slice(GUEST.length) : null;
}

/** A message of which its author was told that it is late: where, and the name of the line that says so. */
export const LateMessage = z.object({
  message: MessageId,
  note: MessageId,
  messengers: z.array(Messenger),
});
export type LateMessage = z.infer<typeof LateMessage>;

/** How the group looks everywhere, as somebody set it last; absent: as it was made. */
export const GroupLook = z.object({
  /** `before`: what it was until `at`. */
  description: z.object({ text: z.string(), before: z.string().optional(), at: z.number() }).optional(),
  /** `source` is the messenger that has the picture; null: taken away. */
  icon: z.object({ source: Messenger, media: MediaRef.nullable(), at: z.number() }).optional(),
});
export type GroupLook = z.infer<typeof GroupLook>;

/** What is stored of a group, without its members (they are pages of their own). */
export const GroupRecord = z.object({
  v: z.literal(1),
  id: GroupId,
  title: z.string(),
  owner: UserId,
  ownerMember: MemberId,
  locale: Locale,
  mode: Mode,
  createdAt: z.number(),
  endedAt: z.number().nullable(),
  inviteCode: z.string(),
  consent: Consent,
  bridges: z.array(Bridge),
  /** What everybody was told once, for good. */
  told: z.array(z.string()).optional(),
  /** Messages that have not come everywhere yet, as their authors know. */
  late: z.array(LateMessage).optional(),
  look: GroupLook.optional(),
  /** Messenger → after how many seconds people there wish that messages disappear; 0: never. */
  timers: z.record(z.string(), z.number().int().nonnegative()).optional(),
});
export type GroupRecord = z.infer<typeof GroupRecord>;

/** A message as the browser sees it, while the retention window has it. */
export const HistoryEntry = z.object({
  v: z.literal(1),
  id: MessageId,
  at: z.number(),
  author: z.object({ member: MemberId, name: z.string(), messenger: Messenger }),
  content: Content,
  replyTo: MessageId.optional(),
  /** What it answers, as our copies say it where they cannot point there. Never shown. */
  quote: z.object({ name: z.string(), excerpt: z.string() }).optional(),
  /** Member id → emoji. */
  reactions: z.record(z.string(), z.array(z.string())),
  /** Of every poll. Member id → their whole choice, by place in the poll. */
  votes: z.record(z.string(), z.array(z.number().int().nonnegative())).optional(),
  /** A poll in which nobody can vote any more, and since when. */
  closed: z.boolean().optional(),
  closedAt: z.number().optional(),
  /** Of a poll: what the lines with its result are called, and since when. Nobody's business. */
  results: z.array(z.object({ name: MessageId, at: z.number() })).optional(),
  /** Numbers of a card that do not cross before its sender says so; none any more where it is empty. Never shown. */
  withheld: z.array(z.string().max(40)).max(10).optional(),
  edited: z.boolean(),
  deleted: z.boolean(),
  /** A line of ours: nobody can answer it or change it. */
  notice: z.boolean().optional(),
});
export type HistoryEntry = z.infer<typeof HistoryEntry>;

/** How far a message has come on one bridge. */
export const DeliveryStatus = z.enum(["waiting", "delivered", "failed"]);
export type DeliveryStatus = z.infer<typeof DeliveryStatus>;
