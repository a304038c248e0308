/** Every kind of thing that WhatsApp has, both ways: the real Baileys, phones with real keys, real encrypted files. */
import assert from "node:assert/strict";
import {
  type ChatId,
  type Event,
  type MediaKind,
  type MediaRef,
  NativeId,
  type NativeOp,
  OpId,
  plain,
  type Receipt,
} from "../../actors/model/mod.ts";
import { ContractHost } from "../contract/contract_host.ts";
import type { MediaFile, Phone } from "../fakes/whatsapp/mod.ts";
import {
  editCaption,
  endLive,
  moveLive,
  optionsOf,
  pin,
  sendAlbum,
  sendCard,
  sendOdd,
  sendPlace,
  sendPoll,
  startLive,
  vote,
} from "../fakes/whatsapp/things.ts";
import { groupWith, openLife, type Stage, whatsappTest } from "./whatsapp_opened.ts";

const signal = new AbortController().signal;
const WAVEFORM = Uint8Array.from({ length: 64 }, (_, at) => at);

type Message = Extract<Event, { type: "message" }>;

/** What is said after all that a test does: when it has come, all has. */
async function allBefore({ host }: Pick<Stage, "host">, chat: string, person: Phone): Promise<Message[]> {
  await person.send(chat, "the end");
  const isEnd = (event: Message): boolean =>
    event.content.type === "text" && event.content.body.text === "the end";
  await host.event("message", isEnd);
  return host.taken.filter((event) => event.type === "message").filter((event) => !isEnd(event));
}

/** Sends an op whose files are `bodies`, by the native ids of their refs. */
function sendFiles(
  { life }: Pick<Stage, "life">,
  chat: ChatId,
  { op, bodies, opId }: {
    readonly op: NativeOp;
    readonly bodies: Readonly<Record<string, Uint8Array>>;
    readonly opId: string;
  },
): Promise<Receipt> {
  return life.adapter.send(chat, op, {
    opId: OpId.parse(opId),
    signal,
    media: (ref) => {
      const body = bodies[ref.native] ?? new Uint8Array();
      return Promise.resolve({ mime: ref.mime, bytes: body.length, body: ReadableStream.from([body]) });
    },
  });
}

function ref(native: string, mime: string, more: Partial<MediaRef> = {}): MediaRef {
  return { native: NativeId.parse(native), mime, bytes: null, ...more };
}

const bytes = new Uint8Array([1, 2, 3, 4]);

const FILES: readonly (readonly [MediaKind, Omit<MediaFile, "bytes">, Partial<MediaRef>])[] = [
  ["photo", { kind: "image", mimetype: "image/jpeg" }, {}],
  ["video", { kind: "video", mimetype: "video/mp4", seconds: 4 }, { durationMs: 4000 }],
  ["gif", { kind: "video", mimetype: "video/mp4", gifPlayback: true }, {}],
  ["video-note", { kind: "video", mimetype: "video/mp4", ptv: true, seconds: 4 }, { durationMs: 4000 }],
  [
    "voice",
    { kind: "audio", mimetype: "audio/ogg; codecs=opus", ptt: true, seconds: 3, waveform: WAVEFORM },
    { durationMs: 3000, waveform: [...WAVEFORM] },
  ],
  ["audio", { kind: "audio", mimetype: "audio/mpeg", seconds: 3 }, { durationMs: 3000 }],
  ["document", { kind: "document", mimetype: "text/plain", fileName: "a.txt" }, { name: "a.txt" }],
  ["sticker", { kind: "sticker", mimetype: "image/webp" }, {}],
];

whatsappTest("files of every kind come as what they are, and can be read", async (stage) => {
  const { chat, person } = await groupWith(stage, "Alice");
  for (const [, file] of FILES) await person.sendMedia(chat, { ...file, bytes });

  const heard = await allBefore(stage, chat, person);
  const expected = FILES.map(([kind, { mimetype }, more]) => ({ kind, mime: mimetype, bytes: 4, ...more }));
  const told = heard.map(({ content }) => {
    assert.ok(content.type === "media");
    const { native: _, ...media } = content.media;
    return { kind: content.kind, ...media };
  });
  assert.deepEqual(told, expected);
  for (const { content } of heard) {
    assert.ok(content.type === "media");
    const { body } = await stage.life.adapter.openMedia(content.media.native, { signal });
    assert.deepEqual(await new Response(body).bytes(), bytes);
  }
});

for (const [kind, { kind: sealedAs, mimetype }, more] of FILES) {
  whatsappTest(`phones get a ${kind} as one`, async (stage) => {
    const { chat, person } = await groupWith(stage, "Alice");
    const media = ref("f", mimetype.split(";")[0] ?? "", more);
    const op: NativeOp = { type: "media", kind, media, caption: plain("") };
    const { ids: [id = ""] } = await sendFiles(stage, chat, { op, bodies: { f: bytes }, opId: "file.1" });
    const seen = await person.waitFor(chat, (messages) => messages.find((message) => message.id === id));
    const { videoMessage, ptvMessage, audioMessage } = seen.content;
    const opened = await person.openMedia(chat, id);

    assert.deepEqual([opened.kind, new Uint8Array(opened.bytes)], [sealedAs, bytes]);
    assert.equal(opened.mimetype, mimetype);
    assert.equal(opened.fileName, more.name ?? "");
    assert.equal(videoMessage?.gifPlayback === true, kind === "gif");
    assert.equal(Boolean(ptvMessage), kind === "video-note");
    assert.equal(audioMessage?.ptt === true, kind === "voice");
    const { seconds } = videoMessage ?? ptvMessage ?? audioMessage ?? {};
    assert.equal(seconds || undefined, more.durationMs === undefined ? undefined : more.durationMs / 1000);
    if (kind === "voice") assert.deepEqual(new Uint8Array(audioMessage?.waveform ?? []), WAVEFORM);
  });
}

whatsappTest("a sticker that moves is one that moves", async (stage) => {
  const { chat, person } = await groupWith(stage, "Alice");
  const head = new TextEncoder().encode("RIFF????WEBPVP8X????");
  const still = Uint8Array.from([...head, 0, 0, 0]);
  const moving = Uint8Array.from([...head, 2, 0, 0]);
  const media = ref("s", "image/webp");
  const op: NativeOp = { type: "media", kind: "sticker", media, caption: plain("") };
  await sendFiles(stage, chat, { op, bodies: { s: still }, opId: "sticker.1" });
  await sendFiles(stage, chat, { op, bodies: { s: moving }, opId: "sticker.2" });
  const seen = await person.waitFor(chat, (messages) => messages.length === 2 && messages);

  assert.deepEqual(seen.map(({ content }) => content.stickerMessage?.isAnimated), [false, true]);
});

const PHOTO: MediaFile = { kind: "image", mimetype: "image/jpeg", bytes };

whatsappTest("an album comes as files that name it, its frame not at all", async (stage) => {
  const { chat, person } = await groupWith(stage, "Alice");
  const film: MediaFile = { kind: "video", mimetype: "video/mp4", bytes };
  await sendAlbum(person, chat, [{ ...PHOTO, caption: "first" }, film]);
  await person.sendMedia(chat, PHOTO);

  const heard = await allBefore(stage, chat, person);
  const albums = heard.map(({ content }) => content.type === "media" ? content.album : content.type);
  assert.equal(heard.length, 3);
  assert.ok(albums[0] !== undefined && albums[0] === albums[1]);
  assert.equal(albums[2], undefined);
});

whatsappTest("an album goes out as one, with an id for each file and its quote once", async (stage) => {
  const { chat, person } = await groupWith(stage, "Alice");
  const asked = NativeId.parse(await person.send(chat, "pictures?"));
  await stage.host.event("message");
  const op: NativeOp = {
    type: "album",
    items: [
      { kind: "photo", media: ref("a", "image/jpeg"), caption: plain("both") },
      { kind: "video", media: ref("b", "video/mp4"), caption: plain("") },
    ],
    replyTo: asked,
  };
  const bodies = { a: bytes, b: new Uint8Array([9]) };
  const { ids } = await sendFiles(stage, chat, { op, bodies, opId: "album.1" });
  const [, first, second] = await person.waitFor(chat, (messages) => messages.length === 3 && messages);

  assert.deepEqual([first?.id, second?.id], ids);
  assert.deepEqual([first?.text, first?.replyTo, second?.replyTo], ["both", asked, null]);
  const frames = [first, second].map((seen) => seen?.info.messageAssociation?.parentMessageKey?.id);
  assert.match(frames[0] ?? "", /^3EB0/);
  assert.equal(frames[0], frames[1]);
  assert.equal(stage.server.sent.find(({ id }) => id === frames[0])?.type, "text");
  assert.deepEqual(new Uint8Array((await person.openMedia(chat, ids[1] ?? "")).bytes), bodies.b);
});

whatsappTest("a reaction to an album, and an answer to it, mean its first file", async (stage) => {
  const { chat, person } = await groupWith(stage, "Alice");
  const item = (native: string) => ({
    kind: "photo" as const,
    media: ref(native, "image/jpeg"),
    caption: plain(""),
  });
  const op: NativeOp = { type: "album", items: [item("a"), item("b")] };
  const { ids } = await sendFiles(stage, chat, { op, bodies: { a: bytes, b: bytes }, opId: "album.1" });
  const [ours] = await person.waitFor(chat, (messages) => messages.length === 2 && messages);
  const [theirs] = await sendAlbum(person, chat, [PHOTO, PHOTO]);
  const seen = person.view(chat).find(({ id }) => id === theirs);
  for (const album of [ours, seen]) {
    const key = album?.info.messageAssociation?.parentMessageKey ?? {};
    await person.sendContent(chat, { reactionMessage: { key, text: "👍" } });
    const contextInfo = { stanzaId: key.id ?? "" };
    await person.sendContent(chat, { extendedTextMessage: { text: "nice", contextInfo } });
  }

  const heard = await allBefore(stage, chat, person);
  const reacted = stage.host.taken.flatMap((event) => event.type === "reaction" ? [event.target] : []);
  assert.deepEqual(reacted, [{ native: ids[0] }, { native: theirs }]);
  assert.deepEqual(heard.slice(2).map(({ replyTo }) => replyTo), [{ native: ids[0] }, { native: theirs }]);
});

for (const addressing of ["lid", "pn"] as const) {
  whatsappTest(
    `votes in polls of ours and of theirs are read, also after a restart, by ${addressing}`,
    async ({ server, life, host }) => {
      const { chat, person, inviteUrl } = await groupWith({ server, life }, "Alice");
      const ben = server.phone({ name: "Ben" });
      ben.join(inviteUrl);
      const ours: NativeOp = {
        type: "poll",
        question: "Tea?",
        options: ["yes", "no", "yes"],
        multiple: true,
      };
      const { ids: [id = ""] } = await life.send(chat, ours, "poll.1");
      const seen = await ben.waitFor(chat, (messages) => messages.find((message) => message.id === id));
      const theirs = await sendPoll(person, chat, { question: "When?", options: ["now", "later"] });
      const { content } = await host.event("message");
      await ben.waitFor(chat, (messages) => messages.find((message) => message.id === theirs));

      await vote(ben, chat, { id, options: [0, 2] });
      const first = await host.event("vote");
      await server.until(() => server.waiting === 0, "everything to be confirmed");
      await life.end();
      const later = new ContractHost({ session: host.session, now: Date.now() });
      await using again = openLife(server, later);
      await again.connected();
      await vote(ben, chat, { id, options: [] });
      const taken = await later.event("vote");
      await vote(ben, chat, { id: theirs, options: [1], by: addressing === "lid" ? "pn" : "lid" });
      const foreign = await later.event(
        "vote",
        ({ target }) => "native" in target && target.native === theirs,
      );

      assert.deepEqual(optionsOf(seen), ["yes", "no", "yes (2)"]);
      assert.ok(content.type === "poll" && content.multiple === undefined);
      assert.deepEqual([content.question, content.options], ["When?", ["now", "later"]]);
      assert.deepEqual([first.target, first.options, first.author.name], [{ native: id }, [0, 2], "Ben"]);
      assert.deepEqual([taken.options, foreign.options], [[], [1]]);
    },
    { addressing },
  );
}

whatsappTest("a vote that cannot be read is nobody's, and nothing stops", async (stage) => {
  const { chat, person } = await groupWith(stage, "Alice");
  const id = await sendPoll(person, chat, { question: "Tea?", options: ["yes", "no"] });
  await vote(person, chat, { id, options: [0], secret: new Uint8Array(32) });
  await person.sendContent(chat, { pollUpdateMessage: { pollCreationMessageKey: { id }, vote: {} } });
  await person.sendContent(chat, { pollUpdateMessage: { pollCreationMessageKey: { id: "none" }, vote: {} } });
  await vote(person, chat, { id, options: [5] });

  const heard = await allBefore(stage, chat, person);
  const votes = stage.host.taken.flatMap((event) => event.type === "vote" ? [event.options] : []);
  assert.equal(heard.length, 1);
  assert.deepEqual(votes, [[]]);
});

whatsappTest("places, cards, pins and what has no kind come as what they are", async (stage) => {
  const { chat, person } = await groupWith(stage, "Alice");
  const place = { latitude: 52.5, longitude: 13.4 };
  await sendPlace(person, chat, { ...place, label: "Café", address: "Main St 1" });
  const live = await startLive(person, chat, place);
  await moveLive(person, chat, { latitude: 52.6, longitude: 13.4, afterSeconds: 60 });
  await endLive(person, chat, live);
  await sendCard(person, chat, { name: "Bob", number: "+49 30 1234" });
  await sendOdd(person, chat);
  await pin(person, chat, live);
  await pin(person, chat, live, false);

  const heard = await allBefore(stage, chat, person);
  assert.deepEqual(heard.map(({ content }) => content), [
    { type: "location", ...place, label: "Café", address: "Main St 1" },
    { type: "location", ...place, live: "started" },
    { type: "contact", name: "Bob", phones: ["+49 30 1234"] },
    { type: "other", what: "whatsapp.kind-event", body: { text: "Tea party\nWith cake", spans: [] } },
  ]);
  const ended = await stage.host.event("edit");
  assert.deepEqual(ended.content, { type: "location", ...place, live: "ended" });
  const pins = stage.host.taken.flatMap((event) => event.type === "pin" ? [event] : []);
  assert.deepEqual(pins.map(({ target, pinned }) => [target, pinned]), [
    [{ native: live }, true],
    [{ native: live }, false],
  ]);
});

whatsappTest("phones get places and cards", async ({ server, life }) => {
  const { chat, person } = await groupWith({ server, life }, "Alice");
  await life.send(chat, { type: "location", latitude: 52.5, longitude: 13.4, label: "Café" });
  await life.send(chat, { type: "contact", name: "Bob", phones: ["+49 30 1234"] });
  const [place, card] = await person.waitFor(chat, (messages) => messages.length === 2 && messages);

  const { degreesLatitude, degreesLongitude, name } = place?.content.locationMessage ?? {};
  assert.deepEqual([degreesLatitude, degreesLongitude, name], [52.5, 13.4, "Café"]);
  assert.match(card?.content.contactMessage?.vcard ?? "", /waid=49301234:\+49 30 1234/);
});

whatsappTest("the words under a file are changed both ways", async (stage) => {
  const { chat, person } = await groupWith(stage, "Alice");
  const theirs = await person.sendMedia(chat, { ...PHOTO, caption: "one" });
  await editCaption(person, chat, theirs, "*two*");
  const { content } = await stage.host.event("edit");
  const op: NativeOp = {
    type: "media",
    kind: "photo",
    media: ref("a", "image/jpeg"),
    caption: plain("drei"),
  };
  const { ids: [ours] } = await sendFiles(stage, chat, { op, bodies: { a: bytes }, opId: "file.9" });
  assert.ok(ours !== undefined);
  await stage.life.send(chat, { type: "edit", target: ours, text: plain("vier"), caption: true });
  const seen = await person.waitForText(chat, "vier");

  assert.ok(content.type === "media");
  assert.deepEqual(content.caption, { text: "two", spans: [{ type: "bold", start: 0, length: 3 }] });
  assert.equal(seen.edited, true);
  assert.deepEqual(new Uint8Array((await person.openMedia(chat, ours)).bytes), bytes);
});

whatsappTest("description, picture and timer are set, and told of where others set them", async (stage) => {
  const { chat, person } = await groupWith(stage, "Alice");
  const { life, host, own } = stage;
  own.promote(chat, person);
  await life.send(chat, { type: "description", description: "About cocoa" });
  await life.send(chat, { type: "timer", seconds: 86_400 });
  const icon: NativeOp = { type: "icon", media: ref("i", "image/jpeg") };
  await sendFiles(stage, chat, { op: icon, bodies: { i: bytes }, opId: "icon.1" });
  await life.send(chat, { type: "post", text: plain("soon gone") });
  const gone = await person.waitForText(chat, "soon gone");
  const group = person.group(chat);
  const ours = [group.description?.text, group.ephemeral, group.picture?.bytes];

  person.setDisappearing(chat, 604_800);
  const timer = await host.event("timer");
  await life.send(chat, { type: "post", text: plain("later gone") });
  const later = await person.waitForText(chat, "later gone");
  person.setPicture(chat, null);
  const { media } = await host.event("icon");
  await life.send(chat, { type: "description", description: "" });
  await life.send(chat, { type: "icon", media: null });

  assert.deepEqual(ours, ["About cocoa", 86_400, bytes]);
  assert.deepEqual([gone.expiration, later.expiration], [86_400, 604_800]);
  assert.deepEqual([timer.seconds, media], [604_800, null]);
  assert.equal(person.group(chat).description, null);
  assert.deepEqual(host.taken.filter(({ type }) => type === "description"), []);
});

for (const [status, reason] of [[413, "too-large"], [415, "invalid"]] as const) {
  whatsappTest(`an upload that WhatsApp refuses with ${status} fails as ${reason}, once`, async (stage) => {
    const { chat } = await groupWith(stage, "Alice");
    stage.server.media.refuseUploads = status;
    const op: NativeOp = { type: "media", kind: "photo", media: ref("a", "image/jpeg"), caption: plain("") };

    await assert.rejects(sendFiles(stage, chat, { op, bodies: { a: bytes }, opId: "file.1" }), { reason });
  });
}

whatsappTest("an upload that fails for now is tried again, and nothing is left behind", async (stage) => {
  const { chat, person } = await groupWith(stage, "Alice");
  const op: NativeOp = { type: "media", kind: "photo", media: ref("a", "image/jpeg"), caption: plain("") };
  const send = (body: Uint8Array): Promise<Receipt> =>
    sendFiles(stage, chat, { op, bodies: { a: body }, opId: "file.1" });
  stage.server.media.refuseUploads = 503;
  await assert.rejects(send(bytes), { kind: "retry-later" });
  stage.server.media.refuseUploads = null;
  await assert.rejects(send(new Uint8Array()), { reason: "invalid" });
  await assert.rejects(send(new Uint8Array(16 * 1024 * 1024 + 1)), { reason: "too-large" });
  await send(bytes);
  await person.waitFor(chat, (messages) => messages.length === 1);

  const left = [...Deno.readDirSync(Deno.env.get("TMPDIR") ?? "/tmp")].filter(({ name }) =>
    name.endsWith("-enc")
  );
  assert.deepEqual(left, []);
});
