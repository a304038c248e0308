/**
 * The journal: what happened, one JSON array a line, in the order in which it became durable.
 * It is read once, at start; a checkpoint moves what is still needed out of it and deletes it.
 */
import { z } from "zod";
import { GroupId, Mail, MemberId, MessageId, Messenger, NativeId, Op, type Seq } from "../model/mod.ts";
import type { Key, Store } from "../ports/mod.ts";
import { key, LaneItem } from "./keys.ts";

const seq = z.number().int().nonnegative();

/** What a message is known by: made when it is decided, completed by receipts. */
export const MapEntry = z.object({
  id: MessageId,
  messenger: Messenger,
  author: MemberId,
  /** Its id on the messenger that it came from; null on the web. */
  native: NativeId.nullable(),
  at: z.number(),
});
export type MapEntry = z.infer<typeof MapEntry>;

/** Mail accepted at `seq`; `hash` is its event's, for ingress dedupe (0: none). */
const MailRecord = z.tuple([z.literal("m"), seq, GroupId, z.number(), Mail]);
/** Mail `seq` decided: a new message, another native id of an old one, and items for lanes. */
const TurnRecord = z.tuple([
  z.literal("t"),
  seq,
  GroupId,
  MapEntry.nullable(),
  z.tuple([Messenger, NativeId, MessageId]).nullable(),
  z.number(),
  z.array(z.tuple([Op, z.array(z.tuple([Messenger, seq]))])),
]);
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
/** A lane may not send before a time. */
const WaitRecord = z.tuple([z.literal("w"), GroupId, Messenger, z.number()]);
/** A group is gone: so is all that waited for it. */
const EndRecord = z.tuple([z.literal("e"), GroupId]);

export const JournalRecord = z.union([
  MailRecord,
  TurnRecord,
  ReceiptRecord,
  ItemRecord,
  WaitRecord,
  EndRecord,
]);
export type JournalRecord = z.infer<typeof JournalRecord>;

/** The line of a record. */
export function line(record: JournalRecord): string {
  return JSON.stringify(record);
}

/** The keys of all chunks that were found, to be deleted by the next checkpoint. */
export interface JournalRead {
  readonly keys: readonly Key[];
  readonly lines: number;
}

/** Reads the whole journal, oldest commit first, and hands each record to `visit`. */
export async function readJournal(
  store: Store,
  visit: (record: JournalRecord) => void,
): Promise<JournalRead> {
  const keys: Key[] = [];
  const decoder = new TextDecoder();
  let chunks: Uint8Array[] = [];
  let current = "";
  let lines = 0;
  const flush = (): void => {
    for (const text of decoder.decode(concat(chunks)).split("\n")) {
      if (text === "") continue;
      visit(JournalRecord.parse(JSON.parse(text)));
      lines++;
    }
    chunks = [];
  };
  for await (const row of store.list({ prefix: key.journals() })) {
    const commit = `${row.key[1]}/${row.key[2]}`;
    if (commit !== current) flush();
    current = commit;
    keys.push(row.key);
    chunks.push(row.value);
  }
  flush();
  return { keys, lines };
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

/** Order numbers: `epoch * 2^32 + n`, strictly increasing across restarts. */
export class SeqCounter {
  #next: Seq;
  constructor(epoch: number) {
    this.#next = epoch * 2 ** 32;
  }
  next(): Seq {
    return this.#next++;
  }
}
