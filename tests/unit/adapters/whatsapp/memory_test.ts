/** What the adapter remembers of messages: who wrote them, what we sent; both bounded, both over a restart. */
import assert from "node:assert/strict";
import { ChatId } from "../../../../actors/model/mod.ts";
import { Authors } from "../../../../adapters/whatsapp/authors.ts";
import { Sent } from "../../../../adapters/whatsapp/sent.ts";
import { MemorySession } from "../../../contract/contract_host.ts";

const CHAT = ChatId.parse("1@g.us");
const OTHER = ChatId.parse("2@g.us");
const DAY_MS = 86_400_000;

Deno.test("authors are known after a restart, ours as null, strangers' messages not at all", async () => {
  const session = new MemorySession();
  const authors = new Authors(session);
  await authors.add(CHAT, "A", "7@lid");
  await authors.add(CHAT, "B", null);

  const again = new Authors(session);

  assert.equal(await again.of(CHAT, "A"), "7@lid");
  assert.equal(await again.of(CHAT, "B"), null);
  assert.equal(await again.of(CHAT, "C"), undefined);
  assert.equal(await again.of(OTHER, "A"), undefined);
});

Deno.test("the first word on who wrote a message counts: nobody takes it over by sending its id again", async () => {
  const authors = new Authors(new MemorySession());
  await authors.add(CHAT, "A", "7@lid");

  await authors.add(CHAT, "A", "666@lid");

  assert.equal(await authors.of(CHAT, "A"), "7@lid");
});

Deno.test("a chat keeps its last 2,048 authors, also over a restart, in a bounded number of rows", async () => {
  const session = new MemorySession();
  const authors = new Authors(session);
  for (let n = 0; n < 3000; n++) await authors.add(CHAT, `M${n}`, `${n}@lid`);

  const again = new Authors(session);

  assert.equal(await again.of(CHAT, "M2999"), "2999@lid");
  assert.equal(await again.of(CHAT, "M1100"), "1100@lid");
  assert.equal(await again.of(CHAT, "M0"), undefined);
  assert.equal(session.values.size, 32);
  await again.add(CHAT, "M3000", null);
  assert.equal(await again.of(CHAT, "M3000"), null);
});

Deno.test("a chat that is over leaves no authors and no messages behind, others keep theirs", async () => {
  const session = new MemorySession();
  const authors = new Authors(session);
  const sent = new Sent(session, () => 5);
  for (const chat of [CHAT, OTHER]) {
    await authors.add(chat, "A", "7@lid");
    await sent.keep({ id: `A${chat}`, chat, at: 5, message: { conversation: "hello" } });
  }

  await authors.forget(CHAT);
  await sent.forget(CHAT);

  assert.equal(await authors.of(CHAT, "A"), undefined);
  assert.equal(await sent.find(`A${CHAT}`), undefined);
  assert.equal(await authors.of(OTHER, "A"), "7@lid");
  assert.equal((await sent.find(`A${OTHER}`))?.conversation, "hello");
  assert.equal(session.values.size, 2);
});

Deno.test("what we sent is found after a restart, for a week", async () => {
  const session = new MemorySession();
  await new Sent(session, () => 0).keep({ id: "A", chat: CHAT, at: 0, message: { conversation: "hello" } });

  const soon = new Sent(session, () => 6 * DAY_MS);
  const late = new Sent(session, () => 8 * DAY_MS);

  assert.equal(await soon.has("A"), true);
  assert.equal((await soon.find("A"))?.conversation, "hello");
  assert.equal(await late.find("A"), undefined);
  assert.equal(session.values.size, 0);
});

Deno.test("the last 1,024 messages are kept; one that is sent again takes its own place", async () => {
  const session = new MemorySession();
  let sent = new Sent(session, () => 2000);
  for (let n = 0; n < 1030; n++) {
    if (n === 700) sent = new Sent(session, () => 2000);
    await sent.keep({ id: `M${n}`, chat: CHAT, at: n, message: { conversation: String(n) } });
    await sent.keep({ id: `M${n}`, chat: CHAT, at: n, message: { conversation: String(n) } });
  }

  assert.equal(session.values.size, 1024);
  assert.equal(await sent.has("M5"), false);
  assert.equal((await sent.find("M6"))?.conversation, "6");
  assert.equal((await sent.find("M1029"))?.conversation, "1029");
});
