/** What can go wrong on the way, ordered by tests and used up in order. */

/** One kind of trouble. `after`: Telegram did it, but the answer never came. */
export type Fault =
  | { readonly kind: "flood"; readonly retryAfterSeconds: number }
  | { readonly kind: "refuse"; readonly code: number; readonly description: string }
  | { readonly kind: "error"; readonly status: number; readonly when: "before" | "after" }
  | { readonly kind: "cut"; readonly when: "before" | "after" };

/** Which calls a fault meets. */
export interface FaultRule {
  /** As in the documentation; absent: every method but getUpdates. */
  readonly method?: string;
  readonly chat?: number | string;
  /** How many calls; 1 unless told. */
  readonly times?: number;
  readonly fault: Fault;
}

/** The rules of one server. */
export class Faults {
  #rules: { readonly rule: FaultRule; left: number }[] = [];

  add(rule: FaultRule): void {
    this.#rules.push({ rule, left: rule.times ?? 1 });
  }

  clear(): void {
    this.#rules = [];
  }

  /** The fault for this call, or null. Counts it. */
  take(method: string, chat: string | null): Fault | null {
    const found = this.#rules.find(({ rule, left }) => left > 0 && meets(rule, method, chat));
    if (found === undefined) return null;
    found.left -= 1;
    this.#rules = this.#rules.filter(({ left }) => left > 0);
    return found.rule.fault;
  }
}

function meets(rule: FaultRule, method: string, chat: string | null): boolean {
  if (rule.chat !== undefined && String(rule.chat) !== chat) return false;
  return rule.method === undefined ? method !== "getupdates" : rule.method.toLowerCase() === method;
}
