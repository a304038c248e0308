/** The fake server against the real client: linking, logging in, being thrown out. */
import assert from "node:assert/strict";
import { Client } from "../fakes/whatsapp/client.ts";
import { type FakeWhatsApp, type SessionEnd, startWhatsApp } from "../fakes/whatsapp/mod.ts";

interface Stage {
  readonly server: FakeWhatsApp;
  readonly client: Client;
}

/** The client's library leaves timers behind, however it is closed. */
function test(name: string, run: (stage: Stage) => Promise<void>): void {
  Deno.test({
    name: `the fake WhatsApp server ${name}`,
    sanitizeOps: false,
    sanitizeResources: false,
    fn: async () => {
      await using server = startWhatsApp();
      await using client = new Client(server);
      await run({ server, client });
    },
  });
}

test("links a client by QR code, and lets it in", async ({ server, client }) => {
  const phone = server.ownPhone();

  await client.link(phone);

  assert.equal(client.me, `${phone.account.number}:1@s.whatsapp.net`);
  assert.equal(client.creds.me?.lid, `${phone.account.lid}:1@lid`);
  assert.equal(client.creds.platform, "android");
  assert.equal(server.online, 1);
  await server.until(() => server.stats.iqs("privacy/privacy") === 1, "the first questions");
  assert.deepEqual(server.unknown, []);
});

test("links a client by code", async ({ server, client }) => {
  const phone = server.ownPhone();
  const socket = client.connect();
  await client.until(() => client.since(0, "connection.update").some(({ qr }) => qr), "a QR code");

  const code = await socket.requestPairingCode(phone.account.number);
  await phone.enterCode(code);
  await client.until(() => client.closed === 515, "the restart after linking");
  await client.open();

  assert.equal(client.creds.registered, true);
  assert.equal(client.me, `${phone.account.number}:1@s.whatsapp.net`);
});

test("refuses a code that was typed wrongly", async ({ server, client }) => {
  const phone = server.ownPhone();
  const socket = client.connect();
  await client.until(() => client.since(0, "connection.update").some(({ qr }) => qr), "a QR code");
  await socket.requestPairingCode(phone.account.number, "AAAAAAAA");

  await assert.rejects(phone.enterCode("BBBBBBBB"));
});

test("lets a killed client in again, with the keys that it uploaded", async ({ server, client }) => {
  await client.link(server.ownPhone());
  const uploads = server.stats.iqs("encrypt/registration");
  await client.kill();
  await server.until(() => server.online === 0, "the line to be gone");

  await client.open();

  assert.equal(server.stats.iqs("encrypt/registration"), uploads);
  assert.equal(server.stats.logins, 2);
});

const ENDS: readonly (readonly [SessionEnd, number])[] = [
  ["unlinked", 401],
  ["forbidden", 403],
  ["replaced", 440],
  ["bad", 500],
  ["unavailable", 503],
  ["restart", 515],
];

for (const [why, code] of ENDS) {
  test(`ends a session as ${why} with ${code}`, async ({ server, client }) => {
    await client.link(server.ownPhone());

    server.end(why);
    await client.until(() => client.closed !== null, "the end");

    assert.equal(client.closed, code);
  });
}

test("lets an unlinked client in no more", async ({ server, client }) => {
  await client.link(server.ownPhone());
  server.end("unlinked");
  await client.until(() => client.closed !== null, "the end");

  client.connect();
  await client.until(() => client.closed !== null, "the refusal");

  assert.equal(client.closed, 401);
  assert.equal(server.stats.refusedLogins, 1);
});

test("throws out a client when its keys log in a second time", async ({ server, client }) => {
  await client.link(server.ownPhone());
  await using second = new Client(server);
  Object.assign(second.creds, client.creds);

  await second.open();
  await client.until(() => client.closed !== null, "the end");

  assert.equal(client.closed, 440);
  assert.equal(server.online, 1);
});

test("refuses logins for a reason, and stops refusing", async ({ server, client }) => {
  await client.link(server.ownPhone());
  server.cutLines();
  await client.until(() => client.closed === 428, "the cut");
  server.refuseLogins(405);

  client.connect();
  await client.until(() => client.closed !== null, "the refusal");
  assert.equal(client.closed, 405);

  server.refuseLogins(null);
  await client.open();
});

test("goes away and comes back at the same port with all it knew", async ({ server, client }) => {
  await client.link(server.ownPhone());
  server.stopListening();
  await client.until(() => client.closed === 428, "the cut");
  client.connect();
  await client.until(() => client.closed !== null, "the refused connection");

  server.listen();
  await client.open();

  assert.equal(server.online, 1);
});

test("forgets a client that logs out", async ({ server, client }) => {
  const phone = server.ownPhone();
  const socket = await client.link(phone);

  await socket.logout();
  await server.until(() => phone.account.devices.size === 1, "the device to be gone");
});

test("links a phone's next client as another device", async ({ server, client }) => {
  const phone = server.ownPhone();
  await client.link(phone);
  phone.unlink();
  await client.until(() => client.closed === 401, "the end");
  await using second = new Client(server);

  await second.link(phone);

  assert.equal(second.me, `${phone.account.number}:2@s.whatsapp.net`);
});

test("gives a client only so many pictures to show", async ({ server }) => {
  server.options.refs = 2;
  await using client = new Client(server, { qrTimeout: 50 });

  client.connect();
  await client.until(() => client.closed === 408, "the end of the pictures");

  assert.equal(client.since(0, "connection.update").filter(({ qr }) => qr).length, 2);
});
