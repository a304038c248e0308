/**
 * Messages whose time is over: rows in the order of their time, looked at now and then. What is due becomes mail in
 * the commit that deletes its row. Nothing of it lies in memory.
 */
import type { GroupId, Mail } from "../model/mod.ts";
import type { Host, Mutation, Store } from "../ports/mod.ts";
import { decodeRow, FadingRow, key } from "../store/mod.ts";
import type { Timer } from "../system/timer.ts";

const LOOK_EVERY_MS = 5_000;
/** Turned into mail at a time. */
const SLICE = 200;

export interface FadingsDeps {
  readonly store: Store;
  readonly host: Host;
  readonly timer: Timer;
  /** Aborted when the relay stops. */
  readonly signal: AbortSignal;
  learn(group: GroupId, mail: Mail, rows: readonly Mutation[], done: () => void): void;
}

export class Fadings {
  readonly #deps: FadingsDeps;

  constructor(deps: FadingsDeps) {
    this.#deps = deps;
  }

  /** What became due meanwhile goes at once. */
  start(): void {
    const { host, timer, signal } = this.#deps;
    const again = (): void => {
      if (!signal.aborted) timer.after(LOOK_EVERY_MS, () => this.start());
    };
    this.#look().then(again, (error: unknown) => {
      if (!signal.aborted) host.log.error("fading-failed", {}, error);
      again();
    });
  }

  async #look(): Promise<void> {
    const { store, host, signal } = this.#deps;
    for (;;) {
      const end = key.fading(host.now(), 0);
      const due: Promise<void>[] = [];
      for await (const { key: at, value } of store.list({ prefix: key.fadings(), end, limit: SLICE })) {
        const { group, message, seconds } = decodeRow(FadingRow, value);
        const mail: Mail = { kind: "fact", fact: { type: "faded", message, seconds } };
        due.push(new Promise((done) => this.#deps.learn(group, mail, [{ key: at, value: null }], done)));
      }
      // The same rows are not read again before they are gone.
      await Promise.all(due);
      if (due.length < SLICE || signal.aborted) return;
    }
  }
}
