/** Why an op was not delivered. The class alone decides what the Lane does next; messages are for operators. */
import type { ChatId } from "../model/mod.ts";

/**
 * Certainly not sent. The Lane keeps its order and tries again after `afterMs`. `reason`, a key of the locale files,
 * is what the group's owner reads meanwhile.
 */
export class RetryLater extends Error {
  readonly kind = "retry-later";
  constructor(
    message: string,
    readonly afterMs: number,
    readonly scope: "chat" | "account" = "chat",
    readonly reason: string | null = null,
  ) {
    super(message);
  }
}

/** Perhaps sent: the line broke after the write. The Lane sends again under the same `opId` and counts it. */
export class OutcomeUnknown extends Error {
  readonly kind = "outcome-unknown";
}

export type RejectReason = "too-large" | "too-old" | "no-target" | "forbidden" | "invalid";

/** Will never succeed as it stands. The Lane sets it aside as a dead letter and goes on. */
export class Rejected extends Error {
  readonly kind = "rejected";
  constructor(message: string, readonly reason: RejectReason) {
    super(message);
  }
}

/** We are out of this chat (`reason` is a key of the locale files), or it moved (`movedTo`). */
export class ChatGone extends Error {
  readonly kind = "chat-gone";
  constructor(
    message: string,
    readonly options: { readonly movedTo?: ChatId; readonly reason?: string } = {},
  ) {
    super(message);
  }
}

/** Logged out or banned. Every bridge of the account waits until it is linked again. */
export class AccountGone extends Error {
  readonly kind = "account-gone";
}

export type DeliveryFailure = RetryLater | OutcomeUnknown | Rejected | ChatGone | AccountGone;

/** Whether an adapter meant this error; anything else is a bug. */
export function isDeliveryFailure(error: unknown): error is DeliveryFailure {
  return error instanceof RetryLater || error instanceof OutcomeUnknown || error instanceof Rejected ||
    error instanceof ChatGone || error instanceof AccountGone;
}
