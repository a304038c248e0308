/**
 * Group commit: one commit is in flight; everything that arrives meanwhile, of all groups, rides in the next.
 * No artificial delay: when idle, an append is committed at once. Every commit checks the session.
 *
 * What is given to one `append` lands whole or not at all, and in the order of the calls. Records go, as lines of
 * JSON, into journal chunks; rows beside them.
 */
import { type Log, type Metrics, type Mutation, RelayError, type Store } from "../ports/mod.ts";
import {
  type Append,
  COMMIT_BYTES,
  COMMIT_KEY_BYTES,
  COMMIT_ROWS,
  rowSize,
  TooLarge,
  weigh,
} from "./append.ts";
import type { Chunks } from "./journal.ts";
import { JournalWriter, type Placed } from "./journal_writer.ts";
import { key } from "./keys.ts";
import type { Session } from "./session.ts";
import { tryCommit } from "./try_commit.ts";

/** First pause after a failed commit, and the longest, ms. */
const RETRY_FIRST_MS = 20;
const RETRY_MAX_MS = 1_000;
/** A row that only tells whether the store takes writes. */
const PROBE: Mutation = { key: key.probe(), value: Uint8Array.of(1) };
/** What an outsider is told to wait when the store refuses or the queue is full, ms. */
const RETRY_AFTER_MS = 1_000;

interface Waiting {
  readonly append: Append;
  /** `accept`: refused when the store fails. `internal`: tried until it is written. */
  readonly kind: "accept" | "internal";
  readonly bytes: number;
  readonly done: (commit: number) => void;
  readonly failed: (error: unknown) => void;
}

/** This process is no longer the owner: nothing more can be written by it. */
export class Fenced extends RelayError {
  constructor() {
    super("unavailable", "Cannot store this as another process has taken over", RETRY_AFTER_MS);
  }
}

export interface CommitterDeps {
  readonly store: Store;
  readonly session: Session;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Resolves after `ms`; early when the committer stops is fine. */
  readonly pause: (ms: number) => Promise<void>;
  readonly onFenced: () => void;
  /** Waiting bytes over which `accept` answers `busy`. */
  readonly maxWaitingBytes: number;
}

export class Committer {
  readonly #deps: CommitterDeps;
  readonly #buffer = new Uint8Array(COMMIT_BYTES);
  readonly #encoder = new TextEncoder();
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #running = false;
  #fenced = false;
  #idle: (() => void)[] = [];
  #room: (() => void)[] = [];
  /** Null, or why the last commit failed (a class name). */
  failing: string | null = null;
  readonly #journal: JournalWriter;

  constructor(deps: CommitterDeps) {
    this.#deps = deps;
    this.#journal = new JournalWriter(deps.session.epoch);
  }

  /** Bytes that are not durable yet. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Bytes of journal chunks written since `takeJournal` was last called. */
  get journalBytes(): number {
    return this.#journal.bytes;
  }

  get fenced(): boolean {
    return this.#fenced;
  }

  /**
   * Something from outside; `then` runs in the order of commits. `heldBack`: the caller has waited for `room`.
   * @throws {RelayError} `busy` or `unavailable`: then nothing of it was written
   */
  accept(
    append: Append,
    { then = () => undefined, heldBack = false }: {
      readonly then?: () => void;
      readonly heldBack?: boolean;
    } = {},
  ): Promise<number> {
    if (!heldBack && this.#waitingBytes > this.#deps.maxWaitingBytes) {
      return Promise.reject(
        new RelayError("busy", "Cannot take more messages right now: the mailbox is full", RETRY_AFTER_MS),
      );
    }
    return new Promise((resolve, failed) => {
      const done = (commit: number): void => {
        then();
        resolve(commit);
      };
      this.#add(append, "accept", done, failed);
    });
  }

  /**
   * Something that follows from what is already durable: written sooner or later. `done` runs after that, `failed`
   * when it never will be: it is too large (which is logged), or the session is lost.
   */
  append(
    append: Append,
    done: (commit: number) => void = () => undefined,
    failed: (error: unknown) => void = () => undefined,
  ): void {
    this.#add(append, "internal", done, failed);
  }

  /** As `append`, to wait for. Rejects only with `TooLarge` and `Fenced`. */
  write(append: Append): Promise<number> {
    return new Promise((done, failed) => this.#add(append, "internal", done, failed));
  }

  /** Resolves when more can be accepted: how adapters are held back. */
  room(): Promise<void> {
    if (this.#waitingBytes <= this.#deps.maxWaitingBytes / 2) return Promise.resolve();
    return new Promise((resolve) => this.#room.push(resolve));
  }

  /** Resolves when nothing waits and nothing is in flight. */
  idle(): Promise<void> {
    if (!this.#running && this.#waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Journal chunks written so far, oldest first, and forgets them: the caller deletes them after a checkpoint. */
  takeJournal(): readonly Chunks[] {
    return this.#journal.take();
  }

  #add(append: Append, kind: Waiting["kind"], done: Waiting["done"], failed: Waiting["failed"]): void {
    if (this.#fenced) return failed(new Fenced());
    const bytes = weigh(append);
    this.#waitingBytes += bytes;
    this.#waiting.push({ append, kind, bytes, done, failed });
    if (!this.#running) {
      this.#running = true;
      queueMicrotask(() => void this.#run());
    }
  }

  async #run(): Promise<void> {
    let retryMs = RETRY_FIRST_MS;
    while (this.#waiting.length > 0 && !this.#fenced) {
      const batch = this.#takeBatch();
      if (batch === null) continue;
      const started = performance.now();
      const outcome = await tryCommit(this.#deps, batch.mutations, batch.placed.witness);
      this.#deps.metrics.observe("plenum_commit_seconds", (performance.now() - started) / 1000);
      if (outcome === "fenced") {
        this.#fence(batch.items);
      } else if (outcome === "ok") {
        retryMs = RETRY_FIRST_MS;
        this.#finish(batch);
      } else {
        this.failing = outcome === "locked" ? "locked" : "refused";
        if (outcome === "failed") this.#journal.failed(batch.placed);
        this.#refuse(batch.items, outcome);
        await this.#deps.pause(retryMs);
        retryMs = Math.min(retryMs * 2, RETRY_MAX_MS);
      }
    }
    this.#running = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** As many waiting appends as fit, in order, encoded. Null when the first one could never fit and was refused. */
  #takeBatch(): Batch | null {
    let at = 0, rows = 0, rowBytes = 0, keyBytes = 0, taken = 0;
    const mutations: Mutation[] = [];
    for (const item of this.#waiting) {
      const size = rowSize(item.append.rows);
      const fits = rows + size.count <= COMMIT_ROWS &&
        keyBytes + size.keys <= COMMIT_KEY_BYTES && at + rowBytes + size.bytes <= COMMIT_BYTES;
      const end = fits ? this.#encode(item.append.records, at, COMMIT_BYTES - rowBytes - size.bytes) : -1;
      if (end < 0) break;
      at = end;
      rows += size.count;
      rowBytes += size.bytes;
      keyBytes += size.keys;
      for (const row of item.append.rows ?? []) mutations.push(row);
      taken++;
    }
    const items = this.#waiting.slice(0, Math.max(taken, 1));
    this.#waiting = this.#waiting.slice(items.length);
    if (taken === 0) {
      this.#tooLarge(items);
      return null;
    }
    const placed = this.#journal.place(this.#buffer.subarray(0, at));
    mutations.push(...placed.mutations);
    return { items, mutations, placed };
  }

  /** Writes the lines at `at`; answers the next free place, or -1 where they do not fit before `limit`. */
  #encode(records: readonly string[], at: number, limit: number): number {
    for (const record of records) {
      const { read, written } = this.#encoder.encodeInto(record, this.#buffer.subarray(at, limit));
      if (read < record.length || at + written >= limit) return -1;
      at += written;
      this.#buffer[at++] = 10;
    }
    return at;
  }

  #finish(batch: Batch): void {
    this.failing = null;
    this.#journal.written(batch.placed);
    for (const item of batch.items) this.#waitingBytes -= item.bytes;
    for (const item of batch.items) item.done(batch.placed.commit);
    if (this.#room.length > 0 && this.#waitingBytes <= this.#deps.maxWaitingBytes / 2) {
      for (const resolve of this.#room.splice(0)) resolve();
    }
  }

  /** The store took nothing: outsiders hear of it, our own writes are put back in front, in order. */
  #refuse(items: readonly Waiting[], outcome: "failed" | "locked"): void {
    const again = items.filter((item) => item.kind === "internal" || outcome === "locked");
    for (const item of items) {
      if (item.kind === "internal" || outcome === "locked") continue;
      this.#waitingBytes -= item.bytes;
      item.failed(new RelayError("unavailable", "Cannot store this right now", RETRY_AFTER_MS));
    }
    this.#waiting = [...again, ...this.#waiting];
    // Somebody has to find out that the store takes writes again, even if nobody writes.
    if (this.#waiting.every(({ kind }) => kind === "accept")) this.append({ records: [], rows: [PROBE] });
  }

  #tooLarge(items: readonly Waiting[]): void {
    for (const item of items) {
      this.#waitingBytes -= item.bytes;
      item.failed(new TooLarge(`${item.bytes} bytes`));
      this.#deps.log.error("append-too-large", { kind: item.kind, bytes: item.bytes });
    }
  }

  #fence(items: readonly Waiting[]): void {
    this.#fenced = true;
    const error = new Fenced();
    for (const item of [...items, ...this.#waiting]) item.failed(error);
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const resolve of this.#room.splice(0)) resolve();
    this.#deps.onFenced();
  }
}

interface Batch {
  readonly items: readonly Waiting[];
  readonly mutations: readonly Mutation[];
  readonly placed: Placed;
}
