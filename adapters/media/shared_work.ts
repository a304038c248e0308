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

/** So many at once, the others in the order in which they came. */
export class Slots {
  #free: number;
  readonly #queue: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#queue.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#queue.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
