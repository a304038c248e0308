/** The driver of the conformance suite for Telegram: what its people do is seen there, and heard by Plenum. */
import assert from "node:assert/strict";
import { z } from "zod";
import { plain, type RichText } from "../../actors/model/mod.ts";
import type { Act, MessageSeen, Phone } from "../contract/conformance_driver.ts";
import { telegramDriver, type TelegramDriverOptions } from "../contract/conformance_telegram.ts";
import { OPERATOR_EMAIL } from "../contract/rest_client.ts";
import { type Owner, signUp, until } from "../fakes/people.ts";
import { plenumHere } from "../fakes/plenum.ts";
import { sampleFile } from "../fixtures/files.ts";

interface Stage {
  readonly owner: Owner;
  readonly group: string;
  readonly tove: Phone;
  readonly tarik: Phone;
}

async function staged(options: TelegramDriverOptions, play: (stage: Stage) => Promise<void>): Promise<void> {
  await using driver = await telegramDriver(options);
  const linkable = driver.linkable === undefined ? [] : [driver.linkable];
  const plenum = await plenumHere({ SANDBOX: "off", OPERATOR_EMAIL, ...driver.env }, linkable);
  try {
    const owner = await signUp(plenum.url, OPERATOR_EMAIL);
    await driver.prepare?.(plenum.url, owner.token);
    const { id } = await owner.createGroup("Lake weekend", ["telegram", "web"]);
    if (driver.adopt !== undefined) {
      const { action } = await owner.bridge(id, "telegram", "needs-action");
      await driver.adopt(action?.url ?? "");
    }
    const { inviteUrl } = await owner.bridge(id, "telegram", "ready");
    const tove = await driver.join(inviteUrl ?? "", "Tove Lund");
    const tarik = await driver.join(inviteUrl ?? "", "Tarik");
    await play({ owner, group: id, tove, tarik });
  } finally {
    await plenum.stop();
  }
}

const History = z.object({
  messages: z.array(z.object({ content: z.looseObject({ type: z.string() }), deleted: z.boolean() })),
});

/** What Plenum has heard, oldest first. */
async function heard({ owner, group }: Stage): Promise<z.infer<typeof History>["messages"]> {
  const { body } = await owner.client.call("GET", `/api/groups/${group}/messages`, { token: owner.token });
  return History.parse(body).messages;
}

async function sees(phone: Phone, id: string): Promise<MessageSeen> {
  const found = (await phone.chat()).messages.find((message) => message.id === id);
  assert.ok(found !== undefined, "the message is seen");
  return found;
}

const STYLED: RichText = {
  text: "bold and said",
  spans: [{ type: "bold", start: 0, length: 4 }, { type: "spoiler", start: 9, length: 4 }],
};

Deno.test("what somebody does on Telegram is seen there, and heard by Plenum", async () => {
  await staged({}, async (stage) => {
    const { tove, tarik } = stage;
    const { mime, body } = await sampleFile("jpeg");
    const file = { kind: "photo", mime, body, caption: STYLED } as const;
    const text = await tove.act({ do: "text", text: STYLED });
    assert.deepEqual((await sees(tarik, text)).text, STYLED);
    const answer = await tarik.act({ do: "text", text: plain("yes"), replyTo: text });
    assert.equal((await sees(tove, answer)).replyTo, text);
    const album = await tove.act({ do: "album", files: [file, { ...file, caption: plain("") }] });
    const { album: name } = await sees(tarik, album);
    const both = (await tarik.chat()).messages.filter((message) => message.album === name);
    assert.deepEqual(both.map(({ text }) => text), [STYLED, plain("")]);
    const card = await tove.act({ do: "contact", name: "Bob", phone: "+49 40 1234567" });
    assert.deepEqual((await sees(tarik, card)).contact, { name: "Bob", phone: "+49 40 1234567" });
    const named = await tove.act({ do: "mention", text: "look", name: "Tarik" });
    assert.deepEqual((await sees(tarik, named)).mentions, ["Tarik"]);
    const poll = await tove.act({ do: "poll", question: "Tea?", options: ["yes", "no"], multiple: false });
    const live = await tove.act({ do: "location", latitude: 52, longitude: 13, live: true });
    await tove.act({ do: "odd" });
    const kinds = ["text", "text", "media", "media", "contact", "text", "poll", "location", "other"];
    await until("Plenum hears all of it", async () => {
      const all = (await heard(stage)).map(({ content }) => content.type);
      return kinds.every((kind) => all.includes(kind)) && all.length >= kinds.length ? all : null;
    });
    await changed(stage, { text, album, poll, live });
  });
});

/** What is done to messages that are there. */
async function changed(
  stage: Stage,
  { text, album, poll, live }: Readonly<Record<"text" | "album" | "poll" | "live", string>>,
): Promise<void> {
  const { tove, tarik } = stage;
  const acts: readonly [Phone, Act][] = [
    [tove, { do: "edit", target: text, text: plain("better") }],
    [tove, { do: "edit-caption", target: album, text: plain("nicer") }],
    [tarik, { do: "react", target: text, emoji: "👍" }],
    [tarik, { do: "vote", target: poll, options: [1] }],
    [tove, { do: "close-poll", target: poll }],
    [tove, { do: "live-end", target: live }],
    [tove, { do: "pin", target: text }],
  ];
  for (const [phone, act] of acts) assert.equal(await phone.act(act), "");
  const { text: words, reactions, edited } = await sees(tarik, text);
  assert.deepEqual([words, reactions, edited], [plain("better"), ["👍"], true]);
  assert.deepEqual((await sees(tarik, album)).text, plain("nicer"));
  assert.equal((await sees(tarik, poll)).poll?.closed, true);
  await until(
    "Plenum hears that the place has ended",
    async () =>
      (await heard(stage)).some(({ content }) => content.type === "location" && content["live"] === "ended"),
  );
}

Deno.test("the look of the group on Telegram is everybody's, and Plenum's words come there", async () => {
  await staged({}, async ({ owner, group, tove, tarik }) => {
    const { body } = await sampleFile("jpeg");
    await tove.act({ do: "title", title: "Lake" });
    await tove.act({ do: "icon", body });
    await tove.act({ do: "timer", seconds: 86_400 });
    const { messages: _messages, description: _description, ...look } = await tarik.chat();
    assert.deepEqual(look, { title: "Lake", icon: body, timer: 86_400 });
    await owner.post(group, "hello from the web");
    for (const phone of [tove, tarik]) {
      await until(
        "both see it",
        async () =>
          (await phone.chat()).messages.some(({ ours, text }) =>
            ours && text.text.endsWith("hello from the web")
          ),
      );
    }
  });
});

Deno.test("with a user account the group is made by itself, and what is deleted on Telegram is gone in Plenum", async () => {
  await staged({ userAccount: true }, async (stage) => {
    const text = await stage.tove.act({ do: "text", text: plain("oops") });
    await until("Plenum hears it", async () => (await heard(stage)).length > 0);
    await stage.tove.act({ do: "delete", target: text });
    assert.equal((await sees(stage.tarik, text)).deleted, true);
    await until("it is gone in Plenum", async () => (await heard(stage)).some(({ deleted }) => deleted));
  });
});
