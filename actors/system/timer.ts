/**
 * One timer for everything that waits: a heap of times, a single `setTimeout`. The only place that sets one in the core.
 * It counts on a clock that never goes back: what somebody does to the wall clock holds nothing up.
 */

interface Entry {
  readonly at: number;
  readonly ring: () => void;
  cancelled: boolean;
  /** No longer in the heap. */
  gone: boolean;
}

/** Cancelled entries are swept out when there are as many as others, and at least this many. */
const SWEEP_MIN = 256;

export class Timer {
  readonly #now: () => number;
  #heap: Entry[] = [];
  #cancelled = 0;
  #handle: ReturnType<typeof setTimeout> | null = null;
  #setFor = Infinity;
  #stopped = false;

  /** `elapsed` as `Host.elapsed`. */
  constructor(elapsed: () => number) {
    this.#now = elapsed;
  }

  /** How many entries it holds, cancelled ones that were not swept out yet included. */
  get size(): number {
    return this.#heap.length;
  }

  /** As `Host.elapsed`. */
  get elapsed(): number {
    return this.#now();
  }

  /** Calls `ring` once, after `ms` or soon after that. Answers how to cancel it. */
  after(ms: number, ring: () => void): () => void {
    const entry: Entry = { at: this.#now() + ms, ring, cancelled: false, gone: false };
    this.#push(entry);
    this.#arm();
    return () => this.#cancel(entry);
  }

  /** Resolves after `ms`. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.after(ms, resolve));
  }

  /** Resolves after `ms`, or as soon as `signal` aborts. */
  pauseUnless(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        signal.removeEventListener("abort", end);
        resolve();
      };
      const cancel = this.after(ms, end);
      signal.addEventListener("abort", end);
    });
  }

  /** Drops everything that waits, and all that comes later. */
  stop(): void {
    this.#stopped = true;
    this.#heap = [];
    if (this.#handle !== null) clearTimeout(this.#handle);
    this.#handle = null;
    this.#setFor = Infinity;
  }

  #arm(): void {
    const first = this.#heap[0];
    if (this.#stopped || first === undefined || first.at >= this.#setFor) return;
    if (this.#handle !== null) clearTimeout(this.#handle);
    this.#setFor = first.at;
    // Timers count 31 bits of milliseconds: a longer wait is waited in pieces.
    const ms = Math.min(Math.max(0, first.at - this.#now()), 2 ** 31 - 1);
    this.#handle = setTimeout(() => this.#fire(), ms);
  }

  #fire(): void {
    this.#handle = null;
    this.#setFor = Infinity;
    const now = this.#now();
    for (let first = this.#heap[0]; first !== undefined && first.at <= now; first = this.#heap[0]) {
      this.#pop();
      first.gone = true;
      if (first.cancelled) this.#cancelled--;
      else first.ring();
    }
    this.#arm();
  }

  #cancel(entry: Entry): void {
    if (entry.cancelled || entry.gone) return;
    entry.cancelled = true;
    if (++this.#cancelled < Math.max(SWEEP_MIN, this.#heap.length / 2)) return;
    // A sorted list is a heap.
    this.#heap = this.#heap.filter((other) => !other.cancelled).sort((a, b) => a.at - b.at);
    this.#cancelled = 0;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let child = heap.push(entry) - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || above.at <= entry.at) break;
      heap[child] = above;
      child = parent;
    }
    heap[child] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let parent = 0;
    for (;;) {
      let child = parent * 2 + 1;
      const left = heap[child], right = heap[child + 1];
      if (left === undefined) break;
      if (right !== undefined && right.at < left.at) child++;
      const smaller = heap[child];
      if (smaller === undefined || smaller.at >= last.at) break;
      heap[parent] = smaller;
      parent = child;
    }
    heap[parent] = last;
  }
}
