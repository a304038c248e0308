/** The REST contract: groups, their bridges and invites. */
import assert from "node:assert/strict";
import { z } from "zod";
import { eventually, type GivenServer, GroupShape } from "./rest_client.ts";

const UNKNOWN = `g_${"A".repeat(22)}`;

/** Registers the cases. */
export function groupCases(given: GivenServer): void {
  creationCases(given);
  titleCases(given);
  ownershipCases(given);
  bridgeCases(given);
  inviteCases(given);
}

function creationCases(given: GivenServer): void {
  given("a new group has a title, an invite page and a bridge for each messenger", async (client) => {
    const token = await client.signUp();

    const group = await client.createGroup(token, { messengers: ["telegram", "web"] });

    assert.equal(group.title, "Lake weekend");
    assert.equal(group.mode, "notice");
    assert.ok(group.inviteUrl.endsWith(`/j/${group.inviteCode}`), "inviteUrl is the invite page");
    assert.deepEqual(group.bridges.map(({ messenger }) => messenger).sort(), ["telegram", "web"]);
    const read = await client.expect(200, "GET", `/api/groups/${group.id}`, { token });
    assert.equal(GroupShape.parse(read.body).id, group.id);
  });

  given("a group cannot be made without the declaration to inform the people invited", async (client) => {
    const token = await client.signUp();

    for (const consent of [undefined, false, null, "true", 1]) {
      const body = { title: "Lake weekend", consent };
      await client.refuse([422, "consent-required"], "POST", "/api/groups", { token, body });
    }
    const list = await client.expect(200, "GET", "/api/groups", { token });
    assert.deepEqual(list.body, { groups: [] });
  });

  given("the same Idempotency-Key answers the same group, and only to its owner", async (client) => {
    const [ada, ben] = [await client.signUp("Ada"), await client.signUp("Ben")];
    const make = async (token: string): Promise<string> => {
      const body = { title: "Lake weekend", consent: true };
      const headers = { "idempotency-key": "key-1" };
      return GroupShape.parse(
        (await client.expect(201, "POST", "/api/groups", { token, body, headers })).body,
      ).id;
    };

    const first = await make(ada);

    assert.equal(await make(ada), first);
    assert.notEqual(await make(ben), first);
  });

  given("a group cannot be made with what is not a messenger, a language or a mode", async (client) => {
    const token = await client.signUp();

    for (
      const wrong of [
        { messengers: [] },
        { messengers: ["No Such"] },
        { messengers: ["icq"] },
        {
          messengers: "web",
        },
        { locale: "xx" },
        { mode: "loud" },
      ]
    ) {
      const body = { title: "Lake weekend", consent: true, ...wrong };
      await client.refuse([400, "invalid"], "POST", "/api/groups", { token, body });
    }
  });
}

function titleCases(given: GivenServer): void {
  given("titles are cleaned of space around and doubled within", async (client) => {
    const token = await client.signUp();

    const group = await client.createGroup(token, { title: "  Lake   weekend 🏖️ " });

    assert.equal(group.title, "Lake weekend 🏖️");
  });

  given("titles are refused when empty, too long, or with control or bidi characters", async (client) => {
    const token = await client.signUp();
    const refused = (code: string, title: string): Promise<string> =>
      client.refuse([422, code], "POST", "/api/groups", { token, body: { title, consent: true } });

    await refused("title-empty", "");
    await refused("title-empty", "   ");
    await refused("title-empty", "\u200B\u2060");
    const detail = await refused("title-too-long", "x".repeat(33));
    assert.match(detail, /32 characters/);
    assert.match(detail, /Signal/);
    await refused("title-characters", "Lake\u0000weekend");
    await refused("title-characters", "Lake\nweekend");
    await refused("title-characters", "Lake \u202Edneekew");
    await refused("title-characters", "Lake \u2066weekend\u2069");
    await client.createGroup(token, { title: "x".repeat(32) });
  });

  given("a renamed group has its new title, by the same rules", async (client) => {
    const token = await client.signUp();
    const { id } = await client.createGroup(token);

    const renamed = await client.expect(200, "PATCH", `/api/groups/${id}`, {
      token,
      body: { title: " Sea " },
    });

    assert.equal(GroupShape.parse(renamed.body).title, "Sea");
    const body = { title: "y".repeat(40) };
    await client.refuse([422, "title-too-long"], "PATCH", `/api/groups/${id}`, { token, body });
  });
}

function ownershipCases(given: GivenServer): void {
  given("each owner lists only their own groups", async (client) => {
    const [ada, ben] = [await client.signUp("Ada"), await client.signUp("Ben")];
    const { id } = await client.createGroup(ada);
    await client.createGroup(ben);

    const answer = await client.expect(200, "GET", "/api/groups", { token: ada });

    const { groups } = z.object({ groups: z.array(GroupShape) }).parse(answer.body);
    assert.deepEqual(groups.map((group) => group.id), [id]);
  });

  given("groups of other people answer 404, as groups that never were", async (client) => {
    const [ada, ben] = [await client.signUp("Ada"), await client.signUp("Ben")];
    const { id } = await client.createGroup(ada, { messengers: ["telegram", "web"] });
    const messageId = await client.post(id, ada, "Hello");
    const calls = [
      ["GET", ""],
      ["PATCH", "", { title: "Mine now" }],
      ["DELETE", ""],
      ["POST", "/bridges", { messenger: "signal" }],
      ["DELETE", "/bridges/telegram"],
      ["POST", "/invite/rotate"],
      ["GET", "/members"],
      ["DELETE", `/members/m_${"A".repeat(16)}`],
      ["GET", "/messages"],
      ["POST", "/messages", { text: "Hello" }],
      ["PATCH", `/messages/${messageId}`, { text: "Hello" }],
      ["DELETE", `/messages/${messageId}`],
      ["PUT", `/messages/${messageId}/reaction`, { emoji: "👍" }],
      ["GET", "/events"],
    ] as const;

    for (const [method, path, body] of calls) {
      for (const group of [id, UNKNOWN, "g_short", "%00"]) {
        const options = body === undefined ? { token: ben } : { token: ben, body };
        await client.refuse([404, "not-found"], method, `/api/groups/${group}${path}`, options);
      }
    }
    await client.expect(200, "GET", `/api/groups/${id}`, { token: ada });
  });

  given("an ended group is gone for its owner and its invite", async (client) => {
    const token = await client.signUp();
    const { id, inviteCode } = await client.createGroup(token);

    await client.expect(204, "DELETE", `/api/groups/${id}`, { token });

    await eventually("the group is gone", async () => {
      const { status } = await client.call("GET", `/api/groups/${id}`, { token });
      return status === 404;
    });
    await client.refuse([410, "invite-gone"], "GET", `/api/invites/${inviteCode}`);
  });
}

function bridgeCases(given: GivenServer): void {
  given("bridges are added and removed, one for each messenger", async (client) => {
    const token = await client.signUp();
    const { id } = await client.createGroup(token, { messengers: ["web"] });
    const path = `/api/groups/${id}/bridges`;

    const added = await client.expect(201, "POST", path, { token, body: { messenger: "telegram" } });

    assert.ok(GroupShape.parse(added.body).bridges.some(({ messenger }) => messenger === "telegram"));
    await client.refuse([400, "invalid"], "POST", path, { token, body: { messenger: "icq" } });
    const again = await client.expect(409, "POST", path, { token, body: { messenger: "telegram" } });
    assert.equal(again.status, 409);
    const removed = await client.expect(200, "DELETE", `${path}/telegram`, { token });
    assert.ok(!GroupShape.parse(removed.body).bridges.some(({ messenger }) => messenger === "telegram"));
    await client.refuse([404, "not-found"], "DELETE", `${path}/signal`, { token });
  });
}

function inviteCases(given: GivenServer): void {
  given("an invite shows the title, the links and the notice, and nothing of the owner", async (client) => {
    const token = await client.signUp();
    const { inviteCode } = await client.createGroup(token, { messengers: ["telegram", "web"] });

    const { body } = await client.expect(200, "GET", `/api/invites/${inviteCode}`);

    const Invite = z.strictObject({
      title: z.literal("Lake weekend"),
      locale: z.enum(["en", "de"]),
      mode: z.enum(["notice", "opt-in"]),
      notice: z.string().min(1),
      messengers: z.array(
        z.strictObject({ messenger: z.string(), status: z.string(), inviteUrl: z.string().nullable() }),
      ),
    });
    const messengers = Invite.parse(body).messengers.map(({ messenger }) => messenger);
    assert.deepEqual(messengers.sort(), ["telegram", "web"]);
  });

  given("an unknown invite answers 404", async (client) => {
    const body = { name: "Ben", consent: true };

    for (const code of ["nothing", "x".repeat(500), "%E2%80%AE"]) {
      await client.refuse([404, "not-found"], "GET", `/api/invites/${code}`);
      await client.refuse([404, "not-found"], "POST", `/api/invites/${code}/guests`, { body });
    }
  });

  given("a rotated invite answers 410 and the new one works", async (client) => {
    const token = await client.signUp();
    const { id, inviteCode } = await client.createGroup(token);

    const rotated = await client.expect(200, "POST", `/api/groups/${id}/invite/rotate`, { token });

    const { inviteCode: next } = GroupShape.parse(rotated.body);
    assert.notEqual(next, inviteCode);
    const body = { name: "Ben", consent: true };
    await client.refuse([410, "invite-gone"], "GET", `/api/invites/${inviteCode}`);
    await client.refuse([410, "invite-gone"], "POST", `/api/invites/${inviteCode}/guests`, { body });
    await client.joinGuest(next);
  });

  given("a guest joins with a name and their agreement to the notice", async (client) => {
    const token = await client.signUp();
    const { inviteCode } = await client.createGroup(token);
    const refused = (code: string, body: object): Promise<string> =>
      client.refuse([422, code], "POST", `/api/invites/${inviteCode}/guests`, { body });

    await refused("consent-required", { name: "Ben" });
    await refused("consent-required", { name: "Ben", consent: false });
    await refused("name-empty", { name: " ", consent: true });
    await refused("name-too-long", { name: "B".repeat(61), consent: true });
    await refused("name-characters", { name: "Ben\u202E", consent: true });
    await client.joinGuest(inviteCode, "Ben");
  });
}
