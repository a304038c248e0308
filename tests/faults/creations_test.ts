/** Groups are made slowly where a messenger blocks accounts for more: over restarts, and never at the cost of others. */
import assert from "node:assert/strict";
import { AccountId, type BridgeView, type GroupId, Messenger } from "../../actors/model/mod.ts";
import { ChatGone, RetryLater } from "../../actors/ports/mod.ts";
import { crashingStore } from "../fakes/crashing_store.ts";
import { type LinkedMessenger, linkedMessenger } from "../fakes/linked.ts";
import { PLAIN } from "../fakes/plain_adapter.ts";
import { createGroup, type ScriptedRelay, scriptedRelay, when } from "../fakes/scripted.ts";

const WHATSAPP = Messenger.parse("whatsapp");
const ACCOUNT = AccountId.parse("whatsapp");
const HOUR_MS = 3_600_000;
/** Two at once, then one an hour. */
const SLOW = {
  ...PLAIN,
  pace: { chat: null, account: null, create: { count: 1, perMs: HOUR_MS, burst: 2 } },
};

interface World extends ScriptedRelay {
  readonly whatsapp: LinkedMessenger;
  restarted(): Promise<World>;
}

async function open(kv: Deno.Kv, whatsapp: LinkedMessenger, passed = 0): Promise<World> {
  const { store } = crashingStore(kv);
  const world = await scriptedRelay(store, { linkable: [whatsapp.linkable], passed });
  let more = passed;
  return {
    ...world,
    whatsapp,
    pass: (ms) => {
      more += ms;
      world.pass(ms);
    },
    restarted: async () => {
      await world.relay.stop();
      return await open(kv, whatsapp, more);
    },
  };
}

async function playing(play: (world: World) => Promise<World | void>): Promise<void> {
  const kv = await Deno.openKv(":memory:");
  const whatsapp = linkedMessenger();
  whatsapp.capabilities = SLOW;
  const first = await open(kv, whatsapp);
  await connected(first);
  const last = await play(first) ?? first;
  await last.relay.stop();
  kv.close();
}

async function connected({ relay }: World): Promise<void> {
  const status = (): string | undefined =>
    relay.read.accounts().find(({ id }) => id === ACCOUNT)?.health.status;
  await when("it was looked at", () => status() !== "starting");
  if (status() === "logged-out") {
    await Array.fromAsync(relay.ask.linkAccount(ACCOUNT, { signal: new AbortController().signal }));
  }
  await when("it is connected", () => status() === "connected");
}

async function bridgeOf({ relay }: World, group: GroupId): Promise<BridgeView | undefined> {
  return (await relay.read.group(group))?.bridges.find(({ messenger }) => messenger === WHATSAPP);
}

async function waiting(world: World, group: GroupId, why: RegExp): Promise<void> {
  await when("its owner reads why it waits", async () => {
    const bridge = await bridgeOf(world, group);
    return bridge?.status === "creating" && why.test(bridge.reason ?? "");
  });
}

async function ready(world: World, group: GroupId): Promise<void> {
  await when("its chat is made", async () => (await bridgeOf(world, group))?.status === "ready");
}

async function groups({ relay }: World, count: number): Promise<GroupId[]> {
  const made: GroupId[] = [];
  for (let n = 0; n < count; n++) made.push((await createGroup(relay)).id);
  return made;
}

function madeBy({ whatsapp }: World): number {
  return whatsapp.accounts.get(ACCOUNT)?.made.length ?? 0;
}

Deno.test("a group over the pace waits for its chat and says why, while the others talk on", () =>
  playing(async (world) => {
    const [first = "" as GroupId, second = "" as GroupId] = await groups(world, 2);
    await ready(world, first);
    await ready(world, second);

    const [third = "" as GroupId] = await groups(world, 1);
    await waiting(world, third, /made slowly/);
    await world.say("telegram", "meanwhile");
    await when("the others talk", () => world.ends.signal.sent.includes("meanwhile"));
    world.pass(HOUR_MS / 2);
    await waiting(world, third, /made slowly/);
    assert.equal(madeBy(world), 2);
    world.pass(HOUR_MS / 2);
    await ready(world, third);

    assert.equal(madeBy(world), 3);
    assert.equal((await bridgeOf(world, third))?.reason, undefined);
  }));

Deno.test("groups that wait for their chats get them in the order in which they were made", () =>
  playing(async (world) => {
    const waits = (await groups(world, 6)).slice(2);
    for (const group of waits) await waiting(world, group, /made slowly/);

    for (const [at, group] of waits.entries()) {
      world.pass(HOUR_MS);
      await ready(world, group);
      const bridges = await Promise.all(waits.map((one) => bridgeOf(world, one)));
      assert.deepEqual(bridges.map((bridge) => bridge?.status === "ready"), waits.map((_, n) => n <= at));
    }
  }));

Deno.test("a group that ended while it waited gives its place away", () =>
  playing(async (world) => {
    const [third = "" as GroupId, fourth = "" as GroupId] = (await groups(world, 4)).slice(2);
    await waiting(world, third, /made slowly/);
    await waiting(world, fourth, /made slowly/);

    await world.relay.ask.endGroup(third);
    world.pass(2 * HOUR_MS);
    await ready(world, fourth);

    assert.equal(madeBy(world), 3);
  }));

Deno.test("a restart gives no groups away: what an account has made is counted over it", () =>
  playing(async (world) => {
    for (const group of await groups(world, 2)) await ready(world, group);

    const next = await world.restarted();
    await connected(next);
    const [third = "" as GroupId] = await groups(next, 1);
    await waiting(next, third, /made slowly/);
    const before = madeBy(next);
    next.pass(HOUR_MS);
    await ready(next, third);

    assert.equal(before, 0);
    assert.equal(madeBy(next), 1);
    return next;
  }));

Deno.test("a try that the messenger took no notice of costs nothing: the pace is for groups that are made", () =>
  playing(async (world) => {
    let tries = 0;
    world.whatsapp.create = () => {
      if (++tries <= 6) throw new RetryLater("Cannot reach it: not connected", 20, "account");
    };

    for (const group of await groups(world, 2)) await ready(world, group);

    assert.equal(madeBy(world), 2);
  }));

Deno.test("a messenger that allows no new groups for now is waited for, and its reason is shown", () =>
  playing(async (world) => {
    let restricted = true;
    world.whatsapp.create = () => {
      if (restricted) throw new RetryLater("Cannot make a group", HOUR_MS, "chat", "whatsapp.restricted");
    };
    const [group = "" as GroupId] = await groups(world, 1);

    await waiting(world, group, /no new groups for now/);
    restricted = false;
    world.pass(HOUR_MS);

    await ready(world, group);
    assert.equal((await bridgeOf(world, group))?.reason, undefined);
  }));

Deno.test("a reason to wait is no longer shown once there is nothing to wait for", () =>
  playing(async (world) => {
    let gone = false;
    world.whatsapp.create = () => {
      if (gone) throw new ChatGone("Cannot make it", { reason: "bridge.kicked" });
      throw new RetryLater("Cannot make a group", HOUR_MS, "chat", "whatsapp.restricted");
    };
    const [group = "" as GroupId] = await groups(world, 1);
    await waiting(world, group, /no new groups for now/);

    gone = true;
    world.pass(HOUR_MS);

    await when("it has failed", async () => (await bridgeOf(world, group))?.status === "failed");
    assert.match((await bridgeOf(world, group))?.reason ?? "", /removed/);
  }));

Deno.test("a login that was told to wait says nothing about the one that takes its place", () =>
  playing(async (world) => {
    const { whatsapp } = world;
    let refused = false;
    whatsapp.create = () => {
      refused = true;
      throw new RetryLater("Cannot go on: too much", 12 * HOUR_MS, "account");
    };
    const [group = "" as GroupId] = await groups(world, 1);
    await when("it was refused", () => refused);
    await whatsapp.accounts.get(ACCOUNT)?.logOut("Logged out by the phone");
    whatsapp.create = () => {};

    await connected(world);

    await ready(world, group);
  }));
