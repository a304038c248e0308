/** What is known of the account from one run to the next: why it is gone, when its phone was seen, what is forbidden. */
import type { SessionStore } from "../../actors/ports/mod.ts";
import { readRow, ROW, rowBytes, StateRow } from "./session_rows.ts";

const DAY_MS = 86_400_000;
/** WhatsApp unlinks us when the phone was away for about 14 days: this is when to warn, ms. */
const PHONE_WARNING_MS = 12 * DAY_MS;
/** How exactly the time of the phone is kept, ms. */
const PHONE_STEP_MS = 3_600_000;

/** The state of one account. */
export class State {
  readonly #session: SessionStore;
  readonly #now: () => number;
  #row: StateRow | null = null;

  constructor(session: SessionStore, now: () => number) {
    this.#session = session;
    this.#now = now;
  }

  /** As it was kept. */
  async load(): Promise<StateRow> {
    this.#row ??= await readRow(this.#session, ROW.state, StateRow);
    return this.#row ??= { v: 1, gone: null, phoneAt: this.#now(), restrictedUntil: 0 };
  }

  /** Keeps what has changed. */
  async change(change: Partial<Omit<StateRow, "v">>): Promise<void> {
    this.#row = { ...await this.load(), ...change };
    await this.#session.set({ [ROW.state]: rowBytes(this.#row) });
  }

  /** The phone gave a sign of life. @returns whether that ends a warning */
  async sawPhone(): Promise<boolean> {
    const { phoneAt } = await this.load();
    const now = this.#now();
    if (now - phoneAt < PHONE_STEP_MS) return false;
    await this.change({ phoneAt: now });
    return now - phoneAt >= PHONE_WARNING_MS;
  }

  /** Days since the phone was seen, where they are enough to warn. */
  get phoneAwayDays(): number | null {
    const awayMs = this.#now() - (this.#row?.phoneAt ?? this.#now());
    return awayMs >= PHONE_WARNING_MS ? Math.floor(awayMs / DAY_MS) : null;
  }

  /** Until when no groups can be made, or null. */
  get restrictedUntil(): number | null {
    const until = this.#row?.restrictedUntil ?? 0;
    return until > this.#now() ? until : null;
  }
}
