import assert from "node:assert/strict";
import * as mtcute from "@mtcute/node";
import { OutcomeUnknown, Rejected, RetryLater } from "../../../../actors/ports/mod.ts";
import { userFailureOf } from "../../../../adapters/telegram/mtproto_failures.ts";

const { tl } = mtcute;

Deno.test("a user account that may make no more groups today holds that group, and never the bot", () => {
  const flood = tl.RpcError.fromTl({ errorCode: 420, errorMessage: "FLOOD_WAIT_7200" });
  const failure = userFailureOf(flood, mtcute, { repeatable: false });
  assert(failure instanceof RetryLater);
  assert.deepEqual([failure.afterMs, failure.scope], [7_200_000, "chat"]);
});

Deno.test("a user account that cannot be reached holds the group that it makes, and never the bot", () => {
  const failure = userFailureOf(new Error("connection closed"), mtcute, { repeatable: true });
  assert(failure instanceof RetryLater);
  assert.equal(failure.scope, "chat");
});

Deno.test("a group of which nobody knows whether it was made is uncertain", () => {
  for (
    const error of [new Error("closed"), tl.RpcError.fromTl({ errorCode: 500, errorMessage: "INTERNAL" })]
  ) {
    assert(userFailureOf(error, mtcute, { repeatable: false }) instanceof OutcomeUnknown);
  }
});

Deno.test("a user account with too many groups is refused in Telegram's own word, for the operator", () => {
  const full = tl.RpcError.fromTl({ errorCode: 400, errorMessage: "CHANNELS_TOO_MUCH" });
  const failure = userFailureOf(full, mtcute, { repeatable: false });
  assert(failure instanceof Rejected);
  assert.match(failure.message, /CHANNELS_TOO_MUCH/);
});
