/**
 * What Telegram refused, as DeliveryFailures. The Bot API has a number for the family and only an English sentence
 * for the reason, so reasons are read from the sentence; what no row knows is `invalid`, never a retry.
 */
import { GrammyError, HttpError } from "grammy";
import { ChatId } from "../../actors/model/mod.ts";
import {
  AccountGone,
  ChatGone,
  type DeliveryFailure,
  isDeliveryFailure,
  OutcomeUnknown,
  Rejected,
  type RejectReason,
  RetryLater,
} from "../../actors/ports/mod.ts";

/** What may be concluded from a line that broke. */
export interface FailureOptions {
  /** Doing it twice is the same as once, so a broken line is no worse than a refusal. */
  readonly repeatable: boolean;
}

/** After a fault of the network or of Telegram; the Lane adds its own backoff. */
const FAULT_MS = 2000;
/** Where 429 names no time. */
const FLOOD_MS = 5000;

const GONE: readonly (readonly [RegExp, string])[] = [
  [/kicked|not a member|was blocked/i, "bridge.kicked"],
  [/chat not found|deleted|deactivated|CHANNEL_PRIVATE|PEER_ID_INVALID/i, "bridge.chat-gone"],
];

/** About the topic of what is replied to: without the reply the same text can be said. */
const TOPIC = /TOPIC_(CLOSED|DELETED)|message thread not found/i;

const REASONS: readonly (readonly [RegExp, RejectReason])[] = [
  [TOPIC, "no-target"],
  [/too long|too big|TOO_LONG|TOO_BIG|too large/i, "too-large"],
  [/message .*not found|MESSAGE_ID_INVALID|wrong file_id/i, "no-target"],
  [/can't be (edited|deleted)|EDIT_TIME_EXPIRED|DELETE_FORBIDDEN/i, "too-old"],
  // Administrators choose which reactions their group has, and a message takes only so many kinds.
  [/REACTION(S_TOO_MANY|_INVALID)/i, "forbidden"],
  [/rights|ADMIN_REQUIRED|FORBIDDEN|RESTRICTED|BANNED|not an administrator/i, "forbidden"],
];

/** What `work`, one call, comes to. @throws {DeliveryFailure} */
export async function asked<T>(work: Promise<T>, options: FailureOptions): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw failureOf(error, options);
  }
}

/** The failure that says what to do next. Holds nothing of the token and of texts. */
export function failureOf(error: unknown, options: FailureOptions): DeliveryFailure {
  if (isDeliveryFailure(error)) return error;
  if (error instanceof GrammyError) return refusalOf(error, options);
  // A file that broke off while it was sent: without its end Telegram takes nothing of it.
  if (error instanceof HttpError && isDeliveryFailure(error.error)) return error.error;
  const unreached = neverConnected(error instanceof HttpError ? error.error : error);
  if (unreached) return new RetryLater("Cannot reach Telegram: connection failed", FAULT_MS, "account");
  const method = error instanceof HttpError ? /'(\w+)'/.exec(error.message)?.[1] ?? "Telegram" : "Telegram";
  return uncertain(`Cannot tell what ${method} came to: the line broke`, options);
}

function refusalOf(error: GrammyError, options: FailureOptions): DeliveryFailure {
  const { error_code: code, method, parameters } = error;
  const said = `Cannot ${method}: Telegram answered ${code}`;
  if (code === 429) {
    const afterMs = parameters.retry_after === undefined ? FLOOD_MS : parameters.retry_after * 1000;
    return new RetryLater(said, afterMs, "chat");
  }
  // 409: somebody else polls with our token. It changes nothing, and it may end.
  if (code === 409) return new RetryLater(said, FAULT_MS, "account");
  if (code === 401) return new AccountGone(said);
  if (code >= 500) return uncertain(said, options);
  if (parameters.migrate_to_chat_id !== undefined) {
    return new ChatGone(said, { movedTo: ChatId.parse(String(parameters.migrate_to_chat_id)) });
  }
  return finalOf(error, said);
}

function finalOf({ error_code: code, description, method }: GrammyError, said: string): DeliveryFailure {
  const gone = goneOf(code, description);
  if (gone !== null) return new ChatGone(`${said}, ${gone}`, { reason: gone });
  const reason = REASONS.find(([pattern]) => pattern.test(description))?.[1] ??
    (code === 403 ? "forbidden" : "invalid");
  // Who may not write at all carries no bridge: what waits is kept until somebody grants it.
  if (reason === "forbidden" && method === "sendMessage") {
    return new ChatGone(`${said}, bridge.no-rights`, { reason: "bridge.no-rights" });
  }
  return new Rejected(`${said}, ${reason}`, reason);
}

/** Why we are out of the chat, or null where this is no word of that. */
function goneOf(code: number, description: string): string | null {
  // "message to delete not found" is about the message; "chat not found" and "group chat was deleted" are not.
  const about = TOPIC.test(description) || (code !== 403 && /\bmessage\b/i.test(description));
  return about ? null : GONE.find(([pattern]) => pattern.test(description))?.[1] ?? null;
}

function uncertain(message: string, { repeatable }: FailureOptions): DeliveryFailure {
  return repeatable ? new RetryLater(message, FAULT_MS, "chat") : new OutcomeUnknown(message);
}

/** Only a connection that never stood proves that nothing was sent. Deno says so in the cause's text alone. */
function neverConnected(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return /\(Connect\)|ECONNREFUSED|ENOTFOUND/.test(error.message) || neverConnected(error.cause);
}

/** Telegram's way to say that what was asked for is so already. */
export function isUnchanged(error: unknown): boolean {
  return error instanceof GrammyError && error.error_code === 400 &&
    /not[ _]modified|already been closed/i.test(error.description);
}
