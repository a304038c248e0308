/** Files, albums, polls, places and cards to Telegram: real grammY, multipart and all, against the fake server. */
import assert from "node:assert/strict";
import {
  type MediaKind,
  MediaRef,
  NativeId,
  type NativeOp,
  OpId,
  plain,
  type Receipt,
} from "../../actors/model/mod.ts";
import { ChatGone, type MediaStream, OutcomeUnknown, Rejected, RetryLater } from "../../actors/ports/mod.ts";
import { messageIdOf } from "../../adapters/telegram/native_ids.ts";
import type { SeenMessage } from "../fakes/telegram/mod.ts";
import { failure, type Telegram, withTelegram } from "./telegram_opened.ts";

const encoder = new TextEncoder();

/** The first bytes of each kind, as Telegram looks at them. */
const HEADS: Readonly<Record<MediaKind, readonly [mime: string, head: string]>> = {
  photo: ["image/jpeg", "\xff\xd8\xff\xe0"],
  video: ["video/mp4", "\0\0\0\x18ftypisom"],
  gif: ["video/mp4", "\0\0\0\x18ftypmp42"],
  voice: ["audio/ogg", "OggS\0\x02"],
  audio: ["audio/mpeg", "ID3\x04"],
  document: ["text/plain", "plain words"],
  sticker: ["image/webp", "RIFF\x10\0\0\0WEBP"],
  "video-note": ["video/mp4", "\0\0\0\x18ftypisom"],
};

const THERE: Readonly<Record<MediaKind, string>> = {
  photo: "photo",
  video: "video",
  gif: "animation",
  voice: "voice",
  audio: "audio",
  document: "document",
  sticker: "sticker",
  "video-note": "video_note",
};

function bytesOf(kind: MediaKind, length = 40): Uint8Array {
  const head = Uint8Array.from(HEADS[kind][1], (letter) => letter.charCodeAt(0));
  const bytes = new Uint8Array(length);
  bytes.set(head);
  return bytes;
}

function refOf(kind: MediaKind, more: Partial<MediaRef> = {}): MediaRef {
  return MediaRef.parse({ native: `file-${kind}`, mime: HEADS[kind][0], bytes: 40, ...more });
}

function streamOf(...chunks: readonly Uint8Array[]): MediaStream {
  return {
    mime: "application/octet-stream",
    bytes: null,
    body: ReadableStream.from(chunks),
  };
}

async function sendWith(
  { adapter, chat, signal }: Telegram,
  op: NativeOp,
  media: (ref: MediaRef) => MediaStream | Promise<MediaStream>,
): Promise<Receipt> {
  const opening = async (ref: MediaRef): Promise<MediaStream> => await media(ref);
  return await adapter.send(chat, op, { opId: OpId.parse("op"), signal, media: opening });
}

function seenBy({ fake, group, chat }: Telegram, id: string | undefined): SeenMessage {
  const number = messageIdOf(chat, NativeId.parse(id));
  const seen = fake.world.messages(group).find((message) => message.id === number);
  assert(seen !== undefined, "members see no such message");
  return seen;
}

for (const kind of Object.keys(HEADS) as MediaKind[]) {
  Deno.test(`a ${kind} stands at Telegram as one, byte by byte, with its words`, async () => {
    await withTelegram({ run: false }, async (telegram) => {
      const bare = kind === "sticker" || kind === "video-note";
      const caption = bare
        ? plain("")
        : { text: "look", spans: [{ type: "bold" as const, start: 0, length: 4 }] };
      const media = refOf(kind, { durationMs: 1600, name: 'a name; with "signs".txt' });
      const replyTo = await telegram.post("question");
      const { ids } = await sendWith(
        telegram,
        { type: "media", kind, media, caption, replyTo },
        () => streamOf(bytesOf(kind)),
      );
      const { file, text, entities, replyTo: answered } = seenBy(telegram, ids[0]);
      assert.deepEqual([file?.kind, file?.bytes], [THERE[kind], bytesOf(kind)]);
      assert.equal(text, caption.text);
      if (!bare) assert.deepEqual(entities, [{ type: "bold", offset: 0, length: 4 }]);
      assert.equal(answered, messageIdOf(telegram.chat, replyTo));
      if (kind === "document") assert.equal(file?.name, "a name_ with _signs_.txt");
      if (kind === "voice") assert.equal(file?.seconds, 2);
    });
  });
}

Deno.test("a file goes out while it is read: its beginning is there before its end was opened", async () => {
  await withTelegram({ run: false }, async (telegram) => {
    const { fake } = telegram;
    const chunk = new Uint8Array(100_000).fill(1);
    let read = 0;
    async function* slowly(): AsyncIterable<Uint8Array> {
      for (; read < 20; read++) {
        const before = fake.receivedBytes;
        yield chunk;
        if (read > 0) {
          await fake.world.waitFor(() => fake.receivedBytes > before || read < 2, "the chunk before");
        }
      }
    }
    const media = refOf("document", { bytes: 2_000_000 });
    const body = ReadableStream.from(slowly());
    await sendWith(
      telegram,
      { type: "media", kind: "document", media, caption: plain("") },
      () => ({ mime: "", bytes: 2_000_000, body }),
    );
    assert.equal(read, 20);
  });
});

Deno.test("an album stands together in its order, each with its own words, and is answered with all ids", async () => {
  await withTelegram({ run: false }, async (telegram) => {
    const kinds = ["photo", "video", "photo"] as const;
    const items = kinds.map((kind, at) => ({
      kind,
      media: refOf(kind, { native: NativeId.parse(`file-${at}`) }),
      caption: plain(at === 1 ? "" : `words ${at}`),
    }));
    const opened: string[] = [];
    const { ids } = await sendWith(telegram, { type: "album", items }, ({ native }) => {
      opened.push(native);
      return streamOf(bytesOf(kinds[Number(native.at(-1))] ?? "photo"));
    });
    const seen = ids.map((id) => seenBy(telegram, id));
    assert.deepEqual(seen.map(({ file }) => file?.kind), ["photo", "video", "photo"]);
    assert.deepEqual(seen.map(({ text }) => text), ["words 0", "", "words 2"]);
    assert.equal(new Set(seen.map(({ album }) => album)).size, 1);
    assert.notEqual(seen[0]?.album, undefined);
    assert.deepEqual(opened, ["file-0", "file-1", "file-2"]);
  });
});

Deno.test("documents and photos do not go into one album: that is said before anything is sent", async () => {
  await withTelegram({ run: false }, async (telegram) => {
    const items = (["photo", "document"] as const).map((kind) => ({
      kind,
      media: refOf(kind),
      caption: plain(""),
    }));
    const error = await failure(
      sendWith(telegram, { type: "album", items }, () => streamOf(bytesOf("photo"))),
    );
    assert(error instanceof Rejected && error.reason === "invalid");
    assert.equal(telegram.fake.calls.length, 0);
  });
});

Deno.test("a file over Telegram's limit is rejected before it is opened, and one that lied while it is sent", async () => {
  await withTelegram({ run: false }, async (telegram) => {
    let opened = 0;
    const open = (): MediaStream => {
      opened += 1;
      return streamOf(...Array.from({ length: 11 }, () => new Uint8Array(1_000_000).fill(1)));
    };
    const sending = (bytes: number | null): Promise<Error> =>
      failure(sendWith(
        telegram,
        { type: "media", kind: "photo", media: refOf("photo", { bytes }), caption: plain("") },
        open,
      ));
    for (const bytes of [10_000_001, null]) {
      const error = await sending(bytes);
      assert(error instanceof Rejected, `${error}`);
      assert.equal(error.reason, "too-large");
    }
    assert.equal(opened, 1);
    assert.equal(telegram.fake.world.messages(telegram.group).length, 0);
  });
});

Deno.test("an empty file, a lying one and one that breaks off: each gets its own answer and makes no message", async () => {
  await withTelegram({ run: false }, async (telegram) => {
    const sending = (
      stream: () => MediaStream | Promise<MediaStream>,
      bytes: number | null = null,
    ): Promise<Error> =>
      failure(sendWith(
        telegram,
        { type: "media", kind: "photo", media: refOf("photo", { bytes }), caption: plain("") },
        stream,
      ));
    async function* broken(): AsyncIterable<Uint8Array> {
      yield bytesOf("photo");
      await Promise.resolve();
      throw new Error("the disk is gone");
    }
    const empty = await sending(() => streamOf());
    assert(empty instanceof Rejected && empty.reason === "invalid", `${empty}`);
    const lying = await sending(() => streamOf(encoder.encode("no picture at all")));
    assert(lying instanceof Rejected && lying.reason === "invalid", `${lying}`);
    const cut = await sending(() => ({ mime: "", bytes: null, body: ReadableStream.from(broken()) }));
    assert(cut instanceof RetryLater, `${cut}`);
    const gone = await sending(() =>
      Promise.reject(new Rejected("Cannot open the file: it is gone", "no-target"))
    );
    assert(gone instanceof Rejected && gone.reason === "no-target", `${gone}`);
    assert.equal(telegram.fake.world.messages(telegram.group).length, 0);
  });
});

Deno.test("a line that breaks after an upload leaves open whether the file is there", async () => {
  await withTelegram({ run: false }, async (telegram) => {
    telegram.fake.faults.add({ method: "sendPhoto", fault: { kind: "cut", when: "after" } });
    const op: NativeOp = { type: "media", kind: "photo", media: refOf("photo"), caption: plain("") };
    const error = await failure(sendWith(telegram, op, () => streamOf(bytesOf("photo"))));
    assert(error instanceof OutcomeUnknown, `${error}`);
    assert(!error.message.includes(telegram.fake.token));
  });
});

Deno.test("whatever makes a message is never sent again behind our back when the line breaks", async () => {
  await withTelegram({ run: false }, async ({ fake, send, post }) => {
    // A connection that is kept alive is one that may turn out to be dead.
    await post("hello");
    const ops: readonly (readonly [string, NativeOp])[] = [
      ["sendPoll", { type: "poll", question: "Which?", options: ["a", "b"], multiple: false }],
      ["sendLocation", { type: "location", latitude: 1, longitude: 2 }],
      ["sendContact", { type: "contact", name: "Ada", phones: ["+491"] }],
    ];
    for (const [method, op] of ops) {
      fake.faults.add({ method, fault: { kind: "cut", when: "after" } });
      assert(await failure(send(op)) instanceof OutcomeUnknown);
      assert.equal(fake.calls.filter((call) => call.method === method).length, 1, method);
    }
  });
});

Deno.test("flood control on an upload is told with Telegram's own time", async () => {
  await withTelegram({ run: false }, async (telegram) => {
    telegram.fake.faults.add({ method: "sendPhoto", fault: { kind: "flood", retryAfterSeconds: 7 } });
    const op: NativeOp = { type: "media", kind: "photo", media: refOf("photo"), caption: plain("") };
    const error = await failure(sendWith(telegram, op, () => streamOf(bytesOf("photo"))));
    assert(error instanceof RetryLater && error.afterMs === 7000, `${error}`);
  });
});

Deno.test("the words under a file are changed, and the same again is no failure", async () => {
  await withTelegram({ run: false }, async (telegram) => {
    const op: NativeOp = { type: "media", kind: "photo", media: refOf("photo"), caption: plain("helo") };
    const { ids } = await sendWith(telegram, op, () => streamOf(bytesOf("photo")));
    const target = NativeId.parse(ids[0]);
    for (const text of ["hello", "hello", ""]) {
      await telegram.send({ type: "edit", target, text: plain(text), caption: true });
      assert.equal(seenBy(telegram, target).text, text);
    }
  });
});

Deno.test("a poll is open to all by name, takes several answers where it may, and is closed once and for all", async () => {
  await withTelegram({ run: false }, async (telegram) => {
    const op: NativeOp = { type: "poll", question: "Which lake?", options: ["Big", "Small"], multiple: true };
    const { ids } = await telegram.send(op);
    const target = NativeId.parse(ids[0]);
    const { poll } = seenBy(telegram, target);
    assert.deepEqual(
      [poll?.question, poll?.options, poll?.multiple, poll?.anonymous],
      ["Which lake?", ["Big", "Small"], true, false],
    );
    await telegram.send({ type: "close-poll", target });
    await telegram.send({ type: "close-poll", target });
    assert.equal(seenBy(telegram, target).poll?.closed, true);
    const none = await failure(telegram.send({ type: "close-poll", target: await telegram.post("no poll") }));
    assert(none instanceof Rejected && none.reason === "no-target", `${none}`);
  });
});

Deno.test("places, venues and cards stand there as such", async () => {
  await withTelegram({ run: false }, async (telegram) => {
    const sent = async (op: NativeOp): Promise<SeenMessage> =>
      seenBy(telegram, (await telegram.send(op)).ids[0]);
    const place = { type: "location", latitude: 52.5, longitude: 13.4 } as const;
    assert.deepEqual((await sent(place)).place, { latitude: 52.5, longitude: 13.4 });
    const venue = (await sent({ ...place, label: "Kiosk", address: "Lake 1" })).place;
    assert.deepEqual([venue?.title, venue?.address], ["Kiosk", "Lake 1"]);
    const named = (await sent({ ...place, label: "Kiosk" })).place;
    assert.deepEqual([named?.title, named?.address], ["Kiosk", "52.50000, 13.40000"]);
    const { contact } = await sent({ type: "contact", name: "Ada", phones: ["+491"] });
    assert.deepEqual([contact?.firstName, contact?.phone, contact?.vcard], ["Ada", "+491", undefined]);
    const hostile: NativeOp = {
      type: "contact",
      name: "A\r\nEND:VCARD\r\n;,\\B",
      phones: ["+491", "+492"],
    };
    const lines = (await sent(hostile)).contact?.vcard?.split("\r\n") ?? [];
    assert.deepEqual(lines.filter((line) => line.startsWith("END")), ["END:VCARD"]);
    assert.deepEqual(lines.filter((line) => line.startsWith("TEL")), ["TEL:+491", "TEL:+492"]);
  });
});

Deno.test("description and picture of the chat are set and taken away; twice is once", async () => {
  await withTelegram({ run: false }, async (telegram) => {
    const { fake: { world }, group } = telegram;
    for (const description of ["A lake", "A lake", ""]) {
      await telegram.send({ type: "description", description });
    }
    assert.equal(world.description(group), "");
    const icon: NativeOp = { type: "icon", media: refOf("photo") };
    await sendWith(telegram, icon, () => streamOf(bytesOf("photo")));
    assert.deepEqual(world.photo(group), bytesOf("photo"));
    await telegram.send({ type: "icon", media: null });
    await telegram.send({ type: "icon", media: null });
    assert.equal(world.photo(group), null);
    const long = await failure(telegram.send({ type: "description", description: "d".repeat(256) }));
    assert(long instanceof Rejected && long.reason === "too-large");
  });
});

Deno.test("what nobody's phone has to ring for is sent without a sound", async () => {
  await withTelegram({ run: false }, async (telegram) => {
    const { ids } = await telegram.send({ type: "post", text: plain("psst"), quiet: true });
    assert.equal(seenBy(telegram, ids[0]).quiet, true);
    assert.equal(seenBy(telegram, await telegram.post("hello")).quiet, false);
  });
});

Deno.test("a bot that was put out says that the chat is gone for files too", async () => {
  await withTelegram({ run: false }, async (telegram) => {
    telegram.fake.world.kickBot(telegram.group, telegram.olga);
    const op: NativeOp = { type: "media", kind: "photo", media: refOf("photo"), caption: plain("") };
    assert(await failure(sendWith(telegram, op, () => streamOf(bytesOf("photo")))) instanceof ChatGone);
  });
});
