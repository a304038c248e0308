// deno-lint-ignore-file no-console -- what is printed is what one test is about
/** How an account comes to be linked, and everything that ends a connection: real Baileys against the fake server. */
import assert from "node:assert/strict";
import { AccountGone } from "../../actors/ports/mod.ts";
import type { LinkIo } from "../../actors/ports/mod.ts";
import { ContractHost } from "../contract/contract_host.ts";
import { type FakeWhatsApp, startWhatsApp, trustWhatsApp } from "../fakes/whatsapp/mod.ts";
import { groupWith, linkTo, openAdapter, openLife, whatsappTest } from "./whatsapp_opened.ts";

const DAY_MS = 86_400_000;

/** Baileys leaves timers behind, however it is closed. */
function serverTest(
  name: string,
  run: (server: FakeWhatsApp, host: ContractHost) => Promise<void>,
  options: Parameters<typeof startWhatsApp>[0] = {},
): void {
  Deno.test({
    name,
    sanitizeOps: false,
    sanitizeResources: false,
    fn: async () => {
      await using server = startWhatsApp(options);
      trustWhatsApp(server.trust);
      await run(server, new ContractHost({ now: Date.now() }));
    },
  });
}

/** Shows nothing, answers nothing, but for what is given. */
function io(given: Partial<LinkIo> = {}): LinkIo {
  return { show: () => undefined, ask: () => new Promise(() => undefined), ...given };
}

function statusOf(host: ContractHost): string {
  const { status, text } = host.health.at(-1) ?? {};
  return [status, text].filter((part) => part !== undefined).join(" ");
}

serverTest("an account that nobody linked says so and does not knock at WhatsApp", async (server, host) => {
  await using life = openLife(server, host);

  assert.ok(await life.ended instanceof AccountGone);
  assert.equal(statusOf(host), "logged-out whatsapp.not-linked");
  assert.equal(server.stats.lines, 0);
});

serverTest(
  "a phone that scans the QR code links the account, which then logs in by itself",
  async (server, host) => {
    await linkTo(server, host, server.ownPhone());
    await using life = openLife(server, host);

    await life.connected();

    assert.equal(server.stats.logins, 1);
  },
);

serverTest("a phone that gets the code typed in links the account", async (server, host) => {
  const own = server.ownPhone("15559990000");
  await using adapter = openAdapter(server, host);
  const entered: Promise<unknown>[] = [];

  await adapter.link(
    io({
      ask: (field) => Promise.resolve(field === "number" ? "+1 555 999 0000" : ""),
      show: (kind, data) => {
        if (kind === "code") entered.push(own.enterCode(data));
      },
    }),
    { signal: new AbortController().signal },
  );
  await Promise.all(entered);
  await using life = openLife(server, host);

  await life.connected();
  assert.equal(entered.length, 1);
});

serverTest(
  "a QR code that nobody scanned is followed by others, also once WhatsApp gives no more",
  async (server, host) => {
    const own = server.ownPhone();
    await using adapter = openAdapter(server, host);
    const seen = new Set<string>();
    const work: Promise<unknown>[] = [];

    await adapter.link(
      io({
        show: (kind, data) => {
          if (kind !== "qr") return;
          seen.add(data);
          // The line goes while the code is on the screen.
          if (seen.size < 3) server.cutLines();
          else work.push(own.scan(data));
        },
      }),
      { signal: new AbortController().signal },
    );
    await Promise.all(work);

    assert.equal(seen.size, 3);
  },
);

serverTest("a linking that is given up leaves no line open and links nothing", async (server, host) => {
  const abort = new AbortController();
  await using adapter = openAdapter(server, host);

  const linking = adapter.link(io({ show: () => abort.abort() }), { signal: abort.signal });

  await assert.rejects(linking, /given up/);
  await server.until(() => server.world.sessions.size === 0, "the end of the line");
  await using life = openLife(server, host);
  assert.ok(await life.ended instanceof AccountGone);
});

whatsappTest(
  "a login that WhatsApp ends is forgotten, and the account says that it must be linked again",
  async (
    { server, host, life, own },
  ) => {
    server.end("unlinked");

    assert.ok(await life.ended instanceof AccountGone);
    assert.equal(statusOf(host), "logged-out whatsapp.logged-out");
    const again = new ContractHost({ session: host.session });
    await using next = openLife(server, again);
    assert.ok(await next.ended instanceof AccountGone);
    assert.equal(statusOf(again), "logged-out whatsapp.logged-out");
    await linkTo(server, again, own);
    await using third = openLife(server, new ContractHost({ session: host.session, now: Date.now() }));
    await third.connected();
  },
);

whatsappTest("a number that WhatsApp has blocked is called that, and is not tried again and again", async (
  { server, host, life },
) => {
  server.refuseLogins(403);
  server.end("forbidden");

  assert.ok(await life.ended instanceof AccountGone);
  assert.equal(statusOf(host), "logged-out whatsapp.banned");
  const { lines } = server.stats;
  await using next = openLife(server, new ContractHost({ session: host.session }));
  assert.ok(await next.ended instanceof AccountGone);
  assert.equal(server.stats.lines, lines);
});

whatsappTest("a connection that somebody else took is not fought for", async ({ server, host }) => {
  const { lines } = server.stats;

  server.end("replaced");

  await host.until(() => statusOf(host) === "failed whatsapp.replaced", "the word on it");
  assert.equal(server.stats.lines, lines);
});

for (const why of ["unavailable", "bad", "restart"] as const) {
  whatsappTest(`a connection that ends as ${why} is made again`, async ({ server, host, life }) => {
    const { chat, person } = await groupWith({ server, life }, "Alice");

    server.end(why);
    await host.until(
      () => host.health.filter(({ status }) => status === "connected").length > 0,
      "the connection",
    );
    await server.until(() => server.stats.logins >= 2, "another login");
    await person.send(chat, "still there?");

    await host.event("message");
  });
}

whatsappTest("a server that is away for a while is waited for", async ({ server, host, life }) => {
  server.stopListening();
  await host.until(() => statusOf(host) === "waiting whatsapp.waiting-network", "the word on it");

  server.listen();

  await life.connected();
});

whatsappTest("a version that WhatsApp no longer takes is called that", async ({ server, host }) => {
  server.refuseLogins(405);
  server.cutLines();

  await host.until(() => statusOf(host) === "waiting whatsapp.outdated", "the word on it");
});

whatsappTest("a phone that was away for twelve days is warned of, until it gives a sign of life", async (
  { server, life, host, own },
) => {
  const { chat } = await groupWith({ server, life }, "Alice");
  own.offline();
  await life.end();
  const later = new ContractHost({ session: host.session, now: Date.now() + 12 * DAY_MS });
  await using again = openLife(server, later);

  await again.connected();
  assert.equal(statusOf(later), "connected whatsapp.phone-away 12");
  own.online();
  await again.send(chat, { type: "post", text: { text: "hello", spans: [] } });

  await later.until(() => statusOf(later) === "connected", "the end of the warning");
});

Deno.test("nothing of a login is printed, whatever Baileys and libsignal have to say", {
  sanitizeOps: false,
  sanitizeResources: false,
}, async () => {
  await using server = startWhatsApp();
  const host = new ContractHost({ now: Date.now() });
  const printed: unknown[] = [];
  const methods = ["log", "info", "warn", "error"] as const;
  const real = methods.map((method) => [method, console[method]] as const);
  for (const [method] of real) console[method] = (...args: unknown[]) => void printed.push(args);
  try {
    await linkTo(server, host, server.ownPhone());
    await using life = openLife(server, host);
    await life.connected();
    const { chat, person } = await groupWith({ server, life }, "Alice");
    await person.send(chat, "hello");
    await host.event("message");
    person.loseSessions();
    await life.send(chat, { type: "post", text: { text: "hi", spans: [] } });
    await person.waitForText(chat, "hi");
  } finally {
    for (const [method, print] of real) console[method] = print;
  }

  assert.deepEqual(printed, []);
});
