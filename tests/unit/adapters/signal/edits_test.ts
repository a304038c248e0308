import assert from "node:assert/strict";
import { ChatId, NativeId } from "../../../../actors/model/mod.ts";
import { Edits } from "../../../../adapters/signal/edits.ts";
import { messageId } from "../../../../adapters/signal/ids.ts";
import { MemorySession } from "../../../contract/contract_host.ts";

const AUTHOR = "94275a59-aca3-463a-91da-6fcf26ebe959";
const OTHER = "c2ae434e-1d4f-401f-8315-5bb66950edc8";
const CHAT = ChatId.parse("chat");
const FIRST = messageId({ author: AUTHOR, timestamp: 10 });

Deno.test("any time of a message means its first id, and the newest is what it is known by", async () => {
  const session = new MemorySession();
  const edits = new Edits(session);
  await edits.add(CHAT, FIRST, 20);
  await edits.add(CHAT, FIRST, 30);
  for (const known of [edits, new Edits(session)]) {
    for (const timestamp of [10, 20, 30]) {
      assert.equal(await known.first(CHAT, messageId({ author: AUTHOR, timestamp })), FIRST);
    }
    assert.deepEqual(await known.newest(CHAT, FIRST), { author: AUTHOR, timestamp: 30 });
    assert.equal(await known.count(CHAT, FIRST), 2);
  }
});

Deno.test("the same time of somebody else is another message", async () => {
  const edits = new Edits(new MemorySession());
  await edits.add(CHAT, FIRST, 20);
  const other = messageId({ author: OTHER, timestamp: 20 });
  assert.equal(await edits.first(CHAT, other), other);
});

Deno.test("the same edit twice counts once", async () => {
  const edits = new Edits(new MemorySession());
  await edits.add(CHAT, FIRST, 20);
  await edits.add(CHAT, FIRST, 20);
  assert.equal(await edits.count(CHAT, FIRST), 1);
});

Deno.test("a message of three files has three ids until the chat is over", async () => {
  const session = new MemorySession();
  const edits = new Edits(session);
  await edits.addAlbum(CHAT, FIRST, 3);
  assert.deepEqual(await new Edits(session).filesOf(CHAT, FIRST), [FIRST, `${FIRST}:1`, `${FIRST}:2`]);
  await edits.forget(CHAT);
  assert.deepEqual([await edits.filesOf(CHAT, FIRST), session.values.size], [[FIRST], 0]);
});

Deno.test("an id that is none of Signal's is nobody's message", async () => {
  const edits = new Edits(new MemorySession());
  assert.equal(await edits.newest(CHAT, NativeId.parse("17")), null);
});

Deno.test("only so many edits are kept, the newest ones", async () => {
  const edits = new Edits(new MemorySession());
  for (let timestamp = 1; timestamp <= 500; timestamp += 1) {
    await edits.add(CHAT, messageId({ author: AUTHOR, timestamp }), 10_000 + timestamp);
  }
  assert.equal(await edits.count(CHAT, messageId({ author: AUTHOR, timestamp: 1 })), 0);
  assert.equal(await edits.count(CHAT, messageId({ author: AUTHOR, timestamp: 500 })), 1);
});
