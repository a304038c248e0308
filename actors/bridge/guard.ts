/** Calls of adapters end: one that takes too long counts as perhaps sent. */
import { OutcomeUnknown } from "../ports/mod.ts";
import type { Timer } from "../system/timer.ts";

/** A call that takes longer is given up, ms; files take as long as they take. */
const CALL_MAX_MS = 60_000;
const LOOK_EVERY_MS = 5_000;

/** Looks now and then at all calls that run. */
export class Watchdog {
  readonly #timer: Timer;
  readonly #now: () => number;
  readonly #running = new Set<Guard>();
  readonly #quiet: (() => void)[] = [];
  #looking = false;

  /** `elapsed` as `Host.elapsed`. */
  constructor(timer: Timer, elapsed: () => number) {
    this.#timer = timer;
    this.#now = elapsed;
  }

  begin(guard: Guard, maxMs: number): void {
    guard.until = this.#now() + maxMs;
    this.#running.add(guard);
    if (!this.#looking) this.#lookSoon();
  }

  end(guard: Guard): void {
    this.#running.delete(guard);
    if (this.#running.size === 0) { for (const resolve of this.#quiet.splice(0)) resolve(); }
  }

  /** Resolves when no call runs. */
  quiet(): Promise<void> {
    if (this.#running.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#quiet.push(resolve));
  }

  #lookSoon(): void {
    this.#looking = true;
    this.#timer.after(LOOK_EVERY_MS, () => {
      this.#looking = false;
      const now = this.#now();
      for (const guard of [...this.#running]) if (guard.until <= now) guard.giveUp();
      if (this.#running.size > 0) this.#lookSoon();
    });
  }
}

/** The calls of one lane, which come one after another. */
export class Guard {
  readonly #dog: Watchdog;
  /** Shared by the calls until one is given up. */
  #abort = new AbortController();
  #reject: (error: unknown) => void = () => undefined;
  /** When the call is given up, as `Host.elapsed`. */
  until = 0;

  constructor(dog: Watchdog) {
    this.#dog = dog;
  }

  giveUp(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#reject(new OutcomeUnknown("Cannot wait longer for the messenger to answer"));
  }

  /** @throws {OutcomeUnknown} when the time is over, whether the call ends or not */
  async run<T>(call: (signal: AbortSignal) => Promise<T>, maxMs = CALL_MAX_MS): Promise<T> {
    this.#dog.begin(this, maxMs);
    try {
      return await new Promise<T>((resolve, reject) => {
        this.#reject = reject;
        call(this.#abort.signal).then(resolve, reject);
      });
    } finally {
      this.#dog.end(this);
    }
  }
}
