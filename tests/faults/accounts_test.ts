/** Adapters' events: each is taken in once, or refused and taken in later; an account comes back by itself. */
import assert from "node:assert/strict";
import { ChatId, type Event, Messenger, NativeId } from "../../actors/model/mod.ts";
import { AccountGone, RelayError } from "../../actors/ports/mod.ts";
import { crashingStore } from "../fakes/crashing_store.ts";
import { talk } from "../fakes/living.ts";
import { readyGroup, type ScriptedRelay, scriptedRelay, when } from "../fakes/scripted.ts";

const MINUTE_MS = 61_000;
const TELEGRAM = Messenger.parse("telegram");

function message(id: string, text: string): Event {
  return {
    id,
    chat: ChatId.parse("telegram-chat"),
    at: Date.now(),
    type: "message",
    author: { native: NativeId.parse("ada"), name: "Ada" },
    native: NativeId.parse(`native-${id}`),
    content: { type: "text", body: { text, spans: [] } },
  };
}

async function playing(play: (world: ScriptedRelay) => Promise<void>): Promise<void> {
  const kv = await Deno.openKv(":memory:");
  const world = await scriptedRelay(crashingStore(kv).store);
  try {
    await readyGroup(world.relay);
    await play(world);
  } finally {
    await world.relay.stop();
    kv.close();
  }
}

Deno.test("what is said in a chat that has just moved is heard, however close it comes behind the move", () =>
  playing(async ({ ends, say }) => {
    let chat = ChatId.parse("telegram-chat");
    const said = Array.from({ length: 20 }, (_, n) => `message ${n}`);
    for (const [n, text] of said.entries()) {
      const to = ChatId.parse(`moved-${n}`);
      await Promise.all([
        ends.telegram.host?.deliver({ id: `move-${n}`, chat, at: Date.now(), type: "chat-moved", to }),
        say("telegram", text, { chat: to }),
      ]);
      chat = to;
    }
    await when("Signal has all of them", () => talk(ends.signal).length === said.length);
    assert.deepEqual(talk(ends.signal), said);
  }));

Deno.test("a chat that is one group's cannot be brought into another", async () => {
  const kv = await Deno.openKv(":memory:");
  const { relay, ends, say } = await scriptedRelay(crashingStore(kv).store, { adopts: true });
  const chat = ChatId.parse("telegram-shared");
  const bring = async (): Promise<() => Promise<string | undefined>> => {
    const group = await readyGroup(relay);
    await relay.ask.removeBridge(group, TELEGRAM);
    const status = async (): Promise<string | undefined> =>
      (await relay.read.group(group))?.bridges.find(({ messenger }) => messenger === TELEGRAM)?.status;
    await when("the first chat is left", async () => await status() === undefined);
    await relay.ask.addBridge(group, TELEGRAM, { adopt: true });
    const { token } = ends.telegram;
    await ends.telegram.host?.deliver({
      id: token,
      chat,
      at: Date.now(),
      type: "adopted",
      token,
      ready: true,
    });
    return status;
  };
  const first = await bring();
  await when("it is the first group's", async () => await first() === "ready");
  const second = await bring();
  assert.equal(await second(), "needs-action");
  ends.signal.ops.length = 0;
  await say("telegram", "message 0", { chat });
  await when("one group hears it", () => talk(ends.signal).length > 0);
  assert.equal(await first(), "ready");
  await relay.stop();
  kv.close();
});

Deno.test("an event that was refused beside a checkpoint is taken in when it comes again", async () => {
  const kv = await Deno.openKv(":memory:");
  const disk = crashingStore(kv);
  const first = await scriptedRelay(disk.store);
  await readyGroup(first.relay);
  await first.say("telegram", "message 0");
  await when("it is there", () => talk(first.ends.signal).length === 1);
  const gate = Promise.withResolvers<void>();
  let full = false;
  disk.before = async () => {
    await gate.promise;
    if (full) throw new Error("database or disk is full");
  };
  const event = message("update-77", "message 77");
  const refused = assert.rejects(
    async () => await first.ends.telegram.host?.deliver(event),
    (error) => error instanceof RelayError && error.code === "unavailable",
  );
  const waiting = (): number => Number(first.relay.health().detail.waitingBytes);
  await when("the event waits for its commit", () => waiting() > 0);
  const own = waiting();
  first.pass(MINUTE_MS);
  await when("a checkpoint waits behind it", () => waiting() > own);
  full = true;
  gate.resolve();
  await refused;
  full = false;
  await when("the checkpoint is written", () => waiting() === 0);
  disk.crash();

  const second = await scriptedRelay(crashingStore(kv).store);
  await disk.bury(first);
  await second.ends.telegram.host?.deliver(event);
  await when("it is there after all", () => talk(second.ends.signal).length === 1);
  await second.relay.stop();
  kv.close();
});

Deno.test("an event that the journal could not be read with again is refused", () =>
  playing(async ({ ends, say }) => {
    const wrong: Record<string, unknown>[] = [
      { author: { native: "ada", name: "A".repeat(201) } },
      { id: "i".repeat(201) },
      { native: "" },
      { at: NaN },
    ];
    for (const part of wrong) {
      const event = { ...message("x", "message 0"), ...part } as Event;
      await assert.rejects(
        async () => await ends.telegram.host?.deliver(event),
        (error) => error instanceof RelayError && error.code === "invalid" && !error.message.includes("AAA"),
        JSON.stringify(Object.keys(part)),
      );
    }
    await say("telegram", "message 1");
    await when("others are heard", () => talk(ends.signal).length === 1);
  }));

Deno.test("an account that a send found gone is tried again, and what waited goes out", () =>
  playing(async ({ ends, say, relay, pass }) => {
    let gone = true;
    ends.signal.before = () => {
      if (gone) throw new AccountGone("Cannot send as we are logged out");
    };
    const runs = ends.signal.runs;
    const status = (): string | undefined =>
      relay.health().accounts.find(({ messenger }) => messenger === "signal")?.health.status;
    await say("telegram", "message 0");
    await when("it is said", () => status() === "logged-out");
    gone = false;
    await when("it is started again", () => {
      pass(10_000);
      return ends.signal.runs === runs + 1;
    });
    await when("what waited is there", () => talk(ends.signal).length === 1);
    assert.equal(status(), "connected");
  }));
