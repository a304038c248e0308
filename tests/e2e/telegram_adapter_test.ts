/** Telegram's adapter with real grammY against the fake server, on a real socket. */
import assert from "node:assert/strict";
import { ChatId, NativeId, type NativeOp, OpId, plain, type Receipt } from "../../actors/model/mod.ts";
import { ChatGone, OutcomeUnknown, Rejected, RetryLater } from "../../actors/ports/mod.ts";
import { nativeOf } from "../../adapters/telegram/native_ids.ts";
import { failure, withTelegram } from "./telegram_opened.ts";

const HELLO = { type: "post", text: plain("hello") } as const;

Deno.test("posts carry formatting as entities, and answers outlive what they answer", async () => {
  await withTelegram({}, async ({ fake: { world, ...fake }, group, send, post }) => {
    const first = await post("question");
    await send({ type: "delete", target: first });
    const text = { text: "Ada: hi", spans: [{ type: "bold" as const, start: 0, length: 3 }] };
    await send({ type: "post", text, replyTo: first });
    const seen = world.messages(group).at(-1);
    assert.deepEqual(seen?.entities, [{ type: "bold", offset: 0, length: 3 }]);
    assert.equal(seen.replyTo, null);
    assert(fake.calls.every(({ payload }) => payload["parse_mode"] === undefined));
  });
});

Deno.test("marks that Telegram would refuse cost nobody the message", async () => {
  await withTelegram({}, async ({ fake: { world }, group, send }) => {
    const cut = { type: "bold", start: 1, length: 3 } as const;
    const wrong = { type: "link", start: 3, length: 3, url: "mailto:ada@example.org" } as const;
    await send({ type: "post", text: { text: "👍 yes", spans: [cut, wrong] } });
    assert.deepEqual(world.messages(group).at(-1)?.entities, [{ type: "bold", offset: 0, length: 4 }]);
  });
});

Deno.test("an edit or a title that changes nothing counts as done", async () => {
  await withTelegram({}, async ({ send, post }) => {
    const target = await post("same");
    await send({ type: "edit", target, text: plain("same") });
    await send({ type: "title", title: "Lake" });
  });
});

Deno.test("flood control makes one chat wait for as long as Telegram says", async () => {
  await withTelegram({}, async ({ fake, group, send }) => {
    fake.faults.add({ chat: group, fault: { kind: "flood", retryAfterSeconds: 7 } });
    const error = await failure(send(HELLO));
    assert(error instanceof RetryLater);
    assert.deepEqual([error.afterMs, error.scope], [7000, "chat"]);
    await send(HELLO);
  });
});

for (const fault of [{ kind: "cut" }, { kind: "error", status: 502 }] as const) {
  for (const when of ["before", "after"] as const) {
    Deno.test(`a post whose answer is lost (${fault.kind} ${when} the effect) has an unknown outcome`, async () => {
      await withTelegram({}, async ({ fake, group, send }) => {
        // On a connection that was used before, where Deno's fetch would send again by itself.
        await send({ type: "post", text: plain("warm") });
        fake.faults.add({ method: "sendMessage", fault: { ...fault, when } });
        const error = await failure(send(HELLO));
        assert(error instanceof OutcomeUnknown, String(error));
        assert(!error.message.includes(fake.token));
        assert.equal(fake.world.messages(group).length, when === "after" ? 2 : 1);
        assert.equal(fake.calls.filter(({ method }) => method === "sendMessage").length, 2);
      });
    });
  }

  Deno.test(`an edit whose answer is lost (${fault.kind}) may simply be made again`, async () => {
    await withTelegram({}, async ({ fake, send, post }) => {
      const edit = { type: "edit", target: await post("helo"), text: plain("hello") } as const;
      // Twice: Deno's fetch repeats a cut call once by itself, which an edit may bear.
      fake.faults.add({ method: "editMessageText", times: 2, fault: { ...fault, when: "after" } });
      assert(await failure(send(edit)) instanceof RetryLater);
      fake.faults.clear();
      await send(edit);
    });
  });
}

Deno.test("a server that nobody listens on is certainly not reached", async () => {
  await withTelegram({}, async ({ fake, send, stop }) => {
    await stop();
    await fake.close();
    const error = await failure(send(HELLO));
    assert(error instanceof RetryLater, String(error));
    assert.equal(error.scope, "account");
    assert(!error.message.includes(fake.token));
  });
});

Deno.test("a group that became a supergroup is told of once and answers with its new id", async () => {
  await withTelegram({ type: "group" }, async ({ fake: { world }, host, olga, group, chat, send }) => {
    const to = String(world.migrate(group, olga));
    const event = await host.event("chat-moved");
    assert.deepEqual([event.chat, event.to], [chat, to]);
    const error = await failure(send(HELLO));
    assert(error instanceof ChatGone);
    assert.equal(error.options.movedTo, to);
    world.say(olga, Number(to), "here");
    assert.equal((await host.event("message")).chat, to);
    assert.equal(host.taken.filter(({ type }) => type === "chat-moved").length, 1);
  });
});

Deno.test("what is said in the supergroup never overtakes the news of the move", async () => {
  await withTelegram({ type: "group", run: false }, async ({ fake: { world }, host, olga, group, start }) => {
    const to = world.migrate(group, olga);
    world.say(olga, to, "here");
    start();
    await host.event("message");
    assert.deepEqual(host.offered.map(({ type }) => type), ["rights", "chat-moved", "message"]);
  });
});

Deno.test("what was said before a group became a supergroup is no message of the supergroup", async () => {
  await withTelegram({ type: "group" }, async (telegram) => {
    const { fake: { world }, host, olga, group, adapter, signal, post } = telegram;
    const old = await post("in the group");
    world.say(olga, group, "look", { replyTo: 1 });
    assert.deepEqual((await host.event("message")).replyTo, { native: old });
    const to = ChatId.parse(String(world.migrate(group, olga)));
    const send = (op: NativeOp, n: number): Promise<Receipt> =>
      adapter.send(to, op, { opId: OpId.parse(`moved-${n}`), signal });
    // Number 1 there is the service message of the move.
    const { ids: [mine] } = await send({ type: "post", text: plain("in the supergroup") }, 1);
    const before = world.messages(to);

    for (const target of [old, nativeOf(group, 2)]) {
      const edit = await failure(send({ type: "edit", target, text: plain("changed") }, 2));
      assert(edit instanceof Rejected && edit.reason === "no-target", String(edit));
      assert(await failure(send({ type: "delete", target }, 3)) instanceof Rejected);
      assert(await failure(send({ type: "react", target, emoji: "👍" }, 4)) instanceof Rejected);
    }

    assert.deepEqual(world.messages(to), before);
    assert.equal(mine, nativeOf(to, 2));
  });
});

Deno.test("being put out is told as an event and by the next post, with a reason for people", async () => {
  await withTelegram({}, async ({ fake: { world }, host, olga, group, send }) => {
    world.kickBot(group, olga);
    assert.equal((await host.event("chat-gone")).reason, "bridge.kicked");
    const error = await failure(send(HELLO));
    assert(error instanceof ChatGone);
    assert.equal(error.options.reason, "bridge.kicked");
  });
});

Deno.test("a bot that may only read says so by the next post, with a reason for people", async () => {
  await withTelegram({}, async ({ fake: { world }, host, olga, group, send }) => {
    await host.event("rights", ({ ready }) => ready);
    world.muteBot(group, olga);
    assert.equal((await host.event("rights", ({ ready }) => !ready)).chat, String(group));
    const error = await failure(send(HELLO));
    assert(error instanceof ChatGone);
    assert.equal(error.options.reason, "bridge.no-rights");
  });
});

Deno.test("a reaction that the group does not have is forbidden there, so that the Lane says it in words", async () => {
  await withTelegram({}, async ({ fake: { world }, group, send, post }) => {
    const target = await post("well?");
    world.limitReactions(group, ["👍"]);
    await send({ type: "react", target, emoji: "👍" });
    const error = await failure(send({ type: "react", target, emoji: "🎉" }));
    assert(error instanceof Rejected);
    assert.equal(error.reason, "forbidden");
  });
});

Deno.test("leaving by ourselves is no news of a removal", async () => {
  await withTelegram({}, async ({ fake: { world }, host, olga, group, send }) => {
    const other = world.createGroup("Other", olga);
    world.addBot(other, { by: olga, admin: true });
    await send({ type: "leave" });
    world.say(olga, other, "elsewhere");
    await host.event("message");
    assert.equal(world.hasBot(group), false);
    assert(host.taken.every(({ type }) => type !== "chat-gone"));
  });
});

Deno.test("other bots and our own posts are never delivered", async () => {
  await withTelegram({}, async ({ fake: { world }, host, olga, group, post }) => {
    const relay = world.addOtherBot("Relay");
    world.join(relay, group);
    world.say(relay, group, "beep");
    await post("ours");
    world.say(olga, group, "human");
    await host.event("message");
    assert.deepEqual(host.taken.map(({ type }) => type).filter((type) => type !== "rights"), ["message"]);
  });
});

Deno.test("a join through the invite link is told once, although Telegram tells it twice", async () => {
  await withTelegram({}, async ({ fake: { world }, host, olga, group, chat, adapter, signal }) => {
    const link = await adapter.inviteLink(chat, { signal });
    const ada = world.addUser("Ada Lovelace");
    world.joinBy(ada, link ?? "");
    world.leave(ada, group);
    world.say(olga, group, "bye");
    await host.event("message");
    const told = host.taken.filter(({ type }) => type === "join" || type === "leave");
    assert.deepEqual(told.map(({ type }) => type), ["join", "leave"]);
    const [join] = told;
    assert(join?.type === "join");
    assert.equal(join.person.name, "Ada Lovelace");
  });
});

Deno.test("a revoked invite link opens nothing any more", async () => {
  await withTelegram({}, async ({ fake: { world }, chat, adapter, signal }) => {
    const before = await adapter.inviteLink(chat, { signal }) ?? "";
    const after = await adapter.revokeInvite(chat, { signal });
    assert.throws(() => world.joinBy(world.addUser("Eve"), before), /revoked/);
    assert.deepEqual(world.links(chat), [after]);
  });
});

Deno.test("an invite link without the right for it is rejected as forbidden", async () => {
  await withTelegram(
    { bot: false },
    async ({ fake: { world }, host, olga, group, chat, adapter, signal }) => {
      world.addBot(group, { by: olga, admin: { can_change_info: true } });
      assert.equal((await host.event("rights")).ready, false);
      const error = await failure(adapter.inviteLink(chat, { signal }));
      assert(error instanceof Rejected);
      assert.equal(error.reason, "forbidden");
    },
  );
});

Deno.test("media can be read through the adapter, and its address with the token stays inside", async () => {
  await withTelegram({}, async ({ fake: { world, token }, host, olga, group, adapter, signal }) => {
    const bytes = new TextEncoder().encode("a picture");
    world.sayFile(olga, group, { kind: "photo", bytes, mime: "image/jpeg", caption: "look" });
    const { content } = await host.event("message");
    assert(content.type === "media");
    assert.deepEqual([content.kind, content.caption.text, content.media.mime], [
      "photo",
      "look",
      "image/jpeg",
    ]);
    assert(!JSON.stringify(host.taken).includes(token));
    const media = await adapter.openMedia(content.media.native, { signal });
    assert.deepEqual(new Uint8Array(await new Response(media.body).arrayBuffer()), bytes);
    const error = await failure(adapter.openMedia(NativeId.parse("nothing"), { signal }));
    assert(error instanceof Rejected);
  });
});

Deno.test("a file whose line is cut half-way fails without a word of the token", async () => {
  await withTelegram({}, async ({ fake, host, olga, group, adapter, signal }) => {
    const bytes = new Uint8Array(1_000_000);
    fake.world.sayFile(olga, group, { kind: "document", bytes, mime: "text/plain", caption: "" });
    const { content } = await host.event("message");
    assert(content.type === "media");
    fake.cutFiles();
    const media = await adapter.openMedia(content.media.native, { signal });
    const error = await failure(new Response(media.body).arrayBuffer());
    assert(!Deno.inspect(error).includes(fake.token), Deno.inspect(error));
  });
});
