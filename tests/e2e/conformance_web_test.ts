/** The driver of the conformance suite for the browser: what guests do is seen by each other. */
import assert from "node:assert/strict";
import { plain, type RichText } from "../../actors/model/mod.ts";
import type { Act, MessageSeen, Phone } from "../contract/conformance_driver.ts";
import { webDriver } from "../contract/conformance_web.ts";
import { joinByPhone, type Owner, signUp, until } from "../fakes/people.ts";
import { plenumHere } from "../fakes/plenum.ts";
import { sampleFile } from "../fixtures/files.ts";

const STYLED: RichText = {
  text: "bold and said",
  spans: [{ type: "bold", start: 0, length: 4 }, { type: "spoiler", start: 9, length: 4 }],
};

interface Stage {
  readonly owner: Owner;
  readonly url: string;
  readonly group: string;
  readonly ola: Phone;
  readonly per: Phone;
}

async function staged(play: (stage: Stage) => Promise<void>): Promise<void> {
  await using driver = webDriver();
  const plenum = await plenumHere(driver.env);
  try {
    const { url } = plenum;
    const owner = await signUp(url);
    await driver.prepare?.(url, owner.token);
    const { id } = await owner.createGroup("Lake weekend");
    const { inviteUrl } = await owner.bridge(id, "web", "ready");
    const ola = await driver.join(inviteUrl ?? "", "Ola");
    await play({ owner, url, group: id, ola, per: await driver.join(inviteUrl ?? "", "Per") });
  } finally {
    await plenum.stop();
  }
}

function sees(
  phone: Phone,
  id: string,
  isIt: (seen: MessageSeen) => boolean = () => true,
): Promise<MessageSeen> {
  return until(
    `${phone.name} sees it`,
    async () => (await phone.chat()).messages.find((one) => one.id === id && isIt(one)) ?? null,
  );
}

Deno.test("what somebody does in the browser is seen by others there", async () => {
  await staged(async ({ ola, per }) => {
    const { mime, body, name } = await sampleFile("png");
    const file = { kind: "photo", mime, body, name, caption: STYLED } as const;
    const text = await ola.act({ do: "text", text: STYLED });
    const answer = await per.act({ do: "text", text: plain("yes"), replyTo: text });
    const album = await ola.act({ do: "album", files: [file, file] });
    const poll = await ola.act({ do: "poll", question: "Tea?", options: ["yes", "no"], multiple: false });
    const place = await ola.act({ do: "location", latitude: 53.5, longitude: 10, label: "Harbour" });
    const card = await ola.act({ do: "contact", name: "Bob", phone: "+49 40 1234567" });

    assert.deepEqual((await sees(per, text)).text, STYLED);
    assert.equal((await sees(per, answer)).replyTo, text);
    const first = await sees(per, album);
    const both = (await per.chat()).messages.filter((one) => one.album === first.album);
    assert.deepEqual(both.map(({ text }) => text), [STYLED, plain("")]);
    assert.deepEqual(both.map(({ file }) => file?.mime), ["image/png", "image/png"]);
    assert.deepEqual((await sees(per, place)).location, { latitude: 53.5, longitude: 10, label: "Harbour" });
    assert.deepEqual((await sees(per, card)).contact, { name: "Bob", phone: "" });
    assert.match((await sees(ola, `${card} share`)).text.text, /\/share/);
    assert.equal((await per.chat()).messages.some(({ id }) => id === `${card} share`), false);
    await changed({ ola, per }, { text, album, poll });
  });
});

/** What is done to messages that are there. */
async function changed(
  { ola, per }: Pick<Stage, "ola" | "per">,
  { text, album, poll }: Readonly<Record<"text" | "album" | "poll", string>>,
): Promise<void> {
  const acts: readonly [Phone, Act][] = [
    [ola, { do: "edit", target: text, text: plain("better") }],
    [ola, { do: "edit-caption", target: album, text: plain("nicer") }],
    [per, { do: "react", target: text, emoji: "👍" }],
    [per, { do: "vote", target: poll, options: [1] }],
    [ola, { do: "close-poll", target: poll }],
  ];
  for (const [phone, act] of acts) assert.equal(await phone.act(act), "");
  const seen = await sees(per, text, ({ edited, reactions }) => edited && reactions.length > 0);
  assert.deepEqual([seen.text, seen.reactions], [plain("better"), ["👍"]]);
  assert.deepEqual((await sees(per, album, ({ edited }) => edited)).text, plain("nicer"));
  const closed = await sees(per, poll, ({ poll }) => poll?.closed === true);
  assert.match(closed.text.text, /ended[^]*yes: 0\nno: 1/);
  await ola.act({ do: "delete", target: text });
  assert.equal((await sees(per, text, ({ deleted }) => deleted)).deleted, true);
}

Deno.test("what somebody says elsewhere stands in the browser with who and where they are", async () => {
  await staged(async ({ owner, url, group, ola }) => {
    const { inviteUrl } = await owner.bridge(group, "signal", "ready");
    const siri = await joinByPhone(url, { messenger: "signal", name: "Siri", inviteUrl });

    await siri.send({ type: "text", text: "hello" });

    const seen = await until(
      "it is there",
      async () => (await ola.chat()).messages.find(({ text }) => text.text.endsWith("hello")) ?? null,
    );
    assert.equal(seen.ours, true);
    assert.equal(seen.text.text, "Siri (Signal)\nhello");
    assert.equal((await ola.chat()).title, "Lake weekend");
  });
});
