/**
 * WhatsApp with all of Plenum: a real process, its account linked by REST, real Baileys, two simulated phones in a
 * WhatsApp group that Plenum made, and a simulated Telegram member; also across a kill -9.
 */
import assert from "node:assert/strict";
import { joinByPhone, signUp, until } from "../fakes/people.ts";
import { type Phone, startWhatsApp } from "../fakes/whatsapp/mod.ts";
import { healthOf, linkByRest, plenumWith } from "../fakes/whatsapp/plenum.ts";

function freePort(): string {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return String(listener.addr.port);
}

type Seen = ReturnType<Phone["view"]>[number];

/** Waits until a phone sees such a message. */
function sees(phone: Phone, chat: string, what: string, look: (message: Seen) => boolean): Promise<Seen> {
  return until(`a WhatsApp phone sees ${what}`, () => Promise.resolve(phone.view(chat).find(look) ?? null));
}

Deno.test({
  name: "two WhatsApp phones and a Telegram member chat, reply, react, edit and delete, across a kill -9",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    await using server = startWhatsApp();
    const dataDir = await Deno.makeTempDir();
    const port = freePort();
    const env = { DATA_DIR: dataDir, PORT: port, PUBLIC_URL: `http://127.0.0.1:${port}` };
    let plenum = await plenumWith(server, env);
    const { url } = plenum;
    const own = server.ownPhone();
    const operator = await signUp(url, "operator@example.org");
    await linkByRest(url, operator.token, own);
    const { id } = await operator.createGroup("Tea", ["whatsapp", "telegram", "signal"]);
    const invite = await operator.bridge(id, "whatsapp", "ready");
    assert.match(invite.inviteUrl ?? "", /^https:\/\/chat\.whatsapp\.com\//);
    const [alice, ben] = [server.phone({ name: "Alice" }), server.phone({ name: "Ben" })];
    const chat = alice.join(invite.inviteUrl ?? "");
    ben.join(invite.inviteUrl ?? "");
    const { inviteUrl } = await operator.bridge(id, "telegram", "ready");
    const tom = await joinByPhone(url, { messenger: "telegram", name: "Tom", inviteUrl });

    const hello = await alice.send(chat, "hello *all*");
    const atTom = await tom.sees("Alice's hello", ({ text }) => text.includes("hello all"));
    assert.match(atTom.text, /^Alice · WhatsApp\n/);
    await ben.waitForText(chat, "hello *all*");
    await tom.send({ type: "text", text: "hi Alice", replyTo: atTom.messageId });
    const reply = await sees(alice, chat, "the reply", ({ text }) => text.includes("hi Alice"));
    assert.equal(reply.replyTo, hello);
    assert.match(reply.text, /Tom/);

    await ben.react(chat, reply.id, "👍");
    await tom.sees("Ben's reaction", ({ reactions }) => reactions.some(({ emoji }) => emoji === "👍"));
    await tom.send({ type: "reaction", emoji: "🔥", target: atTom.messageId });
    await sees(
      alice,
      chat,
      "Tom's reaction",
      ({ reactions }) => reactions.some(({ emoji }) => emoji === "🔥"),
    );

    await alice.edit(chat, hello, "hello everybody");
    await tom.sees("the edit", ({ text, edited }) => edited && text.includes("hello everybody"));
    const mine = (await tom.view()).find(({ text }) => text.includes("hi Alice"));
    await tom.send({ type: "edit", target: mine?.messageId ?? "", text: "hi dear Alice" });
    await sees(ben, chat, "Tom's edit", ({ text, edited }) => edited && text.includes("hi dear Alice"));

    // Somebody else's words stay as they are, whatever a phone claims.
    await ben.forgeEdit(chat, hello, "hacked");
    await ben.forgeRevoke(chat, hello);
    await ben.send(chat, "after the forgery");
    await tom.sees("what came after", ({ text }) => text.includes("after the forgery"));
    const stands = (await tom.view()).find(({ messageId }) => messageId === atTom.messageId);
    assert.ok(stands?.text.includes("hello everybody") && !stands.deleted);

    await server.until(() => server.waiting === 0, "everything to be confirmed");
    await plenum.kill();
    for (const text of ["while it was away 1", "while it was away 2"]) await alice.send(chat, text);
    plenum = await plenumWith(server, env);
    await until("it is connected again", async () => await healthOf(url, operator.token) === "connected");
    await tom.sees("what was said meanwhile", ({ text }) => text.includes("while it was away 2"));
    await tom.send({ type: "text", text: "back again" });
    await sees(ben, chat, "Tom after the kill", ({ text }) => text.includes("back again"));

    await alice.revoke(chat, hello);
    await tom.sees("the deletion", ({ messageId, deleted }) => messageId === atTom.messageId && deleted);
    // Telegram tells bots of no deletion; Signal does.
    const { inviteUrl: signal } = await operator.bridge(id, "signal", "ready");
    const sam = await joinByPhone(url, { messenger: "signal", name: "Sam", inviteUrl: signal });
    const said = await sam.send({ type: "text", text: "never mind" });
    const copy = await sees(alice, chat, "Sam's words", ({ text }) => text.includes("never mind"));
    await sam.send({ type: "delete", target: said });
    await sees(alice, chat, "Sam's deletion", (message) => message.id === copy.id && message.deleted);

    // Telegram takes no ids from us: what a kill left uncertain may stand there twice, but nothing is missing.
    const texts = (await tom.view()).map(({ text }) => text);
    for (const text of ["while it was away 1", "while it was away 2", "after the forgery"]) {
      assert.ok(texts.some((one) => one.includes(text)), text);
    }
    assert.deepEqual([alice.repeats, alice.unreadable, ben.unreadable], [0, 0, 0]);
    assert.ok(texts.every((text) => !text.includes(alice.number) && !text.includes(own.number)));
    assert.equal(await plenum.terminate(), 0);
    await Deno.remove(dataDir, { recursive: true });
  },
});
