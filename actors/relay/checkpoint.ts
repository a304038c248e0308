/**
 * Checkpoints keep the journal short: what is still needed of it is written elsewhere, then its chunks are deleted.
 * A crash between any two of these commits loses nothing: reading both the old and the new gives the same.
 */
import type { Host, Mutation } from "../ports/mod.ts";
import type { Groups } from "../group.ts";
import type { Lanes } from "../bridge/lanes.ts";
import {
  type CommitKeys,
  type Committer,
  Fenced,
  type History,
  journalKeys,
  type MessageMap,
  type Seen,
  type Sequence,
} from "../store/mod.ts";
import type { Timer } from "../system/timer.ts";

/** A journal of this size is checkpointed at once. */
const JOURNAL_MAX_BYTES = 16 * 1024 * 1024;
/** A shorter one after this time, ms. */
const EVERY_MS = 60_000;
const LOOK_EVERY_MS = 250;
/** Rows and bytes of one of our commits. */
const ROWS_MAX = 400;
const BYTES_MAX = 200_000;

export interface CheckpointDeps {
  readonly host: Host;
  readonly committer: Committer;
  readonly sequence: Sequence;
  readonly map: MessageMap;
  readonly history: History;
  readonly seen: Seen;
  readonly lanes: Lanes;
  readonly groups: Groups;
  readonly timer: Timer;
  readonly epoch: number;
}

export class Checkpoints {
  readonly #deps: CheckpointDeps;
  /** Journal of earlier sessions. */
  #found: readonly CommitKeys[] = [];
  #last: number;
  #running: Promise<void> | null = null;
  #stopped = false;

  constructor(deps: CheckpointDeps) {
    this.#deps = deps;
    this.#last = deps.host.elapsed();
  }

  /** `found`: what earlier sessions left of the journal. */
  start(found: readonly CommitKeys[]): void {
    this.#found = found;
    this.#look();
  }

  #look(): void {
    if (this.#stopped) return;
    const { timer, host, committer } = this.#deps;
    timer.after(LOOK_EVERY_MS, () => {
      const old = host.elapsed() - this.#last >= EVERY_MS &&
        (committer.journalBytes > 0 || this.#found.length > 0);
      if ((old || committer.journalBytes > JOURNAL_MAX_BYTES) && committer.failing === null) void this.run();
      this.#look();
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  /** Resolves when none is running. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** One at a time; resolves when the journal that was there before is gone. */
  run(): Promise<void> {
    this.#running ??= this.#write().catch((error: unknown) => {
      if (!(error instanceof Fenced)) this.#deps.host.log.error("checkpoint-failed", {}, error);
    }).finally(() => this.#running = null);
    return this.#running;
  }

  async #write(): Promise<void> {
    const { committer, sequence, map, history, seen, lanes, groups, host, epoch } = this.#deps;
    this.#last = host.elapsed();
    const old = [
      ...this.#found,
      ...committer.takeJournal().map((chunks) => journalKeys(epoch, chunks)),
    ];
    this.#found = [];
    const seq = sequence.next();
    // All of this is taken at one moment; the committer keeps its order.
    const rows = [map.freeze(seq), history.freeze(seq), seen.freeze(seq).reverse()];
    const carried = lanes.carry(host.now());
    const records = [...groups.undecided, ...carried.records];
    const writes: Promise<unknown>[] = [];
    for (const slice of slices(records, (record) => record.length)) {
      writes.push(committer.write({ records: slice }));
    }
    for (const [append, done] of carried.appends) writes.push(committer.write(append).then(done));
    await Promise.all(writes);
    // What is frozen stays as it is: its rows are made and written piece by piece, others go on between.
    for (const part of rows) {
      for (const slice of slices(part, weight)) await committer.write({ records: [], rows: slice });
    }
    for (const commits of slices(old, (keys) => keys.length, ROWS_MAX)) {
      await committer.write({ records: [], rows: commits.flat().map((key) => ({ key, value: null })) });
    }
    host.metrics.observe("plenum_checkpoint_seconds", (host.elapsed() - this.#last) / 1000);
  }
}

function weight(row: Mutation): number {
  return (row.value?.length ?? 0) + 100;
}

/** In order, as many items as together weigh at most `max`. */
function* slices<T>(items: Iterable<T>, weigh: (item: T) => number, max = BYTES_MAX): Iterable<T[]> {
  let slice: T[] = [];
  let sum = 0;
  for (const item of items) {
    const size = weigh(item);
    if (slice.length > 0 && (slice.length >= ROWS_MAX || sum + size > max)) {
      yield slice;
      slice = [];
      sum = 0;
    }
    slice.push(item);
    sum += size;
  }
  if (slice.length > 0) yield slice;
}
