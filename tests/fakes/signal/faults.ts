/** What goes wrong at the fake, once each and in order. */
import { Refusal } from "./methods.ts";

/** What becomes of one call. */
export type Fault =
  /** signal-cli refuses. */
  | { readonly error: { readonly code: number; readonly message: string; readonly data?: unknown } }
  /** It is done, and its answer has these results instead. */
  | { readonly results: readonly Readonly<Record<string, unknown>>[] }
  /** The connection ends: nothing was done. */
  | "cut-before"
  /** It is done, and the connection ends. */
  | "cut-after"
  /** It is done, and refused nevertheless. */
  | "half"
  /** A group of the old kind is made. */
  | "old-kind";

/** A call that is answered by the end of the connection. */
export class Cut extends Error {}

/** The faults that wait, by method. */
export class Faults {
  readonly #next = new Map<string, Fault[]>();

  /** The next call of `method` goes wrong so. */
  next(method: string, ...faults: readonly Fault[]): void {
    this.#next.set(method, [...this.#next.get(method) ?? [], ...faults]);
  }

  take(method: string): Fault | undefined {
    return this.#next.get(method)?.shift();
  }
}

/** A send that reached nobody, as signal-cli says it. */
export function sendFailed(results: readonly Readonly<Record<string, unknown>>[]): Fault {
  const data = { response: { results, timestamp: Date.now() } };
  return { error: { code: -1, message: "Failed to send message", data } };
}

/** Performs `work` as `fault` has it. */
export function withFault(fault: Fault | undefined, work: () => unknown): unknown {
  if (fault === undefined || fault === "old-kind") return work();
  if (fault === "cut-before") throw new Cut();
  if (typeof fault === "object" && "error" in fault) {
    throw new Refusal(fault.error.code, fault.error.message, fault.error.data);
  }
  const done = work();
  if (fault === "cut-after") throw new Cut();
  if (fault === "half") throw new Refusal(-3, "Failed to send message: StatusCode: 500 (IOException)");
  return { ...Object(done), results: fault.results };
}
