/** Bridges and adapters in trouble: the others go on, what waited arrives in order. */
import assert from "node:assert/strict";
import { openKvStore } from "../../actors/mod.ts";
import { AccountGone, ChatGone, OutcomeUnknown, Rejected, RetryLater } from "../../actors/ports/mod.ts";
import { ChatId } from "../../actors/model/mod.ts";
import { kvStore } from "../../actors/store/kv_store.ts";
import { PLAIN } from "../fakes/plain_adapter.ts";
import { readyGroup, type ScriptedRelay, scriptedRelay, when } from "../fakes/scripted.ts";

const NUMBERS = Array.from({ length: 30 }, (_, at) => `message ${at}`);

async function playing(
  play: (world: ScriptedRelay & { readonly group: string }) => Promise<void>,
): Promise<void> {
  const world = await scriptedRelay(await openKvStore(":memory:"));
  try {
    const group = await readyGroup(world.relay);
    await play({ ...world, group });
  } finally {
    await world.relay.stop();
  }
}

function talk(sent: readonly string[]): string[] {
  return sent.filter((text) => text.startsWith("message"));
}

Deno.test("a bridge that answers 429 delays no other and catches up in order", () =>
  playing(async ({ ends, say }) => {
    let dead = true;
    ends.signal.before = () => {
      if (dead) throw new RetryLater("Cannot send yet", 30);
    };
    for (const text of NUMBERS) await say("telegram", text);
    await when("WhatsApp has all of them", () => talk(ends.whatsapp.sent).length === NUMBERS.length);
    assert.deepEqual(talk(ends.signal.sent), []);

    dead = false;
    await when("Signal has all of them", () => talk(ends.signal.sent).length === NUMBERS.length);
    assert.deepEqual(talk(ends.signal.sent), NUMBERS);
    assert.deepEqual(talk(ends.whatsapp.sent), NUMBERS);
  }));

Deno.test("a send that never answers holds its own bridge only", () =>
  playing(async ({ ends, say, relay }) => {
    ends.signal.before = () => new Promise(() => {});
    for (const text of NUMBERS) await say("telegram", text);
    await when("WhatsApp has all of them", () => talk(ends.whatsapp.sent).length === NUMBERS.length);
    assert.deepEqual(ends.signal.sent, []);
    assert.equal(relay.health().ready, true);
  }));

Deno.test("what perhaps was sent is sent again under the same op id", () =>
  playing(async ({ ends, say }) => {
    const ids: string[] = [];
    ends.signal.before = (op, opId) => {
      if (op.type !== "post") return;
      ids.push(opId);
      if (ids.length === 1) throw new OutcomeUnknown("Cannot tell whether it was sent");
    };
    await say("telegram", "message 0");
    await when("it is there", () => talk(ends.signal.sent).length === 1);
    assert.equal(ids.length, 2);
    assert.equal(ids[0], ids[1]);
  }));

Deno.test("a rejected message becomes a dead letter and the next ones go on", () =>
  playing(async ({ ends, say, relay }) => {
    ends.signal.before = (op) => {
      if (op.type === "post" && op.text.text.includes("message 1")) {
        throw new Rejected("Cannot send this", "invalid");
      }
    };
    for (const text of ["message 0", "message 1", "message 2"]) await say("telegram", text);
    await when("the last one is there", () => talk(ends.signal.sent).includes("message 2"));
    assert.deepEqual(talk(ends.signal.sent), ["message 0", "message 2"]);
    await when("the dead letter is kept", async () => (await relay.read.deadLetters(10)).length === 1);
    const [letter] = await relay.read.deadLetters(10);
    assert.deepEqual([letter?.messenger, letter?.op, letter?.reason], ["signal", "post", "invalid"]);
  }));

Deno.test("an adapter that fails in a way nobody meant is tried five times, then the message is set aside", () =>
  playing(async ({ ends, say }) => {
    let tries = 0;
    ends.signal.before = (op) => {
      if (op.type === "post" && op.text.text.includes("message 0")) {
        tries++;
        throw new TypeError("a bug");
      }
    };
    await say("telegram", "message 0");
    await say("telegram", "message 1");
    await when("the next one is there", () => talk(ends.signal.sent).includes("message 1"), 20_000);
    assert.equal(tries, 5);
  }));

Deno.test("a chat that is gone turns the bridge failed, with a reason that a person understands", () =>
  playing(async ({ ends, say, relay, group }) => {
    ends.signal.before = () => {
      throw new ChatGone("Cannot send as we are out", { reason: "bridge.kicked" });
    };
    await say("telegram", "message 0");
    await when("the bridge is failed", async () => {
      const view = await relay.read.group(group as never);
      const bridge = view?.bridges.find(({ messenger }) => messenger === "signal");
      return bridge?.status === "failed" && bridge.reason?.includes("Signal") === true;
    });
    await when("the others have it", () => talk(ends.whatsapp.sent).length === 1);
  }));

Deno.test("a chat that moved is followed", () =>
  playing(async ({ ends, say }) => {
    let moved = false;
    ends.signal.before = () => {
      if (moved) return;
      moved = true;
      throw new ChatGone("Cannot send here", { movedTo: ChatId.parse("signal-new") });
    };
    await say("telegram", "message 0");
    await when("it is there", () => talk(ends.signal.sent).length === 1);
    await say("signal", "message 1", { chat: ChatId.parse("signal-new") });
    await when("messages come from the new chat", () => talk(ends.telegram.sent).includes("message 1"));
  }));

Deno.test("an account that is logged out says so, and its lanes wait", () =>
  playing(async ({ ends, say, relay, group }) => {
    ends.signal.before = () => {
      throw new AccountGone("Cannot send as we are logged out");
    };
    await say("telegram", "message 0");
    await when("the bridge says so", async () => {
      const view = await relay.read.group(group as never);
      return view?.bridges.find(({ messenger }) => messenger === "signal")?.reason?.includes("logged out") ===
        true;
    });
    ends.signal.before = () => {};
    ends.signal.host?.report({ status: "connected" });
    await when("it is there", () => talk(ends.signal.sent).length === 1);
  }));

Deno.test("an adapter that crashes is started again, and nothing is lost or doubled", () =>
  playing(async ({ ends, say, relay }) => {
    ends.signal.crash();
    await when(
      "its health says so",
      () =>
        relay.health().accounts.some(({ messenger, health }) =>
          messenger === "signal" && health.status === "failed"
        ),
    );
    await say("telegram", "message 0");
    await when("it runs again", () => ends.signal.runs === 2);
    await say("telegram", "message 1");
    await when("both are there", () => talk(ends.signal.sent).length === 2);
    assert.deepEqual(talk(ends.signal.sent), ["message 0", "message 1"]);
  }));

Deno.test("the same event counts once, at the same time, later and after a restart", async () => {
  const kv = await Deno.openKv(":memory:");
  const store = { ...kvStore(kv), close: () => {} };
  const first = await scriptedRelay(store);
  await readyGroup(first.relay);
  const same = { id: "one event" };
  await Promise.all([first.say("telegram", "message 0", same), first.say("telegram", "message 0", same)]);
  await first.say("telegram", "message 0", same);
  await when("it is there", () => talk(first.ends.signal.sent).length === 1);
  await first.relay.stop();
  const second = await scriptedRelay(store);

  await second.say("telegram", "message 0", same);
  await second.say("telegram", "message 1");
  await when("the next one is there", () => talk(second.ends.signal.sent).includes("message 1"));

  assert.deepEqual(talk(second.ends.signal.sent), ["message 1"]);
  await second.relay.stop();
  kv.close();
});

Deno.test("what waited for a dead bridge arrives in order after a restart", async () => {
  const kv = await Deno.openKv(":memory:");
  const store = { ...kvStore(kv), close: () => {} };
  const first = await scriptedRelay(store);
  await readyGroup(first.relay);
  first.ends.signal.before = () => {
    throw new RetryLater("Cannot send yet", 60);
  };
  for (const text of NUMBERS) await first.say("telegram", text);
  await when("WhatsApp has all of them", () => talk(first.ends.whatsapp.sent).length === NUMBERS.length);
  await first.relay.stop();

  const second = await scriptedRelay(store);
  await when("Signal has all of them", () => talk(second.ends.signal.sent).length === NUMBERS.length);

  assert.deepEqual(talk(second.ends.signal.sent), NUMBERS);
  assert.deepEqual(talk(second.ends.whatsapp.sent), []);
  await second.relay.stop();
  kv.close();
});

Deno.test("a lane that had nothing to do for a while still keeps to its pace", () =>
  playing(async ({ ends, say }) => {
    const perMs = 400;
    ends.signal.capabilities = { ...PLAIN, pace: { chat: { count: 1, perMs, burst: 1 }, account: null } };
    const at: number[] = [];
    ends.signal.before = (op) => {
      if (op.type === "post") at.push(performance.now());
    };
    for (const [n, text] of NUMBERS.slice(0, 3).entries()) {
      await say("telegram", text);
      await when(`message ${n} is there`, () => talk(ends.signal.sent).length === n + 1);
    }
    const [first = 0, second = 0, third = 0] = at;
    // A clock that counts whole milliseconds may be one short.
    assert.ok(second - first >= perMs - 2, `It waited ${second - first} ms`);
    assert.ok(third - second >= perMs - 2, `It waited ${third - second} ms`);
  }));
