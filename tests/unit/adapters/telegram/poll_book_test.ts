/** Which message a poll stands in, bounded in number and time. */
import assert from "node:assert/strict";
import { ChatId, NativeId } from "../../../../actors/model/mod.ts";
import { PollBook } from "../../../../adapters/telegram/poll_book.ts";
import { ContractHost } from "../../../contract/contract_host.ts";

function poll(name: string, native = "1@x"): Parameters<PollBook["remember"]>[0] {
  return { poll: name, chat: ChatId.parse("-1"), native: NativeId.parse(native), ours: true };
}

const DAY_MS = 24 * 60 * 60 * 1000;

Deno.test("a poll is found after a restart, in the message that it was first seen in", async () => {
  const host = new ContractHost();
  const book = new PollBook({ session: host.session, now: () => host.now() });
  await book.remember(poll("a", "1@x"));
  await book.remember(poll("a", "2@x"));
  const again = new PollBook({ session: host.session, now: () => host.now() });
  await again.load();
  assert.equal(again.find("a")?.native, "1@x");
  assert.equal(again.find("b"), null);
});

Deno.test("polls are forgotten after three months, and the oldest of too many at once", async () => {
  const host = new ContractHost();
  const book = new PollBook({ session: host.session, now: () => host.now() });
  await book.remember(poll("old"));
  host.pass(91 * DAY_MS);
  for (let at = 0; at <= 1000; at++) await book.remember(poll(`poll ${at}`));
  assert.equal(book.find("old"), null);
  assert.equal(book.find("poll 0"), null);
  assert.notEqual(book.find("poll 1"), null);
});
