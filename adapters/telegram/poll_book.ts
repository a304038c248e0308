/** Which message a poll stands in. Votes name the poll alone, and may come weeks later and after a restart. */
import type { SessionStore } from "../../actors/ports/mod.ts";
import { PollsRow, readRow, ROW, rowBytes } from "./session_rows.ts";

type Known = PollsRow["polls"][number];

/** How many polls are kept, and for how long: who votes later is not heard. */
const POLLS_MAX = 1000;
const KEPT_MS = 90 * 24 * 60 * 60 * 1000;

/** What `PollBook` works with. */
export interface PollBookDeps {
  readonly session: SessionStore;
  now(): number;
}

/** The polls of one account. */
export class PollBook {
  readonly #deps: PollBookDeps;
  #polls: Map<string, Known> | null = null;

  constructor(deps: PollBookDeps) {
    this.#deps = deps;
  }

  /** Reads what is known. Has to come first. */
  async load(): Promise<void> {
    if (this.#polls !== null) return;
    const row = await readRow(this.#deps.session, ROW.polls, PollsRow);
    this.#polls ??= new Map((row?.polls ?? []).map((one) => [one.poll, one]));
  }

  /** Where the poll stands, or null where nobody knows. */
  find(poll: string): Known | null {
    return this.#polls?.get(poll) ?? null;
  }

  /** Resolves once it is durable. A poll that was forwarded keeps the message that it was first seen in. */
  async remember(poll: Omit<Known, "at">): Promise<void> {
    await this.load();
    const polls = this.#polls;
    if (polls === null || polls.has(poll.poll)) return;
    const now = this.#deps.now();
    polls.set(poll.poll, { ...poll, at: now });
    for (const [id, { at }] of polls) {
      if (polls.size <= POLLS_MAX && at > now - KEPT_MS) break;
      polls.delete(id);
    }
    await this.#deps.session.set({ [ROW.polls]: rowBytes({ v: 1, polls: [...polls.values()] }) });
  }
}
