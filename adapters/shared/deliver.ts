/** Handing an event to the core, which may be full. */
import type { Event } from "../../actors/model/mod.ts";
import { type AdapterHost, RelayError } from "../../actors/ports/mod.ts";
import { pause } from "./reconnect.ts";

/** Until the core is asked again, where it named no time, ms. */
const BUSY_MS = 1_000;

/**
 * Resolves once `event` is durable, or will never be taken: that must not keep everything after it from coming. Answers
 * whether it was taken. A core that is full is asked again: the messenger hears of the message only afterwards.
 * @throws where `signal` aborts
 */
export async function deliverDurably(host: AdapterHost, event: Event, signal: AbortSignal): Promise<boolean> {
  for (;;) {
    if (signal.aborted) {
      throw new Error("Cannot take the message as the account must be running: it was stopped");
    }
    try {
      await host.deliver(event);
      return true;
    } catch (error) {
      const refused = error instanceof RelayError ? error : null;
      if (refused?.code === "invalid") return false;
      await pause(refused?.retryAfterMs ?? BUSY_MS, signal);
    }
  }
}
