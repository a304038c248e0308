/** The driver of the conformance suite for WhatsApp: what its people do is seen by each other, and by Plenum. */
import assert from "node:assert/strict";
import { z } from "zod";
import { plain, type RichText } from "../../actors/model/mod.ts";
import type { ChatSeen, MessageSeen, Phone } from "../contract/conformance_driver.ts";
import { whatsappDriver } from "../contract/conformance_whatsapp.ts";
import { OPERATOR_EMAIL } from "../contract/rest_client.ts";
import { type Owner, signUp, until } from "../fakes/people.ts";
import { plenumHere } from "../fakes/plenum.ts";
import { sampleFile } from "../fixtures/files.ts";

interface Stage {
  readonly owner: Owner;
  readonly group: string;
  readonly walid: Phone;
  readonly wanda: Phone;
}

/** Baileys leaves timers behind, however it is closed. */
function staged(name: string, play: (stage: Stage) => Promise<void>): void {
  Deno.test({
    name,
    sanitizeOps: false,
    sanitizeResources: false,
    fn: async () => {
      await using driver = whatsappDriver();
      const linkable = driver.linkable === undefined ? [] : [driver.linkable];
      const plenum = await plenumHere({ SANDBOX: "off", OPERATOR_EMAIL, ...driver.env }, linkable);
      try {
        const owner = await signUp(plenum.url, OPERATOR_EMAIL);
        await driver.prepare?.(plenum.url, owner.token);
        const { id } = await owner.createGroup("Lake weekend", ["whatsapp", "web"]);
        const { inviteUrl } = await owner.bridge(id, "whatsapp", "ready");
        const [walid, wanda] = [
          await driver.join(inviteUrl ?? "", "Walid"),
          await driver.join(inviteUrl ?? "", "Wanda"),
        ];
        await play({ owner, group: id, walid, wanda });
      } finally {
        await plenum.stop();
      }
    },
  });
}

const History = z.object({
  messages: z.array(z.object({
    content: z.looseObject({
      type: z.string(),
      votes: z.array(z.object({ options: z.array(z.number()) })).optional(),
    }),
  })),
});

/** What Plenum has heard, oldest first. */
async function historyOf({ owner, group }: Stage): Promise<z.infer<typeof History>["messages"]> {
  const { body } = await owner.client.call("GET", `/api/groups/${group}/messages`, { token: owner.token });
  return History.parse(body).messages;
}

/** By kind. */
async function heard(stage: Stage): Promise<string[]> {
  return (await historyOf(stage)).map(({ content }) => content.type);
}

function sees(phone: Phone, id: string): Promise<MessageSeen> {
  return until("the message is seen", async () => {
    return (await phone.chat()).messages.find((message) => message.id === id) ?? null;
  });
}

function looks<T>(phone: Phone, what: string, look: (chat: ChatSeen) => T | null): Promise<T> {
  return until(what, async () => look(await phone.chat()));
}

const STYLED: RichText = {
  text: "bold and struck",
  spans: [{ type: "bold", start: 0, length: 4 }, { type: "strike", start: 9, length: 6 }],
};

staged("what somebody does on WhatsApp is seen there, and heard by Plenum", async (stage) => {
  const { walid, wanda } = stage;
  const { mime, body } = await sampleFile("png");
  const file = { kind: "photo", mime, body, caption: STYLED } as const;
  const text = await walid.act({ do: "text", text: STYLED });
  assert.deepEqual((await sees(wanda, text)).text, STYLED);
  const answer = await wanda.act({ do: "text", text: plain("yes *no*"), replyTo: text });
  const answered = await sees(walid, answer);
  assert.deepEqual([answered.replyTo, answered.text], [text, plain("yes *no*")]);
  const album = await walid.act({ do: "album", files: [file, { ...file, caption: plain("") }] });
  const { album: name } = await sees(wanda, album);
  const both = await looks(wanda, "both files", ({ messages }) => {
    const found = messages.filter((message) => message.album === name);
    return found.length === 2 ? found : null;
  });
  assert.deepEqual(both.map(({ text }) => text), [STYLED, plain("")]);
  assert.deepEqual(both[1]?.file?.body, body);
  const card = await walid.act({ do: "contact", name: "Bob", phone: "+49 40 1234567" });
  assert.deepEqual((await sees(wanda, card)).contact, { name: "Bob", phone: "+49 40 1234567" });
  const named = await walid.act({ do: "mention", text: "look", name: "Wanda" });
  const mentioned = await sees(wanda, named);
  assert.deepEqual([mentioned.mentions, mentioned.text], [["Wanda"], plain("look @Wanda")]);
  const poll = await walid.act({ do: "poll", question: "Tea?", options: ["yes", "no"], multiple: false });
  assert.deepEqual((await sees(wanda, poll)).poll?.options, ["yes", "no"]);
  const place = { latitude: 52.5, longitude: 13.4 };
  const there = await walid.act({ do: "location", ...place, label: "Café" });
  assert.deepEqual((await sees(wanda, there)).location, { ...place, label: "Café" });

  const kinds = ["text", "text", "media", "media", "contact", "text", "poll", "location"];
  const all = await until("Plenum hears all of it", async () => {
    const said = await heard(stage);
    return said.length >= kinds.length ? said : null;
  });
  assert.deepEqual(all, kinds);
});

staged("what somebody changes on WhatsApp is seen there", async ({ walid, wanda }) => {
  const { mime, body } = await sampleFile("jpeg");
  const text = await walid.act({ do: "text", text: plain("one") });
  await sees(wanda, text);
  await walid.act({ do: "edit", target: text, text: STYLED });
  await wanda.act({ do: "react", target: text, emoji: "👍" });
  const edited = await looks(wanda, "edit and reaction", ({ messages }) => {
    const found = messages.find(({ id }) => id === text);
    return found?.edited && found.reactions.length > 0 ? found : null;
  });
  assert.deepEqual([edited.text, edited.reactions, edited.ours], [STYLED, ["👍"], false]);
  const photo = await walid.act({ do: "file", file: { kind: "photo", mime, body, caption: plain("a") } });
  await walid.act({ do: "edit-caption", target: photo, text: plain("b") });
  await walid.act({ do: "delete", target: text });
  await looks(wanda, "caption and deletion", ({ messages }) => {
    const [gone, kept] = [text, photo].map((wanted) => messages.find(({ id }) => id === wanted));
    return gone?.deleted === true && kept?.text.text === "b" ? kept : null;
  });
  await walid.act({ do: "title", title: "Tea" });
  await walid.act({ do: "description", text: "About tea" });
  await walid.act({ do: "icon", body });
  await walid.act({ do: "timer", seconds: 86_400 });
  const { title, description, icon, timer } = await wanda.chat();
  assert.deepEqual({ title, description, icon, timer }, {
    title: "Tea",
    description: "About tea",
    icon: body,
    timer: 86_400,
  });
  await assert.rejects(walid.act({ do: "close-poll", target: text }), /Cannot close-poll on WhatsApp/);
});

staged("votes in a poll of WhatsApp come to Plenum, where they are one result", async (stage) => {
  const { walid, wanda } = stage;
  const poll = await walid.act({ do: "poll", question: "Tea?", options: ["yes", "no"], multiple: false });
  await sees(wanda, poll);
  await wanda.act({ do: "vote", target: poll, options: [1] });
  await walid.act({ do: "vote", target: poll, options: [0] });

  const chosen = await until("Plenum has both votes", async () => {
    const [{ content } = {}] = await historyOf(stage);
    const votes = content?.votes?.flatMap(({ options }) => options) ?? [];
    return votes.length === 2 ? votes : null;
  });
  assert.deepEqual(chosen, [1, 0]);
});

staged("a place that moves, a pin and what has no kind are told of by Plenum", async (stage) => {
  const { walid } = stage;
  const live = await walid.act({ do: "location", latitude: 1, longitude: 2, live: true });
  await walid.act({ do: "live-end", target: live });
  await walid.act({ do: "pin", target: live });
  await walid.act({ do: "odd" });

  const kinds = await until("Plenum hears all of it", async () => {
    const said = await heard(stage);
    return said.includes("other") ? said : null;
  });
  assert.deepEqual(kinds.filter((kind) => kind !== "text"), ["location", "other"]);
});
