/** The edge role: takes webhooks into the shared store; the worker moves them into mailboxes, once. */
import assert from "node:assert/strict";
import { startRelay } from "../../../../actors/mod.ts";
import { AccountId, ChatId, Messenger, NativeId, plain } from "../../../../actors/model/mod.ts";
import type { AdapterDefinition, Relay } from "../../../../actors/ports/mod.ts";
import { RelayError } from "../../../../actors/ports/mod.ts";
import { kvStore } from "../../../../actors/store/kv_store.ts";
import { z } from "zod";
import { createTexts } from "../../../../actors/mod.ts";
import en from "../../../../static/locales/en.json" with { type: "json" };
import de from "../../../../static/locales/de.json" with { type: "json" };
import { fakeHost } from "../../../fakes/host.ts";
import { plainAdapter } from "../../../fakes/plain_adapter.ts";
import { readyGroup, when } from "../../../fakes/scripted.ts";

interface Ends {
  readonly sent: string[];
}

/** A messenger that calls us with plain texts. */
function calling(name: string, ends: Ends): AdapterDefinition<unknown> {
  return {
    messenger: Messenger.parse(name),
    config: z.unknown(),
    runsOn: "edge",
    open: (_account, _config, host) =>
      plainAdapter(host, {
        send: (_chat, op) => {
          if (op.type === "post") ends.sent.push(op.text.text.split("\n").at(-1) ?? "");
          return Promise.resolve({ ids: [], at: 0 });
        },
        createGroup: () => Promise.resolve({ chat: ChatId.parse(`${name}-chat`), inviteUrl: null }),
        webhook: async (request) => {
          const text = await request.text();
          await host.deliver({
            id: text,
            chat: ChatId.parse(`${name}-chat`),
            at: 0,
            type: "message",
            author: { native: NativeId.parse("ada"), name: "Ada" },
            native: NativeId.parse(text.slice(0, 8)),
            content: { type: "text", body: plain(text) },
          });
          return new Response(null, { status: 200 });
        },
      }),
  };
}

Deno.test("an edge takes calls while there is no worker, and the worker relays them once and in order", async () => {
  const kv = await Deno.openKv(":memory:");
  const store = { ...kvStore(kv), close: () => {} };
  const ends = { whatsapp: { sent: [] }, signal: { sent: [] }, telegram: { sent: [] as string[] } };
  const open = (role: "edge" | "worker"): Promise<Relay> =>
    startRelay({
      store,
      host: {
        ...fakeHost(),
        now: () => Date.now(),
        elapsed: () => performance.now(),
        text: createTexts({ en, de }),
      },
      accounts: Object.entries(ends).map(([name, end]) => ({
        definition: calling(name, end),
        account: AccountId.parse(name),
        config: {},
      })),
      publicUrl: "http://localhost",
      locale: "en",
      retentionDays: 30,
      role,
      collections: {},
    });
  const call = async (relay: Relay, text: string): Promise<number> =>
    (await relay.webhook(
      Messenger.parse("whatsapp"),
      new Request("http://edge", { method: "POST", body: text }),
    )).status;
  const first = await open("worker");
  await readyGroup(first);
  await first.stop();
  const edge = await open("edge");
  for (const text of ["one", "two", "two", "three"]) assert.equal(await call(edge, text), 200);
  const tooLong = (error: unknown): boolean => error instanceof RelayError && error.code === "invalid";
  await assert.rejects(call(edge, "an id ".repeat(100)), tooLong);

  const worker = await open("worker");
  await when("what came before is relayed", () => ends.telegram.sent.includes("three"));
  assert.equal(await call(edge, "four"), 200);
  await when("what comes now is relayed", () => ends.telegram.sent.includes("four"));

  assert.deepEqual(ends.telegram.sent, ["one", "two", "three", "four"]);
  assert.throws(() => edge.read.accounts(), RelayError);
  await edge.stop();
  await worker.stop();
  kv.close();
});
