import assert from "node:assert/strict";
import { GroupId, Messenger } from "../../../actors/model/mod.ts";
import { Hono } from "hono";
import type { AppEnv } from "../../../routes/deps.ts";
import { eventRoutes } from "../../../routes/events.ts";
import { readSession } from "../../../routes/session.ts";
import { eventually, PASSWORD, RestClient } from "../../contract/rest_client.ts";
import { openEvents } from "../../contract/rest_events.ts";
import { serveWeb, type WebApp, webApp } from "../../fakes/web_app.ts";

const ADA = { email: "ada@example.org", password: PASSWORD, name: "Ada", locale: "en" } as const;

/** Whether `isSo`, after the server has had a turn. */
async function alive(client: RestClient, isSo: () => boolean): Promise<boolean> {
  await client.expect(200, "GET", "/healthz");
  return isSo();
}

async function served(web: WebApp, test: (client: RestClient) => Promise<void>): Promise<void> {
  const server = serveWeb(web);
  try {
    await test(new RestClient(server.url));
  } finally {
    await server.stop();
  }
}

Deno.test("events end when the server stops", async () => {
  const web = webApp();
  await served(web, async (client) => {
    const token = await client.signUp();
    const { id } = await client.createGroup(token);
    await using events = await openEvents(client.url, id, { token });

    await web.relay.stop();

    await events.ended();
  });
});

Deno.test("events are no longer followed for a browser that has gone", async () => {
  const web = webApp();
  await served(web, async (client) => {
    const token = await client.signUp();
    const id = GroupId.parse((await client.createGroup(token)).id);
    const events = await openEvents(client.url, id, { token });
    await eventually("the stream is followed", () => alive(client, () => web.relay.watching(id) === 1));

    await events[Symbol.asyncDispose]();

    await eventually("nobody follows", () => alive(client, () => web.relay.watching(id) === 0));
  });
});

Deno.test("events send a sign of life while nothing happens", async () => {
  const web = webApp();
  const app = new Hono<AppEnv>();
  app.use("*", readSession(web.deps)).route("/", eventRoutes(web.deps, { heartbeatMs: 5 }));
  const { token, user } = await web.deps.auth.signUp(ADA);
  const group = await web.relay.ask.createGroup({
    title: "Lake weekend",
    owner: user,
    messengers: [],
    locale: "en",
    mode: "notice",
    consentVersion: "1",
  });

  const response = await app.request(`/api/groups/${group.id}/events`, {
    headers: { authorization: `Bearer ${token}` },
  });

  let text = "";
  for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += part;
    if (text.split(": still here\n\n").length > 2) break;
  }
  assert.match(text, /^retry: \d+\n\n: still here\n\n: still here\n\n/);
});

Deno.test("events tell of members, bridges, deliveries and titles without more than REST shows", async () => {
  const web = webApp();
  await served(web, async (client) => {
    const token = await client.signUp();
    const { id, inviteCode } = await client.createGroup(token);
    await using events = await openEvents(client.url, id, { token });

    await client.joinGuest(inviteCode, "Ben");
    const joined = await events.find(({ event }) => event === "member");
    web.relay.tell(GroupId.parse(id), {
      type: "bridge",
      data: { messenger: Messenger.parse("signal"), status: "paused", inviteUrl: null },
    });
    const bridge = await events.find(({ event }) => event === "bridge");

    assert.equal(joined.data.name, "Ben");
    assert.equal(joined.data.present, true);
    assert.deepEqual(bridge.data, { messenger: "signal", status: "paused", inviteUrl: null });
  });
});

Deno.test("a guest who is removed hears of it, and of nothing after it", async () => {
  const web = webApp();
  await served(web, async (client) => {
    const token = await client.signUp();
    const { id, inviteCode } = await client.createGroup(token);
    const guest = await client.joinGuest(inviteCode, "Ben");
    await using events = await openEvents(client.url, id, { token: guest.token });

    await client.expect(200, "DELETE", `/api/groups/${id}/members/${guest.memberId}`, { token });

    await events.find(({ event, data }) => event === "member" && data.present === false);
    await events.ended();
    const path = `/api/groups/${id}/messages`;
    await client.refuse([401, "unauthorized"], "GET", path, { token: guest.token });
  });
});

Deno.test("a HEAD request for events opens no stream that nobody would read", async () => {
  const web = webApp();
  await served(web, async (client) => {
    const token = await client.signUp();
    const id = GroupId.parse((await client.createGroup(token)).id);

    const { headers } = await client.expect(200, "HEAD", `/api/groups/${id}/events`, { token });

    assert.equal(headers.get("content-type"), "text/event-stream");
    assert.ok(await alive(client, () => web.relay.watching(id) === 0), "nobody follows");
  });
});
