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

/** How many calls a minute Telegram takes for one group, in any minute. */
interface GroupPace {
  readonly perMinute: number;
  /** When each call of a chat came, ms, oldest first. */
  readonly came: Map<string, number[]>;
}

const MINUTE_MS = 60_000;

/** The rules of one server. */
export class Faults {
  #rules: { readonly rule: FaultRule; left: number }[] = [];
  #pace: GroupPace | null = null;

  /** From now on a chat takes no more calls a minute than this, like the real one. */
  pace(perMinute: number): void {
    this.#pace = { perMinute, came: new Map() };
  }

  add(rule: FaultRule): void {
    this.#rules.push({ rule, left: rule.times ?? 1 });
  }

  clear(): void {
    this.#rules = [];
  }

  /** The fault for this call, or null. Counts it. */
  take(method: string, chat: string | null): Fault | null {
    const found = this.#rules.find(({ rule, left }) => left > 0 && meets(rule, method, chat));
    if (found === undefined) return this.#paced(method, chat);
    found.left -= 1;
    this.#rules = this.#rules.filter(({ left }) => left > 0);
    return found.rule.fault;
  }

  #paced(method: string, chat: string | null): Fault | null {
    if (this.#pace === null || chat === null || method.startsWith("get")) return null;
    const { perMinute, came } = this.#pace;
    const now = performance.now();
    const lately = (came.get(chat) ?? []).filter((at) => at > now - MINUTE_MS);
    const [oldest = now] = lately;
    if (lately.length < perMinute) lately.push(now);
    came.set(chat, lately);
    if (lately.at(-1) === now) return null;
    return { kind: "flood", retryAfterSeconds: Math.ceil((oldest + MINUTE_MS - now) / 1000) };
  }
}

function meets(rule: FaultRule, method: string, chat: string | null): boolean {
  if (rule.chat !== undefined && String(rule.chat) !== chat) return false;
  return rule.method === undefined ? method !== "getupdates" : rule.method.toLowerCase() === method;
}
