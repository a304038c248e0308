/** All lanes that have something to send, and some that had. */
import type { GroupId, GroupRecord, MessageId, Messenger, Seq } from "../model/mod.ts";
import { Lane } from "../bridge.ts";
import { type Append, type LaneItem, type LaneMarkRow, line } from "../store/mod.ts";
import { Cache } from "../system/cache.ts";
import { Watchdog } from "./guard.ts";
import type { LaneDeps, LaneRoute } from "./lane_deps.ts";

/** Lanes with nothing to do that are kept for the next time: they know what their pace still allows. */
const RESTING_MAX = 8_192;

/** A message that has not been sent for a while; `from` is where it was written. */
export interface LateMessage {
  readonly group: GroupId;
  readonly messenger: Messenger;
  readonly message: MessageId;
  readonly from: Messenger;
}

export type LanesDeps = Omit<LaneDeps, "dog" | "idle" | "halted">;

export class Lanes {
  readonly #deps: LaneDeps;
  readonly #lanes = new Map<string, Lane>();
  readonly #resting = new Cache<string, Lane>(RESTING_MAX);

  readonly #dog: Watchdog;
  #halted = false;

  constructor(deps: LanesDeps) {
    this.#dog = new Watchdog(deps.timer, () => deps.host.elapsed());
    this.#deps = {
      ...deps,
      dog: this.#dog,
      halted: () => this.#halted,
      idle: (lane) => this.#rest(lane),
    };
  }

  /** How many have something to do. */
  get size(): number {
    return this.#lanes.size;
  }

  /** Adds an item. It is sent once the answer is called: when what it depends on is durable. */
  add(group: GroupId, messenger: Messenger, item: LaneItem, route: LaneRoute | null): () => void {
    const lane = this.#lane(group, messenger);
    const entry = { item, open: false, carried: 0 };
    lane.queue.push(entry);
    if (route !== null) lane.reroute(route);
    return () => {
      entry.open = true;
      lane.kick();
    };
  }

  /** What waits in a lane up to `seq` is left out: its bridge is no more. */
  cut(group: GroupId, messenger: Messenger, seq: Seq): void {
    this.#lanes.get(laneKey(group, messenger))?.queue.cut(seq);
  }

  /** The bridges of a group have changed. */
  reroute(record: GroupRecord): void {
    for (const bridge of record.bridges) {
      this.#lanes.get(laneKey(record.id, bridge.messenger))?.reroute({ bridge, locale: record.locale });
    }
  }

  /** Whether a bridge still has to send something of this message or of an older one. */
  waits(group: GroupId, messenger: Messenger, message: Seq): boolean {
    const lane = this.#lanes.get(laneKey(group, messenger));
    return lane !== undefined && lane.queue.oldestCause <= message;
  }

  /** When the oldest that waits for a bridge was accepted, as far as memory has it; null where nothing does. */
  waitsSince(group: GroupId, messenger: Messenger): number | null {
    for (const { at } of this.#lanes.get(laneKey(group, messenger))?.queue.waiting() ?? []) return at;
    return null;
  }

  /** Why a bridge waits, where its owner should read that: a key of the locale files, or null. */
  waiting(group: GroupId, messenger: Messenger): string | null {
    return this.#lanes.get(laneKey(group, messenger))?.waits.reason ?? null;
  }

  /** Messages of people that wait since `before` (ms since 1970), at most `max` of each lane. */
  *late(before: number, max: number): Iterable<LateMessage> {
    for (const { group, messenger, queue } of this.#lanes.values()) {
      let count = 0;
      for (const { op, at } of queue.waiting()) {
        if (at > before || count >= max) break;
        if (op.type !== "post" || op.author.messenger === messenger) continue;
        count++;
        yield { group, messenger, message: op.message, from: op.author.messenger };
      }
    }
  }

  /** An account has come back: its lanes go on. */
  kickAll(): void {
    for (const lane of this.#lanes.values()) lane.kick();
  }

  restoreMark(group: GroupId, messenger: Messenger, mark: LaneMarkRow): void {
    this.#lane(group, messenger).queue.restoreMark(mark);
  }

  restore(group: GroupId, messenger: Messenger, item: LaneItem): void {
    this.#lane(group, messenger).queue.restore(item);
  }

  restoreDone(group: GroupId, messenger: Messenger, seq: Seq, part: number, last: boolean): void {
    this.#lanes.get(laneKey(group, messenger))?.queue.restoreDone(seq, part, last);
  }

  restoreWait(group: GroupId, messenger: Messenger, until: number, since: number): void {
    this.#lanes.get(laneKey(group, messenger))?.waits.again(until, since);
  }

  /** Forgets what a group that is gone had to send. Only before the start. */
  drop(group: GroupId): void {
    for (const [at, lane] of this.#lanes) if (lane.group === group) this.#lanes.delete(at);
  }

  /** Sends begin: everything that was stored is known. */
  start(): void {
    for (const [at, lane] of [...this.#lanes]) {
      if (lane.queue.empty) this.#lanes.delete(at);
      else lane.kick();
    }
  }

  /** Nothing more is sent. Resolves when what is being sent has ended: its receipts are with the committer. */
  async stop(): Promise<void> {
    this.#halted = true;
    await this.#dog.quiet();
    // The lanes hear of it after the dog does.
    await this.#deps.timer.pause(0);
  }

  /** What a checkpoint has to write of all lanes. */
  carry(now: number): { readonly records: string[]; readonly appends: [Append, () => void][] } {
    const records: string[] = [];
    const appends: [Append, () => void][] = [];
    for (const lane of this.#lanes.values()) {
      const part = lane.queue.carry();
      for (const record of part.records) records.push(record);
      for (const append of part.appends) appends.push(append);
      const { leftMs } = lane.waits;
      if (leftMs > 0) records.push(line(["w", lane.group, lane.messenger, now + leftMs, now]));
    }
    return { records, appends };
  }

  #lane(group: GroupId, messenger: Messenger): Lane {
    const at = laneKey(group, messenger);
    let lane = this.#lanes.get(at);
    if (lane === undefined) {
      lane = this.#resting.get(at) ?? new Lane(group, messenger, this.#deps);
      this.#resting.delete(at);
      this.#lanes.set(at, lane);
    }
    return lane;
  }

  #rest(lane: Lane): void {
    const at = laneKey(lane.group, lane.messenger);
    if (this.#lanes.get(at) !== lane) return;
    this.#lanes.delete(at);
    lane.rest();
    this.#resting.set(at, lane);
  }
}

function laneKey(group: GroupId, messenger: Messenger): string {
  return `${group} ${messenger}`;
}
