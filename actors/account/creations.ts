/** How many groups an account has made lately: kept over restarts, as messengers count over days. */
import type { AccountId } from "../model/mod.ts";
import type { Host, Store } from "../ports/mod.ts";
import { type Committer, CreationsRow, decodeRow, encodeRow, key } from "../store/mod.ts";
import { Bucket, type Rate } from "../system/bucket.ts";

/** Whoever is told when their turn may be and does not ask then, loses it after this, ms. */
const TURN_MS = 60_000;

/** What is needed to keep count. */
export interface CreationsDeps {
  readonly store: Store;
  readonly host: Host;
  readonly committer: Committer;
}

export class Creations {
  readonly #deps: CreationsDeps;
  readonly #account: AccountId;
  readonly #bucket = new Bucket();
  /** Who waits, in the order in which they came, and when they will ask again. */
  readonly #waiting = new Map<object, number>();

  constructor(account: AccountId, deps: CreationsDeps) {
    this.#account = account;
    this.#deps = deps;
  }

  /** As it was kept. Where that cannot be read, none were made. */
  async load(): Promise<void> {
    try {
      const row = await this.#deps.store.get(key.creations(this.#account));
      if (row !== null) this.#bucket.restore(decodeRow(CreationsRow, row.value));
    } catch (cause) {
      this.#deps.host.log.error("creations-unreadable", {}, cause);
    }
  }

  /** How long until `who` may make one, in ms: 0 is now. Who came first is first, of those who still ask. */
  waitMs(rate: Rate, who: object): number {
    const now = this.#deps.host.now();
    let before = 0;
    for (const [other, again] of this.#waiting) {
      if (other === who) break;
      if (again + TURN_MS < now) this.#waiting.delete(other);
      else before++;
    }
    const ms = this.#bucket.waitMs(rate, now, before + 1);
    this.#waiting.set(who, now + ms);
    return ms;
  }

  take(rate: Rate, who: object): void {
    this.#waiting.delete(who);
    this.#bucket.take(rate, this.#deps.host.now());
    this.#keep();
  }

  /** None was made after all: the messenger did not even hear of it, or took no more for now. */
  giveBack(): void {
    this.#bucket.giveBack();
    this.#keep();
  }

  #keep(): void {
    const value = encodeRow({ v: 1, ...this.#bucket.state });
    this.#deps.committer.append({ records: [], rows: [{ key: key.creations(this.#account), value }] });
  }
}
