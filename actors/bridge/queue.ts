/**
 * What a Lane has to send, in order: items on disk first, then those of the journal. Long waits move from the
 * journal to the disk at checkpoints, so that neither memory nor journal grows with a dead bridge.
 */
import type { GroupId, Messenger, Seq } from "../model/mod.ts";
import type { Mutation, Store } from "../ports/mod.ts";
import {
  type Append,
  firstPage,
  type LaneItem,
  type LaneMarkRow,
  line,
  putMark,
  putPages,
  type StoredPage,
} from "../store/mod.ts";

export interface Entry {
  readonly item: LaneItem;
  /** Whether the commit that it depends on is durable. */
  open: boolean;
  /** How many checkpoints it has waited through. */
  carried: number;
}

export interface QueueDeps {
  readonly store: Store;
  /** How long an item on disk may wait, ms. */
  readonly lifetimeMs: number;
  append(append: Append, done: () => void): void;
  kick(): void;
  /** The disk could not be read: a kick follows in a while. */
  failed(cause: unknown): void;
}

export class LaneQueue {
  readonly #deps: QueueDeps;
  readonly #group: GroupId;
  readonly #messenger: Messenger;
  #fresh: Entry[] = [];
  #page: LaneItem[] = [];
  #pageRows: readonly Mutation[] = [];
  /** Whether there are pages on disk besides the one in memory. */
  #more = false;
  #busy = 0;
  /** How often items went to the disk. */
  #moves = 0;
  #upTo: Seq = 0;
  /** Every item up to this one is done. */
  done: Seq = 0;
  /** Parts of the next item that are done. */
  part = 0;

  constructor(group: GroupId, messenger: Messenger, deps: QueueDeps) {
    this.#group = group;
    this.#messenger = messenger;
    this.#deps = deps;
  }

  get empty(): boolean {
    return this.#fresh.length === 0 && this.#page.length === 0 && !this.#more;
  }

  get onDisk(): boolean {
    return this.#more || this.#page.length > 0;
  }

  /** Whose mail caused the oldest item: what is older than that has been dealt with. Infinity: nothing waits. */
  get oldestCause(): Seq {
    const stored = this.#page[0];
    if (stored !== undefined) return stored.cause;
    return this.#more ? 0 : this.#fresh[0]?.item.cause ?? Infinity;
  }

  push(entry: Entry): void {
    this.#fresh.push(entry);
  }

  /** An item that the journal tells of, at start. A checkpoint may have written older ones behind it. */
  restore(item: LaneItem): void {
    if (item.seq <= this.done || item.seq <= this.#upTo) return;
    let at = this.#fresh.length;
    while (at > 0 && (this.#fresh[at - 1]?.item.seq ?? 0) > item.seq) at--;
    const known = this.#fresh[at - 1]?.item.seq === item.seq;
    if (!known) this.#fresh.splice(at, 0, { item, open: true, carried: 0 });
    const first = at === 0 || (known && at === 1);
    if (first && !this.onDisk) this.part = known ? Math.max(this.part, item.part) : item.part;
  }

  restoreMark(mark: LaneMarkRow): void {
    this.done = mark.done;
    this.part = mark.part;
    this.#upTo = mark.upTo;
    this.#more = true;
  }

  /** Progress that the journal tells of, at start. */
  restoreDone(seq: Seq, part: number, last: boolean): void {
    if (seq <= this.done) return;
    this.done = last ? seq : this.done;
    this.part = last ? 0 : part + 1;
    while (this.#fresh[0] !== undefined && this.#fresh[0].item.seq <= this.done) this.#fresh.shift();
  }

  /** The next item; `wait`: it is not there yet, a kick follows; null: there is none. */
  next(): Entry | "wait" | null {
    const stored = this.#page[0];
    if (stored !== undefined) return { item: stored, open: true, carried: 2 };
    if (this.#more) {
      if (this.#busy === 0) void this.#load();
      return "wait";
    }
    const first = this.#fresh[0];
    if (first === undefined) return null;
    return first.open ? first : "wait";
  }

  /** What waits behind the next item, as far as memory has it. */
  *ahead(): Iterable<LaneItem> {
    if (this.#page.length > 0) {
      for (let at = 1; at < this.#page.length; at++) {
        const item = this.#page[at];
        if (item !== undefined) yield item;
      }
      return;
    }
    for (let at = 1; at < this.#fresh.length; at++) {
      const entry = this.#fresh[at];
      if (entry === undefined || !entry.open) return;
      yield entry.item;
    }
  }

  /** What waits, as far as memory has it. */
  *waiting(): Iterable<LaneItem> {
    const first = this.#page[0] ?? (this.#more ? undefined : this.#fresh[0]?.item);
    if (first === undefined) return;
    yield first;
    yield* this.ahead();
  }

  /** Whether `item` is done with: sent, or left out by `cut`. */
  passed(item: LaneItem): boolean {
    return item.seq <= this.done;
  }

  /** Leaves out every item up to `seq`: its bridge is no more. */
  cut(seq: Seq): void {
    if (seq <= this.done) return;
    this.done = seq;
    this.part = 0;
    this.#fresh = this.#fresh.filter(({ item }) => item.seq > seq);
    // Pages are dropped as they are read: everything in them is done.
    if (this.#page.length > 0) this.#more = true;
    this.#page = [];
  }

  /** Takes `item` out as done. Answers the rows to write with its receipt, and what to call when they are written. */
  finish(item: LaneItem): { readonly rows: readonly Mutation[]; readonly after: () => void } {
    this.part = 0;
    this.done = item.seq;
    if (this.#fresh[0]?.item.seq === item.seq) this.#fresh.shift();
    // Neither there nor in the page: a checkpoint moved it to the disk while it was being sent. `done` skips it.
    if (this.#page[0]?.seq !== item.seq) return { rows: [], after: () => undefined };
    this.#page.shift();
    if (this.#page.length > 0) return { rows: [], after: () => undefined };
    this.#more = true;
    return { rows: this.#pageRows, after: this.#hold() };
  }

  /** What a checkpoint has to write of this lane: items anew for the journal, older ones for the disk. */
  carry(): { readonly records: readonly string[]; readonly appends: readonly [Append, () => void][] } {
    const old = this.#fresh.filter((entry) => entry.carried > 0).map((entry) => this.#now(entry.item));
    const appends: [Append, () => void][] = [];
    if (old.length > 0) {
      const stored = this.onDisk;
      this.#fresh = this.#fresh.slice(old.length);
      this.#more = true;
      // Under a fresh mark `done` may still be 0: whatever came before the first of these is done.
      if (!stored && this.done === 0) this.done = (old[0]?.seq ?? 1) - 1;
      this.#moves++;
      for (const { rows, upTo } of putPages(this.#group, this.#messenger, old, this.#deps.lifetimeMs)) {
        this.#upTo = upTo;
        appends.push([{ records: [], rows: [...rows, this.#mark()] }, this.#hold()]);
      }
    } else if (this.onDisk) {
      appends.push([{ records: [], rows: [this.#mark()] }, () => undefined]);
    }
    const records = this.#fresh.map((entry) => {
      entry.carried++;
      return line(["o", this.#group, this.#messenger, this.#now(entry.item)]);
    });
    return { records, appends };
  }

  /** The item with the parts of it that are done. */
  #now(item: LaneItem): LaneItem {
    const first = this.#page.length === 0 && !this.#more && this.#fresh[0]?.item === item;
    return first && this.part > 0 ? { ...item, part: this.part } : item;
  }

  #mark(): Mutation {
    const mark = { v: 1, done: this.done, part: this.part, upTo: this.#upTo } as const;
    return putMark(this.#group, this.#messenger, mark);
  }

  /** Reads wait until rows that were written before are there. */
  #hold(): () => void {
    this.#busy++;
    return () => {
      this.#busy--;
      this.#deps.kick();
    };
  }

  async #load(): Promise<void> {
    this.#busy++;
    const moves = this.#moves;
    try {
      const page = await firstPage(this.#deps.store, this.#group, this.#messenger);
      // Where there was none, one may have come meanwhile: it is looked for again.
      if (page !== null) this.#take(page);
      else if (moves === this.#moves) this.#noMore();
    } catch (cause) {
      this.#busy--;
      return this.#deps.failed(cause);
    }
    this.#busy--;
    this.#deps.kick();
  }

  #take({ items, drop }: StoredPage): void {
    this.#page = items.filter(({ seq }) => seq > this.done);
    this.#pageRows = drop;
    const [first] = this.#page;
    if (first === undefined) this.#deps.append({ records: [], rows: drop }, this.#hold());
    else if (first.part > this.part) this.part = first.part;
  }

  #noMore(): void {
    this.#more = false;
    const rows = [putMark(this.#group, this.#messenger, null)];
    this.#deps.append({ records: [], rows }, () => undefined);
  }
}
