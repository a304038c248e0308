/** Calls of an adapter that end: one that takes too long counts as perhaps sent. */
import { OutcomeUnknown } from "../ports/mod.ts";

export class Guard {
  readonly #watch: (bail: () => void) => () => void;
  /** Shared by the calls, which come one after another, until one is given up. */
  #abort: AbortController | null = null;

  /** `watch` calls `bail` when the time is over; its answer ends that. */
  constructor(watch: (bail: () => void) => () => void) {
    this.#watch = watch;
  }

  /** @throws {OutcomeUnknown} when the time is over, whether the call ends or not */
  async run<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const over = this.#watch(() => {
      this.#abort?.abort();
      this.#abort = null;
      reject(new OutcomeUnknown("Cannot wait longer for the messenger to answer"));
    });
    this.#abort ??= new AbortController();
    call(this.#abort.signal).then(resolve, reject);
    try {
      return await promise;
    } finally {
      over();
    }
  }
}
