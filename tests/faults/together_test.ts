/** What goes out together when the pace does not keep up: in order, each once, and each still to be meant by itself. */
import assert from "node:assert/strict";
import { ChatId, type Event, NativeId, type NativeOp } from "../../actors/model/mod.ts";
import { Rejected } from "../../actors/ports/mod.ts";
import { crashingStore } from "../fakes/crashing_store.ts";
import { living } from "../fakes/living.ts";
import { PLAIN } from "../fakes/plain_adapter.ts";
import { readyGroup, type Scripted, scriptedRelay, when } from "../fakes/scripted.ts";

const MINUTE_MS = 60_000;
/** One message a minute. */
const SLOW = { ...PLAIN, pace: { chat: { count: 1, perMs: MINUTE_MS, burst: 1 }, account: null } };
const PHRASES = ["alpha", "bravo", "charlie", "delta"];

/** What stands in each message that was posted, without the lines that say who and when. */
function posted({ ops }: Scripted): string[][] {
  return ops.flatMap((op) => op.type === "post" ? [phrasesIn(op)] : []).filter((found) => found.length > 0);
}

function phrasesIn(op: NativeOp): string[] {
  if (op.type !== "post" && op.type !== "edit") return [];
  return op.text.text.split("\n").filter((line) => /^(alpha|bravo|charlie|delta)/.test(line));
}

async function saidTogether(
  { ends, say, pass }: Pick<Awaited<ReturnType<typeof scriptedRelay>>, "ends" | "say" | "pass">,
): Promise<void> {
  ends.signal.capabilities = SLOW;
  for (const [n, text] of PHRASES.entries()) {
    await say("telegram", text, { native: NativeId.parse(`t${n}`) });
    if (n === 0) await when("the first is there", () => posted(ends.signal).length === 1);
  }
  await when("the others came by WhatsApp", () => posted(ends.whatsapp).length === 4);
  pass(MINUTE_MS);
  await when("the rest is there", () => posted(ends.signal).length === 2);
}

Deno.test("texts that had to wait come as one message, in order, each with its name and time", () =>
  living(async (world) => {
    await saidTogether(world);

    assert.deepEqual(posted(world.ends.signal), [["alpha"], ["bravo", "charlie", "delta"]]);
    const [, last] = world.ends.signal.ops.filter((op) => op.type === "post" && phrasesIn(op).length > 0);
    assert.match(last?.type === "post" ? last.text.text : "", /^Ada · Telegram · \d\d:\d\d( [AP]M)?\nbravo/);
  }));

Deno.test("one of several texts in a message is edited and deleted by itself, the last takes the message away", () =>
  living(async ({ ends, say, pass, ...world }) => {
    await saidTogether({ ends, say, pass });
    ends.signal.capabilities = PLAIN;
    const { host } = ends.telegram;
    const about = (id: string, native: string): Omit<Event & { type: "edit" }, "type" | "content"> => ({
      id,
      chat: ChatId.parse("telegram-chat"),
      at: Date.now(),
      author: { native: NativeId.parse("ada"), name: "Ada" },
      target: { native: NativeId.parse(native) },
    });
    await host?.deliver({
      ...about("e1", "t2"),
      type: "edit",
      content: { type: "text", body: { text: "charlie corrected", spans: [] } },
    });
    await when("the edit is there", () => ends.signal.ops.some((op) => op.type === "edit"));
    for (const native of ["t1", "t2"]) {
      await host?.deliver({ ...about(`d${native}`, native), type: "delete" });
    }
    await when("both are gone", () => ends.signal.ops.filter((op) => op.type === "edit").length === 3);
    await host?.deliver({ ...about("dt3", "t3"), type: "delete" });
    await when("the message is gone", () => ends.signal.ops.some((op) => op.type === "delete"));

    const edits = ends.signal.ops.filter((op) => op.type === "edit");
    assert.deepEqual(edits.map(phrasesIn), [
      ["bravo", "charlie corrected", "delta"],
      ["charlie corrected", "delta"],
      ["delta"],
    ]);
    assert.equal(new Set(edits.map(({ target }) => target)).size, 1);
    assert.equal(world.relay.health().ready, true);
  }));

Deno.test("an answer to one of several texts in a message points at that message", () =>
  living(async (world) => {
    const { ends, say } = world;
    await saidTogether(world);
    ends.signal.capabilities = PLAIN;

    await say("whatsapp", "delta too", {
      replyTo: { native: NativeId.parse(outId(ends.whatsapp, "bravo")) },
    });
    await when("the answer is there", () => posted(ends.signal).length === 3);

    const answer = ends.signal.ops.at(-1);
    assert.equal(answer?.type === "post" ? answer.replyTo : "", outId(ends.signal, "bravo"));
  }));

Deno.test("texts that a messenger refuses together go one by one", () =>
  living(async (world) => {
    const { ends } = world;
    ends.signal.before = (op) => {
      if (phrasesIn(op).length > 1) throw new Rejected("Cannot take several texts", "invalid");
    };
    ends.signal.capabilities = SLOW;
    for (const text of PHRASES) await world.say("telegram", text);
    await when("the first is there", () => posted(ends.signal).length === 1);
    await when("all are there", () => {
      // A refused send has cost its turn as well.
      world.pass(MINUTE_MS);
      return posted(ends.signal).length === 4;
    });

    assert.deepEqual(posted(ends.signal), PHRASES.map((text) => [text]));
  }));

Deno.test("a crash between a message of several texts and its receipt loses none of them", async () => {
  const kv = await Deno.openKv(":memory:");
  const disk = crashingStore(kv);
  const first = await scriptedRelay(disk.store);
  await readyGroup(first.relay);
  first.ends.signal.before = (op) => {
    if (phrasesIn(op).length > 1) disk.crash();
  };
  await saidTogether(first);

  const second = await scriptedRelay(crashingStore(kv).store);
  await disk.bury(first);
  await when("they are there again", () => posted(second.ends.signal).flat().length === 3);

  assert.deepEqual(posted(second.ends.signal).flat(), ["bravo", "charlie", "delta"]);
  await second.relay.stop();
  kv.close();
});

/** The native id that a text went out under. */
function outId({ ops, ids }: Scripted, phrase: string): string {
  const at = ops.findIndex((op) => phrasesIn(op).includes(phrase));
  return ids[at]?.[0] ?? "";
}

Deno.test("a waiting text that no message has room for goes by itself, in parts", () =>
  living(async ({ ends, say, pass }) => {
    ends.signal.capabilities = { ...SLOW, text: { max: { count: 80, unit: "utf16" }, spans: {} } };
    for (const [n, text] of ["alpha", `bravo ${"and more ".repeat(10)}`, "charlie"].entries()) {
      await say("telegram", text, { native: NativeId.parse(`t${n}`) });
      if (n === 0) await when("the first is there", () => posted(ends.signal).length === 1);
    }
    await when("the others came by WhatsApp", () => posted(ends.whatsapp).length === 3);
    const texts = (): string[] => ends.signal.ops.flatMap((op) => op.type === "post" ? [op.text.text] : []);
    for (const wanted of ["(1/2)", "(2/2)", "charlie"]) {
      pass(MINUTE_MS);
      await when(`${wanted} is there`, () => texts().some((text) => text.endsWith(wanted)));
    }

    assert(texts().every((text) => text.length <= 80));
  }));
