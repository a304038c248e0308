/** Rate limits: so many calls in a window, by key. In memory, of this process only. */
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "./deps.ts";
import { addressOf } from "./address.ts";
import { HttpProblem } from "./problem.ts";

/** Counts calls; `hit` answers how long to wait, or null while there is room. */
export interface RateWindow {
  hit(key: string): number | null;
}

export interface RateRule {
  readonly count: number;
  readonly perMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Above so many keys the oldest windows are forgotten, so that a flood of addresses cannot fill the memory. */
const KEYS_MAX = 50_000;

/** A fixed window for each key, beginning with its first call. */
export function createWindow({ count, perMs, now }: RateRule): RateWindow {
  const windows = new Map<string, { calls: number; readonly until: number }>();

  function begin(key: string, at: number): void {
    // Insertion order is the order of ending, as all windows last as long.
    for (const [old, { until }] of windows) {
      if (until > at && windows.size < KEYS_MAX) break;
      windows.delete(old);
    }
    windows.set(key, { calls: 1, until: at + perMs });
  }

  return {
    hit(key): number | null {
      const at = now();
      const window = windows.get(key);
      if (window === undefined || window.until <= at) {
        windows.delete(key);
        begin(key, at);
        return null;
      }
      window.calls += 1;
      return window.calls <= count ? null : window.until - at;
    },
  };
}

/** @throws {HttpProblem} 429 when `key` has no room left */
export function spend(window: RateWindow, key: string): void {
  const retryAfterMs = window.hit(key);
  if (retryAfterMs === null) return;
  const seconds = Math.ceil(retryAfterMs / 1000);
  throw new HttpProblem(429, "too-many-requests", `Cannot do this so often: try again in ${seconds} s`, {
    retryAfterMs,
  });
}

/** Limits a route by the caller's address. */
export function rateLimit(rule: RateRule): MiddlewareHandler<AppEnv> {
  const window = createWindow(rule);
  return async function limitRate(c, next): Promise<void> {
    spend(window, addressOf(c) ?? "unknown");
    await next();
  };
}
