/** What signal-cli's errors mean for the Lane. No text of its is repeated: they name people and groups. */
import { z } from "zod";
import {
  AccountGone,
  ChatGone,
  type DeliveryFailure,
  isDeliveryFailure,
  OutcomeUnknown,
  Rejected,
  RetryLater,
} from "../../actors/ports/mod.ts";
import { Sent } from "./requests.ts";
import { RpcLost, RpcRefused, RpcUnreachable } from "./rpc.ts";

/** Until a daemon that is down is asked for again, ms. */
const DOWN_MS = 1_000;
/** After a fault on the way to Signal's servers, ms. */
const FAULT_MS = 5_000;
/** Where Signal asks us to slow down and names no time, ms. */
export const SLOW_MS = 15 * 60_000;

/** How often it is looked whether the captcha was solved, ms. */
const PROOF_MS = 5_000;

/** signal-cli's codes. */
const CODE = { user: -1, io: -3, untrusted: -4, rateLimit: -5, params: -32602, inside: -32603 } as const;

/** Where the results of a failed send are. */
const WithResults = z.looseObject({ response: Sent });

/** We are not connected: certainly not done. */
export function offline(): RetryLater {
  return new RetryLater("Cannot reach Signal: signal-cli is not running", DOWN_MS, "account");
}

/** Signal asks this account to slow down. */
export function slowDown(afterMs: number): RetryLater {
  return new RetryLater("Cannot send: Signal asks us to wait", afterMs, "account", "signal.waiting-slow");
}

/** Signal wants a person to solve a captcha. */
export function proofRequired(afterMs: number): RetryLater {
  const lookMs = Math.min(afterMs, PROOF_MS);
  return new RetryLater("Cannot send: Signal wants a captcha", lookMs, "account", "signal.waiting-proof");
}

/** The results of a send that failed for everybody, or null. */
export function resultsOf(error: unknown): Sent | null {
  if (!(error instanceof RpcRefused)) return null;
  const { data, success } = WithResults.safeParse(error.data);
  return success ? data.response : null;
}

/** Whether signal-cli does not have the account. */
export function isUnknownAccount(error: unknown): boolean {
  if (!(error instanceof RpcRefused) || error.code !== CODE.params) return false;
  return /account does not exist|valid account/i.test(error.said);
}

/** Whether signal-cli knows the account no more, or Signal knows the device no more. */
export function isGone(error: unknown): boolean {
  if (!(error instanceof RpcRefused)) return false;
  return isUnknownAccount(error) ||
    /AuthorizationFailed|NotRegistered|not registered|DeviceUnlinked/i.test(error.said);
}

/** The bug of signal-cli before 0.13.20: it has to look at a group again after somebody joined. */
export function isStaleGroup(error: unknown): boolean {
  return error instanceof RpcRefused && error.code === CODE.inside && /Failed requirement/.test(error.said);
}

/** Whether it refuses as we alone administer the group. */
export function isLastAdmin(error: unknown): boolean {
  return error instanceof RpcRefused && /last admin|--admin/i.test(error.said);
}

/** What a failed call means. `what` names it: no id, no text. */
export function refused(what: string, error: unknown): DeliveryFailure {
  if (isDeliveryFailure(error)) return error;
  if (error instanceof RpcUnreachable) return offline();
  if (error instanceof RpcLost) return new OutcomeUnknown(`Cannot tell whether it could ${what}`);
  if (!(error instanceof RpcRefused)) {
    return new Rejected(`Cannot ${what}: signal-cli's answer is strange`, "invalid");
  }
  if (isGone(error)) return accountGone();
  const { code, said } = error;
  const text = `Cannot ${what}: signal-cli answered ${code}`;
  if (code === CODE.rateLimit || /rate ?limit/i.test(said)) {
    return new RetryLater(text, SLOW_MS, "account", "signal.waiting-slow");
  }
  if (/Group not found|not a (group )?member|NotAGroupMember/i.test(said)) {
    return new ChatGone(text, { reason: "bridge.kicked" });
  }
  // Whatever the code is: it would come back for ever.
  if (/\[413\]|too large/i.test(said)) return new Rejected(text, "too-large");
  if (/AttachmentInvalid/.test(said)) return new Rejected(text, "invalid");
  if (/not allowed|only admins|permission/i.test(said)) return new Rejected(text, "forbidden");
  if (code === CODE.io || code === CODE.untrusted) return new RetryLater(text, FAULT_MS, "chat");
  // A fault in signal-cli itself, perhaps after it sent: it must not hold up what comes after for ever.
  if (code === CODE.inside) return new OutcomeUnknown(text);
  return new Rejected(text, "invalid");
}

/** What `work`, one call, comes to. @throws {DeliveryFailure} */
export async function asked<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw refused(what, error);
  }
}

/** The account was logged out, or is not there. */
export function accountGone(): AccountGone {
  return new AccountGone("Cannot use the account as it must be linked: it is not");
}
