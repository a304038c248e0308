/** Waiting between tries of a connection: the only place where adapters use a timer. */

/** How long to wait: doubling from `firstMs` to `maxMs`. */
export interface BackoffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
  /** A fraction in [0, 1). */
  readonly random?: () => number;
}

/** Counts failures in a row. Half of each wait is random, so that many servers do not come back at once. */
export class Backoff {
  readonly #options: BackoffOptions;
  #failures = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** How long to wait after one more failure. `atLeastMs` is what the other side asked for. */
  next(atLeastMs = 0): number {
    const { firstMs, maxMs, random = Math.random } = this.#options;
    const ceiling = Math.min(maxMs, firstMs * 2 ** this.#failures);
    // Far below where the power would overflow, far above where `maxMs` takes over.
    this.#failures = Math.min(this.#failures + 1, 30);
    return Math.max(atLeastMs, ceiling / 2 + random() * ceiling / 2);
  }

  /** It worked: the next failure is the first again. */
  reset(): void {
    this.#failures = 0;
  }
}

/** Resolves after `ms`, or as soon as `signal` aborts. Never rejects. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const abort = (): void => resolve();
  signal.addEventListener("abort", abort);
  return promise.finally(() => {
    clearTimeout(timer);
    // A long run pauses often: its signal must not collect listeners.
    signal.removeEventListener("abort", abort);
  });
}

/** Resolves when `signal` aborts. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => resolve(), { once: true });
  return promise;
}

/** What `work` comes to, or null as soon as `signal` aborts: then nobody waits for it any more. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  const over = new AbortController();
  const aborted = untilAborted(AbortSignal.any([signal, over.signal])).then(() => null);
  // Once it is given up, nobody hears how it ends.
  work.catch(() => {});
  try {
    return await Promise.race([work, aborted]);
  } finally {
    over.abort();
  }
}
