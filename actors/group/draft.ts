/** What one mail does to a group, gathered while it is decided. Nothing of it happens before the decision is whole. */
import {
  type Bridge,
  type GroupRecord,
  type HistoryEntry,
  type LiveEvent,
  type Locale,
  type Member,
  type MemberId,
  type MessageId,
  messageIdOf,
  type Messenger,
  type NativeId,
  type Op,
  type Seq,
} from "../model/mod.ts";
import type { Mutation } from "../ports/mod.ts";
import type { Standing } from "./status.ts";
import type { GroupState, MapEntry, MessageEntry, Turn } from "../store/mod.ts";

/** A message that mail refers to. */
export interface Known {
  readonly entry: MessageEntry;
  /** Null where the retention window has passed. */
  readonly history: HistoryEntry | null;
}

/** What a decision needs besides the state and the mail. */
export interface Surroundings {
  readonly seq: Seq;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly target: Known | null;
  hash(value: string): string;
  standing(bridge: Bridge, record: GroupRecord): Standing;
  text(locale: Locale, key: string, values?: Readonly<Record<string, string>>): string;
}

type WithoutSeq<T> = T extends unknown ? Omit<T, "seq"> : never;
/** A live event before it has its place in the order. Messages are told by their id. */
export type Told =
  | Exclude<WithoutSeq<LiveEvent>, { type: "message" | "member" | "bridge" }>
  | { readonly type: "message"; readonly id: MessageId }
  | { readonly type: "member"; readonly id: MemberId }
  | { readonly type: "bridge"; readonly messenger: Messenger };

/** Where a native chat leads from now on; `to` null: nowhere. */
export interface RouteChange {
  readonly bridge: Bridge;
  readonly to: "here" | null;
}

export class Draft {
  readonly around: Surroundings;
  readonly #before: GroupState | null;
  #record: GroupRecord | null = null;
  readonly members = new Map<MemberId, Member>();
  readonly outgoing: { readonly op: Op; readonly to: readonly Messenger[] }[] = [];
  readonly told: Told[] = [];
  readonly rows: Mutation[] = [];
  readonly routes: RouteChange[] = [];
  /** Bridges that are no more: what still waits for them is left out. */
  readonly cut: Messenger[] = [];
  readonly changed: HistoryEntry[] = [];
  message: MapEntry | null = null;
  made: HistoryEntry | null = null;
  alias: Turn["alias"] | null = null;
  /** `erase`: members and messages go. `drop`: the group itself goes too. */
  end: "erase" | "drop" | null = null;
  /** The message that a web action made or changed. */
  answer: MessageId | null = null;
  /** Whom the command was about. */
  subject: MemberId | null = null;

  constructor(before: GroupState | null, around: Surroundings) {
    this.#before = before;
    this.around = around;
  }

  /** The group as it is with what is decided so far. */
  get record(): GroupRecord {
    const record = this.#record ?? this.#before?.record;
    if (record === undefined) throw new Error("Cannot decide for a group that does not exist");
    return record;
  }

  get exists(): boolean {
    return this.#record !== null || this.#before !== null;
  }

  /** The new record, or null where it stays as it was. */
  get newRecord(): GroupRecord | null {
    return this.#record;
  }

  /** Starts or changes the record. */
  change(record: GroupRecord): void {
    this.#record = record;
  }

  member(id: MemberId): Member | null {
    return this.members.get(id) ?? this.#before?.members.get(id) ?? null;
  }

  /** Everybody who is here. */
  *present(): Iterable<Member> {
    for (const member of this.#before?.members.values() ?? []) {
      const now = this.members.get(member.id) ?? member;
      if (now.leftAt === null) yield now;
    }
    for (const member of this.members.values()) {
      if (member.leftAt === null && !this.#before?.members.has(member.id)) yield member;
    }
  }

  put(member: Member): Member {
    this.members.set(member.id, member);
    this.told.push({ type: "member", id: member.id });
    return member;
  }

  bridge(messenger: Messenger): Bridge | null {
    return this.record.bridges.find((bridge) => bridge.messenger === messenger) ?? null;
  }

  /** Puts `bridge` in the place of the one of its messenger, or adds it. */
  putBridge(bridge: Bridge): void {
    const { record } = this;
    const others = record.bridges.some(({ messenger }) => messenger === bridge.messenger);
    const bridges = others
      ? record.bridges.map((other) => other.messenger === bridge.messenger ? bridge : other)
      : [...record.bridges, bridge];
    this.change({ ...record, bridges });
    this.told.push({ type: "bridge", messenger: bridge.messenger });
  }

  dropBridge(messenger: Messenger): void {
    const { record } = this;
    this.cut.push(messenger);
    this.change({ ...record, bridges: record.bridges.filter((bridge) => bridge.messenger !== messenger) });
  }

  send(op: Op, to: readonly Messenger[]): void {
    if (to.length > 0) this.outgoing.push({ op, to });
  }

  /** A name for a line of ours that is taken back or changed later, or for one of theirs that only we read. */
  named(messenger: Messenger, native: NativeId | null = null): MessageId {
    const id = messageIdOf(this.around.seq);
    this.message = { id, messenger, author: null, native, at: this.around.at };
    return id;
  }

  label(messenger: Messenger): string {
    return this.around.text(this.record.locale, `messenger.${messenger}`);
  }

  text(key: string, values?: Readonly<Record<string, string>>): string {
    return this.around.text(this.record.locale, key, values);
  }
}

/** The bridges that a message goes to: all that have, or will have, a chat, without the one that it came from. */
export function audience(record: GroupRecord, except: Messenger | null): Messenger[] {
  const to: Messenger[] = [];
  for (const bridge of record.bridges) {
    if (bridge.messenger === except || bridge.hidden === true || bridge.leaving === true) continue;
    if (bridge.chat !== null || bridge.status === "creating") to.push(bridge.messenger);
  }
  return to;
}
