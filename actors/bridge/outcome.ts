/** What a failed send means for the Lane. The class of the failure alone decides. */
import { type ChatId, NativeId, type Op } from "../model/mod.ts";
import { AccountGone, ChatGone, OutcomeUnknown, Rejected, RetryLater } from "../ports/mod.ts";

/** Longest pause between two tries, ms. */
const BACKOFF_MAX_MS = 60_000;
const BACKOFF_FIRST_MS = 250;
/** Tries of a send that fails in a way that no adapter meant. */
const BUG_TRIES = 5;
/** Tries of a send of which nobody knows whether it arrived: each may be one more copy. A chat is made once. */
const UNKNOWN_TRIES = 5;

/** Failures of different kinds are counted apart. */
export type Kind = "retry-later" | "outcome-unknown" | "refused" | "adapter-error";

/** What kind of failure it is. */
export function kindOf(error: unknown): Kind {
  if (error instanceof RetryLater) return "retry-later";
  if (error instanceof OutcomeUnknown) return "outcome-unknown";
  const known = error instanceof Rejected || error instanceof ChatGone || error instanceof AccountGone;
  return known ? "refused" : "adapter-error";
}

export type Next =
  | {
    readonly do: "wait";
    readonly ms: number;
    readonly scope: "chat" | "account";
    readonly why: string;
    /** What the owner of the group reads meanwhile: a key of the locale files. */
    readonly reason?: string | null;
  }
  | { readonly do: "words" }
  | { readonly do: "set-aside"; readonly reason: string }
  | { readonly do: "move"; readonly chat: ChatId }
  | { readonly do: "chat-gone"; readonly reason: string }
  | { readonly do: "account-gone" };

/** Whether words could say what an op does natively: whatever the messenger has against it, or only where it is gone. */
export type InWords = "no" | "gone" | "always";

/** What is nice to have. */
const ALWAYS: readonly Op["type"][] = ["description", "icon", "timer", "close-poll"];

/** A reply is one whose target may be gone there; what is more than text may not be wanted there. */
export function inWords(op: Op): InWords {
  if (op.type === "post") {
    return op.content.type !== "text" ? "always" : op.replyTo === undefined ? "no" : "gone";
  }
  if (op.type === "notice") return op.about === undefined ? "no" : "gone";
  if (ALWAYS.includes(op.type)) return "always";
  return op.type === "result" || op.type === "edit" || op.type === "delete" || op.type === "react"
    ? "gone"
    : "no";
}

/** The ids that an adapter gave and that the journal can be read again with. */
export function keepable(ids: readonly NativeId[]): NativeId[] {
  return ids.filter((id) => NativeId.safeParse(id).success);
}

/** Between half and all of an exponential pause, in ms. */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(attempt, 20));
  return Math.round(full * (0.5 + random / 2));
}

/**
 * `attempt` counts the failures of this send before, of the same kind; `native` says that words could take its
 * place, `once` that a second one would be worse than none.
 */
export function nextAfter(
  error: unknown,
  at: { readonly attempt: number; readonly random: number; readonly native: InWords; readonly once: boolean },
): Next {
  const pause = backoffMs(at.attempt, at.random);
  if (error instanceof RetryLater) {
    const ms = error.afterMs > 0 ? error.afterMs : pause;
    return { do: "wait", ms, scope: error.scope, why: "retry-later", reason: error.reason };
  }
  if (error instanceof OutcomeUnknown) {
    if (at.once || at.attempt + 1 >= UNKNOWN_TRIES) return { do: "set-aside", reason: "uncertain" };
    return { do: "wait", ms: pause, scope: "chat", why: "outcome-unknown" };
  }
  if (error instanceof Rejected) {
    const gone = error.reason === "too-old" || error.reason === "no-target" || error.reason === "forbidden";
    const words = at.native === "always" || (gone && at.native === "gone");
    return words ? { do: "words" } : { do: "set-aside", reason: error.reason };
  }
  if (error instanceof ChatGone) {
    const { movedTo, reason } = error.options;
    if (movedTo !== undefined) return { do: "move", chat: movedTo };
    return { do: "chat-gone", reason: reason ?? "bridge.chat-gone" };
  }
  if (error instanceof AccountGone) return { do: "account-gone" };
  if (at.attempt + 1 >= BUG_TRIES) return { do: "set-aside", reason: "adapter-error" };
  return { do: "wait", ms: pause, scope: "chat", why: "adapter-error" };
}
