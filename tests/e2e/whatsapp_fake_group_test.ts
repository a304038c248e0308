/** The fake server against the real client: groups, and what is written in them. */
import assert from "node:assert/strict";
import { Client } from "../fakes/whatsapp/client.ts";
import { type FakeWhatsApp, type Phone, startWhatsApp } from "../fakes/whatsapp/mod.ts";
import type { Addressing } from "../fakes/whatsapp/node.ts";

interface Stage {
  readonly server: FakeWhatsApp;
  readonly client: Client;
  readonly own: Phone;
}

/** The client's library leaves timers behind, however it is closed. */
function test(name: string, run: (stage: Stage) => Promise<void>, addressing: Addressing = "lid"): void {
  Deno.test({
    name: `the fake WhatsApp server ${name}`,
    sanitizeOps: false,
    sanitizeResources: false,
    fn: async () => {
      await using server = startWhatsApp({ addressing });
      await using client = new Client(server);
      const own = server.ownPhone();
      await client.link(own);
      await run({ server, client, own });
    },
  });
}

for (const addressing of ["lid", "pn"] as const) {
  test(`carries texts both ways in a group with ${addressing} addresses`, async ({ server, client, own }) => {
    const { id: chat } = await client.socket.groupCreate("Tea", []);
    const invite = `https://chat.whatsapp.com/${await client.socket.groupInviteCode(chat)}`;
    const alice = server.phone({ name: "Alice" });

    assert.equal(alice.join(invite), chat);
    await alice.send(chat, "hello");
    const heard = await client.message(chat, "hello");
    await client.socket.sendMessage(chat, { text: "good day" });
    const seen = await alice.waitForText(chat, "good day");
    await own.waitForText(chat, "good day");
    await alice.send(chat, "how are you");
    await client.message(chat, "how are you");
    await own.send(chat, "from the phone");
    const ours = await client.message(chat, "from the phone");

    assert.equal(heard.key.participant, alice.addressIn(chat));
    assert.equal(heard.pushName, "Alice");
    assert.equal(seen.from, "Operator");
    assert.equal(ours.key.fromMe, true);
    assert.deepEqual(own.texts(chat), ["hello", "good day", "how are you", "from the phone"]);
    assert.deepEqual([alice.repeats, alice.unreadable], [0, 0]);
    await server.until(() => server.waiting === 0, "everything to be confirmed");
  }, addressing);
}

test("keeps what was not confirmed, and sends it again after a kill", async ({ server, client }) => {
  const { id: chat } = await client.socket.groupCreate("Tea", []);
  const alice = server.phone({ name: "Alice" });
  alice.join(await client.socket.groupInviteCode(chat) ?? "");
  await alice.send(chat, "one");
  await client.message(chat, "one");
  await server.until(() => server.waiting === 0, "everything to be confirmed");
  await client.kill();
  const from = client.events.length;

  for (const text of ["two", "three", "four"]) await alice.send(chat, text);
  alice.setTitle(chat, "Coffee");
  assert.equal(server.waiting, 4);
  await client.open();
  await client.message(chat, "four");
  await server.until(() => server.waiting === 0, "everything to be confirmed");

  const upserts = client.since(from, "messages.upsert");
  const texts = upserts.flatMap(({ messages }) => messages.map(({ message }) => message?.conversation));
  assert.deepEqual(texts.filter((text) => text), ["two", "three", "four"]);
  assert.ok(upserts.every(({ type }) => type === "append"));
  await client.until(
    () => client.since(from, "groups.update").some(([group]) => group?.subject === "Coffee"),
    "title",
  );
});

test("cuts the line before or after a message has its effect", async ({ server, client }) => {
  const { id: chat } = await client.socket.groupCreate("Tea", []);
  const alice = server.phone({ name: "Alice" });
  alice.join(await client.socket.groupInviteCode(chat) ?? "");

  await client.socket.sendMessage(chat, { text: "first" });
  await alice.waitForText(chat, "first");
  server.faults.add({ on: "message", fault: { kind: "cut", when: "before" } });
  await client.socket.sendMessage(chat, { text: "lost" });
  await client.until(() => client.closed === 428, "the cut");
  await client.open();
  server.faults.add({ on: "message", fault: { kind: "cut", when: "after" } });
  await client.socket.sendMessage(chat, { text: "kept" }, { messageId: "3EB0AAAAAAAAAAAAAAAAAA" });
  await client.until(() => client.closed === 428, "the cut");
  await client.open();
  await client.socket.sendMessage(chat, { text: "kept" }, { messageId: "3EB0AAAAAAAAAAAAAAAAAA" });
  await client.socket.sendMessage(chat, { text: "done" });
  await alice.waitForText(chat, "done");

  assert.deepEqual(alice.texts(chat), ["first", "kept", "done"]);
  assert.equal(alice.repeats, 1);
});

test("refuses a message in its ack", async ({ server, client }) => {
  const { id: chat } = await client.socket.groupCreate("Tea", []);
  const from = client.events.length;

  server.faults.nextAck({ error: 479 });
  const sent = await client.socket.sendMessage(chat, { text: "hello" });
  const status = await client.until(() => statusOf(client, { from, id: sent?.key.id ?? "" }), "the refusal");

  assert.deepEqual(status, { status: 0, why: ["479"] });
});

test("delivers twice, out of order, and so that it cannot be read at first", async ({ server, client }) => {
  const { id: chat } = await client.socket.groupCreate("Tea", []);
  const alice = server.phone({ name: "Alice" });
  alice.join(await client.socket.groupInviteCode(chat) ?? "");
  await alice.send(chat, "first");
  await client.message(chat, "first");

  await alice.send(chat, "garbled", { arrival: "garbled" });
  await client.message(chat, "garbled");
  assert.equal(server.stats.retriesAsked, 1);

  await alice.send(chat, "double", { arrival: "twice" });
  await client.message(chat, "double");
  await server.until(() => server.waiting === 0, "everything to be confirmed");

  server.hold();
  await alice.send(chat, "a");
  await alice.send(chat, "b");
  server.release("reversed");
  await client.message(chat, "a");
  const order = client.messages(chat).map(({ message }) => message?.conversation).filter((text) => text);
  assert.deepEqual(order.slice(-2), ["b", "a"]);
  await server.until(() => server.waiting === 0, "everything to be confirmed");
});

test("lets a phone ask again for what it cannot read", async ({ server, client }) => {
  const { id: chat } = await client.socket.groupCreate("Tea", []);
  const alice = server.phone({ name: "Alice" });
  const bob = server.phone({ name: "Bob" });
  for (const phone of [alice, bob]) phone.join(await client.socket.groupInviteCode(chat) ?? "");
  await client.socket.sendMessage(chat, { text: "one" });
  await bob.waitForText(chat, "one");
  await alice.waitForText(chat, "one");

  alice.loseSessions();
  await client.socket.sendMessage(chat, { text: "two" });
  await alice.waitForText(chat, "two");

  assert.equal(alice.unreadable, 1);
});

test("sends again what a client confirmed but forgot to write down", async ({ server, client }) => {
  const { id: chat } = await client.socket.groupCreate("Tea", []);
  const alice = server.phone({ name: "Alice" });
  alice.join(await client.socket.groupInviteCode(chat) ?? "");
  await alice.send(chat, "first");
  await client.message(chat, "first");
  await server.until(() => server.waiting === 0, "everything to be confirmed");
  await client.kill();
  const from = client.events.length;

  server.unconfirm(1);
  await client.open();
  await client.until(
    () =>
      client.since(from, "messages.upsert").flatMap(({ messages }) => messages)
        .some(({ message }) => message?.conversation === "first"),
    "the text again",
  );

  // Its key was used, so the client had to ask Alice.
  assert.equal(server.stats.retriesAsked, 1);
});

test("knows people who hide their number", async ({ server, client }) => {
  const { id: chat } = await client.socket.groupCreate("Tea", []);
  const ghost = server.phone({ name: "Ghost", addressing: "lid" });
  ghost.join(await client.socket.groupInviteCode(chat) ?? "");

  await ghost.send(chat, "boo");
  const heard = await client.message(chat, "boo");
  await client.socket.sendMessage(chat, { text: "hello" });
  await ghost.waitForText(chat, "hello");
  const { participants } = await client.socket.groupMetadata(chat);

  assert.deepEqual([heard.key.participant, heard.key.participantAlt], [
    `${ghost.account.lid}@lid`,
    undefined,
  ]);
  assert.deepEqual(participants.map(({ id, phoneNumber }) => [id, phoneNumber]).at(-1), [
    `${ghost.account.lid}@lid`,
    undefined,
  ]);
}, "pn");

test("says to a client when a phone has its message, and stays silent for one without network", async ({ server, client, own }) => {
  const { id: chat } = await client.socket.groupCreate("Tea", []);
  const alice = server.phone({ name: "Alice" });
  alice.join(await client.socket.groupInviteCode(chat) ?? "");
  // A receipt becomes part of its message where that is still in the client's buffer.
  function receiptsFrom(phone: Phone): number {
    const alone = client.since(0, "message-receipt.update").flat().map(({ receipt }) => receipt);
    const inside = client.messages(chat).flatMap(({ userReceipt }) => userReceipt ?? []);
    return [...alone, ...inside].filter(({ userJid }) => userJid === phone.addressIn(chat)).length;
  }

  alice.offline();
  await client.socket.sendMessage(chat, { text: "hello" });
  await own.waitForText(chat, "hello");
  assert.equal(receiptsFrom(alice), 0);
  alice.online();
  await client.until(() => receiptsFrom(alice) === 1, "the receipt");

  assert.deepEqual(alice.texts(chat), ["hello"]);
});

test("writes to devices without one-time keys", async ({ server, client }) => {
  const { id: chat } = await client.socket.groupCreate("Tea", []);
  const alice = server.phone({ name: "Alice" });
  alice.join(await client.socket.groupInviteCode(chat) ?? "");
  server.dropPreKeys();

  await alice.send(chat, "hello");
  await client.message(chat, "hello");
});

/** An update of a message that is still in the client's buffer becomes part of the message. */
function statusOf(
  client: Client,
  { from, id }: { readonly from: number; readonly id: string },
): { readonly status: unknown; readonly why: unknown } | undefined {
  const update = client.since(from, "messages.update").flat().find(({ key }) => key.id === id)?.update ??
    client.since(from, "messages.upsert").flatMap(({ messages }) => messages).find(({ key }) =>
      key.id === id
    );
  return update?.messageStubParameters === undefined
    ? undefined
    : { status: update.status, why: update.messageStubParameters };
}
