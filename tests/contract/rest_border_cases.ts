/** The REST contract: what every call meets, whatever its resource. */
import assert from "node:assert/strict";
import { z } from "zod";
import type { GivenServer } from "./rest_client.ts";

/** Registers the cases. */
export function borderCases(given: GivenServer): void {
  bodyCases(given);
  methodCases(given);
  siteCases(given);
  serviceCases(given);
}

function bodyCases(given: GivenServer): void {
  given("bodies over 64 KiB are answered 413", async (client) => {
    const token = await client.signUp();
    const body = { title: "x".repeat(70_000), consent: true };

    await client.refuse([413, "too-large"], "POST", "/api/groups", { token, body });
    const stream = new Blob([JSON.stringify(body)]).stream();
    const headers = { "content-type": "application/json" };
    await client.refuse([413, "too-large"], "POST", "/api/groups", { token, raw: stream, headers });
  });

  given("bodies that are not said to be JSON are answered 415", async (client) => {
    const token = await client.signUp();
    const raw = JSON.stringify({ title: "Lake weekend", consent: true });

    for (
      const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
    ) {
      const headers = { "content-type": type };
      await client.refuse([415, "content-type"], "POST", "/api/groups", { token, raw, headers });
    }
    const headers = { "content-type": "application/json; charset=utf-8" };
    await client.expect(201, "POST", "/api/groups", { token, raw, headers });
  });

  given("malformed JSON is answered 400", async (client) => {
    const token = await client.signUp();
    const headers = { "content-type": "application/json" };

    for (const raw of ["{", "title=Lake", '{"title":"Lake",}', "\u0000"]) {
      await client.refuse([400, "invalid-json"], "POST", "/api/groups", { token, raw, headers });
    }
    for (const body of [null, [], "Lake", 7]) {
      await client.refuse([400, "invalid"], "POST", "/api/groups", { token, body });
    }
  });
}

function methodCases(given: GivenServer): void {
  given("paths that lead nowhere are answered 404", async (client) => {
    for (const path of ["/api", "/api/nothing", "/api/groups/x/y/z"]) {
      const token = await client.signUp("Ada", `${crypto.randomUUID()}@example.org`);
      await client.refuse([404, "not-found"], "GET", path, { token });
    }
  });

  given("methods that a path does not take are answered 405 with those that it takes", async (client) => {
    const token = await client.signUp();

    const answer = await client.expect(405, "DELETE", "/api/groups", { token });

    assert.equal(answer.headers.get("allow"), "GET, POST");
  });

  given("what a path takes can be asked, by strangers too", async (client) => {
    for (const path of ["/api/groups", "/api/groups/x/messages", "/api/signup"]) {
      const answer = await client.expect(204, "OPTIONS", path);
      assert.match(answer.headers.get("allow") ?? "", /POST/);
      assert.equal(answer.headers.get("access-control-allow-origin"), null);
    }
  });

  given("TRACE and methods that nobody knows are answered 405", async (client) => {
    for (const method of ["TRACE", "BREW"]) {
      assert.match(await rawCall(client.url, method, "/api/me"), /^HTTP\/1\.1 405 /);
    }
  });

  given("answers with tokens and conversations stay out of caches", async (client) => {
    const token = await client.signUp();

    for (const path of ["/api/me", "/api/groups"]) {
      const { headers } = await client.expect(200, "GET", path, { token });
      assert.equal(headers.get("cache-control"), "no-store");
    }
  });
}

/** The first bytes of the answer to a request that `fetch` would not send. */
async function rawCall(url: string, method: string, path: string): Promise<string> {
  const { hostname, port, host } = new URL(url);
  using socket = await Deno.connect({ hostname, port: Number(port) });
  await socket.write(new TextEncoder().encode(`${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`));
  const bytes = new Uint8Array(1024);
  const count = await socket.read(bytes);
  return new TextDecoder().decode(bytes.subarray(0, count ?? 0));
}

function siteCases(given: GivenServer): void {
  given("the session cookie counts for our own pages and not for other sites", async (client) => {
    const token = await client.signUp();
    const cookie = `plenum_session=${token}`;
    const body = { title: "Lake weekend", consent: true };
    const crossSite: Record<string, string>[] = [
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site", origin: "https://evil.example" },
    ];

    for (const site of crossSite) {
      const headers = { cookie, ...site };
      await client.refuse([403, "cross-site"], "POST", "/api/groups", { body, headers });
      await client.refuse([403, "cross-site"], "POST", "/api/logout", { headers });
    }
    const headers = { cookie, origin: client.url, "sec-fetch-site": "same-origin" };
    await client.expect(201, "POST", "/api/groups", { body, headers });
    await client.expect(200, "GET", "/api/me", { headers: { cookie, "sec-fetch-site": "cross-site" } });
  });

  given("a bearer token counts from anywhere, as no browser sends it on its own", async (client) => {
    const token = await client.signUp();
    const body = { title: "Lake weekend", consent: true };

    await client.expect(201, "POST", "/api/groups", {
      token,
      body,
      headers: { origin: "https://app.example" },
    });
  });

  given("pages load nothing from elsewhere and cannot be framed", async (client) => {
    const { headers } = await client.expect(200, "GET", "/docs");

    const policy = headers.get("content-security-policy") ?? "";
    assert.match(policy, /default-src 'self'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe|https?:/);
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.ok((headers.get("x-request-id") ?? "").length >= 12);
  });
}

function serviceCases(given: GivenServer): void {
  given("the server says that it lives and that it is ready", async (client) => {
    await client.expect(200, "GET", "/healthz");
    const { body } = await client.expect(200, "GET", "/readyz");

    assert.equal(z.object({ ready: z.boolean() }).parse(body).ready, true);
  });

  given("metrics are for this machine and the operator, and not there for others", async (client) => {
    await client.expect(200, "GET", "/metrics");

    await client.expect(404, "GET", "/metrics", { headers: { "x-forwarded-for": "203.0.113.7" } });
  });

  given("the OpenAPI document and its reader are served from here alone", async (client) => {
    const { body } = await client.expect(200, "GET", "/openapi.json");
    const document = z.object({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) }).parse(body);
    assert.match(document.openapi, /^3\.1/);
    assert.ok("/api/groups/{id}/messages" in document.paths);

    const reader = await client.expect(200, "GET", "/docs");

    const page = z.string().parse(reader.body);
    const links = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? "");
    assert.ok(links.length >= 3);
    for (const link of links) {
      assert.ok(link.startsWith("/"), "the reader links to this server only");
      await client.expect(200, "GET", link);
    }
  });

  given("webhooks of messengers without an account that takes calls are answered 404", async (client) => {
    const answer = await client.call("POST", "/webhooks/nothing", { raw: "{}" });

    assert.equal(answer.status, 404);
  });
}
