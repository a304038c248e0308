/** grammY's types name the AbortSignal of a polyfill for old Node; its web build takes the platform's own. */
import type { Api } from "grammy";

/** The signal as grammY's types want it. */
export type CallSignal = NonNullable<Parameters<Api["getMe"]>[0]>;

/** The same signal under the other name. */
export function callSignal(signal: AbortSignal): CallSignal {
  if (!isCallSignal(signal)) throw new TypeError("Cannot pass the signal on: it is no AbortSignal");
  return signal;
}

function isCallSignal(signal: unknown): signal is CallSignal {
  return signal instanceof AbortSignal;
}
