/**
 * Looks now and then at the lanes that have something to do: what has waited there for a while is told to its group,
 * and again when it is through. Memory holds only what was told and is not over; the groups remember it, too.
 */
import { type GroupId, type Mail, type MessageId, type Messenger, seqOf } from "../model/mod.ts";
import type { Host, Store } from "../ports/mod.ts";
import type { Lanes } from "../bridge/lanes.ts";
import type { Groups } from "../group.ts";
import { LATE_MAX } from "../group/feedback.ts";
import { WEB } from "../group/web.ts";
import { key } from "../store/mod.ts";
import type { Timer } from "../system/timer.ts";

/** After how long a message is late, ms. */
const LATE_MS = 60_000;
const LOOK_EVERY_MS = 10_000;
/** Told at one look: an account that is down makes all its groups late at once. */
const TOLD_MAX = 500;

export interface LatenessDeps {
  readonly store: Store;
  readonly host: Host;
  readonly timer: Timer;
  readonly lanes: Lanes;
  readonly groups: Groups;
}

/** Messages whose authors were told, and on which messengers they are late. */
type Told = Map<MessageId, readonly Messenger[]>;

export class Lateness {
  readonly #deps: LatenessDeps;
  readonly #told = new Map<GroupId, Told>();

  constructor(deps: LatenessDeps) {
    this.#deps = deps;
  }

  /** Goes on with what an earlier process told. Only after what it left is decided. */
  async start(): Promise<void> {
    const { store, groups } = this.#deps;
    for await (const { key: [, id] } of store.list({ prefix: key.lates() })) {
      const group = id as GroupId;
      const { late = [] } = (await groups.states.load(group))?.record ?? {};
      this.#told.set(group, new Map(late.map(({ message, messengers }) => [message, messengers])));
    }
    this.#lookSoon();
  }

  #lookSoon(): void {
    this.#deps.timer.after(LOOK_EVERY_MS, () => {
      this.#look();
      this.#lookSoon();
    });
  }

  #look(): void {
    for (const [group, told] of this.#told) this.#end(group, told);
    let left = TOLD_MAX;
    for (const [group, late] of this.#found()) {
      const told = this.#told.get(group) ?? new Map<MessageId, readonly Messenger[]>();
      for (const [message, messengers] of late) {
        if (told.has(message) || told.size >= LATE_MAX || left <= 0) continue;
        told.set(message, messengers);
        this.#tell(group, message, messengers);
        left--;
      }
      if (told.size > 0) this.#told.set(group, told);
    }
  }

  /** What has been late, and is through or given up. */
  #end(group: GroupId, told: Told): void {
    for (const [message, messengers] of told) {
      if (messengers.some((messenger) => this.#deps.lanes.waits(group, messenger, seqOf(message)))) continue;
      told.delete(message);
      this.#tell(group, message, []);
    }
    if (told.size === 0) this.#told.delete(group);
  }

  #found(): ReadonlyMap<GroupId, ReadonlyMap<MessageId, readonly Messenger[]>> {
    const found = new Map<GroupId, Map<MessageId, Messenger[]>>();
    const before = this.#deps.host.now() - LATE_MS;
    for (const { group, messenger, message, from } of this.#deps.lanes.late(before, LATE_MAX)) {
      // Browsers show how far a message is.
      if (from === WEB || messenger === WEB) continue;
      const late = found.get(group) ?? new Map<MessageId, Messenger[]>();
      late.set(message, [...late.get(message) ?? [], messenger]);
      found.set(group, late);
    }
    return found;
  }

  #tell(group: GroupId, message: MessageId, messengers: readonly Messenger[]): void {
    const mail: Mail = { kind: "fact", fact: { type: "late", message, messengers: [...messengers] } };
    this.#deps.groups.learn(group, mail, { records: [] }, () => undefined);
  }
}
