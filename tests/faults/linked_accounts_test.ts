/** Accounts that operators make, link, lose and remove while groups wait for them. */
import assert from "node:assert/strict";
import { AccountId, type BridgeView, type GroupId, Messenger } from "../../actors/model/mod.ts";
import { type AccountView, type LinkStep, type Relay, RelayError } from "../../actors/ports/mod.ts";
import { type CrashingStore, crashingStore } from "../fakes/crashing_store.ts";
import { type LinkedMessenger, linkedMessenger, NOT_LINKED } from "../fakes/linked.ts";
import { createGroup, type ScriptedRelay, scriptedRelay, when } from "../fakes/scripted.ts";

const WHATSAPP = Messenger.parse("whatsapp");
const FIRST = AccountId.parse("whatsapp");
const SECOND = AccountId.parse("whatsapp-2");

interface World extends ScriptedRelay {
  readonly whatsapp: LinkedMessenger;
  readonly store: CrashingStore;
  readonly gauges: Map<string, number>;
  /** The process ends in order, another takes its place. */
  restarted(): Promise<World>;
}

async function open(kv: Deno.Kv, whatsapp = linkedMessenger()): Promise<World> {
  const store = crashingStore(kv);
  const gauges = new Map<string, number>();
  const world = await scriptedRelay(store.store, {
    linkable: [whatsapp.linkable],
    gauge: (_name, value, labels) => gauges.set(labels?.account ?? "", value),
  });
  const restarted = async (): Promise<World> => {
    await world.relay.stop();
    return await open(kv, whatsapp);
  };
  return { ...world, whatsapp, store, gauges, restarted };
}

/** `play` answers the world that is to be stopped: it may have been restarted. */
async function playing(play: (world: World) => Promise<World | void>): Promise<void> {
  const kv = await Deno.openKv(":memory:");
  const first = await open(kv);
  const last = await play(first) ?? first;
  await last.relay.stop();
  kv.close();
}

function view(relay: Relay, id: string): AccountView | undefined {
  return relay.read.accounts().find((account) => account.id === id);
}

function steps(relay: Relay, id = FIRST, signal = new AbortController().signal): Promise<LinkStep[]> {
  return Array.fromAsync(relay.ask.linkAccount(id, { signal }));
}

async function linked(world: World, id = FIRST): Promise<void> {
  await when("it can be linked", () => view(world.relay, id)?.health.status === "logged-out");
  assert.equal((await steps(world.relay, id)).at(-1)?.type, "done");
  await when("it is connected", () => view(world.relay, id)?.health.status === "connected");
}

async function bridgeOf(relay: Relay, group: GroupId): Promise<BridgeView | undefined> {
  return (await relay.read.group(group))?.bridges.find(({ messenger }) => messenger === WHATSAPP);
}

async function ready(relay: Relay, group: GroupId): Promise<void> {
  await when("its chat is made", async () => (await bridgeOf(relay, group))?.status === "ready");
}

Deno.test("a messenger to link has one account from the first start on, which says what is to be done", () =>
  playing(async ({ relay, gauges }) => {
    await when("it is looked at", () => view(relay, FIRST)?.health.status === "logged-out");

    const health = { status: "logged-out", text: NOT_LINKED };
    assert.deepEqual(view(relay, FIRST), { id: FIRST, messenger: WHATSAPP, health, linkable: true });
    assert.equal(view(relay, "telegram")?.linkable, false);
    assert.equal(gauges.get(FIRST), 0);
    assert.equal(relay.health().detail["account whatsapp"], `logged-out: ${NOT_LINKED}`);
  }));

Deno.test("a group that was made before the account was linked gets its chat as soon as it is", () =>
  playing(async (world) => {
    const { relay, whatsapp, gauges } = world;
    await when("it is looked at", () => view(relay, FIRST)?.health.status === "logged-out");
    const { id } = await createGroup(relay);
    const before = await bridgeOf(relay, id);

    await linked(world);
    await ready(relay, id);

    assert.equal(before?.status, "creating");
    assert.match(before?.reason ?? "", /operator has to link it/i);
    assert.deepEqual(whatsapp.accounts.get(FIRST)?.made, ["Lake weekend"]);
    assert.equal((await bridgeOf(relay, id))?.reason, undefined);
    assert.equal(gauges.get(FIRST), 1);
  }));

Deno.test("what waited while an account was logged out goes out the moment it is linked again", () =>
  playing(async (world) => {
    const { relay, whatsapp, say } = world;
    await linked(world);
    const { id } = await createGroup(relay);
    await ready(relay, id);
    const account = whatsapp.accounts.get(FIRST);

    await account?.logOut("Logged out by the phone");
    await say("telegram", "are you there?");
    const lost = await bridgeOf(relay, id);
    const health = view(relay, FIRST)?.health;
    await linked(world);
    await when("it arrives", () => account?.ops.some(({ type }) => type === "post") ?? false);

    assert.deepEqual(health, { status: "logged-out", text: "Logged out by the phone" });
    assert.equal(lost?.status, "failed");
    assert.match(lost?.reason ?? "", /WhatsApp/);
    assert.equal((await bridgeOf(relay, id))?.status, "ready");
  }));

Deno.test("an account that was linked stays so over a restart, and so does one that was added", () =>
  playing(async (world) => {
    await linked(world);
    await world.relay.ask.addAccount(WHATSAPP);

    const { relay, ...rest } = await world.restarted();

    await when("it is connected", () => view(relay, FIRST)?.health.status === "connected");
    assert.equal(view(relay, SECOND)?.linkable, true);
    return { relay, ...rest };
  }));

Deno.test("new groups go to the accounts that are connected, and to each of them", () =>
  playing(async (world) => {
    const { relay, whatsapp } = world;
    await linked(world);
    await relay.ask.addAccount(WHATSAPP);
    await when("the second is looked at", () => view(relay, SECOND)?.health.status === "logged-out");
    for (let n = 0; n < 4; n++) await ready(relay, (await createGroup(relay)).id);
    const alone = whatsapp.accounts.get(SECOND)?.made.length;
    await linked(world, SECOND);

    const groups: GroupId[] = [];
    for (let n = 0; n < 24; n++) groups.push((await createGroup(relay)).id);
    for (const group of groups) await ready(relay, group);

    const [first, second] = [FIRST, SECOND].map((id) => whatsapp.accounts.get(id)?.made.length ?? 0);
    assert.equal(alone, 0);
    assert.equal((first ?? 0) + (second ?? 0), 28);
    assert.ok((first ?? 0) > 4 && (second ?? 0) > 0, `${first} and ${second}`);
  }));

Deno.test("a removed account is logged out and forgotten, its groups say so, and the next start makes a fresh one", () =>
  playing(async (world) => {
    const { relay, whatsapp, gauges, store } = world;
    await linked(world);
    const { id } = await createGroup(relay);
    await ready(relay, id);

    await relay.ask.removeAccount(FIRST);
    const bridge = await bridgeOf(relay, id);
    const rows = await Array.fromAsync(store.kv.list({ prefix: [] }), ({ key }) => key.join("/"));

    assert.equal(whatsapp.accounts.get(FIRST)?.unlinked, true);
    assert.equal(view(relay, FIRST), undefined);
    assert.equal(gauges.get(FIRST), 0);
    assert.equal(bridge?.status, "failed");
    assert.match(bridge?.reason ?? "", /WhatsApp/);
    assert.deepEqual(rows.filter((row) => row.startsWith("account") || row.startsWith("adapter")), []);
    assert.equal((await relay.ask.addAccount(WHATSAPP)).id, FIRST);
    await relay.ask.removeAccount(FIRST);
    const next = await world.restarted();
    await when("it is there", () => view(next.relay, FIRST)?.health.text === NOT_LINKED);
    return next;
  }));

Deno.test("accounts of the environment can neither be removed nor linked, nor can further ones be added", () =>
  playing(async ({ relay }) => {
    const telegram = AccountId.parse("telegram");
    const refusals = [
      () => relay.ask.removeAccount(telegram),
      () => relay.ask.addAccount(Messenger.parse("telegram")),
      () => Array.fromAsync(relay.ask.linkAccount(telegram, { signal: AbortSignal.timeout(1000) })),
      async () => await relay.ask.answerLink(telegram, "number", "1"),
    ];
    for (const refused of refusals) {
      await assert.rejects(
        async () => await refused(),
        (error) => error instanceof RelayError && error.code === "conflict",
      );
    }
    await assert.rejects(
      relay.ask.removeAccount(AccountId.parse("nobody")),
      (error) => error instanceof RelayError && error.code === "not-found",
    );
  }));

Deno.test("everybody who watches a linking sees the same, whoever comes late what counts now", () =>
  playing(async ({ relay, whatsapp }) => {
    const scanned = Promise.withResolvers<void>();
    whatsapp.link = async (io) => {
      io.show("qr", "first");
      io.show("qr", "second");
      const number = await io.ask("number");
      io.show("code", `for ${number.length} digits`);
      await scanned.promise;
    };
    await when("it is looked at", () => view(relay, FIRST)?.health.status === "logged-out");
    const early = steps(relay);
    await when("it asks", () => relay.read.linking(FIRST)?.some(({ type }) => type === "ask") ?? false);
    const late = steps(relay);

    relay.ask.answerLink(FIRST, "number", "4915112345678");
    assert.deepEqual(relay.read.linking(FIRST), [], "the QR code is for those who gave no number");
    assert.throws(
      () => relay.ask.answerLink(FIRST, "number", "again"),
      (error) => error instanceof RelayError && error.code === "conflict",
    );
    scanned.resolve();

    const end = [{ type: "code", data: "for 13 digits" }, { type: "done" }];
    const ask = { type: "ask", field: "number" };
    assert.deepEqual(await early, [
      { type: "qr", data: "first" },
      { type: "qr", data: "second" },
      ask,
      ...end,
    ]);
    assert.deepEqual(await late, [{ type: "qr", data: "second" }, ask, ...end]);
    assert.equal(whatsapp.accounts.get(FIRST)?.linkings, 1);
    assert.equal(relay.read.linking(FIRST), null);
  }));

Deno.test("the last who leaves gives the linking up, and the account goes on as before", () =>
  playing(async ({ relay, whatsapp }) => {
    whatsapp.link = async (io) => {
      await io.ask("number");
    };
    await when("it is looked at", () => view(relay, FIRST)?.health.status === "logged-out");
    const account = whatsapp.accounts.get(FIRST);
    const runs = account?.runs ?? 0;
    const [one, other] = [new AbortController(), new AbortController()];
    const watching = [one, other].map(({ signal }) => steps(relay, FIRST, signal));
    await when("it asks", () => relay.read.linking(FIRST)?.length === 1);

    one.abort();
    await watching[0];
    const still = account?.linking;
    other.abort();
    await watching[1];
    await when("it is over", () => relay.read.linking(FIRST) === null);
    await when("it runs again", () => (account?.runs ?? 0) > runs);

    assert.equal(still, true);
    assert.equal(account?.linking, false);
    assert.throws(() => relay.ask.answerLink(FIRST, "number", "1"), RelayError);
  }));

Deno.test("somebody who asked for a linking and never looked at it can still give it up", () =>
  playing(async ({ relay, whatsapp }) => {
    whatsapp.link = async (io) => {
      await io.ask("number");
    };
    await when("it is looked at", () => view(relay, FIRST)?.health.status === "logged-out");
    const gone = new AbortController();

    relay.ask.linkAccount(FIRST, { signal: gone.signal });
    await when("it asks", () => relay.read.linking(FIRST)?.length === 1);
    gone.abort();

    await when("it is over", () => relay.read.linking(FIRST) === null);
    assert.equal(whatsapp.accounts.get(FIRST)?.linking, false);
  }));

Deno.test("a linking that fails says so in words, and may be begun anew at once", () =>
  playing(async (world) => {
    const { relay, whatsapp } = world;
    const { link } = whatsapp;
    whatsapp.link = () => Promise.reject(new Error("secret 4915112345678"));
    await when("it is looked at", () => view(relay, FIRST)?.health.status === "logged-out");

    const failed = await steps(relay);
    whatsapp.link = link;

    assert.equal(failed.length, 1);
    assert.ok(failed[0]?.type === "failed" && !failed[0].text.includes("secret"));
    await when("it is over", () => relay.read.linking(FIRST) === null);
    await linked(world);
  }));

Deno.test("an account that is in use cannot be linked: its login would be lost", () =>
  playing(async (world) => {
    await linked(world);

    assert.throws(
      () => world.relay.ask.linkAccount(FIRST, { signal: new AbortController().signal }),
      (error) => error instanceof RelayError && error.code === "conflict",
    );
  }));

for (const what of ["the removal of its account", "a stop of the server"]) {
  Deno.test(`${what} ends a linking that nobody has finished`, () =>
    playing(async ({ relay, whatsapp }) => {
      whatsapp.link = async (io) => {
        await io.ask("number");
      };
      await when("it is looked at", () => view(relay, FIRST)?.health.status === "logged-out");
      const watching = steps(relay);
      await when("it asks", () => relay.read.linking(FIRST)?.length === 1);

      await (what.startsWith("a stop") ? relay.stop() : relay.ask.removeAccount(FIRST));

      assert.equal((await watching).at(-1)?.type, "failed");
      assert.equal(whatsapp.accounts.get(FIRST)?.linking, false);
    }));
}
