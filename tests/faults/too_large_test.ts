/** What no commit can take is refused in words and set aside; what comes after it goes on. */
import assert from "node:assert/strict";
import { type Content } from "../../actors/model/mod.ts";
import { RelayError } from "../../actors/ports/mod.ts";
import { kvStore } from "../../actors/store/kv_store.ts";
import { readyGroup, scriptedRelay, when } from "../fakes/scripted.ts";

function textOf(text: string): Content {
  return { type: "text", body: { text, spans: [] } };
}

Deno.test("a change whose result is over what a commit takes is refused, and the group goes on", async () => {
  const kv = await Deno.openKv(":memory:");
  const { relay, ends } = await scriptedRelay({ ...kvStore(kv), close: () => {} });
  const group = await readyGroup(relay);
  const [owner] = await relay.read.members(group);
  assert.ok(owner !== undefined);
  const member = owner.id;
  const { messageId } = await relay.ask.act(group, {
    type: "message",
    member,
    content: textOf("message 0"),
  });

  // 390 KB as it comes in; with the new history entry beside the op it is twice that.
  const content = textOf("€".repeat(130_000));
  await assert.rejects(
    relay.ask.act(group, { type: "edit", member, target: messageId, content }),
    (error) => error instanceof RelayError && error.code === "invalid",
  );

  await relay.ask.act(group, { type: "message", member, content: textOf("message 1") });
  await when("the next one is there", () => ends.signal.sent.includes("message 1"));
  assert.equal((await relay.read.deadLetters(9)).length, 1);
  const [first] = await relay.read.messages(group, { limit: 9 });
  assert.deepEqual(first?.content, textOf("message 0"), "nothing of it has happened");
  await relay.stop();
  kv.close();
});
