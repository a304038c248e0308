/** Lanes through checkpoints, crashes, stops and clocks: nothing is lost, doubled, reordered or stuck. */
import assert from "node:assert/strict";
import { NativeId, type NativeOp } from "../../actors/model/mod.ts";
import { Rejected } from "../../actors/ports/mod.ts";
import { checkpoint, countOf, crashingStore, journalOf } from "../fakes/crashing_store.ts";
import { later, living, talk } from "../fakes/living.ts";
import { readyGroup, type Scripted, scriptedRelay, when } from "../fakes/scripted.ts";

const MINUTE_MS = 61_000;

Deno.test("a checkpoint beside a commit in flight, then two crashes: in order, nothing left out", async () => {
  const kv = await Deno.openKv(":memory:");
  const disk = crashingStore(kv);
  const first = await scriptedRelay(disk.store);
  await readyGroup(first.relay);
  first.ends.signal.before = later(4_000);
  for (const n of [1, 2, 3]) await first.say("telegram", `message ${n}`);
  await when("WhatsApp has three", () => talk(first.ends.whatsapp).length === 3);
  const gate = Promise.withResolvers<void>();
  let held = false;
  disk.before = async (mutations) => {
    const text = mutations.map(({ value }) => new TextDecoder().decode(value ?? new Uint8Array())).join();
    if (held || !text.includes('["t"') || !text.includes("message 4")) return;
    held = true;
    await gate.promise;
  };
  await first.say("telegram", "message 4");
  await when("the decision about message 4 is in flight", () => held);
  const before = await journalOf(kv);
  const waiting = (): number => Number(first.relay.health().detail.waitingBytes);
  const own = waiting();
  first.pass(MINUTE_MS);
  await when("the checkpoint has written behind it", () => waiting() > own);
  gate.resolve();
  await when("the old journal is gone", async () => {
    const now = await journalOf(kv);
    return before.every((chunk) => !now.includes(chunk));
  });
  disk.crash();

  const crashed = crashingStore(kv);
  const second = await scriptedRelay(crashed.store);
  second.ends.signal.before = () => {
    if (talk(second.ends.signal).length === 1) later(4_000)();
  };
  await when("one more is there", () => talk(second.ends.signal).length === 1);
  await when("its receipt is written", async () => (await linesOf(kv, "r")).includes('"signal"'));
  crashed.crash();

  await disk.bury(first);
  const third = await scriptedRelay(crashingStore(kv).store);
  await crashed.bury(second);
  await when("the rest is there", () => talk(third.ends.signal).length === 3);
  const sent = [...talk(second.ends.signal), ...talk(third.ends.signal)];
  assert.deepEqual(sent, [1, 2, 3, 4].map((n) => `message ${n}`));
  await third.relay.stop();
  kv.close();
});

/** Records of one kind in the journal, as text. */
async function linesOf(kv: Deno.Kv, kind: string): Promise<string> {
  let text = "";
  for await (const { value } of kv.list<Uint8Array>({ prefix: ["journal"] })) {
    text += new TextDecoder().decode(value);
  }
  return text.split("\n").filter((line) => line.startsWith(`["${kind}"`)).join("\n");
}

Deno.test("long messages that wait long fit their pages: all arrive, before a restart and after", () =>
  living(async ({ ends, say, disk, ...world }) => {
    const texts = Array.from({ length: 113 }, (_, n) => `message ${n} ${"ж".repeat(4_000)}`);
    const number = (op: NativeOp): number =>
      op.type === "post" ? Number(/message (\d+)/.exec(op.text.text)?.[1] ?? -1) : -1;
    const numbers = (end: Scripted): number[] => [...new Set(end.ops.map(number).filter((n) => n >= 0))];
    ends.signal.before = later(50);
    for (const text of texts.slice(0, 111)) await say("telegram", text);
    await checkpoint(disk.kv, { ends, say, ...world });
    await say("telegram", texts[111] ?? "");
    await checkpoint(disk.kv, { ends, say, ...world });
    assert.ok(await countOf(disk.kv, "lane") >= 2, "they lie in pages");
    await say("telegram", texts[112] ?? "");
    ends.signal.before = (op) => {
      if (number(op) === 60) later(400)();
    };
    await when("the first sixty are there", () => numbers(ends.signal).length === 60);
    disk.crash();
    const second = await scriptedRelay(crashingStore(disk.kv).store);
    await disk.bury({ ends, say, ...world });
    await when("the rest is there", () => numbers(second.ends.signal).includes(112), 20_000);
    const all = new Set([...numbers(ends.signal), ...numbers(second.ends.signal)]);
    assert.deepEqual([...all], texts.map((_, n) => n));
    await second.relay.stop();
  }));

Deno.test("a disk that cannot be read for once holds a lane up, and no more", () =>
  living(async ({ ends, say, disk, ...world }) => {
    ends.signal.before = later(30);
    await say("telegram", "message 0");
    await checkpoint(disk.kv, { ends, say, ...world });
    await say("telegram", "message 1");
    await checkpoint(disk.kv, { ends, say, ...world });
    let failures = 1;
    disk.listed = (prefix) => {
      if (prefix === "lane" && failures-- > 0) throw new Error("disk I/O error");
    };
    ends.signal.before = () => {};
    await when("both are there", () => talk(ends.signal).length === 2);
    assert.deepEqual(talk(ends.signal), ["message 0", "message 1"]);
    assert.ok(failures < 0, "a read has failed");
  }));

Deno.test("a checkpoint while a lane looks for its last page forgets nothing", () =>
  living(async ({ ends, say, disk, ...world }) => {
    const all = { ends, say, ...world };
    let open = new Set<number>();
    ends.signal.before = (op) => {
      const n = op.type === "post" ? Number(/message (\d+)/.exec(op.text.text)?.[1]) : -1;
      if (!open.has(n)) later(30)();
    };
    await say("telegram", "message 0");
    await checkpoint(disk.kv, all);
    await say("telegram", "message 1");
    await checkpoint(disk.kv, all);
    await say("telegram", "message 2");
    const gate = Promise.withResolvers<void>();
    let looking = false;
    disk.listed = async (prefix, rows) => {
      if (prefix !== "lane" || rows.length > 0) return;
      looking = true;
      await gate.promise;
    };
    open = new Set([0]);
    await when("the lane looks for a page and finds none", () => looking);
    world.pass(MINUTE_MS);
    await when("a checkpoint wrote what waits to the disk", async () => await countOf(disk.kv, "lane") > 0);
    open = new Set([0, 1, 2]);
    gate.resolve();
    await when("all are there", () => talk(ends.signal).length === 3);
    assert.deepEqual(talk(ends.signal), ["message 0", "message 1", "message 2"]);
  }));

Deno.test("a stop waits for what is being sent: nothing goes out twice", async () => {
  const kv = await Deno.openKv(":memory:");
  const disk = crashingStore(kv);
  const first = await scriptedRelay({ ...disk.store, close: () => disk.crash() });
  await readyGroup(first.relay);
  const answer = Promise.withResolvers<void>();
  let sending = false;
  first.ends.signal.before = async () => {
    sending = true;
    await answer.promise;
  };
  await first.say("telegram", "message 1");
  await first.say("telegram", "message 2");
  await when("it is being sent", () => sending);
  const stopped = first.relay.stop();
  setTimeout(() => answer.resolve(), 100);
  await stopped;
  assert.deepEqual(talk(first.ends.signal), ["message 1"], "nothing new was begun");

  const second = await scriptedRelay(crashingStore(kv).store);
  await when("the other one is there", () => talk(second.ends.signal).includes("message 2"));
  assert.deepEqual(talk(second.ends.signal), ["message 2"]);
  await second.relay.stop();
  kv.close();
});

Deno.test("a clock that is set back holds nothing up", () =>
  living(async ({ ends, say, disk, ...world }) => {
    let tries = 0;
    ends.signal.before = (op) => {
      if (op.type === "post" && tries++ === 0) later(300)();
    };
    await say("telegram", "message 0");
    await when("it was tried", () => tries > 0);
    world.setClock(-3_600_000);
    await when("it was tried again", () => talk(ends.signal).length === 1);
    await checkpoint(disk.kv, { ends, say, ...world });
  }));

Deno.test("a reply whose target is gone there says in words what it answers", () =>
  living(async ({ ends, say }) => {
    await say("telegram", "message 0", { native: NativeId.parse("n0") });
    await when("it is there", () => talk(ends.signal).length === 1);
    ends.signal.before = (op) => {
      if (op.type === "post" && op.replyTo !== undefined) throw new Rejected("Cannot find it", "no-target");
    };
    await say("telegram", "message 1", { replyTo: { native: NativeId.parse("n0") } });
    await when("the reply is there", () => talk(ends.signal).length === 2);
    const reply = ends.signal.ops.at(-1);
    assert.ok(reply?.type === "post" && reply.text.text.includes("message 0"), "the quote is in the text");
  }));

Deno.test("a wait that was written down is no longer for a clock that was set back meanwhile", async () => {
  const kv = await Deno.openKv(":memory:");
  const disk = crashingStore(kv);
  const first = await scriptedRelay(disk.store, { passed: 3_600_000 });
  await readyGroup(first.relay);
  first.ends.signal.before = later(20_000);
  await first.say("telegram", "message 0");
  await when("the wait is written", async () => await linesOf(kv, "w") !== "");
  disk.crash();

  const second = await scriptedRelay(crashingStore(kv).store);
  await disk.bury(first);
  second.pass(20_000);
  await when("it is over in time", () => talk(second.ends.signal).length === 1);
  await second.relay.stop();
  kv.close();
});
