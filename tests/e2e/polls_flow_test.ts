/** A poll over the real adapters of Telegram, which tells bots nothing of votes in people's own polls, and of Signal. */
import assert from "node:assert/strict";
import { plain } from "../../actors/model/mod.ts";
import type { MessageSeen, Phone } from "../contract/conformance_driver.ts";
import { signalDriver } from "../contract/conformance_signal.ts";
import { eventually, openStage } from "../contract/conformance_stage.ts";
import { telegramDriver } from "../contract/conformance_telegram.ts";

async function pollFrom(phone: Phone, { ours }: { readonly ours: boolean }): Promise<MessageSeen> {
  return await eventually(
    `the poll for ${phone.name}`,
    async () =>
      (await phone.chat()).messages.findLast((one) => one.poll !== undefined && one.ours === ours) ?? null,
  );
}

/** Waits for a line that says the result, and asserts that it is the only one. */
async function reads(phone: Phone, result: RegExp): Promise<void> {
  const lines = async (): Promise<string[]> =>
    (await phone.chat()).messages.filter(({ ours, deleted }) => ours && !deleted)
      .map(({ text }) => text.text).filter((text) => text.includes("All messengers together"));
  await eventually(
    `${result} for ${phone.name}`,
    async () => (await lines()).some((text) => result.test(text)),
  );
  assert.equal((await lines()).length, 1);
}

Deno.test("a poll of Telegram is voted in everywhere and by number, counted once, and closed for all by its author", async () => {
  await using stage = await openStage([await telegramDriver(), signalDriver()]);
  const [tove, siri] = stage.people.map(({ phone }) => phone);
  assert.ok(tove !== undefined && siri !== undefined);
  const options = ["Lake", "Sea"];

  const theirs = await tove.act({ do: "poll", question: "Where?", options, multiple: false });
  const copy = await pollFrom(siri, { ours: true });
  const mirror = await pollFrom(tove, { ours: true });
  assert.deepEqual([copy.poll?.options, mirror.poll?.options], [options, options]);
  await siri.act({ do: "vote", target: copy.id, options: [1] });
  await tove.act({ do: "vote", target: mirror.id, options: [1] });
  for (const phone of [tove, siri]) await reads(phone, /Lake: \S+ 0\nSea: \S+ 2\n/);
  await siri.act({ do: "text", text: plain("1"), replyTo: copy.id });
  for (const phone of [tove, siri]) await reads(phone, /Lake: \S+ 1\nSea: \S+ 1\n/);
  await tove.act({ do: "close-poll", target: theirs });

  for (const phone of [tove, siri]) {
    await reads(phone, /closed[^]*Lake: \S+ 1\nSea: \S+ 1\n/);
    const isClosed = async (): Promise<boolean> =>
      (await pollFrom(phone, { ours: true })).poll?.closed === true;
    await eventually(`the end for ${phone.name}`, isClosed);
  }
  const { messages } = await tove.chat();
  assert.ok(!messages.some(({ ours, text }) => ours && /Siri Aalto · Signal\n1$/.test(text.text)));
});
