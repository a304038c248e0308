/**
 * What the user account was refused, as DeliveryFailures. Waits hold the one group that is being made and nothing else:
 * the bot, which carries every message, is another account with limits of its own.
 */
import { type DeliveryFailure, OutcomeUnknown, Rejected, RetryLater } from "../../actors/ports/mod.ts";
import type { FailureOptions } from "./failures.ts";

type Mtcute = typeof import("@mtcute/node");

const FAULT_MS = 5000;

/** The failure that says what to do next. Holds nothing of the session. */
export function userFailureOf(
  error: unknown,
  { tl }: Pick<Mtcute, "tl">,
  options: FailureOptions,
): DeliveryFailure {
  if (!tl.RpcError.is(error) || error.code >= 500 || error.code < 0) return uncertainCall(options);
  if (tl.RpcError.is(error, "FLOOD_WAIT_%d") || tl.RpcError.is(error, "SLOWMODE_WAIT_%d")) {
    // About 50 new groups a day; then hours (facts 1.1).
    const said = `Cannot make a group yet: Telegram asks for ${error.seconds} s of patience`;
    return new RetryLater(said, error.seconds * 1000, "chat");
  }
  // CHANNELS_TOO_MUCH, USER_RESTRICTED, AUTH_KEY_UNREGISTERED …: a person has to look. The bot works on.
  return new Rejected(
    `Cannot make a group by the user account: Telegram answered ${error.text}`,
    "forbidden",
  );
}

/** The line broke, or took too long. */
export function uncertainCall({ repeatable }: FailureOptions): DeliveryFailure {
  const said = "Cannot tell what the user account's call came to: the line broke";
  return repeatable ? new RetryLater(said, FAULT_MS, "chat") : new OutcomeUnknown(said);
}
