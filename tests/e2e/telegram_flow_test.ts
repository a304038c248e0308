/** Telegram for real in the whole of Plenum: the real process and the real grammY against a Bot API server. */
import assert from "node:assert/strict";
import { type FakeTelegram, startTelegram } from "../fakes/telegram/mod.ts";
import { joinByPhone, type Owner, type Phone, signUp } from "../fakes/people.ts";
import { plenumProcess } from "../fakes/plenum.ts";

interface Scene {
  readonly telegram: FakeTelegram;
  readonly owner: Owner;
  readonly group: string;
  readonly phone: Phone;
  readonly chat: number;
  readonly ada: ReturnType<FakeTelegram["world"]["addUser"]>;
}

/** Olga's group: Ada brought the bot into a chat at Telegram, Ben is there with (simulated) WhatsApp. */
async function scene(
  play: (scene: Scene) => Promise<void>,
  type: "group" | "supergroup" = "supergroup",
): Promise<void> {
  await using telegram = await startTelegram();
  const dataDir = await Deno.makeTempDir();
  const plenum = await plenumProcess({
    DATA_DIR: dataDir,
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.apiRoot,
    SANDBOX: "on",
  });
  try {
    const owner = await signUp(plenum.url);
    const { id: group } = await owner.createGroup("Lake weekend", ["telegram", "whatsapp", "web"]);
    const waiting = await owner.bridge(group, "telegram", "needs-action");
    const link = new URL(waiting.action?.url ?? "about:blank");
    const startParameter = link.searchParams.get("startgroup") ?? "";
    assert.notEqual(startParameter, "");
    const ada = telegram.world.addUser("Ada Lovelace");
    const chat = telegram.world.createGroup("Our lake", ada, type);
    telegram.world.addBot(chat, { by: ada, admin: true, startParameter });
    const ready = await owner.bridge(group, "telegram", "ready");
    assert.deepEqual(telegram.world.links(chat), [ready.inviteUrl]);
    assert.equal(telegram.world.title(chat), "Lake weekend");
    const { inviteUrl } = await owner.bridge(group, "whatsapp", "ready");
    const phone = await joinByPhone(plenum.url, { messenger: "whatsapp", name: "Ben", inviteUrl });
    await play({ telegram, owner, group, phone, chat, ada });
  } finally {
    await plenum.terminate();
    await Deno.remove(dataDir, { recursive: true });
  }
}

Deno.test("a Telegram group brought in by the deep link talks with the other messengers", () =>
  scene(async ({ telegram, phone, chat, ada, owner, group }) => {
    const { world } = telegram;
    const asked = world.say(ada, chat, "Who brings the *boat*?");
    const seen = await phone.sees("the question", ({ text }) => text.includes("Who brings the *boat*?"));
    assert.match(seen.text, /Ada Lovelace/);

    await phone.send({ type: "text", text: "I do", replyTo: seen.messageId });
    const reply = await world.waitFor(
      () => world.messages(chat).find(({ text }) => text.includes("I do")),
      "Ben's reply at Telegram",
    );
    assert.match(reply.text, /Ben/);
    assert.equal(reply.replyTo, asked);

    world.react(ada, chat, reply.id, ["👍"]);
    await phone.sees("the reaction", ({ text, reactions }) => text === "I do" && reactions.length === 1);
    await phone.send({ type: "reaction", emoji: "❤", target: seen.messageId });
    await world.waitFor(
      () => world.messages(chat).find(({ id, reactions }) => id === asked && reactions.length === 1),
      "Ben's reaction at Telegram",
    );

    world.edit(ada, chat, asked, "Who brings the tent?");
    await phone.sees("the edit", ({ text, edited }) => edited && text.includes("tent"));

    const mine = await phone.send({ type: "text", text: "see you tomrow" });
    await world.waitFor(() => world.messages(chat).some(({ text }) => text.includes("tomrow")), "the typo");
    await phone.send({ type: "edit", text: "see you tomorrow", target: mine });
    await world.waitFor(
      () => world.messages(chat).some(({ text, edited }) => edited && text.includes("tomorrow")),
      "the correction",
    );
    await phone.send({ type: "delete", target: mine });
    await world.waitFor(
      () => world.messages(chat).some(({ text, deleted }) => deleted && text.includes("tomorrow")),
      "the deletion",
    );

    await owner.post(group, "All set");
    await world.waitFor(
      () => world.messages(chat).some(({ text }) => text.includes("All set")),
      "Olga's message",
    );
    await phone.sees("Olga's message", ({ text }) => text.includes("All set"));
  }));

Deno.test("flood control at Telegram delays its messages alone, and they keep their order", () =>
  scene(async ({ telegram, phone, chat }) => {
    const { world, faults } = telegram;
    faults.add({ method: "sendMessage", chat, fault: { kind: "flood", retryAfterSeconds: 1 } });
    for (const text of ["one", "two", "three"]) await phone.send({ type: "text", text });

    // What waits may come together in one message.
    const lines = await world.waitFor(() => {
      const said = world.messages(chat).filter(({ fromBot }) => fromBot).flatMap(({ text }) =>
        text.split("\n")
      );
      return said.includes("three") ? said : null;
    }, "three messages");

    const wanted = ["one", "two", "three"];
    assert.deepEqual(lines.filter((line) => wanted.includes(line)), wanted);
  }));

Deno.test("a kick turns the bridge failed with a reason, and bringing the bot back delivers what waited", () =>
  scene(async ({ telegram, phone, chat, ada, owner, group }) => {
    const { world } = telegram;
    world.kickBot(chat, ada);
    const failed = await owner.bridge(group, "telegram", "failed");
    assert.match(failed.reason ?? "", /removed from the Telegram group/);

    await phone.send({ type: "text", text: "anybody there?" });
    world.promoteBot(chat, { by: ada });
    await owner.bridge(group, "telegram", "ready");

    await world.waitFor(
      () => world.messages(chat).some(({ text }) => text.includes("anybody there?")),
      "the message",
    );
  }));

Deno.test("a bot that may not write turns the bridge failed with a reason, and loses nothing until it may again", () =>
  scene(async ({ telegram, phone, chat, ada, owner, group }) => {
    const { world } = telegram;
    world.muteBot(chat, ada);
    await phone.send({ type: "text", text: "can you read this?" });
    const failed = await owner.bridge(group, "telegram", "failed");
    assert.match(failed.reason ?? "", /may not write/);

    world.promoteBot(chat, { by: ada });
    await owner.bridge(group, "telegram", "ready");

    await world.waitFor(
      () => world.messages(chat).some(({ text }) => text.includes("can you read this?")),
      "the message",
    );
  }));

Deno.test("a reaction that the Telegram group does not have arrives as a line", () =>
  scene(async ({ telegram, phone, chat, ada }) => {
    const { world } = telegram;
    world.limitReactions(chat, ["👍"]);
    const asked = world.say(ada, chat, "Who brings the boat?");
    const seen = await phone.sees("the question", ({ text }) => text.includes("boat"));
    await phone.send({ type: "reaction", emoji: "🎉", target: seen.messageId });
    const line = await world.waitFor(
      () => world.messages(chat).find(({ text }) => text.includes("🎉")),
      "the line",
    );
    assert.equal(line.fromBot, true);
    assert.notEqual(line.id, asked);
  }));

Deno.test("a group that becomes a supergroup goes on there: nothing is lost, and no old number is taken for a new one", () =>
  scene(async ({ telegram, phone, chat, ada }) => {
    const { world } = telegram;
    world.say(ada, chat, "before the move");
    const before = await phone.sees("the first message", ({ text }) => text.includes("before the move"));

    const to = world.migrate(chat, ada);
    for (const text of ["one", "two", "three"]) world.say(ada, to, `after the move: ${text}`);
    await phone.send({ type: "text", text: "still here", replyTo: before.messageId });

    for (const text of ["one", "two", "three"]) {
      await phone.sees(text, (message) => message.text.includes(`after the move: ${text}`));
    }
    const reply = await world.waitFor(
      () => world.messages(to).find(({ text }) => text.includes("still here")),
      "the reply",
    );
    assert.equal(reply.replyTo, null);
    assert.match(reply.text, /> Ada Lovelace: before the move/);
    await world.waitFor(() => world.links(to).length === 1, "the new link");
  }, "group"));
