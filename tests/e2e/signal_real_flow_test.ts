/**
 * Signal with all of Plenum and nothing of Signal faked on our side: a real process, the real signal-cli that it
 * starts and watches, Signal's mock server with two people, and a simulated Telegram member.
 */
import assert from "node:assert/strict";
import { joinByPhone, until } from "../fakes/people.ts";
import { openStage, realSignalTest } from "./signal_real_opened.ts";

realSignalTest("two people and a Telegram member chat, reply, react, edit and delete", async () => {
  await using stage = await openStage();
  const { bed, own, operator, url } = stage;
  const { id } = await operator.createGroup("Tea", ["signal", "telegram"]);
  const { inviteUrl } = await operator.bridge(id, "signal", "ready");
  assert.match(inviteUrl ?? "", /^https:\/\/signal\.group\/#/);
  const [alice, ben] = [await bed.person("Alice"), await bed.person("Ben")];
  const chat = await bed.join(alice, inviteUrl ?? "");
  // As phones tell of it, which old versions of signal-cli stumble over.
  await bed.join(ben, inviteUrl ?? "", true);
  const made = await bed.group(chat);
  assert.equal(made.title, "Tea");
  assert.equal(made.link, inviteUrl);
  assert.ok(made.avatar);
  const telegram = await operator.bridge(id, "telegram", "ready");
  const tom = await joinByPhone(url, { messenger: "telegram", name: "Tom", inviteUrl: telegram.inviteUrl });

  const hello = await bed.say(alice, chat, "hello all", { styles: [{ start: 6, length: 3, style: "BOLD" }] });
  const atTom = await tom.sees("Alice's hello", ({ text }) => text.includes("hello all"));
  assert.match(atTom.text, /^Alice · Signal\n/);
  await tom.send({ type: "text", text: "hi Alice", replyTo: atTom.messageId });
  const reply = await bed.sees(
    alice,
    "the reply",
    ({ dataMessage }) => dataMessage?.body?.includes("hi Alice") === true,
  );
  assert.deepEqual([reply.dataMessage?.quote?.id, reply.dataMessage?.quote?.authorAci], [hello, alice.aci]);
  assert.match(reply.dataMessage?.body ?? "", /Tom/);
  const copy = reply.dataMessage?.timestamp ?? 0;

  await bed.react(ben, chat, { author: own, targetTimestamp: copy, emoji: "👍" });
  await tom.sees("Ben's reaction", ({ reactions }) => reactions.some(({ emoji }) => emoji === "👍"));
  await tom.send({ type: "reaction", emoji: "🔥", target: atTom.messageId });
  await bed.sees(alice, "Tom's reaction", ({ dataMessage }) => {
    return dataMessage?.reaction?.emoji === "🔥" && dataMessage.reaction.targetSentTimestamp === hello;
  });

  const edited = await bed.edit(alice, chat, hello, "hello everybody");
  await tom.sees("the edit", ({ text, edited }) => edited && text.includes("hello everybody"));
  await bed.edit(alice, chat, edited, "hello everybody!");
  await tom.sees("the edit of the edit", ({ text }) => text.includes("hello everybody!"));
  const mine = (await tom.view()).find(({ text }) => text.includes("hi Alice"));
  await tom.send({ type: "edit", target: mine?.messageId ?? "", text: "hi dear Alice" });
  const change = await bed.sees(
    ben,
    "Tom's edit",
    ({ editMessage }) => editMessage?.targetSentTimestamp === copy,
  );
  // What is known by a new time is still the same message.
  const newer = change.editMessage?.dataMessage.timestamp ?? 0;
  await bed.say(ben, chat, "you are early", {
    quote: { timestamp: newer, author: own.aci, text: "hi dear Alice" },
  });
  const early = await tom.sees("Ben's answer", ({ text }) => text.includes("you are early"));
  assert.equal(early.replyTo, mine?.messageId);

  await tom.send({ type: "text", text: "where is @Alice?" });
  const ping = await bed.sees(
    alice,
    "her name",
    ({ dataMessage }) => dataMessage?.body?.includes("@Alice") === true,
  );
  const ranges = JSON.stringify(ping.dataMessage?.bodyRanges);
  assert.ok(ranges.includes(alice.aci), "her phone is told that she is meant");
  await bed.sayByPhone(own, chat, "from the phone itself");
  await tom.sees("what our phone said", ({ text }) => text.includes("from the phone itself"));

  await bed.delete(alice, chat, hello);
  await tom.sees("the deletion", ({ messageId, deleted }) => messageId === atTom.messageId && deleted);
  await bed.leave(ben, chat);
  await until("Ben has left", async () => {
    const { body } = await operator.client.call("GET", `/api/groups/${id}/members`, {
      token: operator.token,
    });
    return JSON.stringify(body).includes("Alice") && !JSON.stringify(body).includes("Ben");
  });

  // Removed, nothing of its keys and messages stays here.
  assert.ok((await Deno.stat(`${stage.dataDir}/signal/signal/config`)).isDirectory);
  const removal = await operator.client.call("DELETE", "/api/accounts/signal", { token: operator.token });
  assert.equal(removal.status, 204);
  await assert.rejects(Deno.stat(`${stage.dataDir}/signal/signal`));

  const texts = (await tom.view()).map(({ text }) => text).join("\n");
  for (const { number } of [alice, ben, own]) assert.ok(!texts.includes(number));
});
