/** Every key of the database: how it is built, what lies there, how long it lives. No key literal exists elsewhere. */
import { z } from "zod";
import {
  AccountId,
  type ChatId,
  Event,
  type GroupId,
  GroupId as GroupIdSchema,
  GroupRecord,
  Member,
  MemberId,
  MessageId,
  Messenger,
  Op,
  type UserId,
} from "../model/mod.ts";
import type { Key } from "../ports/mod.ts";

const DAY_MS = 86_400_000;

/** How long an `Idempotency-Key` is remembered. */
export const IDEMPOTENCY_LIFETIME_MS = DAY_MS;
/** How long an unused adopt token works. */
export const ADOPT_LIFETIME_MS = 30 * DAY_MS;
/** How long the numbers of a contact card are kept for its sender to share them. */
export const CARD_LIFETIME_MS = DAY_MS;
/** How long a dead letter can be looked at. */
export const DEAD_LETTER_LIFETIME_MS = 14 * DAY_MS;

/** Builders of every key; what is not here does not exist. */
export const key = {
  /** The fence: one value per running owner. Lives forever, changes at every start. */
  session: (): Key => ["session"],
  /** Written when the store takes writes again. Lives forever. */
  probe: (): Key => ["probe"],
  /** A chunk of one commit's records. Lives until the next checkpoint. */
  journal: (epoch: number, commit: number, chunk: number): Key => ["journal", epoch, commit, chunk],
  journals: (): Key => ["journal"],
  /** A group's record. Lives as long as the group. */
  group: (group: GroupId): Key => ["group", group],
  groups: (): Key => ["group"],
  /** A page of members. Lives as long as the group. */
  members: (group: GroupId, page: number): Key => ["group", group, "members", page],
  /** Behind the last page of members. */
  membersEnd: (group: GroupId): Key => ["group", group, "members~"],
  memberPages: (group: GroupId): Key => ["group", group, "members"],
  /** That a group has ended and is still to be erased. Until it is. */
  erase: (group: GroupId): Key => ["erase", group],
  erases: (): Key => ["erase"],
  /** Which group and bridge a native chat belongs to. Lives as long as the bridge. */
  chat: (account: AccountId, chat: ChatId): Key => ["chat", account, chat],
  /** Where an invite code leads. Lives as long as the group; rotated codes a while longer. */
  invite: (code: string): Key => ["invite", code],
  /** Which bridge waits for somebody to bring our account in. ADOPT_LIFETIME_MS. */
  adopt: (token: string): Key => ["adopt", token],
  /** A group in its owner's list. Lives as long as the group. */
  owned: (owner: UserId, group: GroupId): Key => ["owner", owner, group],
  ownedBy: (owner: UserId): Key => ["owner", owner],
  /** The group that a repeated create request means. IDEMPOTENCY_LIFETIME_MS. */
  idempotency: (owner: UserId, request: string): Key => ["idempotency", owner, request],
  /** Whom a browser guest's token belongs to. Lives as long as the group. */
  guest: (tokenHash: string): Key => ["guest", tokenHash],
  /** A page of messages as browsers see them, written by one checkpoint. The retention window, or two
   *  days where none reads them. */
  history: (group: GroupId, seq: number): Key => ["history", group, seq],
  histories: (group: GroupId): Key => ["history", group],
  /** Numbers of a contact card that have not crossed. CARD_LIFETIME_MS. */
  card: (group: GroupId, message: MessageId): Key => ["card", group, message],
  cards: (group: GroupId): Key => ["card", group],
  /** Message map entries of one shard and checkpoint. The retention window. */
  map: (shard: number, seq: number): Key => ["map", shard, seq],
  maps: (shard: number): Key => ["map", shard],
  /** Hashes of events that were taken in. Until enough newer ones exist. */
  seen: (seq: number): Key => ["seen", seq],
  seens: (): Key => ["seen"],
  /** Outgoing items of one lane that had to wait long. Until they are delivered, or the retention window. */
  lane: (group: GroupId, messenger: Messenger, firstSeq: number): Key => ["lane", group, messenger, firstSeq],
  lanes: (group: GroupId, messenger: Messenger): Key => ["lane", group, messenger],
  /** That a lane has such items, and how far it is. With them. */
  laneMark: (group: GroupId, messenger: Messenger): Key => ["lanes", group, messenger],
  laneMarks: (): Key => ["lanes"],
  /** A message that disappears, in the order of time (ms since 1970). Until it does. */
  fading: (at: number, seq: number): Key => ["fading", at, seq],
  fadings: (): Key => ["fading"],
  /** That a group has messages whose authors know that they are late. Until they have come everywhere. */
  late: (group: GroupId): Key => ["late", group],
  lates: (): Key => ["late"],
  /** What could not be delivered. DEAD_LETTER_LIFETIME_MS. */
  dead: (seq: number, where: string): Key => ["dead", seq, where],
  deads: (): Key => ["dead"],
  /** Lines of the journal that a start could not read. DEAD_LETTER_LIFETIME_MS. */
  unreadable: (seq: number): Key => ["unreadable", seq],
  /** An account that an operator made. Lives as long as the account. */
  account: (account: AccountId): Key => ["account", account],
  accounts: (): Key => ["account"],
  /** How many groups an account has made lately. Lives as long as the account. */
  creations: (account: AccountId): Key => ["creations", account],
  /** Secrets and cursors of an adapter. Lives as long as the account. */
  adapter: (account: AccountId, name: string): Key => ["adapter", account, name],
  adapters: (account: AccountId): Key => ["adapter", account],
  /** A piece of such a value that is too long for a row. Lives as long as the row names its generation. */
  adapterChunk: (
    account: AccountId,
    { name, generation, n }: { readonly name: string; readonly generation: string; readonly n: number },
  ): Key => ["adapter-chunk", account, name, generation, n],
  adapterChunks: (account: AccountId): Key => ["adapter-chunk", account],
  /** That a write of many such values is decided, and its parts. Until it is done. */
  adapterPlan: (account: AccountId): Key => ["adapter-plan", account],
  adapterPart: (account: AccountId, n: number): Key => ["adapter-part", account, n],
  adapterParts: (account: AccountId): Key => ["adapter-part", account],
  /** Events taken in by an edge process for the worker. Until the worker has them. */
  inbox: (at: number, id: string): Key => ["inbox", at, id],
  inboxes: (): Key => ["inbox"],
  /** Rung after inbox writes. Lives forever. */
  bell: (): Key => ["bell"],
  /** Documents of accounts, and their look-ups. Live as long as the document. */
  record: (collection: string, id: string): Key => ["record", collection, id],
  recordsOf: (collection: string): Key => ["record", collection],
  recordIndex: (collection: string, field: string, value: string, id: string): Key => [
    "record-index",
    collection,
    field,
    value,
    id,
  ],
  recordIndexes: (collection: string, field: string, value: string): Key => [
    "record-index",
    collection,
    field,
    value,
  ],
  recordUnique: (collection: string, field: string, value: string): Key => [
    "record-unique",
    collection,
    field,
    value,
  ],
} as const;

export const AccountRow = z.object({ v: z.literal(1), id: AccountId, messenger: Messenger, at: z.number() });
export type AccountRow = z.infer<typeof AccountRow>;
export const CreationsRow = z.object({ v: z.literal(1), tokens: z.number(), at: z.number() });
export const SessionRow = z.object({ v: z.literal(1), epoch: z.number().int(), owner: z.string() });
export const ChatRow = z.object({ v: z.literal(1), group: GroupIdSchema, messenger: Messenger });
export const InviteRow = z.object({ v: z.literal(1), group: GroupIdSchema, open: z.boolean() });
export const AdoptRow = ChatRow;
export const GuestRow = z.object({ v: z.literal(1), group: GroupIdSchema, member: MemberId });
export const OwnedRow = z.object({ v: z.literal(1), group: GroupIdSchema });
export const MemberPage = z.object({ v: z.literal(1), members: z.array(Member) });
export const CardRow = z.object({ v: z.literal(1), withheld: z.array(z.string()) });
export const FadingRow = z.object({
  v: z.literal(1),
  group: GroupIdSchema,
  message: MessageId,
  seconds: z.number(),
});
export const LaneMarkRow = z.object({
  v: z.literal(1),
  /** Every item up to this one is done. */
  done: z.number(),
  /** Parts of the next item that are done. */
  part: z.number().int(),
  /** Every item up to this one is in lane rows (or done). */
  upTo: z.number(),
});
export type LaneMarkRow = z.infer<typeof LaneMarkRow>;
export const LaneItem = z.object({
  seq: z.number(),
  /** Order number of the mail that caused it. */
  cause: z.number(),
  /** When it was accepted, ms. */
  at: z.number(),
  part: z.number().int(),
  op: Op,
});
export type LaneItem = z.infer<typeof LaneItem>;
export const LanePage = z.object({ v: z.literal(1), items: z.array(LaneItem) });
export const DeadRow = z.object({
  v: z.literal(1),
  group: GroupIdSchema,
  messenger: Messenger,
  op: z.string(),
  reason: z.string(),
  at: z.number(),
});
export const GroupRow = GroupRecord;
export const InboxRow = z.object({ v: z.literal(1), account: AccountId, event: Event });
