/**
 * The journal: what happened, one JSON array a line, in the order in which it became durable.
 * It is read once, at start; a checkpoint moves what is still needed out of it and deletes it.
 */
import { z } from "zod";
import { GroupId, HistoryEntry, Mail, MemberId, MessageId, Messenger, NativeId, Op } from "../model/mod.ts";
import type { Key, Store } from "../ports/mod.ts";
import { key, LaneItem } from "./keys.ts";

const seq = z.number().int().nonnegative();

/** What a message is known by: made when it is decided, completed by receipts. */
export const MapEntry = z.object({
  id: MessageId,
  messenger: Messenger,
  /** Null for a line of ours. */
  author: MemberId.nullable(),
  /** Its id on the messenger that it came from; null on the web. */
  native: NativeId.nullable(),
  at: z.number(),
});
export type MapEntry = z.infer<typeof MapEntry>;

/** What one mail led to. Absent parts did not happen. */
export const Turn = z.object({
  /** A new message. */
  message: MapEntry.optional(),
  /** Another native id of an older message. */
  alias: z.object({ messenger: Messenger, native: NativeId, message: MessageId }).optional(),
  /** Order number, op, and the lanes that it goes into. */
  items: z.array(z.tuple([seq, Op, z.array(Messenger)])).optional(),
  /** What browsers see of the new message, where it does not follow from the `post` op among `items`. */
  made: HistoryEntry.optional(),
  changed: z.array(HistoryEntry).optional(),
  /** Lanes whose items up to an order number are left out: their bridge is no more. */
  cut: z.array(z.tuple([Messenger, seq])).optional(),
  /** Whether browsers read this group's history. */
  keep: z.boolean().optional(),
  /** The group ended: what it had of history is forgotten. */
  ended: z.boolean().optional(),
});
export type Turn = z.infer<typeof Turn>;

/** Mail accepted at `seq`; `hash` is its event's, for ingress dedupe (0: none). */
const MailRecord = z.tuple([z.literal("m"), seq, GroupId, z.number(), Mail]);
/** Mail `seq` was decided at a time. */
const TurnRecord = z.tuple([z.literal("t"), seq, GroupId, z.number(), Turn]);
/** Part `part` of a lane's item was sent; `last` ends the item. `ids` name `message` there. */
const ReceiptRecord = z.tuple([
  z.literal("r"),
  GroupId,
  Messenger,
  seq,
  z.number().int(),
  z.boolean(),
  MessageId.nullable(),
  z.array(NativeId),
]);
/** An item carried over from an older part of the journal. */
const ItemRecord = z.tuple([z.literal("o"), GroupId, Messenger, LaneItem]);
/** A lane may not send before a time; written at another. */
const WaitRecord = z.tuple([z.literal("w"), GroupId, Messenger, z.number(), z.number()]);
/** A group is gone: so is all that waited for it. */
const EndRecord = z.tuple([z.literal("e"), GroupId]);

const records = {
  m: MailRecord,
  t: TurnRecord,
  r: ReceiptRecord,
  o: ItemRecord,
  w: WaitRecord,
  e: EndRecord,
} as const;

export type MailRecord = z.infer<typeof MailRecord>;
export type JournalRecord = z.infer<(typeof records)[keyof typeof records]>;

/** The line of a record. */
export function line(record: JournalRecord): string {
  return JSON.stringify(record);
}

/** Null when it is a record of ours with something wrong in it. @throws when it is none: of another version */
export function readLine(text: string): JournalRecord | null {
  const kind = z.enum(["m", "t", "r", "o", "w", "e"]).parse(text[2]);
  const { data } = records[kind].safeParse(JSON.parse(text));
  return data ?? null;
}

/** The keys of one commit's chunks. They go together: a line can begin in one chunk and end in the next. */
export type CommitKeys = readonly Key[];

/** Where a commit's records lie. */
export interface Chunks {
  readonly commit: number;
  readonly chunks: number;
}

/** The keys of all chunks of a commit. */
export function journalKeys(epoch: number, { commit, chunks }: Chunks): CommitKeys {
  return Array.from({ length: chunks }, (_, chunk) => key.journal(epoch, commit, chunk));
}

/**
 * Reads the whole journal, oldest commit first, and hands each record to `visit`, and each line that is none to
 * `unreadable`. Answers the commits' keys.
 */
export async function readJournal(
  store: Store,
  visit: (record: JournalRecord) => void,
  unreadable: (text: string) => void = () => undefined,
): Promise<CommitKeys[]> {
  const commits: Key[][] = [];
  const decoder = new TextDecoder();
  let chunks: Uint8Array[] = [];
  let current = "";
  const flush = (): void => {
    for (const text of decoder.decode(concat(chunks)).split("\n")) {
      if (text === "") continue;
      const record = readLine(text);
      if (record === null) unreadable(text);
      else visit(record);
    }
    chunks = [];
  };
  for await (const row of store.list({ prefix: key.journals() })) {
    const commit = `${row.key[1]}/${row.key[2]}`;
    if (commit !== current) {
      flush();
      commits.push([]);
    }
    current = commit;
    commits.at(-1)?.push(row.key);
    chunks.push(row.value);
  }
  flush();
  return commits;
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
