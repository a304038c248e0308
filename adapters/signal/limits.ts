/** How fast this account may send, by what Signal said last. */
import { proofRequired, SLOW_MS, slowDown } from "./failures.ts";
import type { SendResult } from "./requests.ts";

/** What is told of a captcha that Signal wants: its challenge, or null when it is over. */
export type OnChallenge = (challenge: string | null) => void;

/** The limits of one account. */
export class Limits {
  readonly #now: () => number;
  readonly #onChallenge: OnChallenge;
  #untilMs = 0;
  #challenge: string | null = null;
  /** Messages that did not reach everybody. */
  #partial = 0;

  constructor(now: () => number, onChallenge: OnChallenge) {
    this.#now = now;
    this.#onChallenge = onChallenge;
  }

  /** How long to wait, ms. */
  get waitMs(): number {
    return Math.max(0, this.#untilMs - this.#now());
  }

  /** Messages that reached some and not others. */
  get partial(): number {
    return this.#partial;
  }

  /** What Signal wants a captcha for, or null. */
  get challenge(): string | null {
    return this.#challenge;
  }

  /** @throws {RetryLater} while Signal wants us to wait */
  check(): void {
    const { waitMs } = this;
    if (waitMs > 0) throw this.#challenge === null ? slowDown(waitMs) : proofRequired(waitMs);
    this.#solved();
  }

  /** What the results of a send ask for. */
  heed(results: readonly SendResult[]): void {
    const failed = results.filter(({ type }) => type !== "SUCCESS");
    if (failed.length > 0 && failed.length < results.length) this.#partial += 1;
    const limited = failed.filter(({ type }) => type === "RATE_LIMIT_FAILURE");
    if (limited.length === 0) return;
    const seconds = Math.max(...limited.map(({ retryAfterSeconds }) => retryAfterSeconds ?? 0));
    this.#untilMs = Math.max(this.#untilMs, this.#now() + (seconds > 0 ? seconds * 1_000 : SLOW_MS));
    const token = limited.find(({ token }) => token)?.token;
    if (!token) return;
    this.#challenge = token;
    this.#onChallenge(token);
  }

  /** The captcha was taken: nothing holds us back. */
  lift(): void {
    this.#untilMs = 0;
    this.#solved();
  }

  #solved(): void {
    if (this.#challenge === null) return;
    this.#challenge = null;
    this.#onChallenge(null);
  }
}
