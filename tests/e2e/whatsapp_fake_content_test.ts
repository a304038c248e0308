/** The fake server against the real client: what can be written besides plain text, and how groups change. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { downloadMediaMessage, type WAMessage } from "@whiskeysockets/baileys";
import { unwrapped } from "../fakes/whatsapp/chat_view.ts";
import { Client } from "../fakes/whatsapp/client.ts";
import { type FakeWhatsApp, type Phone, startWhatsApp } from "../fakes/whatsapp/mod.ts";
import { SILENT } from "../fakes/whatsapp/silent.ts";

interface Stage {
  readonly server: FakeWhatsApp;
  readonly client: Client;
  readonly own: Phone;
  readonly alice: Phone;
  readonly chat: string;
}

/** A group with Alice in it. The client's library leaves timers behind, however it is closed. */
function test(name: string, run: (stage: Stage) => Promise<void>): void {
  Deno.test({
    name: `the fake WhatsApp server ${name}`,
    sanitizeOps: false,
    sanitizeResources: false,
    fn: async () => {
      await using server = startWhatsApp();
      await using client = new Client(server);
      const own = server.ownPhone();
      await client.link(own);
      const { id: chat } = await client.socket.groupCreate("Tea", []);
      const alice = server.phone({ name: "Alice" });
      alice.join(await client.socket.groupInviteCode(chat) ?? "");
      await run({ server, client, own, alice, chat });
    },
  });
}

test("carries replies, mentions, reactions, edits and deletions from a phone", async (stage) => {
  const { client, alice, own, chat } = stage;
  const id = await alice.send(chat, "one");
  await alice.send(chat, "two", { replyTo: id, mentions: [own], ephemeral: 86_400 });
  await alice.react(chat, id, "👍");
  await alice.edit(chat, id, "uno");
  await alice.revoke(chat, id);
  await alice.send(chat, "end");
  await client.message(chat, "end");

  const [, two, react, edit, revoke] = contents(stage);
  assert.equal(two?.extendedTextMessage?.contextInfo?.stanzaId, id);
  assert.deepEqual(two?.extendedTextMessage?.contextInfo?.mentionedJid, [own.addressIn(chat)]);
  assert.equal(react?.reactionMessage?.text, "👍");
  assert.equal(react?.reactionMessage?.key?.id, id);
  assert.equal(edit?.protocolMessage?.editedMessage?.conversation, "uno");
  assert.equal(revoke?.protocolMessage?.key?.id, id);
  assert.deepEqual(own.texts(chat), ["two", "end"]);
});

test("shows a phone the replies, reactions, edits and deletions of a client", async ({ client, alice, chat }) => {
  const id = await alice.send(chat, "one");
  const heard = await client.message(chat, "one");
  await client.socket.sendMessage(chat, { text: "two" }, { quoted: heard });
  await client.socket.sendMessage(chat, { react: { text: "🔥", key: heard.key } });
  const three = await client.socket.sendMessage(chat, { text: "three" });
  const four = await client.socket.sendMessage(chat, { text: "four" });
  assert.ok(three?.key && four?.key);
  await client.socket.sendMessage(chat, { text: "drei", edit: three.key });
  await client.socket.sendMessage(chat, { delete: four.key });
  await client.socket.sendMessage(chat, { text: "end" });
  await alice.waitForText(chat, "end");

  assert.deepEqual(alice.texts(chat), ["one", "two", "drei", "end"]);
  const [one, two, drei, deleted] = alice.view(chat);
  assert.deepEqual(one?.reactions, [{ from: "Operator", emoji: "🔥" }]);
  assert.equal(two?.replyTo, id);
  assert.deepEqual([drei?.edited, deleted?.deleted], [true, true]);
});

test("carries what is forged, though phones do not believe it", async (stage) => {
  const { client, alice, own, chat, server } = stage;
  const bob = server.phone({ name: "Bob" });
  bob.join(own.inviteOf(chat));
  const id = await alice.send(chat, "mine");

  await bob.forgeEdit(chat, id, "his");
  await bob.forgeRevoke(chat, id);
  await bob.send(chat, "end");
  await client.message(chat, "end");

  const [, edit, revoke] = contents(stage);
  assert.equal(edit?.protocolMessage?.key?.id, id);
  assert.equal(revoke?.protocolMessage?.key?.id, id);
  assert.deepEqual(own.texts(chat), ["mine", "end"]);
});

test("lets an admin delete what others wrote", async ({ client, own, alice, chat, server }) => {
  const bob = server.phone({ name: "Bob" });
  bob.join(own.inviteOf(chat));
  await alice.send(chat, "bad");
  const bad = await client.message(chat, "bad");

  await client.socket.sendMessage(chat, { delete: bad.key });

  await bob.waitFor(chat, ([message]) => message?.deleted, "the deletion");
});

test("carries files both ways, and again after they became too old", async ({ server, client, alice, chat }) => {
  const bytes = Buffer.from("not really a picture");
  await alice.sendMedia(chat, {
    kind: "document",
    bytes,
    mimetype: "text/plain",
    caption: "look",
    fileName: "a.txt",
  });
  const heard = await client.message(chat, "look");
  const context = { logger: SILENT, reuploadRequest: client.socket.updateMediaMessage };
  const first = await downloadMediaMessage(heard, "buffer", {}, context);
  server.media.expire();
  // The library is to do so by itself, but looks for the status where it is not.
  await assert.rejects(downloadMediaMessage(heard, "buffer", {}, context), { isBoom: true });
  await client.socket.updateMediaMessage(heard);
  const second = await downloadMediaMessage(heard, "buffer", {}, context);

  const sent = await client.socket.sendMessage(chat, {
    document: Buffer.from("back"),
    mimetype: "text/plain",
    fileName: "b.txt",
  });
  const seen = await alice.waitFor(
    chat,
    (messages) => messages.find(({ id }) => id === sent?.key.id),
    "the file",
  );
  const opened = await alice.openMedia(chat, seen.id);

  assert.deepEqual([first, second].map(String), ["not really a picture", "not really a picture"]);
  assert.deepEqual([String(opened.bytes), opened.fileName], ["back", "b.txt"]);
  assert.deepEqual([server.media.uploads, server.media.downloads], [1, 2]);
});

test("keeps from a client what can be looked at once", async (stage) => {
  const { client, alice, own, chat } = stage;
  const bytes = Buffer.from("secret");
  await alice.sendMedia(chat, { kind: "image", bytes, mimetype: "image/jpeg", caption: "once" }, {
    viewOnce: true,
  });
  await alice.send(chat, "end");
  await client.message(chat, "end");

  assert.equal(contents(stage).length, 1);
  assert.deepEqual(own.texts(chat), ["once", "end"]);
});

test("sends absent content from the own phone when the client asks for it", async ({ client, alice, chat }) => {
  await alice.send(chat, "late", { arrival: "absent" });

  const late = await client.message(chat, "late");

  assert.equal(late.key.participant, alice.addressIn(chat));
});

test("tells a client how a group changes", async ({ client, own, alice, chat }) => {
  const from = client.events.length;
  own.setTitle(chat, "Coffee");
  own.setDescription(chat, "Black");
  own.promote(chat, alice);
  own.renewInvite(chat);
  own.setDisappearing(chat, 86_400);
  alice.leave(chat);
  await client.until(
    () => client.since(from, "group-participants.update").some(({ action }) => action === "remove"),
    "the leaving",
  );
  const meta = await client.socket.groupMetadata(chat);

  // Of several updates of one group the library lets only the first through; the notes in the chat are complete.
  const notes = client.messages(chat).map(({ messageStubParameters }) => messageStubParameters?.[0]);
  for (const note of ["Coffee", "Black", own.group(chat).invite]) assert.ok(notes.includes(note), note);
  assert.deepEqual([meta.subject, meta.desc, meta.ephemeralDuration], ["Coffee", "Black", 86_400]);
  assert.deepEqual(meta.participants.map(({ phoneNumber, admin }) => [phoneNumber, admin]), [
    [`${own.number}@s.whatsapp.net`, "superadmin"],
  ]);
});

test("lets a client run a group", async ({ server, client, own, alice, chat }) => {
  const { socket } = client;
  const bob = server.phone({ name: "Bob" });
  await socket.groupUpdateSubject(chat, "Coffee");
  await socket.groupUpdateDescription(chat, "Black");
  await socket.groupUpdateDescription(chat, "White");
  await socket.groupToggleEphemeral(chat, 604_800);
  await socket.groupSettingUpdate(chat, "announcement");
  await socket.groupSettingUpdate(chat, "locked");
  await socket.groupMemberAddMode(chat, "admin_add");
  await socket.groupParticipantsUpdate(chat, [bob.addressIn("")], "add");
  await socket.groupParticipantsUpdate(chat, [alice.addressIn(chat)], "promote");
  await socket.groupParticipantsUpdate(chat, [bob.addressIn(chat)], "remove");
  const old = own.inviteOf(chat);
  const code = await socket.groupRevokeInvite(chat);

  const group = own.group(chat);
  assert.deepEqual([group.subject, group.description?.text, group.ephemeral], ["Coffee", "White", 604_800]);
  assert.deepEqual([group.announcement, group.locked, group.memberAddMode], [true, true, "admin_add"]);
  assert.deepEqual([...group.members.values()], ["superadmin", "admin"]);
  assert.equal(code, group.invite);
  assert.throws(() => bob.join(old), { code: 410 });
  assert.equal((await socket.groupGetInviteInfo(group.invite)).subject, "Coffee");
  await socket.groupLeave(chat);
  assert.equal(group.members.has(own.account), false);
  await assert.rejects(socket.groupMetadata(chat), { data: 403 });
});

test("makes people wait until a client lets them in", async ({ server, client, own, chat }) => {
  const { socket } = client;
  const [bob, eve] = [server.phone({ name: "Bob" }), server.phone({ name: "Eve" })];
  await socket.groupJoinApprovalMode(chat, "on");
  const from = client.events.length;
  for (const phone of [bob, eve]) phone.join(own.inviteOf(chat));
  await client.until(() => client.since(from, "group.join-request").length === 2, "two wishes");

  const asked = await socket.groupRequestParticipantsList(chat);
  const addresses = [bob, eve].map((phone) => phone.addressIn(chat));
  const answer = await socket.groupRequestParticipantsUpdate(chat, [addresses[0] ?? ""], "approve");
  await socket.groupRequestParticipantsUpdate(chat, [addresses[1] ?? ""], "reject");
  await client.until(() => client.since(from, "group.join-request").length === 3, "the rejection");

  assert.deepEqual(asked.map(({ jid }) => jid), addresses);
  assert.equal(answer[0]?.status, "200");
  assert.deepEqual([...own.group(chat).members.keys()].map(({ name }) => name), ["Operator", "Alice", "Bob"]);
  const requests = client.since(from, "group.join-request");
  assert.deepEqual(requests.map(({ action, participant }) => [action, participant]), [
    ["created", addresses[0]],
    ["created", addresses[1]],
    ["rejected", addresses[1]],
  ]);
});

test("refuses to make groups as told", async ({ server, client }) => {
  server.options.emptyGroups = 400;
  await assert.rejects(client.socket.groupCreate("Tea", []), { data: 400 });
  server.options.emptyGroups = "allowed";
  server.options.subjectMax = 25;
  await assert.rejects(client.socket.groupCreate("x".repeat(26), []), { data: 406 });
  server.faults.nextIq("w:g2/create", 429);
  await assert.rejects(client.socket.groupCreate("Tea", []), { data: 429 });

  await client.socket.groupCreate("Tea", []);

  assert.equal(server.stats.iqs("w:g2/create"), 5);
});

test("tells a client of a group that its phone made", async ({ client, own, alice }) => {
  const made = own.createGroup("Cake", [alice]);

  const group = await client.until(
    () => client.since(0, "groups.upsert").flat().find(({ id }) => id === made),
    "the group",
  );
  own.remove(made, alice);
  const { participants } = await client.until(
    () =>
      client.since(0, "group-participants.update").find(({ id, action }) =>
        id === made && action === "remove"
      ),
    "the removal",
  );

  assert.deepEqual([group.subject, group.participants.length], ["Cake", 2]);
  assert.deepEqual(participants.map(({ id }) => id), [alice.addressIn(made)]);
});

test("refuses a message of a restricted account", async ({ server, client, chat }) => {
  server.faults.nextAck({ error: 463 });
  const sent = await client.socket.sendMessage(chat, { text: "hello" });

  const acked = await client.until(
    () =>
      [
        ...client.since(0, "messages.update").flat().map(({ key, update }) => ({
          key,
          why: update.messageStubParameters,
        })),
        ...client.messages(chat).map(({ key, messageStubParameters }) => ({
          key,
          why: messageStubParameters,
        })),
      ].find(({ key, why }) => key.id === sent?.key.id && why),
    "the refusal",
  );

  assert.deepEqual(acked.why, ["463", "Your account has been restricted"]);
  await server.until(() => server.stats.iqs("privacy/tokens") === 1, "the question for a token");
  assert.deepEqual([server.unknown, server.stats.refused], [[], 1]);
});

test("holds an account back and says until when", async ({ server, client }) => {
  const endsAtMs = Math.floor(Date.now() / 1000) * 1000 + 60_000;
  server.restrict({ endsAtMs, type: "BIZ_QUALITY" });
  const told = await client.until(
    () =>
      client.since(0, "connection.update").find(({ reachoutTimeLock }) => reachoutTimeLock)?.reachoutTimeLock,
    "the news",
  );
  const asked = await client.socket.fetchAccountReachoutTimelock();
  server.restrict(null);
  const free = await client.socket.fetchAccountReachoutTimelock();

  assert.equal(told.isActive, true);
  assert.equal(asked.timeEnforcementEnds?.getTime(), endsAtMs);
  assert.equal(free.isActive, false);
});

test("carries texts between two people", async ({ server, client, own, alice }) => {
  await alice.send(`${own.number}@s.whatsapp.net`, "psst");
  const heard = await client.message(`${alice.number}@s.whatsapp.net`, "psst");
  await client.socket.sendMessage(heard.key.remoteJid ?? "", { text: "yes?" });

  await alice.waitForText(`${own.number}@s.whatsapp.net`, "yes?");
  await own.waitForText(`${alice.number}@s.whatsapp.net`, "yes?");
  assert.deepEqual(server.unknown, []);
});

/** What the client was given of the chat, without the notes about the group. */
function contents({ client, chat }: Stage): NonNullable<WAMessage["message"]>[] {
  return client.messages(chat).flatMap(({ message }) => message ? [unwrapped(message)] : []);
}
