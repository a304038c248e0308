/** Senders are told in their own messenger that a bridge has not got their message: through waits, restarts, ends. */
import assert from "node:assert/strict";
import { NativeId, type NativeOp } from "../../actors/model/mod.ts";
import { Rejected } from "../../actors/ports/mod.ts";
import { countOf, crashingStore } from "../fakes/crashing_store.ts";
import { later, living } from "../fakes/living.ts";
import { type Scripted, type ScriptedRelay, scriptedRelay, when } from "../fakes/scripted.ts";

const MINUTE_MS = 61_000;
const MESSAGE = NativeId.parse("the message");

/** Reactions of ours to the message. */
function signs({ ops }: Scripted): (string | null)[] {
  return ops.flatMap((op) => op.type === "react" && op.target === MESSAGE ? [op.emoji] : []);
}

/** One look can come while a lane moves to the disk what it is sending: the next one sees it. */
async function looked(
  what: string,
  { pass }: Pick<ScriptedRelay, "pass">,
  holds: () => boolean,
): Promise<void> {
  for (let looks = 0; looks < 10 && !holds(); looks++) {
    pass(11_000);
    await when(what, holds, 1_000).catch(() => undefined);
  }
  assert.ok(holds(), what);
}

Deno.test("a message that is late gets a sign where it was written, also after a restart, until it has come", () =>
  living(async ({ disk, ...world }) => {
    const { ends, say } = world;
    ends.signal.before = later(3_600_000);
    await say("telegram", "message", { native: MESSAGE });
    await when("WhatsApp has it", () => ends.whatsapp.sent.includes("message"));
    world.pass(30_000);
    await say("telegram", "message of another", { native: NativeId.parse("another") });
    assert.deepEqual(signs(ends.telegram), []);
    world.pass(MINUTE_MS);
    await when("the sign is there", () => signs(ends.telegram).length === 1);
    assert.deepEqual([signs(ends.telegram), signs(ends.whatsapp)], [["⏳"], []]);
    await when("it is remembered", async () => await countOf(disk.kv, "late") === 1);
    disk.crash();

    const second = await scriptedRelay(crashingStore(disk.kv).store, { passed: 30_000 + MINUTE_MS });
    await disk.bury(world);
    second.pass(3_600_000);
    await when("Signal has both", () => second.ends.signal.sent.length === 2);
    await looked("the sign is gone", second, () => signs(second.ends.telegram).includes(null));
    assert.deepEqual(signs(second.ends.telegram), [null], "it was not told again");
    await when("nothing is left", async () => await countOf(disk.kv, "late") === 0);
    await second.relay.stop();
  }));

Deno.test("where there is no such reaction a quiet line says it, and goes again", () =>
  living(async ({ ends, say, pass }) => {
    ends.telegram.capabilities = {
      ...ends.telegram.capabilities,
      reaction: { support: "full", emoji: ["👍"] },
    };
    ends.signal.before = later(120_000);
    await say("telegram", "message", { native: MESSAGE });
    await when("WhatsApp has it", () => ends.whatsapp.sent.includes("message"));
    pass(MINUTE_MS);
    const line = (op: NativeOp): boolean => op.type === "post" && /On its way to Signal/.test(op.text.text);
    await when("the line is there", () => ends.telegram.ops.some(line));
    ends.signal.before = () => {};
    pass(MINUTE_MS);
    await when("Signal has it", () => ends.signal.sent.includes("message"));
    await looked("the line is gone", { pass }, () => ends.telegram.ops.some(({ type }) => type === "delete"));

    const said = ends.telegram.ops.filter((op) => op.type === "post");
    assert.deepEqual(said.map((op) => op.type === "post" && [op.quiet, op.replyTo]), [[true, MESSAGE]]);
  }));

Deno.test("what one messenger refuses is said quietly to its author, and to nobody else", () =>
  living(async ({ ends, say }) => {
    ends.signal.before = () => {
      throw new Rejected("Cannot send this", "too-large");
    };
    await say("telegram", "message", { native: MESSAGE });
    const refused = "This did not reach Signal: it is too large for it.";
    await when("the author knows", () => ends.telegram.sent.includes(refused));
    await when("WhatsApp has it", () => ends.whatsapp.sent.includes("message"));

    assert.deepEqual(ends.whatsapp.sent, ["message"]);
  }));

Deno.test("/status tells from the lanes who waits, in reply to the question alone", () =>
  living(async ({ ends, say, pass }) => {
    ends.signal.before = later(3_600_000);
    await say("whatsapp", "message");
    await when("Telegram has it", () => ends.telegram.sent.includes("message"));
    pass(5 * 60_000);
    const native = NativeId.parse("the question");
    await say("telegram", "/status", { native });
    const answers = (): NativeOp[] =>
      ends.telegram.ops.filter((op) => op.type === "post" && op.replyTo === native);
    await when("it is answered", () => answers().length === 1);

    const [op] = answers();
    assert.ok(op?.type === "post" && op.quiet === true);
    const lines = [
      "✅ WhatsApp: ready",
      "⏳ Signal: ready, but messages wait there for 5 min",
      "✅ Telegram: ready",
    ];
    assert.equal(op.text.text, lines.join("\n"));
    assert.ok(!ends.whatsapp.sent.includes("/status"));
  }));
