/** A group ends: whatever its size and whenever the process dies, nothing of it stays. */
import assert from "node:assert/strict";
import type { GroupView } from "../../actors/model/mod.ts";
import type { Mutation, Relay, Store } from "../../actors/ports/mod.ts";
import { kvStore } from "../../actors/store/kv_store.ts";
import { countOf, journalOf } from "../fakes/crashing_store.ts";
import { createGroup, scriptedRelay, when } from "../fakes/scripted.ts";

const MINUTE_MS = 61_000;

/** A database whose commits a test can stop. */
interface Gated {
  readonly store: Store;
  /** Answers whether a commit does not happen, as if the process were killed before it; all later ones neither. */
  kills: (mutations: readonly Mutation[]) => boolean;
  /** Lets the dead process end: its commits come after another one has taken its session. */
  bury: () => void;
  /** What a commit waits for. */
  before: (mutations: readonly Mutation[]) => Promise<void>;
  dead: boolean;
}

function gated(kv: Deno.Kv): Gated {
  const inner = kvStore(kv);
  const { promise: buried, resolve: bury } = Promise.withResolvers<void>();
  const gate: Gated = {
    kills: () => false,
    bury,
    before: () => Promise.resolve(),
    dead: false,
    store: {
      ...inner,
      close: () => {},
      commit: async (checks, mutations) => {
        gate.dead ||= gate.kills(mutations);
        if (gate.dead) await buried;
        await gate.before(mutations);
        return await inner.commit(checks, mutations);
      },
    },
  };
  return gate;
}

/** What is left of groups that have ended. */
async function leftIn(kv: Deno.Kv): Promise<string[]> {
  const left: string[] = [];
  for (const first of ["group", "guest", "history", "erase"]) {
    for await (const { key } of kv.list({ prefix: [first] })) left.push(key.join("/"));
  }
  return left;
}

async function post(relay: Relay, { id }: GroupView, text: string): Promise<void> {
  const [owner] = await relay.read.members(id);
  assert.ok(owner !== undefined);
  await relay.ask.act(id, {
    type: "message",
    member: owner.id,
    content: { type: "text", body: { text, spans: [] } },
  });
}

Deno.test("a group with a thousand browser guests ends, and nothing of them stays", async () => {
  const kv = await Deno.openKv(":memory:");
  const { relay } = await scriptedRelay(gated(kv).store);
  const group = await createGroup(relay, ["web"]);
  const guests = await Promise.all(
    Array.from(
      { length: 1_000 },
      (_, at) => relay.ask.joinGuest(group.inviteCode, { name: `Guest ${at}`, consentVersion: "1" }),
    ),
  );
  assert.notEqual(await relay.read.guest(guests[999]?.token ?? ""), null);

  await relay.ask.endGroup(group.id);

  assert.equal(await relay.read.guest(guests[999]?.token ?? ""), null);
  assert.deepEqual(await leftIn(kv), []);
  await relay.stop();
  kv.close();
});

Deno.test("a group whose erasing a crash cut off is erased by the next start, its guests shut out at once", async () => {
  for (const first of ["guest", "history", "erase"]) {
    const kv = await Deno.openKv(":memory:");
    const mortal = gated(kv);
    const before = await scriptedRelay(mortal.store);
    const group = await createGroup(before.relay, ["web", "signal"]);
    const { token } = await before.relay.ask.joinGuest(group.inviteCode, {
      name: "Ada",
      consentVersion: "1",
    });
    await post(before.relay, group, "a secret");
    before.pass(MINUTE_MS);
    await when("the message is in a page", async () => await countOf(kv, "history") > 0);
    await post(before.relay, group, "another secret");
    mortal.kills = (mutations) => mutations.some(({ key, value }) => key[0] === first && value === null);
    before.relay.ask.endGroup(group.id).catch(() => undefined);
    await when("it is dead", () => mortal.dead);

    const slow = gated(kv);
    const { promise, resolve } = Promise.withResolvers<void>();
    slow.before = (mutations) => mutations.every(({ value }) => value === null) ? promise : Promise.resolve();
    const after = await scriptedRelay(slow.store);
    assert.equal(await after.relay.read.guest(token), null, "the token is worth nothing before it is erased");
    resolve();
    await when("nothing is left", async () => (await leftIn(kv)).length === 0);
    after.pass(MINUTE_MS);
    await when("the journal is gone", async () => (await journalOf(kv)).length === 0);
    assert.deepEqual(await leftIn(kv), [], "the journal brought nothing back");
    mortal.bury();
    await before.relay.stop();
    await after.relay.stop();
    kv.close();
  }
});

Deno.test("an end that was accepted and not decided before a crash erases the group too", async () => {
  const kv = await Deno.openKv(":memory:");
  const mortal = gated(kv);
  const before = await scriptedRelay(mortal.store);
  const group = await createGroup(before.relay, ["web"]);
  await post(before.relay, group, "a secret");
  mortal.kills = (mutations) => mutations.some(({ key }) => key[0] === "group" || key[0] === "erase");
  before.relay.ask.endGroup(group.id).catch(() => undefined);
  await when("it is dead", () => mortal.dead);

  const after = await scriptedRelay(gated(kv).store);
  await when("nothing is left", async () => (await leftIn(kv)).length === 0);
  mortal.bury();
  await before.relay.stop();
  await after.relay.stop();
  kv.close();
});

Deno.test("a page that a running checkpoint has yet to write is erased with the others", async () => {
  const kv = await Deno.openKv(":memory:");
  const gate = gated(kv);
  const { relay, pass } = await scriptedRelay(gate.store);
  const group = await createGroup(relay, ["web"]);
  for (let at = 0; at < 12; at++) await post(relay, group, "x".repeat(90_000));
  const old = await journalOf(kv);
  const { promise, resolve } = Promise.withResolvers<void>();
  let held = 0;
  gate.before = async (mutations) => {
    if (mutations.some(({ key }) => key[0] === "history")) await (held++ === 0 ? promise : undefined);
  };
  pass(MINUTE_MS);
  await when("the first part of the page is being written", () => held === 1);
  const ended = relay.ask.endGroup(group.id);
  resolve();
  await ended;

  await when("the checkpoint is done", async () => {
    const now = await journalOf(kv);
    return old.every((chunk) => !now.includes(chunk));
  });
  assert.ok(held > 1, `the page has more parts: ${held}`);
  assert.deepEqual(await leftIn(kv), []);
  await relay.stop();
  kv.close();
});
