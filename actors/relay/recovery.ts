/** What a start finds: the journal since the last checkpoint, brought back into memory. */
import type { GroupId, Mail, Messenger, Seq } from "../model/mod.ts";
import type { Store } from "../ports/mod.ts";
import { madeBy } from "../group/apply.ts";
import type { Lanes } from "../bridge/lanes.ts";
import {
  type CommitKeys,
  type History,
  type JournalRecord,
  line,
  listMarks,
  type MessageMap,
  readJournal,
  type Seen,
} from "../store/mod.ts";

export interface RecoveryDeps {
  readonly store: Store;
  readonly map: MessageMap;
  readonly history: History;
  readonly seen: Seen;
  readonly lanes: Lanes;
}

/** Mail that was accepted and not decided. */
export interface FoundMail {
  readonly group: GroupId;
  readonly mail: Mail;
  readonly line: string;
}

export interface Recovered {
  /** In the order in which it was accepted. */
  readonly mail: ReadonlyMap<Seq, FoundMail>;
  /** Commits of the journal that the next checkpoint makes superfluous. */
  readonly commits: readonly CommitKeys[];
  readonly records: number;
  /** Lines that could not be read: set aside, so that one of them cannot keep everything else down. */
  readonly unreadable: readonly string[];
}

/** Reads what is stored. Nothing is sent and nothing decided before it is all there. */
export async function recover(deps: RecoveryDeps): Promise<Recovered> {
  const mail = new Map<Seq, FoundMail>();
  let records = 0;
  await deps.seen.load(deps.store);
  for await (const { group, messenger, mark } of listMarks(deps.store)) {
    deps.lanes.restoreMark(group, messenger, mark);
  }
  const unreadable: string[] = [];
  const visit = (record: JournalRecord): void => {
    records++;
    replay(record, mail, deps);
  };
  const commits = await readJournal(deps.store, visit, (text) => unreadable.push(text));
  return { mail, commits, records, unreadable };
}

function replay(record: JournalRecord, mail: Map<Seq, FoundMail>, deps: RecoveryDeps): void {
  const { lanes, map } = deps;
  switch (record[0]) {
    case "m": {
      const [, seq, group, hash, content] = record;
      if (hash !== 0 && !deps.seen.has(hash)) deps.seen.add(hash);
      mail.set(seq, { group, mail: content, line: line(record) });
      return;
    }
    case "t":
      mail.delete(record[1]);
      return replayTurn(record, deps);
    case "r": {
      const [, group, messenger, seq, part, last, message, ids] = record;
      if (message !== null) map.name(group, message, messenger, ids);
      return lanes.restoreDone(group, messenger, seq, part, last);
    }
    case "o":
      return lanes.restore(record[1], record[2], record[3]);
    case "w":
      return lanes.restoreWait(record[1], record[2], record[3], record[4]);
    case "e":
      return lanes.drop(record[1]);
    default:
      record satisfies never;
  }
}

function replayTurn(record: Extract<JournalRecord, ["t", ...unknown[]]>, deps: RecoveryDeps): void {
  const [, cause, group, at, turn] = record;
  const { map, history, lanes } = deps;
  if (turn.message !== undefined) map.add(group, turn.message);
  if (turn.alias !== undefined) {
    map.name(group, turn.alias.message, turn.alias.messenger, [turn.alias.native]);
  }
  for (const entry of madeBy(turn)) history.add(group, entry, turn.keep ?? false);
  for (const entry of turn.changed ?? []) history.change(group, entry, turn.keep ?? false);
  for (const [messenger, seq] of turn.cut ?? []) lanes.cut(group, messenger, seq);
  if (turn.ended === true) history.forget(group);
  for (const [seq, op, to] of turn.items ?? []) {
    for (const messenger of to as Messenger[]) {
      lanes.restore(group, messenger, { seq, cause, at, part: 0, op });
    }
  }
}
