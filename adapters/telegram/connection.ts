/** Keeps trying while Telegram cannot be reached, and says so in the account's health. */
import {
  AccountGone,
  type AdapterHost,
  isDeliveryFailure,
  Rejected,
  RelayError,
  RetryLater,
} from "../../actors/ports/mod.ts";
import { Backoff, pause } from "../shared/reconnect.ts";

const FIRST_MS = 500;
const MAX_MS = 30_000;

/** What a step may ask for. */
export interface StepOptions {
  readonly signal: AbortSignal;
  /** The key of the text for a refusal that only the operator can mend. */
  readonly refused?: string;
}

/** Somebody else uses our token: two pollers take each other's updates. */
export class Conflict extends RetryLater {}

/** The connection of one account. */
export class Connection {
  readonly #host: AdapterHost;
  readonly #backoff = new Backoff({ firstMs: FIRST_MS, maxMs: MAX_MS });
  #told = "";
  /** What was said last while all was well; null: it is not. */
  #well: { readonly text: string | undefined } | null = null;
  #aside: string | undefined;

  constructor(host: AdapterHost) {
    this.#host = host;
  }

  /** Says that nothing is known yet. */
  starting(): void {
    this.#tell("starting");
  }

  /** Says that all is well. `text` adds what is odd nevertheless. */
  connected(text?: string): void {
    this.#well = { text };
    const told = [text, this.#aside].filter((one) => one !== undefined).join(" ");
    this.#tell("connected", told === "" ? undefined : told);
  }

  /** Says what is not as it should be although the line is well; null: nothing any more. */
  aside(text: string | null): void {
    this.#aside = text ?? undefined;
    if (this.#well !== null) this.connected(this.#well.text);
  }

  /**
   * Does `step`, again and again until it succeeds. @returns null once `signal` aborted
   * @throws {AccountGone} and whatever is no failure of Telegram's
   */
  async persist<T>(step: () => Promise<T>, options: StepOptions): Promise<T | null> {
    const { signal } = options;
    while (!signal.aborted) {
      try {
        const done = await step();
        this.#backoff.reset();
        return done;
      } catch (error) {
        if (signal.aborted) return null;
        this.#failed(error, options);
        await pause(this.#backoff.next(waitOf(error)), signal);
      }
    }
    return null;
  }

  #failed(error: unknown, { refused = "telegram.waiting-network" }: StepOptions): void {
    const { text } = this.#host;
    // The core is full or its disk is: no fault of Telegram's, who keeps what we do not confirm.
    if (error instanceof RelayError && error.retryAfterMs !== null) return;
    if (error instanceof AccountGone) {
      this.#tell("logged-out", text("telegram.logged-out"));
      throw error;
    }
    if (!isDeliveryFailure(error)) throw error;
    if (error instanceof Rejected) return this.#tell("failed", text(refused));
    const key = error instanceof Conflict ? "telegram.waiting-conflict" : "telegram.waiting-network";
    this.#tell("waiting", text(key));
  }

  /** Health changes; the same twice is no news. */
  #tell(status: Parameters<AdapterHost["report"]>[0]["status"], text?: string): void {
    if (status !== "connected") this.#well = null;
    const told = `${status} ${text ?? ""}`;
    if (told === this.#told) return;
    this.#told = told;
    this.#host.report(text === undefined ? { status } : { status, text });
  }
}

/** How long whoever refused wants to be left alone. */
function waitOf(error: unknown): number {
  if (error instanceof RetryLater) return error.afterMs;
  return error instanceof RelayError ? error.retryAfterMs ?? 0 : 0;
}
