/** Moves of chats: each ends by itself, and what is said behind one is heard whatever the store is doing. */
import assert from "node:assert/strict";
import { ChatId } from "../../actors/model/mod.ts";
import { kvStore } from "../../actors/store/kv_store.ts";
import type { Store } from "../../actors/ports/mod.ts";
import { readyGroup, type ScriptedRelay, scriptedRelay, when } from "../fakes/scripted.ts";

/** A relay whose store lets a test stand between a read and its answer. */
async function playing(
  play: (world: ScriptedRelay, reads: { after: (key: string) => Promise<void> | void }) => Promise<void>,
): Promise<void> {
  const kv = await Deno.openKv(":memory:");
  const base = kvStore(kv);
  const reads = { after: (_key: string): Promise<void> | void => {} };
  const store: Store = {
    ...base,
    close: () => {},
    get: async (key) => {
      const row = await base.get(key);
      await reads.after(key.join("/"));
      return row;
    },
  };
  const world = await scriptedRelay(store);
  try {
    await readyGroup(world.relay);
    await play(world, reads);
  } finally {
    await world.relay.stop();
    kv.close();
  }
}

async function move({ ends }: ScriptedRelay, from: string, to: string): Promise<void> {
  const event = { id: `${from} to ${to}`, chat: ChatId.parse(from), at: Date.now() };
  await ends.telegram.host?.deliver({ ...event, type: "chat-moved", to: ChatId.parse(to) });
}

Deno.test("a move of a chat that is no group's ends, and so does the next one", () =>
  playing(async (world) => {
    let ended = 0;
    void move(world, "nobody's", "nobody's too").then(() => ended++);
    await when("the first has ended", () => ended === 1);
    void move(world, "nobody's too", "elsewhere").then(() => ended++);
    void move(world, "telegram-chat", "new").then(() => ended++);
    await when("all have ended", () => ended === 3);
  }));

Deno.test("a message whose look-up is answered only after the move is done is heard", () =>
  playing(async (world, reads) => {
    const answer = Promise.withResolvers<void>();
    let asked = false;
    reads.after = (key) => {
      if (key !== "chat/telegram/new" || asked) return;
      asked = true;
      return answer.promise;
    };
    const moving = move(world, "telegram-chat", "new");
    const saying = world.say("telegram", "message 0", { chat: ChatId.parse("new") });
    await when("it is looked up", () => asked);
    await moving;
    answer.resolve();
    await saying;

    const heard = (): boolean => world.ends.signal.sent.includes("message 0");
    await when("it is there", heard);
    assert.equal(heard(), true);
  }));
