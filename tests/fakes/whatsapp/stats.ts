/** What a client did, in numbers. */

/** Counters of one server; tests read them, the server writes them. */
export class Stats {
  /** Messages that came from linked devices for other people, and how many of these were refused. */
  messages = 0;
  refused = 0;
  /** Lines that were opened, logins that went well, logins that were refused. */
  lines = 0;
  logins = 0;
  refusedLogins = 0;
  /** Receipts from linked devices that ask for a message again. */
  retriesAsked = 0;
  readonly #iqs = new Map<string, number>();

  /** How often a question of a kind (`w:g2/query`) was asked; all of them without a kind. */
  iqs(kind?: string): number {
    if (kind !== undefined) return this.#iqs.get(kind) ?? 0;
    return [...this.#iqs.values()].reduce((sum, count) => sum + count, 0);
  }

  /** How often a group's members were asked for. */
  get groupQueries(): number {
    return this.iqs("w:g2/query");
  }

  /** Counts a question. */
  asked(kind: string): void {
    this.#iqs.set(kind, this.iqs(kind) + 1);
  }

  /** Every kind that was asked, with its number. */
  get kinds(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#iqs);
  }
}
