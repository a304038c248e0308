/** Contact cards on their way: no number is anywhere before its sender says so, and a restart forgets none that waits. */
import assert from "node:assert/strict";
import { type LiveEvent, NativeId } from "../../actors/model/mod.ts";
import { checkpoint, countOf, crashingStore } from "../fakes/crashing_store.ts";
import { PLAIN } from "../fakes/plain_adapter.ts";
import { NAMES, readyGroup, type ScriptedRelay, scriptedRelay, when } from "../fakes/scripted.ts";

const NUMBER = "+49 30 901820";
const CARD = { type: "contact" as const, name: "Dr. Grün", phones: [NUMBER] };
const NATIVE = NativeId.parse("card");

function everythingSent({ ends }: ScriptedRelay): string {
  return JSON.stringify(NAMES.map((name) => ends[name].ops));
}

/** Everything that is told to whoever watches, until `abort`. */
async function watch(
  { relay }: ScriptedRelay,
  group: Parameters<typeof relay.watch>[0],
  signal: AbortSignal,
): Promise<LiveEvent[]> {
  return await Array.fromAsync(relay.watch(group, { signal }));
}

Deno.test("a number is shown and sent nowhere before /share, which works after restarts and checkpoints too", async () => {
  const kv = await Deno.openKv(":memory:");
  const disk = crashingStore(kv);
  const first = await scriptedRelay(disk.store);
  const group = await readyGroup(first.relay);
  const abort = new AbortController();
  const watched = watch(first, group, abort.signal);

  await first.say("whatsapp", "", { native: NATIVE, content: CARD });
  await first.say("whatsapp", "", {
    author: { native: NativeId.parse("mallory"), name: "Mallory" },
    replyTo: { native: NATIVE },
    content: { type: "text", body: { text: "/share", spans: [] } },
  });
  for (const text of ["message 1", "message 2", "message 3"]) {
    await first.say("telegram", text);
    await when(`Signal has ${text}`, () => first.ends.signal.sent.includes(text));
    await checkpoint(kv, first);
  }
  const shown = JSON.stringify(await first.relay.read.messages(group, { limit: 50 }));
  abort.abort();
  const told = JSON.stringify(await watched);
  const dead = JSON.stringify(await first.relay.read.deadLetters(50));
  const sent = everythingSent(first);
  disk.crash();

  for (const [what, text] of Object.entries({ shown, told, dead, sent })) {
    assert.ok(!text.includes("901820"), `no number in what was ${what}`);
  }
  assert.ok(shown.includes("Dr. Grün") && sent.includes("The number on this card stays here."));

  const second = await scriptedRelay(crashingStore(kv).store);
  await disk.bury(first);
  second.ends.signal.capabilities = { ...PLAIN, contact: "full" };
  await second.say("whatsapp", "/share", { replyTo: { native: NATIVE } });
  const card = { type: "contact", name: "Dr. Grün", phones: [NUMBER] };
  await when("Signal has the card", () => second.ends.signal.ops.some(({ type }) => type === "contact"));
  await when("Telegram has it in words", () => second.ends.telegram.sent.includes(NUMBER));
  assert.deepEqual(second.ends.signal.ops.at(-1), card);
  const [head] = second.ends.signal.ops.slice(-2);
  assert.ok(head?.type === "post" && head.replyTo !== undefined, "in reply to the first");
  assert.ok(!JSON.stringify(second.ends.whatsapp.ops).includes("901820"));
  await checkpoint(kv, second);
  assert.equal(await countOf(kv, "card"), 0, "what has crossed is no longer kept apart");
  await second.relay.stop();
  kv.close();
});
