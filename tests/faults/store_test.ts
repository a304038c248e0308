/** The store in trouble: a refused commit, a full disk, a second owner. Nothing acknowledged is lost. */
import assert from "node:assert/strict";
import { kvStore } from "../../actors/store/kv_store.ts";
import { Messenger } from "../../actors/model/mod.ts";
import { RelayError, type Store } from "../../actors/ports/mod.ts";
import { createApp } from "../../routes/app.ts";
import { ACCOUNT_COLLECTIONS, createAuth } from "../../routes/auth.ts";
import { memoryRecords } from "../fakes/records.ts";
import { RestClient } from "../contract/rest_client.ts";
import { countOf, crashingStore } from "../fakes/crashing_store.ts";
import { readyGroup, scriptedRelay, when } from "../fakes/scripted.ts";
import { webHost } from "../fakes/web_host.ts";

/** A database that can be full. */
async function breakable(): Promise<{ readonly store: Store; broken: boolean; close(): void }> {
  const kv = await Deno.openKv(":memory:");
  const inner = kvStore(kv);
  const state = {
    broken: false,
    close: () => kv.close(),
    store: {
      ...inner,
      close: () => {},
      commit: (...args: Parameters<Store["commit"]>): Promise<boolean> =>
        state.broken ? Promise.reject(new Error("database or disk is full")) : inner.commit(...args),
    },
  };
  return state;
}

Deno.test("a full disk answers 503 with Retry-After, and nothing acknowledged is lost", async () => {
  const disk = await breakable();
  const { relay, ends, say } = await scriptedRelay(disk.store);
  const { host } = webHost();
  const settings = {
    publicUrl: "http://localhost",
    operatorEmail: null,
    retentionDays: 30,
    role: "all" as const,
    messengers: [Messenger.parse("whatsapp")],
    version: "test",
  };
  const auth = createAuth({ records: memoryRecords(ACCOUNT_COLLECTIONS), host, settings });
  const app = createApp({ relay, auth, host, settings, sandbox: null });
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, app.fetch);
  const client = new RestClient(`http://127.0.0.1:${server.addr.port}`);
  const signed = await client.call("POST", "/api/signup", {
    body: { email: "olga@example.org", password: "correct horse battery", name: "Olga" },
  });
  const { token } = signed.body as { token: string };
  await readyGroup(relay);
  await say("telegram", "message 0");
  disk.broken = true;

  const refused = await client.call("POST", "/api/groups", { token, body: { title: "Full", consent: true } });
  await assert.rejects(say("telegram", "message 1"), RelayError);
  const ready = await client.call("GET", "/readyz");

  assert.equal(refused.status, 503);
  assert.ok(Number(refused.headers.get("retry-after")) >= 1);
  assert.equal(ready.status, 503);

  disk.broken = false;
  await when("it is ready again, though nobody has written", () => relay.health().ready);
  await say("telegram", "message 2");
  await when(
    "the accepted ones are there",
    () => ["message 0", "message 2"].every((text) => ends.signal.sent.includes(text)),
  );
  assert.equal(ends.signal.sent.includes("message 1"), false);
  await relay.stop();
  await server.shutdown();
  disk.close();
});

Deno.test("what follows from accepted mail is written once the disk has room again", async () => {
  const disk = await breakable();
  const { relay, ends, say } = await scriptedRelay(disk.store);
  await readyGroup(relay);
  let holding = true;
  ends.signal.before = async () => {
    await when("the test lets it go", () => !holding);
  };
  await say("telegram", "message 0");
  disk.broken = true;
  holding = false;
  await when("it was sent, its receipt not written", () => ends.signal.sent.includes("message 0"));
  disk.broken = false;
  await say("telegram", "message 1").catch(() => say("telegram", "message 1"));
  await when("the next one is there", () => ends.signal.sent.includes("message 1"));
  await relay.stop();

  const again = await scriptedRelay(disk.store);
  await again.say("telegram", "message 2");
  await when("the last one is there", () => again.ends.signal.sent.includes("message 2"));
  assert.deepEqual(again.ends.signal.sent, ["message 2"]);
  await again.relay.stop();
  disk.close();
});

Deno.test("a zombie that lost its session writes nothing and says that it is not ready", async () => {
  const kv = await Deno.openKv(":memory:");
  const store = { ...kvStore(kv), close: () => {} };
  const zombie = await scriptedRelay(store);
  const group = await readyGroup(zombie.relay);
  const owner = await scriptedRelay(store);
  const rows = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const { key, versionstamp } of kv.list({ prefix: [] })) {
      found.push(`${key.join("/")} ${versionstamp}`);
    }
    return found;
  };
  const before = await rows();

  await assert.rejects(zombie.say("telegram", "from the dead"));
  await assert.rejects(zombie.relay.ask.renameGroup(group, "Haunted"));

  assert.deepEqual(await rows(), before);
  assert.equal(zombie.relay.health().ready, false);
  await owner.say("telegram", "message 0");
  await when("the owner goes on", () => owner.ends.signal.sent.includes("message 0"));
  assert.equal((await owner.relay.read.group(group))?.title, "Lake weekend");
  await zombie.relay.stop();
  await owner.relay.stop();
  kv.close();
});

Deno.test("a line of the journal that cannot be read is set aside: the rest starts and goes on", async () => {
  const kv = await Deno.openKv(":memory:");
  const first = await scriptedRelay(crashingStore(kv).store);
  const group = await readyGroup(first.relay);
  await first.say("telegram", "message 0");
  await when("it is there", () => first.ends.signal.sent.includes("message 0"));
  await first.relay.stop();
  const [last] = (await Array.fromAsync(kv.list<Uint8Array>({ prefix: ["journal"] }))).slice(-1);
  assert.ok(last !== undefined);
  const damaged = new TextDecoder().decode(last.value) + '["e","not a group"]\n';
  await kv.set(last.key, new TextEncoder().encode(damaged));

  const second = await scriptedRelay(crashingStore(kv).store);
  assert.equal((await second.relay.read.group(group))?.title, "Lake weekend");
  await second.say("telegram", "message 1");
  await when("the next one is there", () => second.ends.signal.sent.includes("message 1"));
  await when("the line is kept", async () => await countOf(kv, "unreadable") === 1);
  await second.relay.stop();
  kv.close();
});
