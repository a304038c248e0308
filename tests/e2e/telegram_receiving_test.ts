/** Everything that people send at Telegram beside text: real grammY against the fake server. */
import assert from "node:assert/strict";
import { NativeId } from "../../actors/model/mod.ts";
import { Rejected } from "../../actors/ports/mod.ts";
import { nativeOf } from "../../adapters/telegram/native_ids.ts";
import { ContractHost } from "../contract/contract_host.ts";
import { failure, type Telegram, withTelegram } from "./telegram_opened.ts";

const JPEG = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);

async function bytesOf({ adapter, signal }: Telegram, native: NativeId): Promise<Uint8Array> {
  const { body } = await adapter.openMedia(native, { signal });
  return new Uint8Array(await new Response(body).arrayBuffer());
}

Deno.test("the files of an album come as a message each, with the same album and their own bytes", async () => {
  await withTelegram({}, async (telegram) => {
    const { fake: { world }, host, olga, group } = telegram;
    const photo = { kind: "photo", mime: "image/jpeg" } as const;
    world.sayAlbum(olga, group, [
      { ...photo, bytes: JPEG, caption: "both" },
      { ...photo, bytes: JPEG.slice(0, 5), caption: "" },
    ]);
    await host.until(() => host.taken.filter(({ type }) => type === "message").length === 2, "both files");
    const contents = host.taken.flatMap((event) =>
      event.type === "message" && event.content.type === "media" ? [event.content] : []
    );
    assert.equal(new Set(contents.map(({ album }) => album)).size, 1);
    assert.notEqual(contents[0]?.album, undefined);
    assert.deepEqual(contents.map(({ caption }) => caption.text), ["both", ""]);
    const files = await Promise.all(contents.map(({ media }) => bytesOf(telegram, media.native)));
    assert.deepEqual(files, [JPEG, JPEG.slice(0, 5)]);
  });
});

Deno.test("a file over what Telegram hands out is told of, and cannot be opened as it is too large", async () => {
  await withTelegram({}, async (telegram) => {
    const { fake, host, olga, group, adapter, signal } = telegram;
    const bytes = new Uint8Array(20_000_001);
    fake.world.sayFile(olga, group, { kind: "document", mime: "text/plain", bytes, caption: "" });
    const { content } = await host.event("message");
    assert(content.type === "media" && content.media.bytes === 20_000_001);
    const error = await failure(adapter.openMedia(content.media.native, { signal }));
    assert(error instanceof Rejected && error.reason === "too-large", `${error}`);
    assert(!error.message.includes(fake.token));
  });
});

Deno.test("a Bot API server of one's own gives larger files from its disk, and its place stays inside", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await withTelegram({}, async (telegram) => {
      const { fake, host, olga, group, adapter, signal } = telegram;
      fake.keepFilesIn(dir);
      const bytes = new Uint8Array(20_000_001).fill(7);
      fake.world.sayFile(olga, group, { kind: "document", mime: "text/plain", bytes, caption: "" });
      const { content } = await host.event("message");
      assert(content.type === "media");
      assert.equal((await bytesOf(telegram, content.media.native)).length, bytes.length);
      fake.keepFilesIn("/elsewhere");
      const error = await failure(adapter.openMedia(content.media.native, { signal }));
      assert(error instanceof Rejected && error.reason === "no-target", `${error}`);
      assert(!error.message.includes("elsewhere"));
    });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("votes in a poll of ours come with whoever voted, also weeks later and after a restart", async () => {
  await withTelegram({}, async ({ fake: { world }, host, olga, group, send, stop, start }) => {
    const { ids } = await send({
      type: "poll",
      question: "Which lake?",
      options: ["Big", "Small"],
      multiple: false,
    });
    const native = NativeId.parse(ids[0]);
    const number = Number(native.split("@")[0]);
    world.vote(olga, group, number, [1]);
    const vote = await host.event("vote");
    assert.deepEqual([vote.target, vote.options, vote.author.name], [{ native }, [1], "Olga Owner"]);
    await stop();
    world.vote(olga, group, number, []);
    start();
    await host.event("vote", ({ options }) => options.length === 0);
    await send({ type: "close-poll", target: native });
    world.say(olga, group, "done");
    await host.event("message");
    assert(!host.taken.some(({ type }) => type === "poll-closed"), "we know that we closed it");
  });
});

Deno.test("a process that knows nothing but its session still finds the poll of a vote", async () => {
  const first = new ContractHost();
  await withTelegram({ host: first }, async ({ send }) => {
    await send({ type: "poll", question: "Which lake?", options: ["Big", "Small"], multiple: false });
  });
  const second = new ContractHost({ session: first.session });
  await withTelegram({ host: second }, async ({ fake, olga, chat }) => {
    const poll_id = "5000000000000000001";
    fake.pushRaw({ poll_answer: { poll_id, user: olga, option_ids: [0], option_persistent_ids: ["0"] } });
    const { target } = await second.event("vote");
    assert.deepEqual(target, { native: nativeOf(chat, 1) });
  });
});

Deno.test("a poll of somebody's comes as one, and so does its end", async () => {
  await withTelegram({}, async ({ fake: { world }, host, olga, group, chat }) => {
    const id = world.sayPoll(olga, group, { question: "When?", options: ["Sat", "Sun"], multiple: true });
    const { content } = await host.event("message");
    assert.deepEqual(content, { type: "poll", question: "When?", options: ["Sat", "Sun"], multiple: true });
    world.closePoll(olga, group, id);
    const { target } = await host.event("poll-closed");
    assert.deepEqual(target, { native: nativeOf(chat, id) });
  });
});

Deno.test("a vote in a poll that nobody knows is passed over", async () => {
  await withTelegram({}, async ({ fake, host, olga, group }) => {
    fake.pushRaw({
      poll_answer: { poll_id: "1", user: olga, option_ids: [0], option_persistent_ids: ["0"] },
    });
    fake.world.say(olga, group, "next");
    await host.event("message");
    assert(!host.taken.some(({ type }) => type === "vote"));
  });
});

Deno.test("a live place is told when it begins and when somebody ends it, with where it was last", async () => {
  await withTelegram({}, async ({ fake: { world }, host, olga, group }) => {
    const id = world.sayPlace(olga, group, { latitude: 1, longitude: 2, livePeriod: 900 });
    const { content } = await host.event("message");
    assert.deepEqual(content, { type: "location", latitude: 1, longitude: 2, live: "started" });
    world.movePlace(olga, group, id, { latitude: 3, longitude: 4, livePeriod: 900 });
    world.movePlace(olga, group, id, { latitude: 5, longitude: 6 });
    const edit = await host.event("edit");
    assert.deepEqual(edit.content, { type: "location", latitude: 5, longitude: 6, live: "ended" });
    assert.equal(host.taken.filter(({ type }) => type === "edit").length, 1);
  });
});

Deno.test("a place that never moved has no end, whatever Telegram tells of it", async () => {
  await withTelegram({}, async ({ fake: { world }, host, olga, group }) => {
    const id = world.sayPlace(olga, group, { latitude: 1, longitude: 2 });
    await host.event("message");
    world.movePlace(olga, group, id, { latitude: 1, longitude: 2 });
    world.say(olga, group, "next");
    await host.event("message", ({ content }) => content.type === "text");
    assert(!host.taken.some(({ type }) => type === "edit"));
  });
});

Deno.test("what is changed about the chat comes with whoever did it; what we change does not", async () => {
  await withTelegram({}, async (telegram) => {
    const { fake: { world }, host, olga, group, chat, send } = telegram;
    world.setPhoto(olga, group, JPEG);
    const { media, author } = await host.event("icon");
    assert(media !== null && author?.name === "Olga Owner");
    assert.deepEqual(await bytesOf(telegram, media.native), JPEG);
    await send({ type: "icon", media: null });
    world.setTimer(olga, group, 86_400);
    assert.equal((await host.event("timer")).seconds, 86_400);
    const id = world.say(olga, group, "keep this");
    world.pin(olga, group, id);
    assert.deepEqual((await host.event("pin")).target, { native: nativeOf(chat, id) });
    assert.equal(host.taken.filter(({ type }) => type === "icon").length, 1);
  });
});

Deno.test("a card comes with its number, and dice in words", async () => {
  await withTelegram({}, async ({ fake: { world }, host, olga, group }) => {
    world.sayContact(olga, group, { phone: "+491", firstName: "Bo", lastName: "B" });
    const { content } = await host.event("message");
    assert.deepEqual(content, { type: "contact", name: "Bo B", phones: ["+491"] });
    world.sayOdd(olga, group, { dice: { emoji: "🎲", value: 4 } });
    await host.event("message", ({ content }) => content.type === "other" && content.body.text === "🎲 4");
  });
});

Deno.test("new words under a file come as an edit with them", async () => {
  await withTelegram({}, async ({ fake: { world }, host, olga, group }) => {
    const id = world.sayFile(olga, group, {
      kind: "photo",
      mime: "image/jpeg",
      bytes: JPEG,
      caption: "helo",
    });
    world.edit(olga, group, id, "hello", { entities: [{ type: "bold", offset: 0, length: 5 }] });
    const { content } = await host.event("edit");
    assert(content.type === "media");
    assert.deepEqual(content.caption, { text: "hello", spans: [{ type: "bold", start: 0, length: 5 }] });
  });
});

Deno.test("an @username means whoever was seen under it; of others and of bots it is only text", async () => {
  await withTelegram({}, async ({ fake: { world, bot }, host, olga, group }) => {
    const ada = world.addUser("Ada");
    world.join(ada, group);
    const text = `@${ada.username?.toUpperCase()} @nobody_known @${bot.username}`;
    const entities = [...text.matchAll(/@\w+/g)].map(({ index, 0: name }) => ({
      type: "mention" as const,
      offset: index,
      length: name.length,
    }));
    world.say(olga, group, text, { entities });
    const { content } = await host.event("message");
    assert(content.type === "text");
    assert.deepEqual(content.body.spans.map(({ person }) => person), [String(ada.id), undefined, undefined]);
  });
});
