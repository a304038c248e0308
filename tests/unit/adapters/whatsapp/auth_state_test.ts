/** The login in the session store: whole, in order, and never ahead of the message that it was used for. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { proto } from "@whiskeysockets/baileys";
import { AuthState } from "../../../../adapters/whatsapp/auth_state.ts";
import { MemorySession } from "../../../contract/contract_host.ts";

function bytes(text: string): Buffer {
  return Buffer.from(text);
}

async function senderKey(auth: AuthState, id: string): Promise<string | undefined> {
  const found = await auth.keys.get("sender-key", [id]);
  return found[id] === undefined ? undefined : Buffer.from(found[id]).toString();
}

Deno.test("a login that was never made has keys of its own and is not linked", async () => {
  const session = new MemorySession();

  const one = await AuthState.load(session);
  const other = await AuthState.load(session);

  assert.equal(one.linked, false);
  assert.notDeepEqual(one.creds.noiseKey.public, other.creds.noiseKey.public);
});

Deno.test("credentials come back as they were kept, bytes as bytes", async () => {
  const session = new MemorySession();
  const auth = await AuthState.load(session);
  auth.creds.me = { id: "1:2@s.whatsapp.net", lid: "9:2@lid" };
  await auth.saveCreds();

  const again = await AuthState.load(session);

  assert.deepEqual(again.creds.signedPreKey.signature, Buffer.from(auth.creds.signedPreKey.signature));
  assert.deepEqual(again.creds.me, auth.creds.me);
});

Deno.test("a number that asked for a pairing code, which nobody entered, is not linked", async () => {
  const auth = await AuthState.load(new MemorySession());

  auth.creds.me = { id: "1@s.whatsapp.net", name: "~" };

  assert.equal(auth.linked, false);
});

Deno.test("every type of key comes back as Baileys gave it", async () => {
  const session = new MemorySession();
  const auth = await AuthState.load(session);
  const sync = proto.Message.AppStateSyncKeyData.fromObject({ keyData: bytes("k"), timestamp: 7 });
  await auth.keys.set({
    "pre-key": { 1: { public: bytes("pub"), private: bytes("priv") } },
    "sender-key": { a: bytes("chain") },
    "sender-key-memory": { g: { "1@lid": true } },
    "device-list": { u: ["0", "3"] },
    "lid-mapping": { 49: "77" },
    "app-state-sync-key": { s: sync },
  });

  const again = await AuthState.load(session);

  assert.deepEqual((await again.keys.get("pre-key", ["1"]))[1], {
    public: bytes("pub"),
    private: bytes("priv"),
  });
  assert.equal(await senderKey(again, "a"), "chain");
  assert.deepEqual(await again.keys.get("sender-key-memory", ["g"]), { g: { "1@lid": true } });
  assert.deepEqual(await again.keys.get("device-list", ["u", "none"]), { u: ["0", "3"] });
  assert.deepEqual(await again.keys.get("lid-mapping", ["49"]), { 49: "77" });
  const read = (await again.keys.get("app-state-sync-key", ["s"])).s;
  assert.ok(read instanceof proto.Message.AppStateSyncKeyData);
});

Deno.test("what is set at once lands in one write, 812 pre-keys too", async () => {
  const session = new MemorySession();
  const auth = await AuthState.load(session);
  const key = { public: bytes("p".repeat(32)), private: bytes("q".repeat(32)) };
  const all = Object.fromEntries(Array.from({ length: 812 }, (_, id) => [id + 1, key]));

  await auth.keys.set({ "pre-key": all, session: { a: bytes("s") } });

  assert.equal(session.writes, 1);
  assert.equal(session.values.size, 813);
});

Deno.test("what decrypting used is written only after the message is durable", async () => {
  const session = new MemorySession();
  const auth = await AuthState.load(session);
  await auth.keys.set({ "sender-key": { a: bytes("before") } });
  const durable = Promise.withResolvers<void>();

  const held = auth.hold(async () => {
    await auth.keys.set({ "sender-key": { a: bytes("after") } });
    await durable.promise;
  });
  await auth.settled();
  const crashed = await AuthState.load(session.copy());

  assert.equal(await senderKey(crashed, "a"), "before");
  assert.equal(await senderKey(auth, "a"), "after");
  durable.resolve();
  await held;
  assert.equal(await senderKey(await AuthState.load(session), "a"), "after");
});

Deno.test("a message that was not taken leaves its keys as they were", async () => {
  const session = new MemorySession();
  const auth = await AuthState.load(session);
  await auth.keys.set({ "sender-key": { a: bytes("before") } });

  await assert.rejects(
    auth.hold(async () => {
      await auth.keys.set({ "sender-key": { a: bytes("after") } });
      throw new Error("Cannot take it");
    }),
    /Cannot take it/,
  );

  assert.equal(await senderKey(auth, "a"), "before");
});

Deno.test("a key that was set anew while an older one was held back keeps the newer", async () => {
  const session = new MemorySession();
  const auth = await AuthState.load(session);
  const set = Promise.withResolvers<void>();
  const durable = Promise.withResolvers<void>();
  const held = auth.hold(async () => {
    await auth.keys.set({ session: { a: bytes("received") } });
    set.resolve();
    await durable.promise;
  });
  await set.promise;

  await auth.keys.set({ session: { a: bytes("sent") } });
  durable.resolve();
  await held;

  const found = await (await AuthState.load(session)).keys.get("session", ["a"]);
  assert.deepEqual(found["a"], bytes("sent"));
});

Deno.test("writes keep their order while the store is slow, and are seen before they land", async () => {
  const session = new MemorySession();
  const auth = await AuthState.load(session);

  const writes = Array.from(
    { length: 50 },
    (_, n) => auth.keys.set({ "sender-key": { a: bytes(String(n)) } }),
  );

  assert.equal(await senderKey(auth, "a"), "49");
  await Promise.all(writes);
  assert.equal(await senderKey(await AuthState.load(session), "a"), "49");
  assert.ok(session.writes < 50, `expected writes to ride together: there were ${session.writes}`);
});

Deno.test("a key that was taken away is gone", async () => {
  const session = new MemorySession();
  const auth = await AuthState.load(session);
  await auth.keys.set({ "pre-key": { 1: { public: bytes("a"), private: bytes("b") } } });

  await auth.keys.set({ "pre-key": { 1: null } });

  assert.deepEqual(await auth.keys.get("pre-key", ["1"]), {});
  assert.deepEqual(await (await AuthState.load(session)).keys.get("pre-key", ["1"]), {});
});
