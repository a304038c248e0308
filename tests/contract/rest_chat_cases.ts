/** The REST contract: members, messages and events. */
import assert from "node:assert/strict";
import { z } from "zod";
import { eventually, type GivenServer, MessagesShape, type RestClient } from "./rest_client.ts";
import { openEvents } from "./rest_events.ts";

/** Registers the cases. */
export function chatCases(given: GivenServer): void {
  writingCases(given);
  refusedWritingCases(given);
  readingCases(given);
  guestCases(given);
  eventCases(given);
}

interface Room {
  readonly id: string;
  readonly owner: string;
  readonly guest: string;
  readonly guestId: string;
}

async function room(client: RestClient): Promise<Room> {
  const owner = await client.signUp("Ada");
  const { id, inviteCode } = await client.createGroup(owner, { messengers: ["web"] });
  const { token, memberId } = await client.joinGuest(inviteCode, "Ben");
  return { id, owner, guest: token, guestId: memberId };
}

type Message = z.infer<typeof MessagesShape>["messages"][number];

function seen(
  client: RestClient,
  { id, guest }: Room,
  isIt: (message: Message) => boolean,
): Promise<Message> {
  return eventually("the message is read back", async () => (await client.messages(id, guest)).find(isIt));
}

function writingCases(given: GivenServer): void {
  given("what the owner posts is read by a guest, with its author and its reply", async (client) => {
    const here = await room(client);
    const first = await client.post(here.id, here.owner, "Who brings the boat?");
    const second = await client.post(here.id, here.guest, "I do 🚤", first);

    const reply = await seen(client, here, (message) => message.id === second);

    assert.equal(reply.text, "I do 🚤");
    assert.equal(reply.content.type, "text");
    assert.equal(reply.replyTo, first);
    assert.deepEqual(reply.author, { memberId: here.guestId, name: "Ben", messenger: "web" });
    const all = (await client.messages(here.id, here.owner)).map(({ id }) => id);
    assert.deepEqual(all.filter((id) => id === first || id === second), [first, second]);
  });

  given("a message is edited, reacted to and deleted", async (client) => {
    const here = await room(client);
    const messageId = await client.post(here.id, here.owner, "Saturday");
    const path = `/api/groups/${here.id}/messages/${messageId}`;

    await client.expect(200, "PATCH", path, { token: here.owner, body: { text: "Sunday" } });
    const edited = await seen(client, here, ({ id, edited }) => id === messageId && edited);
    assert.equal(edited.text, "Sunday");

    await client.expect(200, "PUT", `${path}/reaction`, { token: here.guest, body: { emoji: "👍" } });
    const liked = await seen(client, here, ({ id, reactions }) => id === messageId && reactions.length === 1);
    assert.deepEqual(liked.reactions, [{ memberId: here.guestId, emoji: "👍" }]);

    await client.expect(200, "PUT", `${path}/reaction`, { token: here.guest, body: { emoji: null } });
    await seen(client, here, ({ id, reactions }) => id === messageId && reactions.length === 0);

    await client.expect(204, "DELETE", path, { token: here.owner });
    const gone = await eventually("the message is deleted", async () => {
      const message = (await client.messages(here.id, here.guest)).find(({ id }) => id === messageId);
      return message === undefined ? { text: "" } : message.deleted && message;
    });
    assert.equal(gone.text, "");
  });
}

function refusedWritingCases(given: GivenServer): void {
  given("nobody edits or deletes what another has written", async (client) => {
    const here = await room(client);
    const messageId = await client.post(here.id, here.owner, "Saturday");
    await seen(client, here, ({ id }) => id === messageId);
    const path = `/api/groups/${here.id}/messages/${messageId}`;

    await client.refuse([403, "forbidden"], "PATCH", path, { token: here.guest, body: { text: "Never" } });
    await client.refuse([403, "forbidden"], "DELETE", path, { token: here.guest });

    assert.equal((await seen(client, here, ({ id }) => id === messageId)).text, "Saturday");
  });

  given(
    "messages without text, with too much of it or with strange attachments are refused",
    async (client) => {
      const here = await room(client);
      const path = `/api/groups/${here.id}/messages`;
      const refused = (code: readonly [number, string], body: object): Promise<string> =>
        client.refuse(code, "POST", path, { token: here.owner, body });

      await refused([422, "text-empty"], { text: "" });
      await refused([422, "text-empty"], { text: " \n " });
      await refused([400, "invalid"], { text: "x".repeat(16_001) });
      await refused([400, "invalid"], { text: 7 });
      await refused([400, "invalid"], {});
      await refused([400, "invalid"], { text: "Look", attachments: [{ name: "boat.jpg" }] });
      await client.expect(201, "POST", path, { token: here.owner, body: { text: "Look", attachments: [] } });
    },
  );

  given("texts arrive without what no messenger takes", async (client) => {
    const here = await room(client);
    const path = `/api/groups/${here.id}/messages`;

    const id = await client.post(here.id, here.owner, "One\u0000 two\u0007\r\n\tthree \uD83D \u05E9\u200F!");

    const { text } = await seen(client, here, (message) => message.id === id);
    assert.equal(text, "One two\n\tthree \uFFFD \u05E9\u200F!");
    for (const nothing of ["\u0000", "\u200B", "\u2060 \n\u00AD"]) {
      await client.refuse([422, "text-empty"], "POST", path, { token: here.owner, body: { text: nothing } });
    }
  });

  given("marks over a text are kept, and those that cannot lie there are refused", async (client) => {
    const here = await room(client);
    const path = `/api/groups/${here.id}/messages`;
    const spans = [
      { type: "bold", start: 0, length: 3 },
      { type: "link", start: 4, length: 4, url: "https://example.org/lake" },
    ];
    const { body } = await client.expect(201, "POST", path, {
      token: here.guest,
      body: { text: "The lake", spans },
    });
    const { messageId } = z.object({ messageId: z.string() }).parse(body);

    const message = await seen(client, here, ({ id }) => id === messageId);

    assert.deepEqual(message.spans, spans);
    const refused = (code: readonly [number, string], text: string, span: object): Promise<string> =>
      client.refuse(code, "POST", path, { token: here.owner, body: { text, spans: [span] } });
    await refused([422, "spans"], "The lake", { type: "bold", start: 5, length: 4 });
    await refused([422, "spans"], "The\r\nlake", { type: "bold", start: 0, length: 3 });
    await refused([422, "spans"], "The lake", { type: "link", start: 0, length: 3 });
    const script = { type: "link", start: 0, length: 3, url: "javascript:alert(1)" };
    await refused([400, "invalid"], "The lake", script);
    await refused([400, "invalid"], "The lake", { type: "mention", start: 0, length: 3, person: "x" });
    await refused([400, "invalid"], "The lake", { type: "bold", start: -1, length: 3 });
  });

  given("reactions are one emoji", async (client) => {
    const here = await room(client);
    const id = await client.post(here.id, here.owner, "Saturday");
    const path = `/api/groups/${here.id}/messages/${id}/reaction`;

    for (const emoji of ["", " ", "yes", "👍👍", "👍 ok", "5", "\u200D", "x".repeat(70), 7]) {
      await client.refuse([400, "invalid"], "PUT", path, { token: here.guest, body: { emoji } });
    }
    for (const emoji of ["👍", "👍🏽", "❤", "❤️", "❤‍🔥", "👨‍👩‍👧‍👦", "🇩🇪", "#️⃣", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"]) {
      await client.expect(200, "PUT", path, { token: here.guest, body: { emoji } });
    }
  });

  given("messages that never were cannot be edited or deleted", async (client) => {
    const here = await room(client);

    for (const messageId of ["nonsense", "00000000001"]) {
      const path = `/api/groups/${here.id}/messages/${messageId}`;
      await client.refuse([404, "not-found"], "PATCH", path, { token: here.owner, body: { text: "Hm" } });
      await client.refuse([404, "not-found"], "DELETE", path, { token: here.owner });
    }
  });
}

function readingCases(given: GivenServer): void {
  given("messages are read in pages, newest last", async (client) => {
    const here = await room(client);
    const ids: string[] = [];
    for (const text of ["one", "two", "three"]) ids.push(await client.post(here.id, here.owner, text));
    await seen(client, here, ({ id }) => id === ids[2]);

    const newest = await client.messages(here.id, here.owner, "?limit=2");
    const older = await client.messages(here.id, here.owner, `?limit=1&before=${ids[1]}`);

    assert.deepEqual(newest.map(({ text }) => text), ["two", "three"]);
    assert.deepEqual(older.map(({ text }) => text), ["one"]);
    for (const query of ["limit=0", "limit=201", "limit=x", "before=nonsense"]) {
      const path = `/api/groups/${here.id}/messages?${query}`;
      await client.refuse([400, "invalid"], "GET", path, { token: here.owner });
    }
  });

  given("members are listed with their messenger and without anything native", async (client) => {
    const here = await room(client);
    const Members = z.object({
      members: z.array(z.strictObject({
        id: z.string(),
        name: z.string(),
        messenger: z.string(),
        owner: z.boolean(),
        admin: z.boolean(),
        muted: z.boolean(),
        joinedAt: z.number(),
        consentedAt: z.number().nullable(),
      })),
    });

    const members = await eventually("both are members", async () => {
      const { body } = await client.expect(200, "GET", `/api/groups/${here.id}/members`, {
        token: here.owner,
      });
      const listed = Members.parse(body).members;
      return listed.length === 2 && listed;
    });

    assert.deepEqual(members.map(({ name }) => name).sort(), ["Ada", "Ben"]);
    assert.deepEqual(members.filter(({ owner }) => owner).map(({ name }) => name), ["Ada"]);
  });
}

function guestCases(given: GivenServer): void {
  given("a guest's token is for the messages, members and events of one group", async (client) => {
    const here = await room(client);
    const { id: other } = await client.createGroup(here.owner, { messengers: ["web"] });
    const token = here.guest;

    await client.expect(200, "GET", `/api/groups/${here.id}/members`, { token });
    await client.refuse([404, "not-found"], "GET", `/api/groups/${other}/messages`, { token });
    await client.refuse([404, "not-found"], "POST", `/api/groups/${other}/messages`, {
      token,
      body: { text: "Hi" },
    });
    await client.refuse([401, "unauthorized"], "GET", `/api/groups/${here.id}`, { token });
    await client.refuse([401, "unauthorized"], "DELETE", `/api/groups/${here.id}`, { token });
    await client.refuse([401, "unauthorized"], "GET", "/api/me", { token });
  });

  given("a guest is also known by the cookie of the invite page", async (client) => {
    const here = await room(client);
    const headers = { cookie: `plenum_guest_${here.id}=${here.guest}` };

    await client.expect(200, "GET", `/api/groups/${here.id}/messages`, { headers });
  });
}

function eventCases(given: GivenServer): void {
  given("events tell of a message as soon as it is accepted", async (client) => {
    const here = await room(client);
    await using events = await openEvents(client.url, here.id, { token: here.guest });

    const messageId = await client.post(here.id, here.owner, "Anchors aweigh");
    const event = await events.find(({ event, data }) => event === "message" && data.id === messageId);

    assert.equal(event.data.text, "Anchors aweigh");
    assert.match(event.id, /^\d+$/);
  });

  given("events resume behind Last-Event-ID, or tell to read again", async (client) => {
    const here = await room(client);
    const first = await client.post(here.id, here.owner, "one");
    const last = await eventIdOf(client, here, first);
    await client.post(here.id, here.owner, "two");

    await using events = await openEvents(client.url, here.id, { token: here.guest, after: last });
    const next = await events.find(({ event }) => event === "message" || event === "reset");

    if (next.event === "message") assert.equal(next.data.text, "two");
  });
}

/** Makes the message happen once more, by an edit, and answers the id of the event that tells of it. */
async function eventIdOf(client: RestClient, here: Room, messageId: string): Promise<string> {
  await using events = await openEvents(client.url, here.id, { token: here.guest });
  const path = `/api/groups/${here.id}/messages/${messageId}`;
  await client.expect(200, "PATCH", path, { token: here.owner, body: { text: "one!" } });
  const { id } = await events.find(({ event, data }) => event === "message" && data.text === "one!");
  return id;
}
