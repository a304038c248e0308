/** What can go wrong, ordered by tests and used up in order. */

/**
 * One kind of trouble. `refuse`: an error as the answer, and no effect. `silence`: the effect, but no answer.
 * `cut`: the line ends before or after the effect, without an answer.
 */
export type Fault =
  | { readonly kind: "refuse"; readonly error: number; readonly text?: string }
  | { readonly kind: "silence" }
  | { readonly kind: "cut"; readonly when: "before" | "after" };

/** Which stanzas a fault meets. */
export interface FaultRule {
  /** A message that is sent, or a question. */
  readonly on: "message" | "iq";
  /** For a question its namespace and first word, as in `w:g2/create`; for a message the chat. Absent: any. */
  readonly match?: string;
  /** Only questions that have no such words inside, or only those that have. */
  readonly holding?: (words: string) => boolean;
  /** How many stanzas; 1 unless told. */
  readonly times?: number;
  readonly fault: Fault;
}

/** The rules of one server. */
export class Faults {
  #rules: { readonly rule: FaultRule; left: number }[] = [];

  add(rule: FaultRule): void {
    this.#rules.push({ rule, left: rule.times ?? 1 });
  }

  /** The next message is refused with a number in its ack. */
  nextAck({ error }: { readonly error: number }): void {
    this.add({ on: "message", fault: { kind: "refuse", error } });
  }

  /** The next question of a kind is refused. */
  nextIq(match: string, error: number, text?: string): void {
    this.add({ on: "iq", match, fault: { kind: "refuse", error, ...(text === undefined ? {} : { text }) } });
  }

  clear(): void {
    this.#rules = [];
  }

  /** The fault for a stanza, or null. Counts it. */
  take(on: FaultRule["on"], kind: string, words: () => string = () => ""): Fault | null {
    const found = this.#rules.find(({ rule, left }) =>
      left > 0 && rule.on === on && (rule.match === undefined || rule.match === kind) &&
      (rule.holding === undefined || rule.holding(words()))
    );
    if (found === undefined) return null;
    found.left -= 1;
    this.#rules = this.#rules.filter(({ left }) => left > 0);
    return found.rule.fault;
  }
}
