/** Files between Signal and Plenum: what goes out as what, what comes in, and what is wrong with some. */
import assert from "node:assert/strict";
import { type Event, type MediaKind, type MediaRef, NativeId, plain } from "../../actors/model/mod.ts";
import { type DeliveryFailure, isDeliveryFailure, RetryLater } from "../../actors/ports/mod.ts";
import { sendFailed } from "../fakes/signal/mod.ts";
import { groupWith, signalTest, type Stage } from "./signal_opened.ts";

const options = { signal: new AbortController().signal };
const BYTES = new Uint8Array(1000).map((_, at) => at);

function ref(native: string, mime: string, more: Partial<MediaRef> = {}): MediaRef {
  return { native: NativeId.parse(native), mime, bytes: null, ...more };
}

async function failure(
  work: Promise<unknown>,
): Promise<DeliveryFailure & { readonly reason?: string | null }> {
  const error = await work.then(() => null, (thrown: unknown) => thrown);
  assert.ok(isDeliveryFailure(error), `expected a delivery failure: ${error}`);
  return error;
}

async function mediaOf(
  { host }: Stage,
  count: number,
): Promise<Extract<Event, { type: "message" }>[]> {
  const messages = (): Event[] => host.taken.filter(({ type }) => type === "message");
  await host.until(() => messages().length >= count, `${count} messages`);
  return messages().flatMap((event) => event.type === "message" ? [event] : []);
}

const KINDS: readonly (readonly [MediaKind, string, string])[] = [
  ["photo", "image/jpeg", "photo.jpg"],
  ["video", "video/mp4", "video.mp4"],
  ["gif", "image/gif", "gif.gif"],
  ["audio", "audio/mpeg", "audio.mp3"],
  ["document", "application/pdf", "report.pdf"],
];

signalTest("files of every kind arrive whole, with type, name and words", async ({ server, life }) => {
  const { chat, person } = await groupWith({ server, life }, "Olga");
  for (const [kind, mime, name] of KINDS) {
    const media = ref("f", mime, kind === "document" ? { name } : {});
    const caption = { text: `a ${kind}`, spans: [{ type: "bold" as const, start: 0, length: 1 }] };
    const { ids } = await life.send(chat, { type: "media", kind, media, caption }, { f: BYTES });
    const shown = person.view(chat).at(-1);
    assert.equal(ids[0], `${shown?.author}:${shown?.times[0]}`);
    assert.deepEqual([shown?.text, shown?.styles], [`a ${kind}`, ["0:1:BOLD"]]);
    assert.deepEqual(shown?.files.map(({ mime, name }) => [mime, name]), [[mime, name]]);
    assert.deepEqual(shown?.files[0]?.body, BYTES);
  }
  assert.deepEqual(server.unknown, []);
});

signalTest("a voice note is one, and has no name", async ({ server, life }) => {
  const { chat, person } = await groupWith({ server, life }, "Olga");
  const media = ref("f", "audio/aac");
  await life.send(chat, { type: "media", kind: "voice", media, caption: plain("") }, { f: BYTES });
  const shown = person.view(chat).at(-1);
  assert.deepEqual([shown?.voiceNote, shown?.files[0]?.name], [true, null]);
  assert.deepEqual(server.unknown, []);
});

signalTest("an older signal-cli is asked for nothing that it would pass over", async ({ server, life }) => {
  const { chat, person } = await groupWith({ server, life }, "Olga");
  const media = ref("f", "audio/aac");
  const voice = life.send(chat, { type: "media", kind: "voice", media, caption: plain("") }, { f: BYTES });
  assert.equal((await failure(voice)).kind, "rejected");
  const poll = life.send(chat, { type: "poll", question: "Tea?", options: ["yes", "no"], multiple: false });
  assert.equal((await failure(poll)).kind, "rejected");
  await life.send(chat, { type: "media", kind: "audio", media, caption: plain("") }, { f: BYTES });
  await life.send(chat, { type: "post", text: plain("by the way"), quiet: true });
  assert.deepEqual([person.view(chat).length, server.unknown], [2, []]);
}, { version: "0.13.19" });

signalTest("an album is one message, and each of its files has an id", async ({ server, life, own }) => {
  const { chat, person } = await groupWith({ server, life }, "Olga");
  const item = (native: string, caption: string): {
    kind: "photo";
    media: MediaRef;
    caption: ReturnType<typeof plain>;
  } => ({ kind: "photo", media: ref(native, "image/png"), caption: plain(caption) });
  const bodies = { a: new Uint8Array([1]), b: new Uint8Array([2, 2]), c: BYTES };
  const items = [item("a", "first"), item("b", ""), item("c", "last")];
  const { ids } = await life.send(chat, { type: "album", items }, bodies);

  const [shown] = person.view(chat);
  const id = `${own.aci}:${shown?.times[0]}`;
  assert.deepEqual(ids, [id, `${id}:1`, `${id}:2`]);
  assert.equal(shown?.text, "first\nlast");
  assert.deepEqual(shown?.files.map(({ body }) => body.length), [1, 2, 1000]);

  const second = NativeId.parse(ids[1]);
  await life.send(chat, { type: "react", target: second, emoji: "👍" });
  await life.send(chat, { type: "post", text: plain("that one"), replyTo: second });
  assert.deepEqual([...shown?.reactions.values() ?? []], ["👍"]);
  assert.equal(person.view(chat)[1]?.quote?.timestamp, shown?.times[0]);
  await life.send(chat, { type: "delete", target: second });
  assert.equal(shown?.deleted, true);
});

signalTest(
  "a file over the limit, an empty one and one that breaks are refused before they are sent",
  async (stage) => {
    const { server, life } = stage;
    const { chat, person } = await groupWith(stage, "Olga");
    const op = (media: MediaRef): Parameters<typeof life.send>[1] => {
      return { type: "media", kind: "document", media, caption: plain("") };
    };
    const most = life.adapter.capabilities(chat).media.document?.maxBytes ?? 0;
    const told = await failure(life.send(chat, op(ref("f", "text/plain", { bytes: most + 1 }))));
    assert.equal(told.reason, "too-large");
    const chunk = new Uint8Array(1024 * 1024);
    const endless = (): ReadableStream<Uint8Array> =>
      ReadableStream.from(chunks(chunk, most / chunk.length + 2));
    const found = await failure(life.send(chat, op(ref("f", "text/plain")), { f: endless }));
    assert.equal(found.reason, "too-large");
    assert.equal((await failure(life.send(chat, op(ref("f", "text/plain"))))).reason, "invalid");
    const later = new RetryLater("Cannot read it yet", 7);
    const waiting = (): ReadableStream<Uint8Array> => ReadableStream.from(breaking(chunk, later));
    assert.equal(await failure(life.send(chat, op(ref("f", "text/plain")), { f: waiting })), later);
    const broken = (): ReadableStream<Uint8Array> => ReadableStream.from(breaking(chunk, new Error("disk")));
    assert.equal(
      (await failure(life.send(chat, op(ref("f", "text/plain")), { f: broken }))).reason,
      "invalid",
    );

    assert.equal(person.view(chat).length, 0);
    assert.ok(server.calls.every(({ method }) => method !== "send"));
    await life.send(chat, { type: "post", text: plain("and on") });
  },
);

function* chunks(chunk: Uint8Array, count: number): Generator<Uint8Array> {
  for (let n = 0; n < count; n += 1) yield chunk;
}

function* breaking(chunk: Uint8Array, error: Error): Generator<Uint8Array> {
  yield chunk;
  throw error;
}

signalTest("a file that has to be sent once more is read once more", async ({ server, life }) => {
  const { chat, person } = await groupWith({ server, life }, "Olga");
  const strange = { recipientAddress: { uuid: person.aci, number: null }, type: "IDENTITY_FAILURE" };
  server.faults.next("send", sendFailed([strange]));
  let reads = 0;
  const body = (): ReadableStream<Uint8Array> => {
    reads += 1;
    return new Blob([BYTES]).stream();
  };
  const media = ref("f", "image/png");
  await life.send(chat, { type: "media", kind: "photo", media, caption: plain("") }, { f: body });
  assert.deepEqual([reads, person.view(chat).map(({ files }) => files[0]?.body)], [2, [BYTES]]);
});

signalTest("names and types that nobody should have harm nothing", async ({ server, life }) => {
  const { chat, person } = await groupWith({ server, life }, "Olga");
  const names = ["../../etc/passwd", 'a;b,c=d"e\n.png', "x".repeat(10_000), "…", ".", "ünï 😀.PDF"];
  for (const name of names) {
    const media = ref("f", 'application/x-odd; charset=""', { name });
    await life.send(chat, { type: "media", kind: "document", media, caption: plain("") }, { f: BYTES });
    const file = person.view(chat).at(-1)?.files[0];
    assert.deepEqual([file?.mime, file?.body], ["application/x-odd", BYTES]);
    assert.ok(file?.name && new TextEncoder().encode(file.name).length <= 220 && !/[/\n]/.test(file.name));
  }
  assert.equal(person.view(chat).at(-1)?.files[0]?.name, "ünï 😀.PDF");
});

signalTest("an album comes as one event a file, and goes as one", async (stage) => {
  const { life, host } = stage;
  const { chat, person } = await groupWith(stage, "Olga");
  const files = [
    { mime: "image/jpeg", name: "a.jpg", body: new Uint8Array([1]) },
    { mime: "video/mp4", name: null, body: BYTES },
  ];
  const timestamp = person.say(chat, "both", { files });
  const events = await mediaOf(stage, 2);
  const contents = events.flatMap(({ content }) => content.type === "media" ? [content] : []);
  assert.deepEqual(contents.map(({ kind, caption }) => [kind, caption.text]), [["photo", "both"], [
    "video",
    "",
  ]]);
  assert.ok(contents[0]?.album !== undefined && contents[0].album === contents[1]?.album);
  const bodies = contents.map(async ({ media }) => {
    const { body } = await life.adapter.openMedia(media.native, options);
    return await new Response(body).bytes();
  });
  assert.deepEqual(await Promise.all(bodies), files.map(({ body }) => body));

  person.say(chat, "nice", { replyTo: { author: person.aci, timestamp } });
  const answer = await host.event("message", ({ content }) => content.type === "text");
  assert.deepEqual(answer.replyTo, { native: events[0]?.native });
  person.delete(chat, timestamp);
  await host.until(() => host.taken.filter(({ type }) => type === "delete").length === 2, "both deletions");
  const gone = host.taken.flatMap((event) =>
    event.type === "delete" && "native" in event.target ? [event.target.native] : []
  );
  assert.deepEqual(gone, events.map(({ native }) => native));
});

signalTest("words below an album are edited with its files", async (stage) => {
  const { chat, person } = await groupWith(stage, "Olga");
  const file = { mime: "image/jpeg", name: null, body: BYTES };
  const timestamp = person.say(chat, "helo", { files: [file, file] });
  person.edit(chat, timestamp, "hello");
  const { target, content } = await stage.host.event("edit");
  assert.deepEqual(target, { native: `${person.aci}:${timestamp}` });
  assert.ok(content.type === "media" && content.caption.text === "hello");
  const { content: before } = await stage.host.event("message");
  assert.equal(content.album, before.type === "media" && before.album);
});

signalTest("a sticker is read once its pack is there, and given up after a while", async (stage) => {
  const { life, host, server } = stage;
  const { chat, person } = await groupWith(stage, "Olga");
  const at = person.sticker(chat, { packId: "0303", stickerId: 2, body: null });
  const { content } = await host.event("message");
  assert.ok(content.type === "media" && content.kind === "sticker");
  const read = (): ReturnType<typeof life.adapter.openMedia> =>
    life.adapter.openMedia(content.media.native, options);
  host.pass(at - host.now());
  assert.equal((await failure(read())).kind, "retry-later");
  server.sticker("0303", 2, BYTES);
  assert.deepEqual(await new Response((await read()).body).bytes(), BYTES);
  person.sticker(chat, { packId: "0404", stickerId: 1, body: null });
  const [, { content: other } = { content }] = await mediaOf(stage, 2);
  assert.ok(other.type === "media");
  host.pass(120_000);
  assert.equal((await failure(life.adapter.openMedia(other.media.native, options))).reason, "no-target");
});

signalTest("what may be seen once is told of, and never handed on", async (stage) => {
  const { chat, person } = await groupWith(stage, "Olga");
  person.say(chat, "secret", { viewOnce: true, files: [{ mime: "image/jpeg", name: null, body: BYTES }] });
  const { note } = await stage.host.event("note");
  assert.equal(note, "view-once");
  assert.ok(!JSON.stringify(stage.host.taken).includes("secret"));
});

signalTest("a file that is cut off on its way breaks off, and does not end", async (stage) => {
  const { life, server } = stage;
  const { chat, person } = await groupWith(stage, "Olga");
  server.file("short", BYTES);
  person.say(chat, null, {
    attachments: [{ contentType: "image/png", id: "short", size: BYTES.length + 1 }],
  });
  const [{ content } = { content: null }] = await mediaOf(stage, 1);
  assert.ok(content?.type === "media");
  const { body } = await life.adapter.openMedia(content.media.native, options);
  assert.equal((await failure(new Response(body).bytes())).reason, "no-target");
});
