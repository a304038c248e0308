/** Checkpoints and restarts: what waits long moves to rows, the journal goes, nothing is lost, doubled or reordered. */
import assert from "node:assert/strict";
import { MessageId, NativeId } from "../../actors/model/mod.ts";
import { RetryLater } from "../../actors/ports/mod.ts";
import { kvStore } from "../../actors/store/kv_store.ts";
import { checkpoint, countOf } from "../fakes/crashing_store.ts";
import { readyGroup, type ScriptedRelay, scriptedRelay, when } from "../fakes/scripted.ts";

function talk(sent: readonly string[]): string[] {
  return sent.filter((text) => text.startsWith("message"));
}

Deno.test("what waits for a dead bridge through checkpoints and restarts arrives once and in order", async () => {
  const kv = await Deno.openKv(":memory:");
  const store = { ...kvStore(kv), close: () => {} };
  const numbers = Array.from({ length: 131 }, (_, at) => `message ${at}`);
  const first = await scriptedRelay(store);
  await readyGroup(first.relay);
  first.ends.signal.before = () => {
    throw new RetryLater("Cannot send yet", 40);
  };
  for (const text of numbers.slice(0, 120)) await first.say("telegram", text);
  await when("WhatsApp has them", () => talk(first.ends.whatsapp.sent).length === 120);
  await checkpoint(kv, first);
  await first.say("telegram", numbers[120] ?? "");
  await checkpoint(kv, first);
  assert.ok(await countOf(kv, "lane") >= 2, "long waits lie in pages of the lane");
  for (const text of numbers.slice(121)) await first.say("telegram", text);
  await when("WhatsApp has all of them", () => talk(first.ends.whatsapp.sent).length === numbers.length);
  await first.relay.stop();

  const second = await scriptedRelay(store);
  second.ends.signal.before = () => {
    if (talk(second.ends.signal.sent).length >= 50) throw new RetryLater("Cannot send yet", 40);
  };
  await when("the first fifty are there", () => talk(second.ends.signal.sent).length === 50);
  await checkpoint(kv, second);
  await second.relay.stop();
  const third = await scriptedRelay(store);
  await when("the rest is there", () => talk(third.ends.signal.sent).length === numbers.length - 50);

  assert.deepEqual([...talk(second.ends.signal.sent), ...talk(third.ends.signal.sent)], numbers);
  assert.deepEqual(talk(second.ends.whatsapp.sent), []);
  await when(
    "no page is left",
    async () => await countOf(kv, "lane") === 0 && await countOf(kv, "lanes") === 0,
  );
  await third.relay.stop();
  kv.close();
});

Deno.test("a reaction finds a message that only the disk remembers", async () => {
  const kv = await Deno.openKv(":memory:");
  const store = { ...kvStore(kv), close: () => {} };
  const first = await scriptedRelay(store);
  await readyGroup(first.relay);
  await first.say("telegram", "message 0", { native: NativeId.parse("old one") });
  await when("it is there", () => talk(first.ends.signal.sent).length === 1);
  await checkpoint(kv, first);
  await first.say("telegram", "message 1");
  await checkpoint(kv, first);
  await first.relay.stop();

  const second = await scriptedRelay(store);
  await second.say("telegram", "message 2", { replyTo: { native: NativeId.parse("old one") } });
  await when("the reply is there", () => talk(second.ends.signal.sent).length === 1);

  const [reply] = second.ends.signal.ops;
  assert.equal(reply?.type, "post");
  assert.ok(reply?.type === "post" && reply.replyTo !== undefined, "it replies to our copy of the old one");
  await second.relay.stop();
  kv.close();
});

Deno.test("messages read back are the same before and after a checkpoint and a restart", async () => {
  const kv = await Deno.openKv(":memory:");
  const store = { ...kvStore(kv), close: () => {} };
  const first = await scriptedRelay(store);
  const group = await readyGroup(first.relay);
  for (let at = 0; at < 12; at++) await first.say("telegram", `message ${at}`);
  await when("all are there", () => talk(first.ends.signal.sent).length === 12);
  const textsOf = async (world: ScriptedRelay, before?: MessageId): Promise<string[]> => {
    const found = await world.relay.read.messages(group, { before, limit: 5 });
    return found.map(({ content }) => content.type === "text" ? content.body.text : "");
  };
  const expected = ["message 7", "message 8", "message 9", "message 10", "message 11"];
  assert.deepEqual(await textsOf(first), expected);
  await first.relay.stop();

  const second = await scriptedRelay(store);
  assert.deepEqual(await textsOf(second), expected);
  const newest = await second.relay.read.messages(group, { limit: 5 });
  assert.deepEqual(await textsOf(second, newest[0]?.id), expected.map((_, at) => `message ${at + 2}`));
  assert.deepEqual(newest[0]?.delivery, { whatsapp: "delivered", signal: "delivered" });
  await second.relay.stop();
  kv.close();
});
