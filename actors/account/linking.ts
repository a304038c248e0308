/** One linking of an account: what is shown, to everybody who watches, and what they give back. */
import type { Locale } from "../model/mod.ts";
import {
  type Adapter,
  type Host,
  type LinkIo,
  type LinkStep,
  Rejected,
  RelayError,
  RetryLater,
} from "../ports/mod.ts";

/** What a linking works with. */
export interface LinkingDeps {
  readonly host: Host;
  readonly locale: Locale;
}

interface Watcher {
  readonly waiting: LinkStep[];
  wake: () => void;
}

/** Which steps replace each other: a new QR code ends the one before. */
const SHOWN = ["qr", "code", "text"] as const;

export class Linking {
  readonly #deps: LinkingDeps;
  readonly #abort = new AbortController();
  readonly #watchers = new Set<Watcher>();
  /** What somebody who comes now has to see, oldest first. */
  #current: LinkStep[] = [];
  readonly #asks = new Map<string, (value: string) => void>();
  #over = false;

  constructor(deps: LinkingDeps) {
    this.#deps = deps;
  }

  /** Links until it is done, failed, or given up by everybody. Answers whether it is linked; never throws. */
  async perform(adapter: Adapter, stop: AbortSignal): Promise<boolean> {
    const signal = AbortSignal.any([stop, this.#abort.signal]);
    const io: LinkIo = {
      show: (type, data) => this.#tell({ type, data }),
      ask: (field) => this.#ask(field, signal),
    };
    let linked = false;
    try {
      signal.throwIfAborted();
      await adapter.link(io, { signal });
      linked = true;
      this.#tell({ type: "done" });
    } catch (error) {
      this.#tell({ type: "failed", text: this.#reason(error, signal) });
    }
    this.#over = true;
    for (const { wake } of this.#watchers) wake();
    return linked;
  }

  /** What is shown now and from now on. Ends with the linking, or when `signal` aborts, looked at or not. */
  watch(signal: AbortSignal): AsyncIterable<LinkStep> {
    const watcher: Watcher = { waiting: [...this.#current], wake: () => undefined };
    const leave = (): void => this.#leave(watcher);
    this.#watchers.add(watcher);
    signal.addEventListener("abort", leave, { once: true });
    if (signal.aborted) leave();
    return this.#steps(watcher, signal, leave);
  }

  async *#steps(watcher: Watcher, signal: AbortSignal, leave: () => void): AsyncGenerator<LinkStep> {
    try {
      while (!signal.aborted) {
        const step = watcher.waiting.shift();
        if (step !== undefined) yield step;
        else if (this.#over) return;
        else await new Promise<void>((resolve) => watcher.wake = resolve);
      }
    } finally {
      signal.removeEventListener("abort", leave);
      leave();
    }
  }

  /** The last one ends it. */
  #leave(watcher: Watcher): void {
    this.#watchers.delete(watcher);
    watcher.wake();
    if (this.#watchers.size === 0) this.#abort.abort();
  }

  /** What somebody who comes now has to see, oldest first. */
  get shown(): readonly LinkStep[] {
    return this.#current;
  }

  /** @throws {RelayError} `conflict` where nobody asks for it */
  answer(field: string, value: string): void {
    const given = this.#asks.get(field);
    if (given === undefined) {
      throw new RelayError("conflict", "Cannot take this as nothing asks for it right now");
    }
    this.#asks.delete(field);
    // What was shown was for those who had not answered: a QR code would mislead from here on.
    this.#current = this.#current.filter((step) => step.type === "ask" && step.field !== field);
    given(value);
  }

  /** Rejects when the linking is given up: nobody will answer then. */
  #ask(field: string, signal: AbortSignal): Promise<string> {
    this.#tell({ type: "ask", field });
    return new Promise((resolve, reject) => {
      const givenUp = (): void => reject(new RetryLater("Cannot link: it was given up", 0, "account"));
      signal.addEventListener("abort", givenUp, { once: true });
      this.#asks.set(field, (value) => {
        signal.removeEventListener("abort", givenUp);
        resolve(value);
      });
    });
  }

  #tell(step: LinkStep): void {
    const shown = SHOWN.some((type) => type === step.type);
    this.#current = this.#current.filter(({ type }) => !shown || type === "ask");
    this.#current.push(step);
    for (const watcher of this.#watchers) {
      watcher.waiting.push(step);
      watcher.wake();
    }
  }

  #reason(error: unknown, { aborted }: AbortSignal): string {
    const { host, locale } = this.#deps;
    const known = error instanceof Error && "kind" in error;
    if (!known && !aborted) host.log.error("link-failed", {}, error);
    return host.text(locale, error instanceof Rejected ? "account.link-refused" : "account.link-failed");
  }
}
