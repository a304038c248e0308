/** Work that several may ask for and one does: it ends early only when all of them have gone. */

interface Running<T> {
  readonly result: Promise<T>;
  readonly abort: AbortController;
  waiting: number;
}

/** One at a time for each key. */
export class SharedWork<T> {
  readonly #running = new Map<string, Running<T>>();

  async run(key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const running = this.#running.get(key) ?? this.#start(key, work);
    running.waiting++;
    const gone = Promise.withResolvers<never>();
    const leave = (): void => {
      if (--running.waiting === 0) {
        // Whoever asks from now on begins anew.
        if (this.#running.get(key) === running) this.#running.delete(key);
        running.abort.abort(signal.reason);
      }
      gone.reject(signal.reason);
    };
    signal.addEventListener("abort", leave, { once: true });
    try {
      return await Promise.race([running.result, gone.promise]);
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  #start(key: string, work: (signal: AbortSignal) => Promise<T>): Running<T> {
    const abort = new AbortController();
    const result = work(abort.signal).finally(() => {
      if (this.#running.get(key) === running) this.#running.delete(key);
    });
    // Whoever waits hears of it; when nobody does, nobody has to.
    result.catch(() => {});
    const running: Running<T> = { result, abort, waiting: 0 };
    this.#running.set(key, running);
    return running;
  }
}

/** Something that waits for its turn. */
interface Waiting {
  readonly long: boolean;
  readonly start: () => void;
}

/** So many at once, the others in the order in which they came; one is never taken by what is long. */
export class Slots {
  #free: number;
  #freeForLong: number;
  readonly #queue: Waiting[] = [];

  constructor(count: number) {
    this.#free = count;
    this.#freeForLong = Math.max(1, count - 1);
  }

  async run<T>(work: () => Promise<T>, { long = false }: { readonly long?: boolean } = {}): Promise<T> {
    await new Promise<void>((start) => {
      this.#queue.push({ long, start });
      this.#next();
    });
    try {
      return await work();
    } finally {
      this.#free++;
      if (long) this.#freeForLong++;
      this.#next();
    }
  }

  #next(): void {
    while (this.#free > 0) {
      const at = this.#queue.findIndex(({ long }) => !long || this.#freeForLong > 0);
      const [next] = at < 0 ? [] : this.#queue.splice(at, 1);
      if (next === undefined) return;
      this.#free--;
      if (next.long) this.#freeForLong--;
      next.start();
    }
  }
}
