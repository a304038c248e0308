import assert from "node:assert/strict";
import { GrammyError, HttpError } from "grammy";
import { ChatGone, type DeliveryFailure, Rejected, RetryLater } from "../../../../actors/ports/mod.ts";
import { failureOf, isUnchanged } from "../../../../adapters/telegram/failures.ts";

const TOKEN = "7:very-secret";

const ANSWERS: readonly (readonly [number, string, string])[] = [
  [401, "Unauthorized", "account-gone"],
  [403, "Forbidden: bot was kicked from the supergroup chat", "chat-gone bridge.kicked"],
  [403, "Forbidden: bot is not a member of the supergroup chat", "chat-gone bridge.kicked"],
  [403, "Forbidden: the group chat was deleted", "chat-gone bridge.chat-gone"],
  [400, "Bad Request: chat not found", "chat-gone bridge.chat-gone"],
  [400, "Bad Request: CHANNEL_PRIVATE", "chat-gone bridge.chat-gone"],
  [400, "Bad Request: message to edit not found", "rejected no-target"],
  [400, "Bad Request: message to delete not found", "rejected no-target"],
  [400, "Bad Request: MESSAGE_ID_INVALID", "rejected no-target"],
  [400, "Bad Request: message can't be edited", "rejected too-old"],
  [400, "Bad Request: message can't be deleted for everyone", "rejected too-old"],
  [400, "Bad Request: message is too long", "rejected too-large"],
  [400, "Bad Request: file is too big", "rejected too-large"],
  [413, "Request Entity Too Large", "rejected too-large"],
  [
    400,
    "Bad Request: file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes",
    "rejected too-large",
  ],
  [400, "Bad Request: message caption is too long", "rejected too-large"],
  [400, "Bad Request: IMAGE_PROCESS_FAILED", "rejected invalid"],
  [400, "Bad Request: PHOTO_INVALID_DIMENSIONS", "rejected invalid"],
  [400, "Bad Request: wrong file type", "rejected invalid"],
  [400, "Bad Request: file must be non-empty", "rejected invalid"],
  [400, "Bad Request: media of this types can't be mixed in one media group", "rejected invalid"],
  [400, "Bad Request: wrong file_id or the file is temporarily unavailable", "rejected no-target"],
  [400, "Bad Request: message with poll to stop not found", "rejected no-target"],
  [400, "Bad Request: there is no caption in the message to edit", "rejected invalid"],
  [400, "Bad Request: not enough rights to send text messages to the chat", "chat-gone bridge.no-rights"],
  [400, "Bad Request: have no rights to send a message", "chat-gone bridge.no-rights"],
  [400, "Bad Request: CHAT_WRITE_FORBIDDEN", "chat-gone bridge.no-rights"],
  [400, "Bad Request: USER_BANNED_IN_CHANNEL", "chat-gone bridge.no-rights"],
  [400, "Bad Request: TOPIC_CLOSED", "rejected no-target"],
  [400, "Bad Request: TOPIC_DELETED", "rejected no-target"],
  [400, "Bad Request: message thread not found", "rejected no-target"],
  [400, "Bad Request: something quite new", "rejected invalid"],
  [403, "Forbidden: something quite new", "chat-gone bridge.no-rights"],
  [404, "Not Found", "rejected invalid"],
  [409, "Conflict: terminated by other getUpdates request", "retry-later account"],
  [500, "Internal Server Error", "outcome-unknown"],
  [502, "Bad Gateway", "outcome-unknown"],
];

for (const [code, description, wanted] of ANSWERS) {
  Deno.test(`${code} ${description} is ${wanted}`, () => {
    const failure = failureOf(answer(code, description), { repeatable: false });
    assert.equal(told(failure), wanted);
  });
}

const REFUSED_ONCE: readonly (readonly [string, string])[] = [
  ["sendPhoto", "Bad Request: not enough rights to send photos to the chat"],
  ["sendVoice", "Bad Request: VOICE_MESSAGES_FORBIDDEN"],
  ["sendPoll", "Bad Request: not enough rights to send polls to the chat"],
  ["setChatPhoto", "Bad Request: not enough rights to change chat photo"],
  ["setMessageReaction", "Bad Request: REACTION_INVALID"],
  ["setMessageReaction", "Bad Request: REACTIONS_TOO_MANY"],
  ["setChatTitle", "Bad Request: not enough rights to change chat title"],
  ["deleteMessage", "Bad Request: CHAT_ADMIN_REQUIRED"],
];

for (const [method, description] of REFUSED_ONCE) {
  Deno.test(`${method} is refused as forbidden and nothing else suffers: ${description}`, () => {
    const failure = failureOf(answer(400, description, {}, { method }), { repeatable: true });
    assert.equal(told(failure), "rejected forbidden");
  });
}

Deno.test("flood control is waited out for as long as it says, in that chat", () => {
  const failure = failureOf(answer(429, "Too Many Requests", { retry_after: 35 }), { repeatable: false });
  assert(failure instanceof RetryLater);
  assert.deepEqual([failure.afterMs, failure.scope], [35_000, "chat"]);
});

Deno.test("a group that became a supergroup names where it went", () => {
  const moved = answer(400, "Bad Request: group chat was upgraded", { migrate_to_chat_id: -100777 });
  const failure = failureOf(moved, { repeatable: false });
  assert(failure instanceof ChatGone);
  assert.equal(failure.options.movedTo, "-100777");
});

Deno.test("a broken line is uncertain for what makes something new, and a delay for everything else", () => {
  const broken = new HttpError(
    "Network request for 'sendMessage' failed!",
    new TypeError("connection closed"),
  );
  assert.equal(failureOf(broken, { repeatable: false }).kind, "outcome-unknown");
  assert.equal(failureOf(broken, { repeatable: true }).kind, "retry-later");
});

Deno.test("a connection that never stood proves that nothing was sent", () => {
  const cause = new Error(
    `error sending request for url (http://x/bot${TOKEN}/sendMessage): client error (Connect)`,
  );
  const refused = new HttpError(
    "Network request for 'sendMessage' failed!",
    new TypeError("fetch failed", { cause }),
  );
  assert.equal(failureOf(refused, { repeatable: false }).kind, "retry-later");
});

Deno.test("no failure holds the token, the text or the original error", () => {
  const cause = new TypeError(`error sending request for url (http://x/bot${TOKEN}/sendMessage)`);
  const broken = new HttpError("Network request for 'sendMessage' failed!", cause);
  const refused = answer(400, 'Bad Request: can\'t parse "private words" at 5', {}, {
    payload: { text: "private words" },
  });
  for (const error of [broken, refused, cause, new Error(TOKEN), TOKEN]) {
    const failure = failureOf(error, { repeatable: false });
    const shown = Deno.inspect(failure);
    assert(!shown.includes(TOKEN) && !shown.includes("private words"), shown);
    assert.equal(failure.cause, undefined);
  }
});

Deno.test("a failure that is one already stays as it is", () => {
  const failure = new Rejected("Cannot do it", "invalid");
  assert.equal(failureOf(failure, { repeatable: true }), failure);
});

Deno.test("only Telegram's own word for no change counts as done", () => {
  assert(isUnchanged(answer(400, "Bad Request: message is not modified: specified new message content")));
  assert(isUnchanged(answer(400, "Bad Request: chat title is not modified")));
  assert(!isUnchanged(answer(403, "Forbidden: not modified")));
  assert(!isUnchanged(new Error("not modified")));
});

function answer(
  code: number,
  description: string,
  parameters: object = {},
  { method = "sendMessage", payload = {} }: { method?: string; payload?: Record<string, unknown> } = {},
): GrammyError {
  const said = { ok: false as const, error_code: code, description, parameters };
  return new GrammyError(`Call to '${method}' failed!`, said, method, payload);
}

function told(failure: DeliveryFailure): string {
  if (failure instanceof ChatGone) return `${failure.kind} ${failure.options.reason}`;
  if (failure instanceof Rejected) return `${failure.kind} ${failure.reason}`;
  return failure instanceof RetryLater ? `${failure.kind} ${failure.scope}` : failure.kind;
}
