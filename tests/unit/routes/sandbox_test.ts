import assert from "node:assert/strict";
import type { SandboxPhones } from "../../../routes/phones.ts";
import { RestClient } from "../../contract/rest_client.ts";
import { serveWeb, webApp } from "../../fakes/web_app.ts";

class PhoneError extends Error {
  constructor(readonly code: "not-found" | "invalid", message: string) {
    super(message);
  }
}

/** Answers what it was asked, so that a test sees what the route handed over. */
function echoPhones(): { readonly phones: SandboxPhones; readonly asked: unknown[] } {
  const asked: unknown[] = [];
  const phones: SandboxPhones = {
    addPhone: (input) => Promise.resolve(void asked.push(input)).then(() => ({ phoneId: "p1" })),
    join: (phoneId, inviteUrl) =>
      Promise.resolve(void asked.push({ phoneId, inviteUrl })).then(() => ({ chatId: "c1" })),
    send: (phoneId, message) =>
      Promise.resolve(void asked.push({ phoneId, ...message })).then(() => ({ messageId: "m1" })),
    file: (_phoneId, _chatId, messageId) =>
      Promise.resolve(
        messageId === "gone" ? null : { mime: "text/html", bytes: 2, body: new Blob(["hi"]).stream() },
      ),
    view: (_phoneId, chatId) =>
      chatId === "c1"
        ? Promise.resolve({ title: "Lake weekend", messages: [] })
        : Promise.reject(new PhoneError("not-found", "Cannot find the chat")),
    phones: () => [{ phoneId: "p1", messenger: "signal", name: "Ben", chats: [] }],
  };
  return { phones, asked };
}

async function served(
  sandbox: SandboxPhones | null,
  test: (client: RestClient) => Promise<void>,
): Promise<void> {
  const server = serveWeb(webApp({ sandbox }));
  try {
    await test(new RestClient(server.url));
  } finally {
    await server.stop();
  }
}

Deno.test("sandbox phones join, send and show over REST without an account", async () => {
  const { phones, asked } = echoPhones();
  await served(phones, async (client) => {
    const messages = [
      { type: "text", chatId: "c1", text: "Hello" },
      { type: "edit", chatId: "c1", target: "m1", text: "Hello!" },
      { type: "reaction", chatId: "c1", target: "m1", emoji: "👍" },
      { type: "delete", chatId: "c1", target: "m1" },
    ];

    await client.expect(201, "POST", "/api/sandbox/phones", { body: { messenger: "signal", name: " Ben " } });
    const body = { inviteUrl: "https://signal.example/x" };
    await client.expect(200, "POST", "/api/sandbox/phones/p1/join", { body });
    for (const message of messages) {
      const answer = await client.expect(201, "POST", "/api/sandbox/phones/p1/send", { body: message });
      assert.deepEqual(answer.body, { messageId: "m1" });
    }
    const view = await client.expect(200, "GET", "/api/sandbox/phones/p1/chats/c1");

    assert.deepEqual(view.body, { title: "Lake weekend", messages: [] });
    assert.deepEqual(asked, [
      { messenger: "signal", name: "Ben" },
      { phoneId: "p1", inviteUrl: "https://signal.example/x" },
      ...messages.map((message) => ({ phoneId: "p1", ...message })),
    ]);
  });
});

Deno.test("sandbox phones refuse messages that lack what their type needs", async () => {
  const { phones, asked } = echoPhones();
  await served(phones, async (client) => {
    for (
      const body of [{ type: "text", chatId: "c1" }, { type: "edit", chatId: "c1", text: "x" }, {
        type: "call",
      }]
    ) {
      await client.refuse([400, "invalid"], "POST", "/api/sandbox/phones/p1/send", { body });
    }
    await client.refuse([404, "not-found"], "GET", "/api/sandbox/phones/p1/chats/c2");
    assert.deepEqual(asked, []);
  });
});

Deno.test("sandbox phones send what is not text over REST", async () => {
  const { phones, asked } = echoPhones();
  const file = { mime: "image/jpeg", name: "a.jpg", album: "a" };
  const place = { latitude: 1, longitude: 2, label: "Lake" };
  const card = { name: "Ben", phones: ["+49 1"] };
  const poll = { question: "When?", options: ["a", "b"] };
  const head = { chatId: "c1", target: "m1" };
  await served(phones, async (client) => {
    for (
      const body of [
        { type: "file", chatId: "c1", text: "Hi", data: "aGk=", ...file },
        { type: "poll", chatId: "c1", ...poll },
        { type: "vote", ...head, options: [1] },
        { type: "location", chatId: "c1", ...place },
        { type: "contact", chatId: "c1", ...card },
        { type: "icon", chatId: "c1" },
      ]
    ) {
      await client.expect(201, "POST", "/api/sandbox/phones/p1/send", { body });
    }

    const given = JSON.parse(
      JSON.stringify(asked, (_key, value) => value instanceof Uint8Array ? [...value] : value),
    );
    assert.deepEqual(given, [
      { phoneId: "p1", type: "file", chatId: "c1", text: "Hi", file: { data: [104, 105], ...file } },
      { phoneId: "p1", type: "poll", chatId: "c1", poll },
      { phoneId: "p1", type: "vote", ...head, choice: [1] },
      { phoneId: "p1", type: "location", chatId: "c1", location: place },
      { phoneId: "p1", type: "contact", chatId: "c1", contact: card },
      { phoneId: "p1", type: "icon", chatId: "c1" },
    ]);
  });
});

Deno.test("sandbox phones refuse files that are no base64, or over 5 MiB", async () => {
  const { phones, asked } = echoPhones();
  const path = "/api/sandbox/phones/p1/send";
  const file = { type: "file", chatId: "c1", mime: "image/jpeg" };
  await served(phones, async (client) => {
    await client.refuse([400, "invalid"], "POST", path, { body: { ...file, data: "§" } });
    const data = new Uint8Array(5 * 1024 * 1024 + 1).toBase64();
    await client.refuse([413, "too-large"], "POST", path, { body: { ...file, data } });
    assert.deepEqual(asked, []);
  });
});

Deno.test("a sandbox phone's file is saved, not run, where its type could do something", async () => {
  await served(echoPhones().phones, async (client) => {
    const path = "/api/sandbox/phones/p1/chats/c1/messages";

    const { headers } = await client.expect(200, "GET", `${path}/m1/file`);

    assert.match(headers.get("content-disposition") ?? "", /^attachment/);
    assert.match(headers.get("content-security-policy") ?? "", /sandbox/);
    await client.refuse([404, "not-found"], "GET", `${path}/gone/file`);
  });
});

Deno.test("sandbox routes are not there while the sandbox is off", async () => {
  await served(null, async (client) => {
    await client.refuse([404, "not-found"], "GET", "/api/sandbox/phones");
    const body = { messenger: "signal", name: "Ben" };
    await client.refuse([404, "not-found"], "POST", "/api/sandbox/phones", { body });
  });
});

Deno.test("a sandbox phone finds the link of its messenger on an invite page", async () => {
  const { phones, asked } = echoPhones();
  await served(phones, async (client) => {
    const token = await client.signUp();
    const { bridges, inviteUrl } = await client.createGroup(token, { messengers: ["telegram", "signal"] });

    await client.expect(200, "POST", "/api/sandbox/phones/p1/join", { body: { inviteUrl } });

    const link = bridges.find(({ messenger }) => messenger === "signal")?.inviteUrl;
    assert.deepEqual(asked, [{ phoneId: "p1", inviteUrl: link }]);
  });
});
