/** Moves of chats: each ends by itself, and what is said behind one is heard whatever the store is doing. */
import assert from "node:assert/strict";
import { ChatId } from "../../actors/model/mod.ts";
import { kvStore } from "../../actors/store/kv_store.ts";
import type { Mutation, Store } from "../../actors/ports/mod.ts";
import { crashingStore } from "../fakes/crashing_store.ts";
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

function textOf(mutations: readonly Mutation[]): string {
  return mutations.map(({ value }) => new TextDecoder().decode(value ?? new Uint8Array())).join();
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

Deno.test("a move that was taken in before a crash is known before its messenger goes on", async () => {
  const kv = await Deno.openKv(":memory:");
  const disk = crashingStore(kv);
  const first = await scriptedRelay(disk.store);
  await readyGroup(first.relay);
  let taken = false;
  disk.before = (mutations) => {
    // The next commit is the decision about it.
    if (taken) disk.crash();
    taken ||= textOf(mutations).includes("chat-moved");
  };
  const lost = assert.rejects(move(first, "telegram-chat", "new"));
  await disk.crashed;

  const again = crashingStore(kv);
  const gate = Promise.withResolvers<void>();
  let deciding = false;
  again.before = async (mutations) => {
    if (!textOf(mutations).includes('["t"')) return;
    deciding = true;
    await gate.promise;
  };
  let started = false;
  const starting = scriptedRelay(again.store).finally(() => started = true);
  let looks = 0;
  await when("the decision is on its way, and some time has passed", () => deciding && ++looks > 20);
  assert.equal(started, false, "no messenger is heard yet");
  gate.resolve();
  const second = await starting;
  await disk.bury(first);
  await lost;
  await Promise.all([
    move(second, "telegram-chat", "new"),
    second.say("telegram", "message 0", { chat: ChatId.parse("new") }),
  ]);
  await when("it is there", () => second.ends.signal.sent.includes("message 0"));
  await second.relay.stop();
  kv.close();
});
