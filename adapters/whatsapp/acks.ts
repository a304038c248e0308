/** WhatsApp's answers to what we sent: they come on their own, after the write, by the message's id. */
import { OutcomeUnknown } from "../../actors/ports/mod.ts";

/** How long WhatsApp may take, ms. */
const ANSWER_MS = 20_000;

/** What the server said: null is well, otherwise the number of its error. */
export type Answer = number | null;

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** Sends that wait for their answer on one connection. */
export class Acks {
  readonly #waiting = new Map<string, Waiting>();

  /** Waits for the answer to `id`. Asked for before it is sent. @throws {OutcomeUnknown} where none comes */
  wait(id: string, signal: AbortSignal): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const late = AbortSignal.timeout(ANSWER_MS);
    const over = AbortSignal.any([late, signal]);
    const ended = (): void => reject(new OutcomeUnknown("Cannot tell what the send came to: no answer came"));
    over.addEventListener("abort", ended);
    this.#waiting.set(id, { resolve, reject });
    return promise.finally(() => {
      over.removeEventListener("abort", ended);
      this.#waiting.delete(id);
    });
  }

  /** The server's answer to a message. Those that nobody waits for (any more) are dropped. */
  answered(id: string, answer: Answer): void {
    this.#waiting.get(id)?.resolve(answer);
  }

  /** The line is cut: no answer will come on it. */
  cut(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
  }
}
