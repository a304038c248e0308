/** What signal-cli hands out, in its order: first what may have been missed, then what comes. */
import { pause } from "../shared/reconnect.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Spool } from "./spool.ts";
import { Stream } from "./stream.ts";
import { Notification } from "./wire.ts";

/** How long nothing may have come before the spool is emptied, ms. */
const QUIET_MS = 2_000;

/** Takes one message. Resolves when it is durable; whatever was taken before is absorbed. */
export type TakeReceived = (received: unknown) => Promise<void>;

/** One connection to the socket of a daemon. */
export class Feed {
  readonly #endpoint: Endpoint;
  readonly #take: TakeReceived;
  /** The newest message that came by the socket, as the spool has it. */
  #newest = "";
  #busy = false;
  #cameAt = 0;

  constructor(endpoint: Endpoint, take: TakeReceived) {
    this.#endpoint = endpoint;
    this.#take = take;
  }

  /** Until the socket ends or `signal` aborts. `opened`: from now on messages come. @throws where nothing listens */
  async run(signal: AbortSignal, opened: () => void): Promise<void> {
    const { spool, tcp } = this.#endpoint;
    // Nothing is handed out while nobody is connected, but for what was under way when the last one left.
    const read = await this.#replay(spool, 0);
    using stream = await Stream.connect(tcp, signal);
    const close = (): void => stream.close();
    signal.addEventListener("abort", close, { once: true });
    const over = new AbortController();
    const tidying = this.#tidy(spool, AbortSignal.any([signal, over.signal]));
    try {
      opened();
      await this.#replay(spool, read);
      for await (const line of stream.lines()) {
        await this.#taken(line);
        if (signal.aborted) return;
      }
    } finally {
      signal.removeEventListener("abort", close);
      over.abort();
      await tidying;
    }
  }

  async #taken(line: string): Promise<void> {
    const { data } = Notification.safeParse(parsed(line));
    if (data === undefined) return;
    this.#busy = true;
    try {
      await this.#take(data.params);
      this.#newest = JSON.stringify(data.params);
    } finally {
      this.#busy = false;
      this.#cameAt = performance.now();
    }
  }

  async #replay(spool: Spool | null, from: number): Promise<number> {
    if (spool === null) return 0;
    return await spool.read(from, async (line) => {
      const received = parsed(line);
      if (received === null) return;
      await this.#take(received);
      this.#newest = JSON.stringify(received);
    });
  }

  /** What people wrote must not lie about: the spool is emptied as soon as all of it was taken. */
  async #tidy(spool: Spool | null, signal: AbortSignal): Promise<void> {
    if (spool === null) return;
    while (!signal.aborted) {
      await pause(QUIET_MS, signal);
      const quiet = !this.#busy && performance.now() - this.#cameAt >= QUIET_MS;
      if (quiet && !signal.aborted && await this.#allTaken(spool)) await spool.empty();
    }
  }

  /** Whether the last that was handed out has been taken. */
  async #allTaken(spool: Spool): Promise<boolean> {
    if (await spool.size() === 0) return false;
    let last = "";
    const end = await spool.read(0, (line) => {
      last = line;
      return Promise.resolve();
    });
    if (end !== await spool.size() || this.#busy) return false;
    return JSON.stringify(parsed(last)) === this.#newest;
  }
}

/** Null where it is no JSON. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
