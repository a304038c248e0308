import assert from "node:assert/strict";
import { ChatId, NativeId, plain } from "../../../../actors/model/mod.ts";
import { Rejected } from "../../../../actors/ports/mod.ts";
import { REACTIONS } from "../../../../adapters/telegram/capabilities.ts";
import { TelegramConfig } from "../../../../adapters/telegram/config.ts";
import { encode } from "../../../../adapters/telegram/encode.ts";
import { REACTION_EMOJI } from "../../../fakes/telegram/reactions.ts";

const CHAT = ChatId.parse("-1");
const TARGET = NativeId.parse("3@1");

Deno.test("the reactions are exactly the 73 of the Bot API's types", () => {
  assert.equal(REACTIONS.length, 73);
  assert.deepEqual([...REACTIONS].toSorted(), [...REACTION_EMOJI].toSorted());
});

Deno.test("a reaction is sent as Telegram writes it, however the phone typed it", () => {
  assert.deepEqual(encode(CHAT, { type: "react", target: TARGET, emoji: "❤️" }), {
    method: "setMessageReaction",
    chat: "-1",
    target: 3,
    reaction: [{ type: "emoji", emoji: "❤" }],
  });
});

Deno.test("an id that no message of this chat can have is no target", () => {
  for (const native of ["3", "0@1", "-3@1", "3.5@1", "abc", "3@2", "3@", `${"9".repeat(20)}@1`]) {
    const op = { type: "delete", target: NativeId.parse(native) } as const;
    assert.throws(
      () => encode(CHAT, op),
      (error) => error instanceof Rejected && error.reason === "no-target",
    );
  }
});

Deno.test("an empty text is refused before Telegram is asked", () => {
  assert.throws(
    () => encode(CHAT, { type: "post", text: plain("") }),
    (error) => error instanceof Rejected && error.reason === "invalid",
  );
});

Deno.test("webhook mode wants a secret and an address; polling wants neither", () => {
  const token = "7:secret";
  assert(TelegramConfig.safeParse({ token }).success);
  assert(!TelegramConfig.safeParse({ token, mode: "webhook" }).success);
  const whole = { token, mode: "webhook", webhookSecret: "x".repeat(16), publicUrl: "https://e.org" };
  assert(TelegramConfig.safeParse(whole).success);
  assert(!TelegramConfig.safeParse({ ...whole, webhookSecret: "with spaces in it" }).success);
});
