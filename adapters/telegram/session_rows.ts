/** What the adapter keeps between runs, each row checked when it is read. */
import { z } from "zod";
import { ChatId, NativeId, type OpId, Person } from "../../actors/model/mod.ts";
import { bytesOf } from "../shared/rows.ts";

export { readRow } from "../shared/rows.ts";

/** Our own name at Telegram, so that links can be made before Telegram was asked. */
export const MeRow = z.object({ v: z.literal(1), username: z.string() });
export type MeRow = z.infer<typeof MeRow>;

/** One chat, until we leave it. */
export const ChatRow = z.object({
  v: z.literal(1),
  invite: z.string().nullable(),
  /** By which creation it was made, where we made it. */
  made: z.string().optional(),
});
export type ChatRow = z.infer<typeof ChatRow>;

/** One creation of a group, as long as the chat lasts: a retry finds the half-made group again. */
export const GroupRow = z.object({ v: z.literal(1), chat: ChatId, handle: z.string() });
export type GroupRow = z.infer<typeof GroupRow>;

/** Which token each `request_chat` button stands for, newest last. */
export const RequestsRow = z.object({
  v: z.literal(1),
  requests: z.array(z.object({ person: z.string(), id: z.number().int(), token: z.string() })),
});
export type RequestsRow = z.infer<typeof RequestsRow>;

/** In which message each poll stands, newest last: Telegram tells of votes by the poll's own name alone. */
export const PollsRow = z.object({
  v: z.literal(1),
  polls: z.array(
    z.object({ poll: z.string(), chat: ChatId, native: NativeId, ours: z.boolean(), at: z.number() }),
  ),
});
export type PollsRow = z.infer<typeof PollsRow>;

/** Places that move, until they end, oldest first. */
export const PlacesRow = z.object({
  v: z.literal(1),
  places: z.array(z.object({
    native: NativeId,
    chat: ChatId,
    author: Person,
    latitude: z.number(),
    longitude: z.number(),
    startedAt: z.number(),
    until: z.number(),
  })),
});
export type PlacesRow = z.infer<typeof PlacesRow>;

/** Every key of the session. */
export const ROW = {
  me: "me",
  requests: "requests",
  polls: "polls",
  places: "places",
  chat: (chat: ChatId): string => `chat:${chat}`,
  group: (opId: OpId | string): string => `group:${opId}`,
} as const;

/** A row as the session takes it. */
export function rowBytes(row: MeRow | ChatRow | GroupRow | RequestsRow | PollsRow | PlacesRow): Uint8Array {
  return bytesOf(row);
}
