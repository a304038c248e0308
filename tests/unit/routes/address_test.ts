import assert from "node:assert/strict";
import { Hono } from "hono";
import { addressOf, isLocal } from "../../../routes/address.ts";
import type { AppEnv } from "../../../routes/deps.ts";

async function seenFrom(hostname: string | null, headers: Record<string, string> = {}): Promise<unknown> {
  const app = new Hono<AppEnv>();
  app.get("/", (c) => c.json([addressOf(c), isLocal(c)]));
  const connection = hostname === null ? {} : { remoteAddr: { transport: "tcp", hostname, port: 1 } };
  return await (await app.request("/", { headers }, connection)).json();
}

Deno.test("the address of a call is its peer's, and none without a socket", async () => {
  assert.deepEqual(await seenFrom("203.0.113.7"), ["203.0.113.7", false]);
  assert.deepEqual(await seenFrom("127.0.0.1"), ["127.0.0.1", true]);
  assert.deepEqual(await seenFrom("::1"), ["::1", true]);
  assert.deepEqual(await seenFrom(null), [null, false]);
});

Deno.test("a proxy on this machine or in this network is believed what it saw, and no claim before it", async () => {
  const headers = { "x-forwarded-for": "127.0.0.1, 203.0.113.7" };

  for (const proxy of ["127.0.0.1", "::ffff:127.0.0.1", "10.0.0.2", "172.18.0.3", "192.168.1.1", "fd00::1"]) {
    assert.deepEqual(await seenFrom(proxy, headers), ["203.0.113.7", false], proxy);
  }
  assert.deepEqual(await seenFrom("198.51.100.1", headers), ["198.51.100.1", false]);
  assert.deepEqual(await seenFrom("172.32.0.1", headers), ["172.32.0.1", false]);
});

Deno.test("a call through a proxy on this machine is not local, whatever the proxy says of it", async () => {
  for (const header of ["x-forwarded-for", "forwarded", "x-real-ip", "via"]) {
    const [, local] = Array.from(Object(await seenFrom("127.0.0.1", { [header]: "127.0.0.1" })));
    assert.equal(local, false, header);
  }
});
