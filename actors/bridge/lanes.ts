/** All lanes that have something to send. A lane with nothing to do does not exist. */
import type { GroupId, GroupRecord, Messenger, Seq } from "../model/mod.ts";
import { Lane } from "../bridge.ts";
import { type Append, type LaneItem, type LaneMarkRow, line } from "../store/mod.ts";
import type { Timer } from "../system/timer.ts";
import type { LaneDeps, LaneRoute } from "./lane_deps.ts";

/** A send that takes longer is given up as "perhaps sent", ms. */
const SEND_MAX_MS = 60_000;
const WATCH_EVERY_MS = 5_000;

export type LanesDeps = Omit<LaneDeps, "watch" | "idle">;

export class Lanes {
  readonly #deps: LaneDeps;
  readonly #timer: Timer;
  readonly #lanes = new Map<string, Lane>();
  readonly #running = new Set<{ readonly since: number; readonly bail: () => void }>();
  #watching = false;

  constructor(deps: LanesDeps) {
    this.#timer = deps.timer;
    this.#deps = {
      ...deps,
      watch: (bail) => this.#watch(bail),
      idle: (group, messenger) => {
        const lane = this.#lanes.get(laneKey(group, messenger));
        if (lane?.queue.empty === true) this.#lanes.delete(laneKey(group, messenger));
      },
    };
  }

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

  restoreWait(group: GroupId, messenger: Messenger, until: number): void {
    this.#lanes.get(laneKey(group, messenger))?.holdUntil(until);
  }

  drop(group: GroupId, messengers: Iterable<Messenger> | null = null): void {
    for (const lane of [...this.#lanes.values()]) {
      if (lane.group !== group) continue;
      if (messengers !== null && ![...messengers].includes(lane.messenger)) continue;
      lane.stop();
      this.#lanes.delete(laneKey(group, lane.messenger));
    }
  }

  /** Sends begin: everything that was stored is known. */
  start(): void {
    for (const lane of [...this.#lanes.values()]) {
      if (lane.queue.empty) this.#lanes.delete(laneKey(lane.group, lane.messenger));
      else lane.kick();
    }
  }

  stop(): void {
    for (const lane of this.#lanes.values()) lane.stop();
  }

  /** What a checkpoint has to write of all lanes. */
  carry(now: number): { readonly records: string[]; readonly appends: [Append, () => void][] } {
    const records: string[] = [];
    const appends: [Append, () => void][] = [];
    for (const lane of this.#lanes.values()) {
      const part = lane.queue.carry();
      for (const record of part.records) records.push(record);
      for (const append of part.appends) appends.push(append);
      if (lane.notBefore > now) records.push(line(["w", lane.group, lane.messenger, lane.notBefore]));
    }
    return { records, appends };
  }

  #lane(group: GroupId, messenger: Messenger): Lane {
    const at = laneKey(group, messenger);
    let lane = this.#lanes.get(at);
    if (lane === undefined) {
      lane = new Lane(group, messenger, this.#deps);
      this.#lanes.set(at, lane);
    }
    return lane;
  }

  #watch(bail: () => void): () => void {
    const send = { since: this.#deps.host.now(), bail };
    this.#running.add(send);
    if (!this.#watching) this.#watchSoon();
    return () => void this.#running.delete(send);
  }

  #watchSoon(): void {
    this.#watching = true;
    this.#timer.at(this.#deps.host.now() + WATCH_EVERY_MS, () => {
      this.#watching = false;
      const late = this.#deps.host.now() - SEND_MAX_MS;
      for (const send of [...this.#running]) if (send.since <= late) send.bail();
      if (this.#running.size > 0) this.#watchSoon();
    });
  }
}

function laneKey(group: GroupId, messenger: Messenger): string {
  return `${group} ${messenger}`;
}
