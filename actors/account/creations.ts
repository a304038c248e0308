/** How many groups an account has made lately: kept over restarts, as messengers count over days. */
import type { AccountId } from "../model/mod.ts";
import type { Host, Store } from "../ports/mod.ts";
import { type Committer, CreationsRow, decodeRow, encodeRow, key } from "../store/mod.ts";
import { Bucket, type Rate } from "../system/bucket.ts";

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

  /** How long until one more may be made, in ms: 0 is now. */
  waitMs(rate: Rate): number {
    return this.#bucket.waitMs(rate, this.#deps.host.now());
  }

  take(rate: Rate): void {
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
