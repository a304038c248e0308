/** Telegram's calls into a real server: who may call, what is answered, and when. */
import assert from "node:assert/strict";
import { type Adapter, RelayError } from "../../actors/ports/mod.ts";
import { telegram, type TelegramConfig } from "../../adapters/telegram/mod.ts";
import { ACCOUNT } from "../contract/adapter_contract.ts";
import { ContractHost } from "../contract/contract_host.ts";
import { type FakeTelegram, startTelegram } from "../fakes/telegram/mod.ts";
import { configFor } from "./telegram_opened.ts";

const SECRET = "a-secret_of_tests-16";
const URL_OF_US = "https://plenum.test/webhooks/telegram";
const WEBHOOK: Partial<TelegramConfig> = {
  mode: "webhook",
  webhookSecret: SECRET,
  publicUrl: "https://plenum.test",
};

Deno.test("webhook mode tells Telegram the address and the secret, and takes what is sent there", async () => {
  await withServer(async ({ fake, host, group, olga }) => {
    fake.world.say(olga, group, "hello");
    const { content } = await host.event("message");
    assert.deepEqual(content, { type: "text", body: { text: "hello", spans: [] } });
    await fake.world.waitFor(() => fake.unconfirmed === 0, "the confirmation");
    const set = fake.calls.find(({ method }) => method === "setWebhook");
    assert.equal(set?.payload["secret_token"], SECRET);
  });
});

Deno.test("webhook mode asks for the joins and reactions that Telegram otherwise leaves out", async () => {
  await withServer(async ({ fake: { world }, host, group, olga }) => {
    const ada = world.addUser("Ada");
    world.join(ada, group);
    world.react(ada, group, world.say(olga, group, "hello"), ["👍"]);
    assert.deepEqual((await host.event("reaction")).emoji, ["👍"]);
    assert.equal((await host.event("join")).person.name, "Ada");
  });
});

Deno.test("a call is answered only after its event is durable", async () => {
  await withServer(async ({ fake, host, group, olga }) => {
    await host.event("rights");
    const release = host.hold();
    fake.world.say(olga, group, "hello");
    await host.until(() => host.offered.some(({ type }) => type === "message"), "the offer");
    assert(fake.unconfirmed > 0);
    release();
    await fake.world.waitFor(() => fake.unconfirmed === 0, "the confirmation");
  });
});

Deno.test("a call that the core refused comes again under the same id", async () => {
  await withServer(async ({ fake, host, group, olga }) => {
    await host.event("rights");
    host.refuse(1);
    fake.world.say(olga, group, "hello");
    await host.event("message");
    await fake.world.waitFor(() => fake.unconfirmed === 0, "the confirmation");
    const tries = host.offered.filter(({ type }) => type === "message");
    assert.deepEqual(tries.map(({ id }) => id), [tries[0]?.id, tries[0]?.id]);
    assert.equal(fake.webhook.failed, 1);
  });
});

const update = { update_id: 1 };
const REFUSED: readonly (readonly [string, number, RequestInit])[] = [
  ["without the secret", 401, request(update, { secret: null })],
  ["with another secret", 401, request(update, { secret: `${SECRET}x` })],
  ["by GET", 405, { method: "GET" }],
  ["as a form", 415, request(update, { type: "application/x-www-form-urlencoded" })],
  ["that is no JSON", 400, request("{nonsense")],
  ["that is no object", 400, request("[]")],
  ["of more than a mebibyte", 413, request("x".repeat(1024 * 1024 + 1))],
  ["of a kind that nobody knows yet", 200, request({ ...update, brand_new: {} })],
  ["that cannot be read", 200, request({ ...update, message: { chat: 7 } })],
];

for (const [what, status, init] of REFUSED) {
  Deno.test(`a call ${what} is answered with ${status} and delivers nothing`, async () => {
    await withAdapter(async ({ adapter, host }) => {
      const response = await adapter.webhook?.(new Request(URL_OF_US, init));
      assert.equal(response?.status, status);
      assert.equal(await response.text(), "");
      assert.deepEqual(host.offered, []);
    });
  });
}

Deno.test("calls are taken where no run is going on, as on the edge", async () => {
  await withAdapter(async ({ adapter, host }) => {
    const chat = { id: -1, type: "group", title: "Group" };
    const from = { id: 5, is_bot: false, first_name: "Ada" };
    const message = { message_id: 3, date: 1_700_000_000, chat, from, text: "hello" };
    const response = await adapter.webhook?.(new Request(URL_OF_US, request({ ...update, message })));
    assert.equal(response?.status, 200);
    assert.equal(host.taken[0]?.id, "u1");
  });
});

Deno.test("a call that comes while the core is full is sent away for as long as the core says", async () => {
  await withAdapter(async ({ adapter, host }) => {
    host.refuse(1, new RelayError("busy", "Cannot take more messages right now", 2500));
    const chat = { id: -1, type: "group", title: "Group" };
    const from = { id: 5, is_bot: false, first_name: "Ada" };
    const message = { message_id: 3, date: 1_700_000_000, chat, from, text: "hello" };
    const response = await adapter.webhook?.(new Request(URL_OF_US, request({ ...update, message })));
    assert.deepEqual([response?.status, response?.headers.get("Retry-After")], [503, "3"]);
    assert.deepEqual(host.taken, []);
  });
});

Deno.test("an address that Telegram refuses shows in the health", async () => {
  await withAdapter(async ({ fake, adapter, host }) => {
    const description = "Bad Request: bad webhook: HTTPS url must be provided for webhook";
    fake.faults.add({ method: "setWebhook", times: 9, fault: { kind: "refuse", code: 400, description } });
    const abort = new AbortController();
    const run = adapter.run(abort.signal);
    await host.until(() => host.health.some(({ status }) => status === "failed"), "the health");
    assert.equal(host.health.at(-1)?.text, "telegram.webhook-refused");
    abort.abort();
    await run;
  });
});

interface Opened {
  readonly fake: FakeTelegram;
  readonly host: ContractHost;
  readonly adapter: Adapter;
}

async function withAdapter(body: (opened: Opened) => Promise<void>, publicUrl?: string): Promise<void> {
  await using fake = await startTelegram();
  const host = new ContractHost();
  const config = configFor(fake, { ...WEBHOOK, ...(publicUrl === undefined ? {} : { publicUrl }) });
  await using adapter = telegram.open(ACCOUNT, config, host);
  await body({ fake, host, adapter });
}

type Group = Opened & { readonly group: number; readonly olga: ReturnType<FakeTelegram["world"]["addUser"]> };

/** With a server of ours that Telegram calls. */
async function withServer(body: (group: Group) => Promise<void>): Promise<void> {
  let adapter: Adapter | null = null;
  const handler = (incoming: Request): Promise<Response> =>
    adapter?.webhook?.(incoming) ?? Promise.resolve(new Response(null, { status: 503 }));
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, handler);
  await withAdapter(async (opened) => {
    adapter = opened.adapter;
    const abort = new AbortController();
    const run = adapter.run(abort.signal);
    await opened.host.until(
      () => opened.host.health.some(({ status }) => status === "connected"),
      "the connection",
    );
    const { world } = opened.fake;
    const olga = world.addUser("Olga");
    const group = world.createGroup("Group", olga);
    world.addBot(group, { by: olga, admin: true });
    try {
      await body({ ...opened, group, olga });
    } finally {
      abort.abort();
      await run;
    }
  }, `http://127.0.0.1:${server.addr.port}`);
  await server.shutdown();
}

function request(
  body: object | string,
  { secret = SECRET, type = "application/json" }: { secret?: string | null; type?: string } = {},
): RequestInit {
  const headers = new Headers({ "Content-Type": type });
  if (secret !== null) headers.set("X-Telegram-Bot-Api-Secret-Token", secret);
  return { method: "POST", headers, body: typeof body === "string" ? body : JSON.stringify(body) };
}
