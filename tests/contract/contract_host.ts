/** The core's side of the adapter contract, as a test holds it: an `AdapterHost` that remembers and can refuse. */
import type { ChatId, Event } from "../../actors/model/mod.ts";
import type { AdapterHost, Health, SessionStore } from "../../actors/ports/mod.ts";

/** How long a condition may take before a test gives up. */
export const DEADLINE_MS = 5000;

type EventOf<Type extends Event["type"]> = Extract<Event, { readonly type: Type }>;

export class ContractHost implements AdapterHost {
  /** Every event that was handed in, also those that were refused. */
  readonly offered: Event[] = [];
  /** Those that were taken. */
  readonly taken: Event[] = [];
  readonly health: Health[] = [];
  readonly session: MemorySession;
  #nowMs: number;
  #refusals = 0;
  #refusal: Error = new Error();
  #held: PromiseWithResolvers<void> | null = null;
  #changed = Promise.withResolvers<void>();

  readonly #deadlineMs: number;

  /** Give the session of an earlier host to simulate a restart. `deadlineMs`: how long a condition may take. */
  constructor(
    options: { readonly session?: MemorySession; readonly now?: number; readonly deadlineMs?: number } = {},
  ) {
    this.#deadlineMs = options.deadlineMs ?? DEADLINE_MS;
    this.session = options.session ?? new MemorySession();
    this.#nowMs = options.now ?? Date.UTC(2026, 10, 23, 12);
  }

  async deliver(event: Event): Promise<void> {
    this.offered.push(event);
    this.#notify();
    await this.#held?.promise;
    if (this.#refusals > 0) {
      this.#refusals -= 1;
      throw this.#refusal;
    }
    this.taken.push(event);
    this.#notify();
  }

  report(health: Health): void {
    this.health.push(health);
    this.#notify();
  }

  now(): number {
    return this.#nowMs;
  }

  text(key: string, values: Readonly<Record<string, string>> = {}): string {
    return [key, ...Object.values(values)].join(" ");
  }

  /** Moves the clock. */
  pass(ms: number): void {
    this.#nowMs += ms;
  }

  /** Refuses the next `count` events with `error`. */
  refuse(count: number, error: Error = new Error("Cannot append as the test refuses")): void {
    this.#refusals = count;
    this.#refusal = error;
  }

  /** Lets `deliver` wait; the answer ends that. */
  hold(): () => void {
    const held = Promise.withResolvers<void>();
    this.#held = held;
    return () => {
      this.#held = null;
      held.resolve();
    };
  }

  /** The first taken event of a type that `matches`, waiting for it if need be. */
  async event<Type extends Event["type"]>(
    type: Type,
    matches: (event: EventOf<Type>) => boolean = () => true,
  ): Promise<EventOf<Type>> {
    const wanted = (event: Event): event is EventOf<Type> => event.type === type;
    const find = (): EventOf<Type> | undefined => this.taken.filter(wanted).find(matches);
    await this.until(() => find() !== undefined, `a ${type} event`);
    const found = find();
    if (found === undefined) throw new Error(`Cannot find a ${type} event after it came`);
    return found;
  }

  /** Resolves once `holds` does; looks whenever something came in. */
  async until(holds: () => boolean, what: string): Promise<void> {
    const deadline = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => deadline.reject(new Error(`Cannot wait longer for ${what}`)),
      this.#deadlineMs,
    );
    try {
      while (!holds()) await Promise.race([this.#changed.promise, deadline.promise]);
    } finally {
      clearTimeout(timer);
      deadline.promise.catch(() => {});
    }
  }

  /** Events of one chat that were taken. */
  of(chat: ChatId): Event[] {
    return this.taken.filter((event) => event.chat === chat);
  }

  #notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}

/** The session store in memory. */
export class MemorySession implements SessionStore {
  readonly values = new Map<string, Uint8Array>();
  /** How many batches were written. */
  writes = 0;
  #broken = false;

  get(keys: readonly string[]): Promise<(Uint8Array | null)[]> {
    return Promise.resolve(keys.map((key) => this.values.get(key) ?? null));
  }

  async set(entries: Readonly<Record<string, Uint8Array | null>>): Promise<void> {
    await Promise.resolve();
    if (this.#broken) throw new Error("Cannot write as the test's disk is full");
    for (const [key, value] of Object.entries(entries)) {
      if (value === null) this.values.delete(key);
      else this.values.set(key, value.slice());
    }
    this.writes += 1;
  }

  async clear(prefix: string): Promise<void> {
    await Promise.resolve();
    for (const key of [...this.values.keys()]) if (key.startsWith(prefix)) this.values.delete(key);
  }

  /** Refuses every write from now on, or takes them again. */
  break(broken: boolean): void {
    this.#broken = broken;
  }

  /** As it is now: what a process that was killed here would find. */
  copy(): MemorySession {
    const copy = new MemorySession();
    for (const [key, value] of this.values) copy.values.set(key, value);
    return copy;
  }
}
