/** A token bucket: so many at once, so many in a time. */

export interface Rate {
  readonly count: number;
  readonly perMs: number;
  readonly burst: number;
}

export class Bucket {
  #tokens: number | null = null;
  #at = 0;

  /** How long until one more may go, in ms: 0 is now. `wanted`: until so many more may. */
  waitMs(rate: Rate, now: number, wanted = 1): number {
    const tokens = this.#fill(rate, now);
    return tokens >= wanted ? 0 : Math.ceil((wanted - tokens) * rate.perMs / rate.count);
  }

  take(rate: Rate, now: number): void {
    this.#tokens = this.#fill(rate, now) - 1;
  }

  /** What was taken was not used. */
  giveBack(): void {
    if (this.#tokens !== null) this.#tokens += 1;
  }

  /** To be kept; `at` as the clock that it was given. */
  get state(): { readonly tokens: number; readonly at: number } {
    return { tokens: this.#tokens ?? 0, at: this.#at };
  }

  restore({ tokens, at }: { readonly tokens: number; readonly at: number }): void {
    this.#tokens = tokens;
    this.#at = at;
  }

  #fill(rate: Rate, now: number): number {
    const grown = (now - this.#at) * rate.count / rate.perMs;
    this.#tokens = this.#tokens === null
      ? rate.burst
      : Math.min(rate.burst, this.#tokens + Math.max(0, grown));
    this.#at = now;
    return this.#tokens;
  }
}
