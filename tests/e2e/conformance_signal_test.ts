/** The driver of the conformance suite for Signal: what its people do is seen by each other, and by Plenum. */
import assert from "node:assert/strict";
import { z } from "zod";
import { plain, type RichText } from "../../actors/model/mod.ts";
import type { Act, ChatSeen, MessageSeen, Phone } from "../contract/conformance_driver.ts";
import { signalDriver } from "../contract/conformance_signal.ts";
import { OPERATOR_EMAIL } from "../contract/rest_client.ts";
import { type Owner, signUp, until } from "../fakes/people.ts";
import { plenumHere } from "../fakes/plenum.ts";
import { sampleFile } from "../fixtures/files.ts";

interface Stage {
  readonly owner: Owner;
  readonly group: string;
  readonly siri: Phone;
  readonly aino: Phone;
}

async function staged(play: (stage: Stage) => Promise<void>): Promise<void> {
  await using driver = signalDriver();
  const linkable = driver.linkable === undefined ? [] : [driver.linkable];
  const plenum = await plenumHere({ SANDBOX: "off", OPERATOR_EMAIL, ...driver.env }, linkable);
  try {
    const owner = await signUp(plenum.url, OPERATOR_EMAIL);
    await driver.prepare?.(plenum.url, owner.token);
    const { id } = await owner.createGroup("Lake weekend", ["signal", "web"]);
    const { inviteUrl } = await owner.bridge(id, "signal", "ready");
    const [siri, aino] = [
      await driver.join(inviteUrl ?? "", "Siri"),
      await driver.join(inviteUrl ?? "", "Aino"),
    ];
    await play({ owner, group: id, siri, aino });
  } finally {
    await plenum.stop();
  }
}

const History = z.object({
  messages: z.array(z.object({ content: z.looseObject({ type: z.string() }) })),
});

/** What Plenum has heard, oldest first, by kind. */
async function heard({ owner, group }: Stage): Promise<string[]> {
  const { body } = await owner.client.call("GET", `/api/groups/${group}/messages`, { token: owner.token });
  return History.parse(body).messages.map(({ content }) => content.type);
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

Deno.test("what somebody does on Signal is seen there, and heard by Plenum", async () => {
  await staged(async (stage) => {
    const { siri, aino } = stage;
    const { mime, body } = await sampleFile("png");
    const file = { kind: "photo", mime, body, caption: STYLED } as const;
    const text = await siri.act({ do: "text", text: STYLED });
    assert.deepEqual((await sees(aino, text)).text, STYLED);
    const answer = await aino.act({ do: "text", text: plain("yes"), replyTo: text });
    assert.equal((await sees(siri, answer)).replyTo, text);
    const album = await siri.act({ do: "album", files: [file, file] });
    const both = (await aino.chat()).messages.filter((message) => message.album === album);
    assert.deepEqual(both.map(({ text }) => text), [STYLED, plain("")]);
    assert.deepEqual(both[1]?.file?.body, body);
    const card = await siri.act({ do: "contact", name: "Bob", phone: "+49 40 1234567" });
    assert.deepEqual((await sees(aino, card)).contact, { name: "Bob", phone: "+49 40 1234567" });
    const named = await siri.act({ do: "mention", text: "look", name: "Aino" });
    assert.deepEqual((await sees(aino, named)).mentions, ["Aino"]);
    const poll = await siri.act({ do: "poll", question: "Tea?", options: ["yes", "no"], multiple: false });
    const kinds = ["text", "text", "media", "media", "contact", "text", "poll"];
    await until("Plenum hears all of it", async () => {
      const all = await heard(stage);
      return kinds.every((kind, at) => all[at] === kind) ? all : null;
    });
    await changed(stage, { text, album, poll });
  });
});

/** What is done to messages that are there. */
async function changed(
  { siri, aino }: Stage,
  { text, album, poll }: Readonly<Record<"text" | "album" | "poll", string>>,
): Promise<void> {
  const acts: readonly [Phone, Act][] = [
    [siri, { do: "edit", target: text, text: plain("better") }],
    [siri, { do: "edit-caption", target: album, text: plain("nicer") }],
    [aino, { do: "react", target: text, emoji: "👍" }],
    [aino, { do: "vote", target: poll, options: [1] }],
    [siri, { do: "close-poll", target: poll }],
    [siri, { do: "pin", target: text }],
  ];
  for (const [phone, act] of acts) assert.equal(await phone.act(act), "");
  const { text: words, reactions, edited } = await sees(aino, text);
  assert.deepEqual([words, reactions, edited], [plain("better"), ["👍"], true]);
  assert.deepEqual((await sees(aino, album)).text, plain("nicer"));
  assert.equal((await sees(aino, poll)).poll?.closed, true);
  await siri.act({ do: "delete", target: text });
  assert.equal((await sees(aino, text)).deleted, true);
}

Deno.test("the look of the group on Signal is everybody's, and Plenum's words come there", async () => {
  await staged(async ({ owner, group, siri, aino }) => {
    const { body } = await sampleFile("jpeg");
    await siri.act({ do: "title", title: "Lake" });
    await siri.act({ do: "description", text: "By the lake" });
    await siri.act({ do: "icon", body });
    await siri.act({ do: "timer", seconds: 3600 });
    const { messages: _messages, ...look } = await aino.chat();
    assert.deepEqual(look, { title: "Lake", description: "By the lake", icon: body, timer: 3600 });
    await owner.post(group, "hello from the web");
    await until("both see it", async () => {
      const seen = ({ messages }: ChatSeen): boolean =>
        messages.some(({ ours, text }) => ours && text.text.endsWith("hello from the web"));
      return seen(await siri.chat()) && seen(await aino.chat());
    });
  });
});
