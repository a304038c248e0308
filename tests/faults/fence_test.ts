/** Another process takes the session: the old one answers whoever waits, leaves the messengers alone, and ends. */
import assert from "node:assert/strict";
import { z } from "zod";
import { createTexts, startRelay } from "../../actors/mod.ts";
import { createHost } from "../../actors/observe/host.ts";
import { AccountId, Messenger } from "../../actors/model/mod.ts";
import { type AdapterDefinition, type Relay, RelayError, type Store } from "../../actors/ports/mod.ts";
import { kvStore } from "../../actors/store/kv_store.ts";
import { RestClient } from "../contract/rest_client.ts";
import { plainAdapter } from "../fakes/plain_adapter.ts";
import { plenumProcess } from "../fakes/plenum.ts";
import { createGroup, when } from "../fakes/scripted.ts";
import en from "../../static/locales/en.json" with { type: "json" };
import de from "../../static/locales/de.json" with { type: "json" };

function noop(): void {}

interface Owner {
  readonly relay: Relay;
  /** Adapters that run now. */
  running: number;
  fenced: boolean;
}

function definitionOf(owner: { running: number }): AdapterDefinition<unknown> {
  return {
    messenger: Messenger.parse("signal"),
    config: z.unknown(),
    runsOn: "worker",
    open: (_account, _config, host) =>
      plainAdapter(host, {
        run: async (signal) => {
          owner.running++;
          host.report({ status: "connected" });
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
          owner.running--;
        },
        send: () => Promise.resolve({ ids: [], at: Date.now() }),
      }),
  };
}

async function ownerOf(store: Store): Promise<Owner> {
  const state = { running: 0, fenced: false };
  const relay = await startRelay({
    store: { ...store, close: noop },
    host: createHost({
      secret: new Uint8Array(32),
      log: { debug: noop, info: noop, warn: noop, error: noop },
      metrics: { count: noop, gauge: noop, observe: noop, render: () => "" },
      text: createTexts({ en, de }),
    }),
    accounts: [{ definition: definitionOf(state), account: AccountId.parse("signal"), config: {} }],
    publicUrl: "http://localhost",
    locale: "en",
    retentionDays: 30,
    role: "all",
    collections: {},
    onFenced: () => {
      state.fenced = true;
    },
  });
  return Object.assign(state, { relay });
}

Deno.test("who waits for an answer when the session is lost hears that it is unavailable; adapters stop", async () => {
  const kv = await Deno.openKv(":memory:");
  const inner = kvStore(kv);
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  let held = 0;
  const old = await ownerOf({
    ...inner,
    commit: async (checks, mutations) => {
      const texts = mutations.map(({ value }) => value === null ? "" : new TextDecoder().decode(value));
      if (texts.some((text) => text.includes('["t"') && text.includes("New title"))) {
        held++;
        await gate;
      }
      return await inner.commit(checks, mutations);
    },
  });
  const { id } = await createGroup(old.relay, ["signal"]);
  const decided = old.relay.ask.renameGroup(id, "New title");
  await when("what it led to is being written", () => held > 0);
  const accepted = old.relay.ask.renameGroup(id, "A newer title");
  const answers = Promise.allSettled([decided, accepted]);
  const owner = await ownerOf(inner);
  open();

  for (const answer of await answers) {
    assert.ok(answer.status === "rejected");
    assert.ok(answer.reason instanceof RelayError && answer.reason.code === "unavailable");
  }
  await assert.rejects(
    old.relay.ask.renameGroup(id, "Haunted"),
    (error) => error instanceof RelayError && error.code === "unavailable",
  );
  await when("its adapter has stopped", () => old.running === 0);
  assert.ok(old.fenced && !old.relay.health().ready);
  assert.equal(owner.running, 1);
  await old.relay.stop();
  await owner.relay.stop();
  kv.close();
});

Deno.test("a process that lost its session ends with an error, for its supervisor", async () => {
  const dirs = [await Deno.makeTempDir(), await Deno.makeTempDir()];
  const [first = "", second = ""] = dirs;
  const env = { KV_PATH: `${first}/plenum.kv` };
  const old = await plenumProcess({ ...env, DATA_DIR: first });
  const owner = await plenumProcess({ ...env, DATA_DIR: second });
  const account = { email: "olga@example.org", password: "correct horse battery", name: "Olga" };

  // The process may be gone before it has answered.
  const refused = await new RestClient(old.url).call("POST", "/api/signup", { body: account })
    .catch(() => null);
  const taken = await new RestClient(owner.url).call("POST", "/api/signup", { body: account });

  assert.ok(refused === null || refused.status === 503);
  assert.equal(taken.status, 201);
  assert.equal(await old.ended, 1);
  assert.equal(await owner.terminate(), 0);
  for (const dir of dirs) await Deno.remove(dir, { recursive: true });
});
