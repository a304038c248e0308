/** Messages that disappear, where the messenger has no such timer: also over a restart, and never before their time. */
import assert from "node:assert/strict";
import { ChatId, NativeId } from "../../actors/model/mod.ts";
import { countOf, crashingStore } from "../fakes/crashing_store.ts";
import { living } from "../fakes/living.ts";
import { type Scripted, type ScriptedRelay, scriptedRelay, when } from "../fakes/scripted.ts";

const HOUR_S = 3_600;

async function setTimer({ ends }: ScriptedRelay, seconds: number): Promise<void> {
  await ends.whatsapp.host?.deliver({
    id: `timer ${seconds}`,
    chat: ChatId.parse("whatsapp-chat"),
    at: Date.now(),
    type: "timer",
    seconds,
    author: { native: NativeId.parse("ada"), name: "Ada" },
  });
}

function deletes({ ops }: Scripted): number {
  return ops.filter(({ type }) => type === "delete").length;
}

Deno.test("our copies go when their time is over, those of before the timer stay", () =>
  living(async ({ disk, ...world }) => {
    const { ends, say, pass } = world;
    ends.signal.capabilities = { ...ends.signal.capabilities, timer: "any" };
    await say("whatsapp", "message 1");
    await setTimer(world, HOUR_S);
    await when("Signal's timer is set", () => ends.signal.ops.some(({ type }) => type === "timer"));
    await say("whatsapp", "message 2");
    await when("Telegram has both", () => ends.telegram.sent.includes("message 2"));
    pass((HOUR_S - 60) * 1000);
    assert.deepEqual([await countOf(disk.kv, "fading"), deletes(ends.telegram)], [1, 0]);
    pass(61_000);
    await when("it is gone on Telegram", () => deletes(ends.telegram) === 1);
    await when("nothing is left to do", async () => await countOf(disk.kv, "fading") === 0);

    assert.deepEqual([deletes(ends.signal), deletes(ends.whatsapp)], [0, 0], "their own timers do it");
    const shown = await world.relay.read.messages(world.group, { limit: 9 });
    assert.deepEqual(shown.map(({ deleted }) => deleted), [false, true]);
  }));

Deno.test("what became due while nothing ran goes at the next start, once", () =>
  living(async ({ disk, ...world }) => {
    const { ends, say } = world;
    await setTimer(world, HOUR_S);
    for (let n = 0; n < 3; n++) await say("whatsapp", `message ${n}`);
    await when("Telegram has all", () => ends.telegram.sent.includes("message 2"));
    await when("the rows are there", async () => await countOf(disk.kv, "fading") === 3);
    disk.crash();

    const second = await scriptedRelay(crashingStore(disk.kv).store, { passed: (HOUR_S + 1) * 1000 });
    await disk.bury(world);
    await when("they are gone", () => deletes(second.ends.telegram) === 3);
    await second.relay.stop();
    const third = await scriptedRelay(crashingStore(disk.kv).store, { passed: (HOUR_S + 1) * 1000 });
    await third.say("whatsapp", "message 3");
    await when("Telegram has one more", () => third.ends.telegram.sent.includes("message 3"));

    assert.equal(deletes(third.ends.telegram), 0);
    assert.equal(await countOf(disk.kv, "fading"), 1, "the new one's");
    await third.relay.stop();
  }));
