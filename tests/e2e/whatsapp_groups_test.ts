/** Groups of WhatsApp's adapter, what it is told about them, and how sends are refused: real Baileys, fake server. */
import assert from "node:assert/strict";
import { NativeId, OpId, plain } from "../../actors/model/mod.ts";
import { ChatGone, OutcomeUnknown, Rejected, RetryLater } from "../../actors/ports/mod.ts";
import { ContractHost } from "../contract/contract_host.ts";
import { groupWith, openLife, SPEC, whatsappTest } from "./whatsapp_opened.ts";

const signal = new AbortController().signal;

whatsappTest(
  "a new group has title, description, our picture and a link that lets people in",
  async ({ server, life }) => {
    const { chat, person } = await groupWith({ server, life }, "Alice");
    const group = person.group(chat);

    assert.equal(group.subject, "Tea");
    assert.equal(group.description?.text, "About tea");
    assert.deepEqual(group.picture?.bytes.slice(0, 2), new Uint8Array([0xff, 0xd8]));
  },
);

for (
  const [what, options, helped] of [
    ["our own number", { emptyGroups: 406 }, false],
    ["the configured helper", { emptyGroups: 400, ownNumberInGroup: 400 }, true],
  ] as const
) {
  whatsappTest(
    `where WhatsApp makes no group without members, ${what} is one`,
    async ({ server, host, life }) => {
      await life.end();
      const helper = server.phone({ name: "Helper" });
      await using again = openLife(server, new ContractHost({ session: host.session, now: Date.now() }), {
        helper: helper.number,
      });
      await again.connected();

      const { chat } = await groupWith({ server, life: again }, "Alice");

      const there = (() => {
        try {
          return helper.group(chat).subject === "Tea" && helper.addressIn(chat) !== "";
        } catch {
          return false;
        }
      })();
      assert.equal(there, helped);
    },
    options,
  );
}

whatsappTest("an old server that takes short titles only gets a short one", async ({ life }) => {
  const title = "A title that is longer than twenty-five characters";

  const made = await life.adapter.createGroup?.({ ...SPEC, title }, { signal });

  assert.ok(made?.inviteUrl);
}, { subjectMax: 25 });

whatsappTest("a creation whose answer was lost finds the group that it made, and makes no second one", async (
  { server, life },
) => {
  server.faults.add({ on: "iq", match: "w:g2/create", fault: { kind: "cut", when: "after" } });
  await assert.rejects(Promise.resolve(life.adapter.createGroup?.(SPEC, { signal })), RetryLater);
  await life.host.until(() => life.host.health.some(({ status }) => status === "waiting"), "the cut");
  await life.connected();

  const made = await life.adapter.createGroup?.(SPEC, { signal });
  const again = await life.adapter.createGroup?.(SPEC, { signal });

  assert.equal(again?.chat, made?.chat);
  assert.equal(server.world.groups.size, 1);
});

whatsappTest("an account that is restricted makes no groups for now, says why, and goes on relaying", async (
  { server, life, host },
) => {
  const { chat, person } = await groupWith({ server, life }, "Alice");
  server.restrict({ endsAtMs: Date.now() + 3_600_000, type: "BIZ_COMMERCE_VIOLATION_ALCOHOL" });
  await host.until(() => host.health.at(-1)?.text === "whatsapp.restricted", "the word on it");

  const refused = await Promise.resolve(life.adapter.createGroup?.({ ...SPEC, opId: SPEC.opId }, { signal }))
    .then(() => null, (error: unknown) => error);
  await life.send(chat, { type: "post", text: plain("still here") });
  await person.waitForText(chat, "still here");

  assert.ok(refused instanceof RetryLater);
  assert.deepEqual([refused.scope, refused.reason], ["chat", "whatsapp.restricted"]);
  assert.ok(refused.afterMs > 3_000_000);
});

whatsappTest("too many creations are waited for, with a reason", async ({ server, life }) => {
  server.faults.nextIq("w:g2/create", 429, "rate-overlimit");

  const refused = await Promise.resolve(life.adapter.createGroup?.(SPEC, { signal }))
    .then(() => null, (error: unknown) => error);

  assert.ok(refused instanceof RetryLater);
  assert.equal(refused.reason, "whatsapp.waiting-overlimit");
});

for (
  const [code, failure] of [[463, Rejected], [479, Rejected], [420, Rejected], [429, RetryLater], [
    500,
    RetryLater,
  ], [
    403,
    ChatGone,
  ]] as const
) {
  whatsappTest(
    `a message that WhatsApp refuses with ${code} afterwards fails as ${failure.name}`,
    async ({ server, life }) => {
      const { chat } = await groupWith({ server, life }, "Alice");
      server.faults.nextAck({ error: code });

      await assert.rejects(life.send(chat, { type: "post", text: plain("hello") }), failure);
    },
  );
}

whatsappTest(
  "a line that is cut under a send leaves it uncertain; sent again under its id it is one message",
  async (
    { server, life },
  ) => {
    const { chat, person } = await groupWith({ server, life }, "Alice");
    server.faults.add({ on: "message", fault: { kind: "cut", when: "after" } });
    await assert.rejects(life.send(chat, { type: "post", text: plain("hello") }, "op.same"), OutcomeUnknown);
    await life.host.until(() => life.host.health.some(({ status }) => status === "waiting"), "the cut");
    await life.connected();

    await life.send(chat, { type: "post", text: plain("hello") }, "op.same");
    await life.send(chat, { type: "post", text: plain("done") });
    await person.waitForText(chat, "done");

    assert.deepEqual(person.texts(chat), ["hello", "done"]);
  },
);

whatsappTest("members of a group are asked for once, however much is sent", async ({ server, life }) => {
  const { chat, person } = await groupWith({ server, life }, "Alice");
  const before = server.stats.iqs();

  for (let n = 0; n < 20; n++) await life.send(chat, { type: "post", text: plain(`n${n}`) });
  await person.waitForText(chat, "n19");

  assert.ok(server.stats.groupQueries <= 3, `asked ${server.stats.groupQueries} times`);
  assert.ok(server.stats.iqs() - before < 10, `${server.stats.iqs() - before} questions for 20 messages`);
});

whatsappTest(
  "a phone that could not read a message gets it again, also after a restart",
  async ({ server, host, life }) => {
    const { chat, person } = await groupWith({ server, life }, "Alice");
    await life.send(chat, { type: "post", text: plain("first") });
    await person.waitForText(chat, "first");
    person.offline();
    await life.send(chat, { type: "post", text: plain("unread") });
    await life.end();
    await using again = openLife(server, new ContractHost({ session: host.session, now: Date.now() }));
    await again.connected();

    person.loseSessions();
    person.online();

    await person.waitForText(chat, "unread");
  },
);

whatsappTest("a message that cannot be read at first comes once it can", async ({ server, life, host }) => {
  const { chat, person } = await groupWith({ server, life }, "Alice");
  await person.send(chat, "first");

  await person.send(chat, "garbled", { arrival: "garbled" });

  const text = await host.event(
    "message",
    ({ content }) => content.type === "text" && content.body.text === "garbled",
  );
  assert.equal(text.author.name, "Alice");
});

whatsappTest("a message that comes twice is delivered under one id", async ({ server, life, host }) => {
  const { chat, person } = await groupWith({ server, life }, "Alice");
  await person.send(chat, "first");

  await person.send(chat, "twice", { arrival: "twice" });
  await person.send(chat, "last");
  await host.event("message", ({ content }) => content.type === "text" && content.body.text === "last");

  const twice = host.taken.filter((event) =>
    event.type === "message" && event.content.type === "text" && event.content.body.text === "twice"
  );
  assert.equal(new Set(twice.map(({ id }) => id)).size, 1);
});

whatsappTest("what is to be seen once is told of and never delivered", async ({ server, life, host }) => {
  const { chat, person } = await groupWith({ server, life }, "Alice");

  await person.send(chat, "for your eyes", { viewOnce: true });
  await person.send(chat, "after");
  await host.event("message", ({ content }) => content.type === "text" && content.body.text === "after");

  assert.ok(host.taken.some((event) => event.type === "note" && event.note === "view-once"));
  assert.ok(!JSON.stringify(host.taken).includes("for your eyes"));
});

whatsappTest("mentions come as people, never as numbers", async ({ server, life, host }) => {
  const { chat, person } = await groupWith({ server, life }, "Alice");
  const ben = server.phone({ name: "Ben" });
  ben.join(person.inviteOf(chat));

  await person.send(chat, "ask Ben", { mentions: [ben] });
  const { content } = await host.event("message");

  assert.ok(content.type === "text");
  assert.ok(!JSON.stringify(content).includes(ben.number));
});

whatsappTest(
  "title, description and picture are told of, with who changed them; our own changes are not",
  async (
    { server, life, host, own },
  ) => {
    const { chat, person } = await groupWith({ server, life }, "Alice");
    own.promote(chat, person);

    person.setTitle(chat, "Coffee");
    person.setDescription(chat, "About coffee");
    person.setPicture(chat, new Uint8Array([1, 2, 3]));
    await life.send(chat, { type: "title", title: "Cocoa" });

    const title = await host.event("title");
    const description = await host.event("description");
    const { media } = await host.event("icon");
    const picture = await life.adapter.openMedia(media?.native ?? NativeId.parse("none"), { signal });
    assert.equal(title.title, "Coffee");
    assert.equal(description.text, "About coffee");
    assert.deepEqual(await new Response(picture.body).bytes(), new Uint8Array([1, 2, 3]));
    await person.send(chat, "last");
    await host.event("message");
    assert.equal(host.taken.filter(({ type }) => type === "title").length, 1);
  },
);

whatsappTest(
  "a file is read as a stream, decrypted, from our phone where WhatsApp has it no more, and else is gone",
  async ({ server, life, host }) => {
    const { chat, person } = await groupWith({ server, life }, "Alice");
    const bytes = crypto.getRandomValues(new Uint8Array(100_000).subarray(0, 65_536));
    await person.sendMedia(chat, { kind: "image", bytes, mimetype: "image/jpeg", caption: "look" });
    const { content } = await host.event("message");
    assert.ok(content.type === "media" && content.kind === "photo" && content.caption.text === "look");

    const opened = await life.adapter.openMedia(content.media.native, { signal });
    const read = new Uint8Array(await new Response(opened.body).arrayBuffer());
    server.media.expire();
    const again = await life.adapter.openMedia(content.media.native, { signal });
    const readAgain = await new Response(again.body).bytes();
    server.media.expire();
    server.media.forget();

    assert.deepEqual(read, bytes);
    assert.equal(opened.bytes, bytes.length);
    assert.deepEqual(readAgain, bytes);
    await assert.rejects(life.adapter.openMedia(content.media.native, { signal }), { reason: "no-target" });
  },
);

whatsappTest(
  "a file is sent as a stream, encrypted on the way, and the phones can read it",
  async ({ server, life }) => {
    const { chat, person } = await groupWith({ server, life }, "Alice");
    const bytes = crypto.getRandomValues(new Uint8Array(50_000));
    const media = {
      native: NativeId.parse("x"),
      mime: "application/pdf",
      bytes: bytes.length,
      name: "plan.pdf",
    };

    const { ids } = await life.adapter.send(chat, {
      type: "media",
      kind: "document",
      media,
      caption: plain("the plan"),
    }, {
      opId: OpId.parse("file.0"),
      signal,
      media: () =>
        Promise.resolve({ mime: media.mime, bytes: bytes.length, body: ReadableStream.from([bytes]) }),
    });
    const sent = ids[0] ?? "";
    await server.until(() => person.view(chat).some(({ id }) => id === sent), "the file at Alice's phone");
    const opened = await person.openMedia(chat, sent);

    assert.deepEqual(new Uint8Array(opened.bytes), bytes);
    assert.equal(server.media.uploads, 1);
  },
);

whatsappTest("a file that is longer than it says is refused", async ({ server, life }) => {
  const { chat } = await groupWith({ server, life }, "Alice");
  const media = { native: NativeId.parse("x"), mime: "application/pdf", bytes: 10, name: "plan.pdf" };

  const sending = life.adapter.send(chat, { type: "media", kind: "document", media, caption: plain("") }, {
    opId: OpId.parse("file.1"),
    signal,
    media: () =>
      Promise.resolve({ mime: media.mime, bytes: 10, body: ReadableStream.from([new Uint8Array(5000)]) }),
  });

  await assert.rejects(sending, Rejected);
});

whatsappTest("leaving ends the link and forgets the group", async ({ server, life, host }) => {
  const { chat, inviteUrl, person } = await groupWith({ server, life }, "Alice");
  await life.send(chat, { type: "post", text: plain("bye") });

  await life.send(chat, { type: "leave" });

  assert.ok(![...host.session.values.keys()].some((key) => key.includes(chat)));
  assert.throws(() => server.phone({ name: "Late" }).join(inviteUrl));
  assert.ok(person.texts(chat).includes("bye"));
});
