/** Waiting for a state without looking again and again: whoever changes something says so. */

/** How long a state may take before a test gives up. */
export const DEADLINE_MS = 10_000;

/** Says that something changed, and lets others wait for what it leads to. */
export class Changes {
  #changed = Promise.withResolvers<void>();

  /** Something changed. */
  notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }

  /** Resolves with the first answer that is neither false, null nor undefined. */
  async until<T>(
    look: () => T | false | null | undefined,
    what: string,
    deadlineMs: number = DEADLINE_MS,
  ): Promise<T> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error(`Cannot wait longer for ${what}`)), deadlineMs);
    late.promise.catch(() => {});
    try {
      while (true) {
        // Taken before looking: a change in between must not be missed.
        const changed = this.#changed.promise;
        const found = look();
        if (found !== false && found !== null && found !== undefined) return found;
        await Promise.race([changed, late.promise]);
      }
    } finally {
      clearTimeout(timer);
    }
  }
}
