/** One timer for everything that waits: a heap of times, a single `setTimeout`. The only place that sets one in the core. */

interface Entry {
  readonly at: number;
  readonly ring: () => void;
  cancelled: boolean;
}

export class Timer {
  readonly #now: () => number;
  readonly #heap: Entry[] = [];
  #handle: ReturnType<typeof setTimeout> | null = null;
  #setFor = Infinity;
  #stopped = false;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Calls `ring` once, at `at` (ms since 1970) or soon after. Answers how to cancel it. */
  at(at: number, ring: () => void): () => void {
    const entry: Entry = { at, ring, cancelled: false };
    this.#push(entry);
    this.#arm();
    return () => {
      entry.cancelled = true;
    };
  }

  /** Resolves after `ms`. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.at(this.#now() + ms, resolve));
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
      const cancel = this.at(this.#now() + ms, end);
      signal.addEventListener("abort", end);
    });
  }

  /** Drops everything that waits, and all that comes later. */
  stop(): void {
    this.#stopped = true;
    this.#heap.length = 0;
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
      if (!first.cancelled) first.ring();
    }
    this.#arm();
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
