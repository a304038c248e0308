/**
 * What signal-cli had in hand when it was killed. It forgets the key of a message before it hands it out, and says
 * nothing of one that it can no longer read: what does not come within a time is missing.
 */
import type { SessionStore } from "../../actors/ports/mod.ts";
import { InHandRow, readRow, ROW, rowBytes } from "./session_rows.ts";

/** Known by when they were sent, ms since 1970; kept over our own end. */
export class InHand {
  readonly #session: SessionStore;
  readonly #waiting = new Set<number>();

  constructor(session: SessionStore) {
    this.#session = session;
  }

  /** What did not come yet. */
  get waiting(): readonly number[] {
    return [...this.#waiting];
  }

  /** Resolves when that is durable: before signal-cli tries them again, and forgets them. */
  async add(sentAt: readonly number[]): Promise<void> {
    const before = await readRow(this.#session, ROW.inHand, InHandRow);
    for (const one of [...before?.sentAt ?? [], ...sentAt]) this.#waiting.add(one);
    if (sentAt.length > 0) await this.#write();
  }

  /** It came, or its absence was told. */
  async over(sentAt: number | null | undefined): Promise<void> {
    if (sentAt && this.#waiting.delete(sentAt)) await this.#write();
  }

  async #write(): Promise<void> {
    const row = rowBytes({ v: 1, sentAt: this.waiting.slice() });
    await this.#session.set({ [ROW.inHand]: this.#waiting.size === 0 ? null : row });
  }
}
