import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import { RelayError } from "../../../actors/ports/mod.ts";
import { type Answer, OPERATOR_EMAIL, RestClient } from "../../contract/rest_client.ts";
import { serveWeb, type WebApp, webApp } from "../../fakes/web_app.ts";

async function served(web: WebApp, test: (client: RestClient) => Promise<void>): Promise<void> {
  const server = serveWeb(web);
  try {
    await test(new RestClient(server.url));
  } finally {
    await server.stop();
  }
}

Deno.test("every route under /api is in the OpenAPI document, and nothing else is", async () => {
  const { app } = webApp();

  const document = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
    .parse(await (await app.request("/openapi.json")).json());

  const described = Object.entries(document.paths)
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
  const served = app.routes
    .filter(({ method, path }) => method !== "ALL" && path.startsWith("/api"))
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
  assert.deepEqual(described.sort(), [...new Set(served)].sort());
});

Deno.test("a bug is answered 500 with the id of the request, and logged without words of the caller", async () => {
  const { app, relay, lines } = webApp();
  relay.read.invite = () => Promise.reject(new Error("a bug"));

  const response = await app.request("/api/invites/some-code");

  assert.equal(response.status, 500);
  const { detail, code } = z.object({ detail: z.string(), code: z.literal("internal") }).parse(
    await response.json(),
  );
  const id = response.headers.get("x-request-id") ?? "";
  assert.ok(id !== "" && detail.includes(id), code);
  const logged = lines.filter(({ level }) => level === "error");
  assert.deepEqual(logged.map(({ fields }) => fields.request), [id]);
});

Deno.test("a relay that is busy or refuses is answered 503 with whole seconds to wait", async () => {
  const web = webApp();
  await served(web, async (client) => {
    const token = await client.signUp();
    const body = { title: "Lake weekend", consent: true };
    for (const [code, afterMs, seconds] of [["busy", 1_200, "2"], ["unavailable", null, "1"]] as const) {
      web.relay.refusal = new RelayError(code, "Cannot accept more for now", afterMs);

      const answer = await client.call("POST", "/api/groups", { token, body });

      assert.equal(answer.status, 503);
      assert.equal(answer.headers.get("retry-after"), seconds);
    }
    const ready = await client.call("GET", "/readyz");
    assert.equal(ready.status, 503);
  });
});

Deno.test("the log names the pattern of a route and never its path, query or tokens", async () => {
  const web = webApp();
  await served(web, async (client) => {
    const token = await client.signUp();
    const { id } = await client.createGroup(token);
    await client.messages(id, token, "?limit=7");

    const log = JSON.stringify(web.lines);
    assert.ok(log.includes("/api/groups/:id/messages"));
    for (const secret of [id, token, "limit=7", "ada@example.org", "Lake weekend"]) {
      assert.ok(!log.includes(secret), `the log holds ${secret === token ? "a token" : secret}`);
    }
  });
});

Deno.test("an edge process takes webhooks and health only", async () => {
  const { app } = webApp({ role: "edge" });

  const hook = await app.request("/webhooks/telegram", { method: "POST", body: "{}" });

  assert.equal(await hook.text(), "took 2 bytes");
  assert.equal((await app.request("/healthz")).status, 200);
  for (const path of ["/", "/api/me", "/docs", "/openapi.json", "/metrics"]) {
    assert.equal((await app.request(path)).status, 404, path);
  }
});

Deno.test("a webhook takes calls up to 1 MiB, from any site", async () => {
  const { app } = webApp();
  const call = (bytes: number): Response | Promise<Response> =>
    app.request("/webhooks/telegram", {
      method: "POST",
      body: "x".repeat(bytes),
      headers: { origin: "https://elsewhere.example", "content-length": String(bytes) },
    });

  assert.equal((await call(1024 * 1024)).status, 200);
  assert.equal((await call(1024 * 1024 + 1)).status, 413);
});

Deno.test("metrics are shown to the operator from anywhere", async () => {
  await served(webApp(), async (client) => {
    const headers = { "x-forwarded-for": "203.0.113.7" };
    const ada = await client.signUp();
    const operator = await client.signUp("Olga", OPERATOR_EMAIL);

    await client.expect(404, "GET", "/metrics", { token: ada, headers });
    const { body } = await client.expect(200, "GET", "/metrics", { token: operator, headers });

    assert.match(
      String(body),
      /plenum_http_seconds_count\{method="POST",route="\/api\/signup",status="201"\} 2/,
    );
  });
});

Deno.test("sign-ups of one address are limited, and counted by what the proxy on this machine saw", async () => {
  await served(webApp(), async (client) => {
    const call = (address: string): Promise<Answer> =>
      client.call("POST", "/api/signup", { body: {}, headers: { "x-forwarded-for": `1.2.3.4, ${address}` } });
    for (let calls = 0; calls < 20; calls++) assert.equal((await call("203.0.113.7")).status, 400);

    assert.equal((await call("203.0.113.7")).status, 429);
    assert.equal((await call("203.0.113.8")).status, 400);
  });
});

Deno.test("members are muted and given their voice back", async () => {
  await served(webApp(), async (client) => {
    const token = await client.signUp();
    const { id, inviteCode } = await client.createGroup(token);
    const { memberId } = await client.joinGuest(inviteCode, "Ben");
    const path = `/api/groups/${id}/members/${memberId}`;

    for (const [action, muted] of [["mute", true], ["unmute", false]] as const) {
      const answer = await client.expect(200, "DELETE", path, { token, body: { action } });
      assert.equal(z.object({ muted: z.boolean() }).parse(answer.body).muted, muted);
    }
    await client.refuse([400, "invalid"], "DELETE", path, { token, body: { action: "tickle" } });
    await client.refuse([404, "not-found"], "DELETE", `/api/groups/${id}/members/nobody`, { token });
  });
});

Deno.test("no JSON body makes the server fail", async () => {
  const { app } = webApp();
  const paths = ["/api/signup", "/api/login", "/api/invites/x/guests", "/api/sandbox/phones"] as const;
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), fc.json(), async (path, body) => {
      const response = await app.request(path, {
        method: "POST",
        body,
        headers: { "content-type": "application/json" },
      });
      assert.ok(response.status >= 400 && response.status < 500, `${path} answered ${response.status}`);
      await response.body?.cancel();
    }),
    { numRuns: 50 },
  );
});
