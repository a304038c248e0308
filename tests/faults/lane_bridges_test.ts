/** Bridges that come and go while something is on its way: the next one has nothing to do with the one before. */
import assert from "node:assert/strict";
import type { GroupId } from "../../actors/model/mod.ts";
import { ChatId, Messenger, type NativeOp } from "../../actors/model/mod.ts";
import { OutcomeUnknown, type Relay } from "../../actors/ports/mod.ts";
import { countOf } from "../fakes/crashing_store.ts";
import { later, living, talk } from "../fakes/living.ts";
import { type Scripted, when } from "../fakes/scripted.ts";

const SIGNAL = Messenger.parse("signal");

function types(ops: readonly NativeOp[]): string[] {
  return ops.map(({ type }) => type);
}

/** Somebody removes our account from Signal's chat. */
async function removeUs({ host }: Scripted): Promise<void> {
  await host?.deliver({
    id: "gone",
    chat: ChatId.parse("signal-chat"),
    at: 0,
    type: "chat-gone",
    reason: "bridge.chat-gone",
  });
}

async function statusOf(relay: Relay, group: GroupId): Promise<string | undefined> {
  return (await relay.read.group(group))?.bridges.find(({ messenger }) => messenger === SIGNAL)?.status;
}

async function has(relay: Relay, group: GroupId): Promise<boolean> {
  return await statusOf(relay, group) !== undefined;
}

Deno.test("a bridge that we were removed from can be taken out, added again, and its group ended", () =>
  living(async ({ relay, ends, say, group, disk }) => {
    await removeUs(ends.signal);
    await when("it has failed", async () => await statusOf(relay, group) === "failed");
    await say("telegram", "message 1");
    await when("WhatsApp has it", () => talk(ends.whatsapp).length === 1);
    await relay.ask.removeBridge(group, SIGNAL);
    await when("it is gone", async () => await statusOf(relay, group) === undefined);
    await relay.ask.addBridge(group, SIGNAL, { adopt: false });
    await when("it is back", async () => await statusOf(relay, group) === "ready");
    await say("telegram", "message 2");
    await when("Signal has what came after", () => talk(ends.signal).length === 1);
    assert.deepEqual(talk(ends.signal), ["message 2"]);
    await relay.ask.endGroup(group);
    await when("nothing is left of the group", async () => await countOf(disk.kv, "group") === 0);
  }));

for (const posts of [0, 2]) {
  Deno.test(`a bridge that is added again has nothing to do with ${posts} messages and the leave of the one before`, () =>
    living(async ({ relay, ends, say, group }) => {
      ends.signal.before = later(300);
      for (let n = 0; n < posts; n++) await say("telegram", `message ${n}`);
      await relay.ask.removeBridge(group, SIGNAL);
      await removeUs(ends.signal);
      await when("it is gone", async () => await statusOf(relay, group) === undefined);
      await relay.ask.addBridge(group, SIGNAL, { adopt: false });
      ends.signal.before = () => {};
      ends.signal.ops.length = 0;
      await when("it is ready", async () => await statusOf(relay, group) === "ready");
      await say("telegram", "message 9");
      await when("Signal has what came after", () => talk(ends.signal).length === 1);
      assert.deepEqual(types(ends.signal.ops), ["post"]);
      assert.equal(await statusOf(relay, group), "ready");
    }));
}

Deno.test("a bridge that is removed while its chat is made leaves that chat", () =>
  living(async ({ relay, ends, group }) => {
    await relay.ask.removeBridge(group, SIGNAL);
    await when("it can be added", async () => !await has(relay, group));
    ends.signal.ops.length = 0;
    const [begun, made] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    ends.signal.create = () => {
      begun.resolve();
      return made.promise;
    };
    await relay.ask.addBridge(group, SIGNAL, { adopt: false });
    await begun.promise;
    await relay.ask.removeBridge(group, SIGNAL);
    made.resolve();
    await when("the new chat is left", () => types(ends.signal.ops).includes("leave"));
  }));

Deno.test("a bridge that is removed before its chat is begun makes none, and can be added again", () =>
  living(async ({ relay, ends, group, say }) => {
    await relay.ask.removeBridge(group, SIGNAL);
    await when("it can be added", async () => !await has(relay, group));
    let made = 0;
    ends.signal.create = () => void made++;
    ends.signal.host?.report({ status: "starting" });
    await relay.ask.addBridge(group, SIGNAL, { adopt: false });
    await say("telegram", "message 0");
    await relay.ask.removeBridge(group, SIGNAL);
    ends.signal.host?.report({ status: "connected" });

    await when("it can be added again", async () => {
      return await relay.ask.addBridge(group, SIGNAL, { adopt: false }).then(() => true, () => false);
    });
    await when("it is ready", async () => await statusOf(relay, group) === "ready");
    await say("telegram", "message 1");
    await when("it is heard", () => talk(ends.signal).length > 0);

    assert.equal(made, 1);
    assert.deepEqual(talk(ends.signal), ["message 1"]);
  }));

Deno.test("what never says whether it arrived is given up after five copies, and a chat after one", () =>
  living(async ({ ends, say, relay, group, ...world }) => {
    const copies: string[] = [];
    ends.signal.before = (op) => {
      if (op.type !== "post" || !op.text.text.includes("message 0")) return;
      copies.push(op.text.text);
      throw new OutcomeUnknown("Cannot tell whether it was sent");
    };
    await say("telegram", "message 0");
    await say("telegram", "message 1");
    await when("the lane goes on", () => {
      world.pass(60_000);
      return talk(ends.signal).length === 1;
    });
    assert.equal(copies.length, 5);
    // The lane does not wait for the commit of what it has given up.
    await when("the dead letter is there", async () => (await relay.read.deadLetters(9)).length > 0);
    assert.deepEqual((await relay.read.deadLetters(9)).map(({ reason }) => reason), ["uncertain"]);

    await relay.ask.removeBridge(group, SIGNAL);
    await when("it can be added", async () => !await has(relay, group));
    let made = 0;
    ends.signal.create = () => {
      made++;
      throw new OutcomeUnknown("Cannot tell whether it was made");
    };
    await relay.ask.addBridge(group, SIGNAL, { adopt: false });
    await when("it has failed", async () => await statusOf(relay, group) === "failed");
    assert.equal(made, 1);
  }));
