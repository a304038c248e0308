/** The REST contract: files, polls, places and cards. */
import assert from "node:assert/strict";
import { z } from "zod";
import { eventually, type GivenServer, type MessagesShape, type RestClient } from "./rest_client.ts";

/** A picture of one pixel. */
export const PNG = Uint8Array.fromBase64(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
);
const NOTES = new TextEncoder().encode("Bring the tent, the grill and the boat.\n".repeat(100));

/** Registers the cases. */
export function fileCases(given: GivenServer): void {
  takingCases(given);
  servingCases(given);
  hostileCases(given);
  otherCases(given);
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

const Taken = z.strictObject({
  fileId: z.string().min(1),
  kind: z.string(),
  mime: z.string(),
  bytes: z.number(),
  name: z.string().optional(),
});
const Posted = z.strictObject({ messageId: z.string(), messageIds: z.array(z.string()).min(1) });
type Message = z.infer<typeof MessagesShape>["messages"][number];

async function take(
  client: RestClient,
  { id, guest }: Room,
  file: { readonly body: Uint8Array<ArrayBuffer>; readonly query?: string; readonly mime?: string },
): Promise<z.infer<typeof Taken>> {
  const { body, query = "", mime = "application/octet-stream" } = file;
  const headers = { "content-type": mime };
  const options = { token: guest, raw: body, headers };
  return Taken.parse((await client.expect(201, "POST", `/api/groups/${id}/files${query}`, options)).body);
}

async function say(client: RestClient, { id, guest }: Room, body: object): Promise<string[]> {
  const { body: answer } = await client.expect(201, "POST", `/api/groups/${id}/messages`, {
    token: guest,
    body,
  });
  const { messageId, messageIds } = Posted.parse(answer);
  assert.equal(messageId, messageIds[0]);
  return messageIds;
}

function seen(client: RestClient, here: Room, isIt: (message: Message) => boolean): Promise<Message> {
  return eventually(
    "the message is read back",
    async () => (await client.messages(here.id, here.owner)).find(isIt),
  );
}

function fileOf({ id }: Room, message: string | undefined): string {
  return `/api/groups/${id}/messages/${message}/file`;
}

function takingCases(given: GivenServer): void {
  given("a guest's file is taken in, sent with a caption and read back by the owner", async (client) => {
    const here = await room(client);
    const taken = await take(client, here, { body: NOTES, query: "?name=notes.txt", mime: "text/plain" });
    assert.equal(taken.kind, "document");
    assert.equal(taken.bytes, NOTES.length);
    assert.equal(taken.name, "notes.txt");

    const [id] = await say(client, here, { text: "Our list", attachments: [taken.fileId] });

    const message = await seen(client, here, (one) => one.id === id);
    assert.equal(message.text, "Our list");
    assert.equal(message.content.kind, "document");
    assert.equal(message.content.name, "notes.txt");
    assert.equal("native" in message.content, false);
    const file = await client.expect(200, "GET", fileOf(here, id), { token: here.owner });
    assert.deepEqual(file.bytes, NOTES);
    assert.match(file.headers.get("cache-control") ?? "", /^private, max-age=\d+, immutable$/);
  });

  given("several files are an album with its words under the first", async (client) => {
    const here = await room(client);
    const { fileId } = await take(client, here, { body: PNG, query: "?name=lake.png", mime: "image/png" });
    const inline = { name: "boat.png", mime: "image/png", data: PNG.toBase64() };

    const ids = await say(client, here, { text: "The lake", attachments: [{ fileId }, inline] });

    assert.equal(ids.length, 2);
    const [first, second] = await Promise.all(ids.map((id) => seen(client, here, (one) => one.id === id)));
    assert.deepEqual([first?.text, second?.text], ["The lake", ""]);
    assert.equal(first?.content.kind, "photo");
    assert.equal(typeof first?.content.album, "string");
    assert.equal(first?.content.album, second?.content.album);
  });

  given("the words under a file are changed, and taken away", async (client) => {
    const here = await room(client);
    const [id] = await say(client, here, { text: "Lake", attachments: [{ data: PNG.toBase64() }] });
    const path = `/api/groups/${here.id}/messages/${id}`;
    await seen(client, here, (one) => one.id === id);

    await client.expect(200, "PATCH", path, { token: here.guest, body: { text: "The lake" } });
    const changed = await seen(client, here, (one) => one.id === id && one.edited);
    await client.expect(200, "PATCH", path, { token: here.guest, body: { text: "" } });

    assert.equal(changed.text, "The lake");
    assert.equal(changed.content.kind, "photo");
    await seen(client, here, (one) => one.id === id && one.text === "" && one.content.kind === "photo");
  });

  given("files with nothing in them, unknown ones and broken ones are refused", async (client) => {
    const here = await room(client);
    const { id, guest: token } = here;
    const raw = new Uint8Array(0);
    const headers = { "content-type": "image/png" };
    await client.refuse([400, "file-empty"], "POST", `/api/groups/${id}/files`, { token, raw, headers });
    const path = `/api/groups/${id}/messages`;
    const refused = (code: readonly [number, string], body: object): Promise<string> =>
      client.refuse(code, "POST", path, { token, body });

    await refused([400, "file-empty"], { attachments: [{ data: "" }] });
    await refused([400, "invalid"], { attachments: [{ data: "no base64!" }] });
    await refused([422, "file-unknown"], { attachments: ["nonsense"] });
    await refused([400, "invalid"], { attachments: Array(11).fill("x") });
    await refused([413, "too-large"], { attachments: [{ data: "A".repeat(7 * 1024 * 1024) }] });
    await client.refuse([401, "unauthorized"], "POST", `/api/groups/${id}/files`, { raw: PNG, headers });
  });

  given("a file that was taken in for one group is unknown in another", async (client) => {
    const here = await room(client);
    const { fileId } = await take(client, here, { body: PNG });
    const { id: other } = await client.createGroup(here.owner, { messengers: ["web"] });

    await client.refuse([422, "file-unknown"], "POST", `/api/groups/${other}/messages`, {
      token: here.owner,
      body: { attachments: [fileId] },
    });
  });
}

function servingCases(given: GivenServer): void {
  given("a stretch of a file is answered, and one that it does not have is refused", async (client) => {
    const here = await room(client);
    const token = here.owner;
    const [id] = await say(client, here, { attachments: [{ name: "n.txt", data: NOTES.toBase64() }] });
    const path = fileOf(here, id);
    const ask = (range: string, more: Record<string, string> = {}): Promise<Response> =>
      fetch(client.url + path, { headers: { range, authorization: `Bearer ${token}`, ...more } });
    await seen(client, here, (one) => one.id === id);

    for (
      const [range, start, end] of [["bytes=5-9", 5, 9], ["bytes=3990-", 3990, 3999], [
        "bytes=-6",
        3994,
        3999,
      ]]
    ) {
      const answer = await ask(String(range));
      assert.equal(answer.status, 206);
      assert.equal(answer.headers.get("content-range"), `bytes ${start}-${end}/4000`);
      assert.deepEqual(await answer.bytes(), NOTES.slice(Number(start), Number(end) + 1));
    }
    for (const range of ["bytes=4000-", "bytes=9-5", "bytes=-0", "bytes=-", "bytes=99999999999-"]) {
      const answer = await ask(range);
      assert.equal(answer.status, 416, range);
      assert.equal(answer.headers.get("content-range"), "bytes */4000");
      await answer.body?.cancel();
    }
    // Several at once, other units and nonsense mean nothing: the whole file is answered.
    for (
      const range of [
        "bytes=0-1,3-4",
        `bytes=${"0-1,".repeat(500)}2-3`,
        "lines=1-2",
        "bytes=a-b",
        "bytes=1e3-",
      ]
    ) {
      const answer = await ask(range);
      assert.equal(answer.status, 200, range);
      assert.equal((await answer.bytes()).length, 4000);
    }
    const other = await ask("bytes=0-1", { "if-range": '"another"' });
    assert.equal((await other.bytes()).length, 4000);
  });

  given("a file that one has already is not sent again, and its head says what it is", async (client) => {
    const here = await room(client);
    const token = here.owner;
    const [id] = await say(client, here, { attachments: [{ name: "a.png", data: PNG.toBase64() }] });
    await seen(client, here, (one) => one.id === id);
    const path = fileOf(here, id);
    const { headers } = await client.expect(200, "HEAD", path, { token });
    assert.equal(headers.get("content-type"), "image/png");
    assert.match(headers.get("content-disposition") ?? "", /^inline; filename="/);

    const again = await client.expect(304, "GET", path, {
      token,
      headers: { "if-none-match": headers.get("etag") ?? "" },
    });

    assert.equal(again.bytes.length, 0);
  });

  given("files are for members of their group only, and end with their message", async (client) => {
    const here = await room(client);
    const [id] = await say(client, here, { attachments: [{ data: PNG.toBase64() }] });
    const [words] = await say(client, here, { text: "No file" });
    await seen(client, here, (one) => one.id === words);
    const path = fileOf(here, id);
    const stranger = await client.signUp("Eve");

    await client.refuse([401, "unauthorized"], "GET", path);
    await client.refuse([404, "not-found"], "GET", path, { token: stranger });
    await client.refuse([404, "not-found"], "GET", fileOf(here, words), { token: here.owner });
    await client.refuse([404, "not-found"], "GET", fileOf(here, "00000000001"), { token: here.owner });
    await client.refuse([404, "not-found"], "GET", fileOf(here, "..%2F..%2Fx"), { token: here.owner });
    await client.expect(204, "DELETE", `/api/groups/${here.id}/messages/${id}`, { token: here.guest });
    await seen(client, here, (one) => one.id === id && one.deleted);
    await client.refuse([410, "file-gone"], "GET", path, { token: here.owner });
  });
}

const HOSTILE = [
  ["page.html", "image/png", "<!doctype html><script>alert(1)</script>"],
  ["drawing.svg", "image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"],
  ["x.pdf", "text/html", "%PDF-1.7 <script>alert(1)</script>"],
] as const;

function hostileCases(given: GivenServer): void {
  given(
    "pages and drawings are never shown as part of ours, whatever they are said to be",
    async (client) => {
      const here = await room(client);
      for (const [name, mime, text] of HOSTILE) {
        const body = new TextEncoder().encode(text);
        const { fileId } = await take(client, here, { body, query: `?name=${name}`, mime });
        const [id] = await say(client, here, { attachments: [fileId] });
        await seen(client, here, (one) => one.id === id);

        const { headers } = await client.expect(200, "GET", fileOf(here, id), { token: here.owner });

        assert.match(headers.get("content-disposition") ?? "", /^attachment; /, name);
        assert.equal(headers.get("x-content-type-options"), "nosniff");
        assert.equal(headers.get("content-security-policy"), "default-src 'none'; sandbox");
        assert.equal(headers.get("cross-origin-resource-policy"), "same-origin");
        assert.doesNotMatch(headers.get("content-type") ?? "", /^image\/png/, name);
      }
    },
  );

  given("names of files lead nowhere and into no header", async (client) => {
    const here = await room(client);
    const names = [
      ["../../etc/passwd", /^passwd/],
      ["..\\..\\boot.ini", /^boot\.ini/],
      ['a"; filename="evil.html', /^a_; filename=_evil/],
      ["a\r\nSet-Cookie: x=1", /^aSet-Cookie_ x=1/],
      ["\u202Etxt.exe", /^txt/],
      ["Grüße an 😀.txt", /^Grüße an 😀\.txt$/],
      ["../..", null],
      [`${"n".repeat(10_000)}.txt`, /^n{60,200}\.txt$/],
    ] as const;
    for (const [given, wanted] of names) {
      const { fileId, name } = await take(client, here, {
        body: NOTES,
        query: `?name=${encodeURIComponent(given)}`,
      });
      assert.match(name ?? "document", wanted ?? /^document/);
      const [id] = await say(client, here, { attachments: [fileId] });
      await seen(client, here, (one) => one.id === id);

      const { headers } = await client.expect(200, "GET", fileOf(here, id), { token: here.owner });

      const said = /^attachment; filename="([^"\\]*)"; filename\*=UTF-8''([\w!#$&+.^`|~%-]*)$/
        .exec(headers.get("content-disposition") ?? "");
      assert.match(decodeURIComponent(said?.[2] ?? ""), wanted ?? /^document/);
      assert.equal(headers.get("set-cookie"), null);
    }
  });
}

function otherCases(given: GivenServer): void {
  given("a place and a card are sent and read back", async (client) => {
    const here = await room(client);
    const place = { latitude: 47.5, longitude: 9.25, label: "The\nlake", address: "Shore 1" };
    const [placeId] = await say(client, here, { location: place });
    const [cardId] = await say(client, here, { contact: { name: "Ada", phones: ["+49 151 1234567"] } });

    const where = await seen(client, here, (one) => one.id === placeId);
    const card = await seen(client, here, (one) => one.id === cardId);

    assert.deepEqual(where.content, { type: "location", ...place, label: "The lake" });
    assert.equal(card.content.type, "contact");
    assert.equal(card.content.name, "Ada");
  });

  given("messages that are several things, or none, are refused", async (client) => {
    const here = await room(client);
    const poll = { question: "When?", options: ["Today", "Tomorrow"] };
    const path = `/api/groups/${here.id}/messages`;
    const refused = (code: readonly [number, string], body: object): Promise<string> =>
      client.refuse(code, "POST", path, { token: here.owner, body });

    await refused([422, "one-thing"], { text: "Vote", poll });
    await refused([422, "one-thing"], { poll, location: { latitude: 1, longitude: 1 } });
    for (
      const body of [
        { poll: { ...poll, options: ["One"] } },
        { poll: { ...poll, options: ["Same", "Same "] } },
        { poll: { ...poll, options: Array(13).fill(0).map((_, at) => `Option ${at}`) } },
        { poll: { ...poll, question: " " } },
        { location: { latitude: 91, longitude: 0 } },
        { location: { latitude: 0, longitude: "x" } },
        { contact: { name: "Ada", phones: [] } },
        { contact: { name: "Ada", phones: ["call me"] } },
      ]
    ) await refused([400, "invalid"], body);
  });
}
