/** What the adapter keeps between runs, each row checked when it is read. */
import { z } from "zod";
import { ChatId, NativeId, type OpId } from "../../actors/model/mod.ts";
import { bytesOf } from "../shared/rows.ts";

export { readRow } from "../shared/rows.ts";

/** Whose login it is. */
export const AccountRow = z.object({
  v: z.literal(1),
  /** As signal-cli names the account. */
  number: z.string(),
});
export type AccountRow = z.infer<typeof AccountRow>;

/** One creation of a group: begun, then found. A retry finds the half-made group again. */
export const CreationRow = z.object({
  v: z.literal(1),
  chat: ChatId.nullable(),
  /** Groups that had the title before. */
  before: z.array(z.string()),
});
export type CreationRow = z.infer<typeof CreationRow>;

/** One group that we made, until we leave it. */
export const GroupRow = z.object({
  v: z.literal(1),
  made: z.string(),
  /** What the last event said; Signal counts every change of a group. */
  revision: z.number(),
  /** How many changes were told: a part of their ids. */
  told: z.number(),
  title: z.string(),
  description: z.string(),
  /** SHA-256 of the picture; absent: it was not looked at yet. `null`: there is none. */
  icon: z.string().nullish(),
  /** After how many seconds messages disappear. */
  timer: z.number().optional(),
  /** ACIs, our own among them. */
  members: z.array(z.string()),
  admins: z.array(z.string()),
});
export type GroupRow = z.infer<typeof GroupRow>;

/** Times of a message's edits, oldest message first. */
export const EditsRow = z.object({
  v: z.literal(1),
  edits: z.array(z.tuple([NativeId, z.array(z.number())])),
});
export type EditsRow = z.infer<typeof EditsRow>;

/** How many files a message has where they are several, oldest message first. */
export const AlbumsRow = z.object({ v: z.literal(1), albums: z.array(z.tuple([NativeId, z.number()])) });
export type AlbumsRow = z.infer<typeof AlbumsRow>;

/** Messages that disappear: whose they are, and when, ms since 1970. */
export const FadingRow = z.object({
  v: z.literal(1),
  fading: z.array(z.tuple([NativeId, z.string(), z.number()])),
});
export type FadingRow = z.infer<typeof FadingRow>;

/** What signal-cli had in hand when it was killed: when it was sent, ms since 1970. */
export const InHandRow = z.object({ v: z.literal(1), sentAt: z.array(z.number()) });
export type InHandRow = z.infer<typeof InHandRow>;

/** Every key of the session. */
export const ROW = {
  account: "account",
  inHand: "in-hand",
  creation: (opId: OpId | string): string => `creation:${opId}`,
  group: (chat: ChatId | string): string => `group:${chat}`,
  edits: (chat: ChatId | string): string => `edits:${chat}`,
  albums: (chat: ChatId | string): string => `albums:${chat}`,
  fading: (chat: ChatId | string): string => `fading:${chat}`,
  /** The chats that have a row. */
  groups: "groups",
} as const;

/** The chats that have a row. */
export const GroupsRow = z.object({ v: z.literal(1), chats: z.array(ChatId) });
export type GroupsRow = z.infer<typeof GroupsRow>;

type Row =
  | AccountRow
  | CreationRow
  | GroupRow
  | EditsRow
  | AlbumsRow
  | FadingRow
  | InHandRow
  | GroupsRow;

/** A row as the session takes it. */
export function rowBytes(row: Row): Uint8Array {
  return bytesOf(row);
}
