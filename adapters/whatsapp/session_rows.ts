/** What the adapter keeps between runs beside the login, each row checked when it is read. */
import { z } from "zod";
import { ChatId, type OpId } from "../../actors/model/mod.ts";
import { bytesOf } from "../shared/rows.ts";

export { parseRow, readRow } from "../shared/rows.ts";

/** One creation of a group: begun, then found. A retry finds the half-made group again. */
export const GroupRow = z.object({
  v: z.literal(1),
  /** When it was begun, ms. */
  at: z.number(),
  chat: ChatId.nullable(),
});
export type GroupRow = z.infer<typeof GroupRow>;

/** One chat that we made, until we leave it. */
export const ChatRow = z.object({ v: z.literal(1), made: z.string() });
export type ChatRow = z.infer<typeof ChatRow>;

/** How the account is, as the last connection learned it. */
export const StateRow = z.object({
  v: z.literal(1),
  /** Why it cannot be used until somebody links it again. */
  gone: z.enum(["logged-out", "banned"]).nullable(),
  /** When the phone was last seen, ms. */
  phoneAt: z.number(),
  /** Until when it may make no new groups, ms. */
  restrictedUntil: z.number(),
});
export type StateRow = z.infer<typeof StateRow>;

/** Who wrote which message of a chat: `null` is us. Oldest first; `page` counts on for ever. */
export const AuthorsRow = z.object({
  v: z.literal(1),
  page: z.number().int(),
  authors: z.array(z.tuple([z.string(), z.string().nullable()])),
});
export type AuthorsRow = z.infer<typeof AuthorsRow>;

/** One message that we sent, for phones that could not read it and ask again. */
export const SentRow = z.object({
  v: z.literal(1),
  id: z.string(),
  chat: ChatId,
  at: z.number(),
  /** As WhatsApp encodes messages, in base64. */
  message: z.string(),
});
export type SentRow = z.infer<typeof SentRow>;

/** The last polls of a chat, oldest first: what votes are read with. */
export const PollsRow = z.object({
  v: z.literal(1),
  polls: z.array(z.object({
    id: z.string(),
    /** When it came or went, ms. */
    at: z.number(),
    /** `null` is us. */
    creator: z.string().nullable(),
    /** In base64, as the digests of the options. */
    secret: z.string(),
    options: z.array(z.string()),
  })),
});
export type PollsRow = z.infer<typeof PollsRow>;

/** Every key of the session but those of the login. */
export const ROW = {
  state: "state",
  group: (opId: OpId | string): string => `group:${opId}`,
  chat: (chat: ChatId | string): string => `chat:${chat}`,
  authors: (chat: ChatId | string, page: number): string => `authors:${chat}:${page}`,
  polls: (chat: ChatId | string): string => `polls:${chat}`,
  sent: (slot: number): string => `sent:${slot}`,
} as const;

/** A row as the session takes it. */
export function rowBytes(row: GroupRow | ChatRow | StateRow | AuthorsRow | SentRow | PollsRow): Uint8Array {
  return bytesOf(row);
}
