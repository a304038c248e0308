/** What Baileys' errors and WhatsApp's numbers mean for the Lane. No message of theirs is repeated: they hold jids. */
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

/** Until a line that is down is asked for again, ms. */
const DOWN_MS = 1_000;
/** After a fault of the server, ms. */
const FAULT_MS = 5_000;
/** After `rate-overlimit`: WhatsApp names no time, and asking again soon makes it worse, ms. */
const OVERLIMIT_MS = 15 * 60_000;

/** How Baileys says it: an error of @hapi/boom. */
const BoomLike = z.object({ output: z.object({ statusCode: z.number() }), data: z.unknown() });

/** WhatsApp's answer numbers, as `iq` errors and message acks carry them. */
const NOT_MEMBER = [403, 404, 410];
const REFUSED = [401, 405, 420, 463];

/** We are not connected: certainly not sent. */
export function offline(): RetryLater {
  return new RetryLater("Cannot reach WhatsApp: not connected", DOWN_MS, "account");
}

/** The line broke under a send. */
export function cutOff(): OutcomeUnknown {
  return new OutcomeUnknown("Cannot tell what the send came to: the line to WhatsApp broke");
}

/** What a refused message means. `code` is the error of its ack. */
export function refusedMessage(code: number): DeliveryFailure {
  const said = `Cannot send: WhatsApp answered ${code}`;
  if (NOT_MEMBER.includes(code)) return new ChatGone(said, { reason: "bridge.kicked" });
  if (code === 429) return new RetryLater(said, OVERLIMIT_MS, "account");
  if (code >= 500) return new RetryLater(said, FAULT_MS, "chat");
  return new Rejected(said, REFUSED.includes(code) ? "forbidden" : "invalid");
}

/** What a failed question about a chat means. `what` names it: no jid, no text. */
export function refusedQuery(what: string, error: unknown): DeliveryFailure {
  if (isDeliveryFailure(error)) return error;
  const code = codeOf(error);
  const said = `Cannot ${what}: WhatsApp answered ${code ?? "nothing"}`;
  if (code === null || code === 408 || code === 428 || code >= 500) {
    return new RetryLater(said, FAULT_MS, "chat");
  }
  if (NOT_MEMBER.includes(code)) return new ChatGone(said, { reason: "bridge.kicked" });
  if (code === 429) return new RetryLater(said, OVERLIMIT_MS, "chat", "whatsapp.waiting-overlimit");
  return new Rejected(said, REFUSED.includes(code) ? "forbidden" : "invalid");
}

/** What `work`, one question, comes to. @throws {DeliveryFailure} */
export async function asked<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw refusedQuery(what, error);
  }
}

/** The number in an error: of WhatsApp's answer, or of why the connection ended. Null where there is none. */
export function codeOf(error: unknown): number | null {
  const { data: boom } = BoomLike.safeParse(error);
  if (boom === undefined) return null;
  return typeof boom.data === "number" && boom.data > 0 ? boom.data : boom.output.statusCode;
}

/** The account was logged out or banned. */
export function goneFor(code: number): AccountGone {
  return new AccountGone(`Cannot use the account as WhatsApp has ended its login: it answered ${code}`);
}
