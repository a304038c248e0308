/** What is neither words nor a file between Signal and Plenum: polls, pins, cards, and how the group looks. */
import assert from "node:assert/strict";
import { NativeId, type NativeOp, plain } from "../../actors/model/mod.ts";
import { groupWith, signalTest } from "./signal_opened.ts";

const options = { signal: new AbortController().signal };
const POLL: NativeOp = { type: "poll", question: "Tea?", options: ["yes", "no"], multiple: true };

signalTest("our poll is voted in, and ended", async ({ server, life, host, own }) => {
  const { chat, person } = await groupWith({ server, life }, "Olga");
  const { ids: [target = NativeId.parse("none")] } = await life.send(chat, POLL);
  const shown = person.view(chat).at(-1);
  assert.equal(target, `${own.aci}:${shown?.times[0]}`);
  const { question, options: choices, multiple } = shown?.poll ?? {};
  assert.deepEqual([question, choices, multiple], ["Tea?", ["yes", "no"], true]);
  const meant = { author: own.aci, timestamp: shown?.times[0] ?? 0 };
  person.vote(chat, meant, [1, 0]);
  person.vote(chat, meant, []);
  await host.event("vote", ({ options }) => options.length === 0);
  const votes = host.taken.flatMap((event) => event.type === "vote" ? [event.options] : []);
  assert.deepEqual(votes, [[1, 0], []]);
  assert.deepEqual((await host.event("vote")).target, { native: target });
  await life.send(chat, { type: "close-poll", target });
  assert.equal(shown?.poll?.closed, true);
  assert.deepEqual(server.unknown, []);
});

signalTest("somebody's poll, the votes in it and its end are heard", async (stage) => {
  const { chat, person } = await groupWith(stage, "Olga");
  const ben = stage.server.person("Ben");
  ben.join(stage.server.linkOf(chat) ?? "");
  const timestamp = person.poll(chat, { question: "Tea?", options: ["yes", "no"], multiple: false });
  ben.vote(chat, { author: person.aci, timestamp }, [1]);
  person.endPoll(chat, timestamp);
  const target = { native: `${person.aci}:${timestamp}` };
  assert.deepEqual((await stage.host.event("poll-closed")).target, target);
  const { author, options: choice, target: poll } = await stage.host.event("vote");
  assert.deepEqual([author.native, choice, poll], [ben.aci, [1], target]);
  const { content, native } = await stage.host.event("message");
  assert.deepEqual(content, { type: "poll", question: "Tea?", options: ["yes", "no"], multiple: false });
  assert.deepEqual({ native }, target);
});

signalTest("a pin, and its end, name the message by its first time", async (stage) => {
  const { chat, person } = await groupWith(stage, "Olga");
  const first = person.say(chat, "helo");
  const timestamp = person.edit(chat, first, "hello");
  person.pin(chat, { author: person.aci, timestamp });
  person.pin(chat, { author: person.aci, timestamp }, false);
  const target = { native: `${person.aci}:${first}` };
  assert.deepEqual((await stage.host.event("pin", ({ pinned }) => !pinned)).target, target);
  assert.deepEqual((await stage.host.event("pin", ({ pinned }) => pinned)).target, target);
});

signalTest("cards come with their numbers, and go with their message", async (stage) => {
  const { host } = stage;
  const { chat, person } = await groupWith(stage, "Olga");
  const timestamp = person.contact(chat, "Bob", "+49 40 1234567");
  const { content } = await host.event("message");
  assert.deepEqual(content, { type: "contact", name: "Bob", phones: ["+49 40 1234567"] });
  const contacts = ["Ann", "Ben"].map((given) => ({ name: { given } }));
  const both = person.say(chat, null, { more: { contacts } });
  await host.until(() => host.taken.filter(({ type }) => type === "message").length === 3, "both cards");
  person.delete(chat, timestamp);
  person.delete(chat, both);
  await host.until(() => host.taken.filter(({ type }) => type === "delete").length === 3, "that all went");
  const gone = host.taken.flatMap((event) =>
    event.type === "delete" && "native" in event.target ? [event.target.native] : []
  );
  assert.deepEqual(gone, [timestamp, both, `${both}:1`].map((one) => `${person.aci}:${one}`));
});

signalTest("how the group looks is told once, and what we set is no news", async (stage) => {
  const { host, life, server } = stage;
  const { chat, person } = await groupWith(stage, "Olga");
  await host.event("join");
  const bytes = new Uint8Array([1, 2, 3]);
  person.redescribe(chat, "More");
  person.picture(chat, bytes);
  person.timer(chat, 3600);
  assert.equal((await host.event("timer")).seconds, 3600);
  assert.equal((await host.event("description")).text, "More");
  const { media, author } = await host.event("icon");
  assert.deepEqual([author?.native, author?.name], [person.aci, "Olga"]);
  const picture = await life.adapter.openMedia(media?.native ?? NativeId.parse("none"), options);
  assert.deepEqual(await new Response(picture.body).bytes(), bytes);

  const icon = { native: NativeId.parse("f"), mime: "image/png", bytes: 2 };
  await life.send(chat, { type: "icon", media: icon }, { f: new Uint8Array([9, 9]) });
  await life.send(chat, { type: "description", description: "Less" });
  await life.send(chat, { type: "timer", seconds: 60 });
  const { avatar, description, timer } = server.group(chat);
  assert.deepEqual([avatar, description, timer], [new Uint8Array([9, 9]), "Less", 60]);
  person.retitle(chat, "Coffee");
  await host.event("title");
  const news = host.taken.flatMap(({ type }) =>
    ["icon", "description", "timer"].includes(type) ? [type] : []
  );
  assert.deepEqual(news.toSorted(), ["description", "icon", "timer"]);
  assert.deepEqual(server.unknown, []);
});

signalTest("a message is taken away by us only where it goes sooner than the group's", async (stage) => {
  const { host } = stage;
  const { chat, person } = await groupWith(stage, "Olga");
  const key = `fading:${chat}`;
  person.timer(chat, 60);
  person.say(chat, "as all");
  await host.event("message");
  assert.equal(host.session.values.has(key), false);
  const at = person.say(chat, "sooner", { expires: 1 });
  await host.event("message", ({ native }) => native === `${person.aci}:${at}`);
  host.pass(2_000);
  assert.deepEqual((await host.event("delete")).target, { native: `${person.aci}:${at}` });
});

signalTest("nobody's phone rings for what is quiet", async (stage) => {
  const { chat, person } = await groupWith(stage, "Olga");
  await stage.life.send(chat, { type: "post", text: plain("⏳"), quiet: true });
  await stage.life.send(chat, { type: "post", text: plain("news") });
  assert.deepEqual(person.view(chat).map(({ quiet }) => quiet), [true, false]);
});

signalTest("of polls an old signal-cli says nothing, and everything else is heard", async (stage) => {
  const { chat, person } = await groupWith(stage, "Olga");
  const timestamp = person.poll(chat, { question: "Tea?", options: ["yes", "no"], multiple: false });
  person.vote(chat, { author: person.aci, timestamp }, [0]);
  person.say(chat, "hello?");
  const { content } = await stage.host.event("message");
  assert.equal(content.type, "text");
  assert.equal(stage.life.adapter.capabilities(chat).poll, undefined);
}, { version: "0.13.19" });
