/** Reactions through checkpoints and restarts, as messengers see them. */
import assert from "node:assert/strict";
import { ChatId, NativeId } from "../../actors/model/mod.ts";
import { checkpoint, crashingStore } from "../fakes/crashing_store.ts";
import { living } from "../fakes/living.ts";
import { type Scripted, type ScriptedRelay, scriptedRelay, when } from "../fakes/scripted.ts";

const MESSAGE = NativeId.parse("the message");
let ids = 0;

async function react({ ends }: ScriptedRelay, name: string, ...emoji: string[]): Promise<void> {
  await ends.telegram.host?.deliver({
    id: `reaction ${ids++}`,
    chat: ChatId.parse("telegram-chat"),
    at: Date.now(),
    type: "reaction",
    author: { native: NativeId.parse(name), name },
    target: { native: MESSAGE },
    emoji,
  });
}

/** The last line of our copy, as it was last edited. */
function lastLine({ ops }: Scripted): string | undefined {
  const edit = ops.findLast((op) => op.type === "edit");
  return edit?.type === "edit" ? edit.text.text.split("\n").at(-1) : undefined;
}

Deno.test("a tally goes on after checkpoints and a crash, in a group that no browser reads", () =>
  living(async ({ disk, ...world }) => {
    const { ends, say } = world;
    await say("telegram", "message", { native: MESSAGE });
    await react(world, "Ben", "❤️");
    await when("WhatsApp shows it", () => lastLine(ends.whatsapp) === "❤️ Ben");
    await checkpoint(disk.kv, world);
    disk.crash();

    const second = await scriptedRelay(crashingStore(disk.kv).store, { passed: 61_000 });
    await disk.bury(world);
    const { whatsapp } = second.ends;
    await react(second, "Cem", "❤️");
    await when("WhatsApp shows both", () => lastLine(whatsapp) === "❤️ Ben, Cem");
    await react(second, "Ben");
    await react(second, "Cem");
    await when("it is as it was", () => lastLine(whatsapp) === "message");

    await when("the mirrored one is gone", () => whatsapp.ops.some(({ type }) => type === "react"));
    const mirrored = whatsapp.ops.flatMap((op) => op.type === "react" ? [op.emoji] : []);
    assert.deepEqual(mirrored, [null], "a heart led all the time");
    await second.relay.stop();
  }));
