/** What phones send besides text, what our account is told of it, and what it sends. */
import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import { type Content, type Event, NativeId, type NativeOp, OpId } from "../../../../actors/model/mod.ts";
import { SandboxError } from "../../../../adapters/sandbox/mod.ts";
import type { PhoneOrder } from "../../../../routes/phones.ts";
import { ContractHost } from "../../../contract/contract_host.ts";
import { bytesOf, joined, simulate, type Simulated, whileRunning } from "./opened.ts";

const signal = new AbortController().signal;
const MESSENGERS = ["whatsapp", "signal", "telegram"] as const;
const JPEG = Uint8Array.from({ length: 150_000 }, (_, at) => at % 251);

interface Scene extends Simulated {
  readonly host: ContractHost;
  readonly ada: string;
  readonly bob: string;
  send(phone: string, order: Omit<PhoneOrder, "chatId">): Promise<string>;
  seen(phone: string, id: string): Promise<Line>;
  /** The last event that our account was told. */
  told(): Event | undefined;
}

type Line = Awaited<ReturnType<Simulated["phones"]["view"]>>["messages"][number];

function test(messenger: string, name: string, body: (scene: Scene) => Promise<void>): void {
  Deno.test(`phones on ${messenger}: ${name}`, async () => {
    const host = new ContractHost();
    const simulated = await simulate(messenger, host);
    await whileRunning(simulated.adapter, async () => {
      const [ada, bob] = [await joined(simulated, "Ada"), await joined(simulated, "Bob")];
      const chatId = simulated.group.chat;
      await body({
        ...simulated,
        host,
        ada,
        bob,
        send: async (phone, order) => (await simulated.phones.send(phone, { chatId, ...order })).messageId,
        seen: async (phone, id) => {
          const { messages } = await simulated.phones.view(phone, chatId);
          const line = messages.find(({ messageId }) => messageId === id);
          assert(line !== undefined, "the phone shows no such message");
          return line;
        },
        told: () => host.taken.at(-1),
      });
    });
  });
}

function contentOf(event: Event | undefined): Content {
  assert(event?.type === "message" || event?.type === "edit");
  return event.content;
}

async function refuses(work: Promise<unknown>, message: RegExp): Promise<void> {
  const error = await work.then(() => null, (thrown: unknown) => thrown);
  assert(error instanceof SandboxError, `expected the sandbox to refuse: ${error}`);
  assert.match(error.message, message);
}

for (const messenger of MESSENGERS) {
  test(messenger, "a photo is seen by others and read by our account, byte for byte", async (scene) => {
    const { ada, bob, phones, group, adapter } = scene;

    const id = await scene.send(ada, {
      type: "file",
      text: "The lake",
      file: { data: JPEG, mime: "image/jpeg", name: "lake.jpg" },
    });

    const { file, text } = await scene.seen(bob, id);
    assert.deepEqual(file, { kind: "photo", mime: "image/jpeg", name: "lake.jpg", bytes: JPEG.length });
    assert.equal(text, "The lake");
    const content = contentOf(scene.told());
    assert(content.type === "media" && content.caption.text === "The lake");
    const shown = await bytesOf(await phones.file(bob, group.chat, id));
    const read = await bytesOf(await adapter.openMedia(content.media.native, { signal }));
    assert(Buffer.from(shown).equals(JPEG) && Buffer.from(read).equals(JPEG));
  });

  test(messenger, "the words under a file are changed", async (scene) => {
    const { ada, bob } = scene;
    const id = await scene.send(ada, { type: "file", text: "A", file: { data: JPEG, mime: "image/jpeg" } });

    await scene.send(ada, { type: "edit", target: id, text: "B" });

    const { text, edited, file } = await scene.seen(bob, id);
    assert.deepEqual([text, edited, file?.kind], ["B", true, "photo"]);
    const content = contentOf(scene.told());
    assert(content.type === "media" && content.caption.text === "B");
  });

  test(messenger, "files of one album say that they belong together", async (scene) => {
    const file = { data: JPEG, mime: "image/jpeg", album: "a" };

    for (const _ of [1, 2]) await scene.send(scene.ada, { type: "file", file });

    const albums = scene.host.taken.filter(({ type }) => type === "message").map(contentOf)
      .map((content) => content.type === "media" ? content.album : "");
    assert.equal(albums.length, 2);
    assert.equal(new Set(albums).size, 1);
    assert(albums[0]);
  });

  test(messenger, "a file that was deleted is read by nobody any more", async (scene) => {
    const { ada, bob, phones, group, adapter } = scene;
    const id = await scene.send(ada, { type: "file", file: { data: JPEG, mime: "image/jpeg" } });
    const content = contentOf(scene.told());
    assert(content.type === "media");

    await scene.send(ada, { type: "delete", target: id });

    assert.equal(await phones.file(bob, group.chat, id), null);
    assert.equal((await scene.seen(bob, id)).file, undefined);
    const error = await adapter.openMedia(content.media.native, { signal }).catch((error) => error);
    assert.equal(error.reason, "no-target");
  });

  test(messenger, "a file that is too large, and an empty one, are answered", async (scene) => {
    const limit = scene.adapter.capabilities(null).media.voice?.maxMs;
    const file = { data: new Uint8Array(), mime: "image/jpeg" };

    const id = await scene.send(scene.ada, { type: "file", file });

    assert.equal((await scene.seen(scene.bob, id)).file?.bytes, 0);
    if (limit === undefined) return;
    const long = { data: JPEG, mime: "audio/ogg", kind: "voice", durationMs: limit + 1 } as const;
    await refuses(scene.send(scene.ada, { type: "file", file: long }), /at most \d+ ms/);
  });

  test(messenger, "a name of 10,000 characters is cut, and none is cut in half", async (scene) => {
    const name = "🦊".repeat(5000);

    await scene.send(scene.ada, { type: "file", file: { data: JPEG, mime: "image/jpeg", name } });

    const content = contentOf(scene.told());
    assert(content.type === "media" && content.media.name !== undefined);
    assert(content.media.name.isWellFormed() && content.media.name.length <= 255);
  });

  test(messenger, "a pin, a title, a description, a picture and a timer are told", async (scene) => {
    const { ada, bob, phones, group } = scene;
    const id = await scene.send(ada, { type: "text", text: "hello" });

    const types = [];
    const orders: Omit<PhoneOrder, "chatId">[] = [
      { type: "pin", target: id },
      { type: "title", text: "New" },
      { type: "description", text: "About us" },
      { type: "icon", file: { data: JPEG, mime: "image/jpeg" } },
      { type: "timer", seconds: 3600 },
    ];
    for (const order of orders) {
      await scene.send(ada, order);
      types.push(scene.told()?.type);
    }

    assert.deepEqual(types, ["pin", "title", "description", "icon", "timer"]);
    assert.equal((await scene.seen(bob, id)).pinned, true);
    const { title, description, icon, timer } = await phones.view(bob, group.chat);
    assert.deepEqual([title, description, timer], ["New", "About us", 3600]);
    assert.deepEqual(icon, { mime: "image/jpeg", bytes: JPEG.length });
    const picture = await bytesOf(await phones.file(bob, group.chat, "icon"));
    assert(Buffer.from(picture).equals(JPEG));
  });

  test(
    messenger,
    "what is sent while a timer is set disappears, and what was before stays",
    async (scene) => {
      const { ada, host, phones, group } = scene;
      await scene.send(ada, { type: "text", text: "stays" });
      await scene.send(ada, { type: "timer", seconds: 60 });
      await scene.send(ada, { type: "text", text: "goes" });

      host.pass(61_000);

      const { messages } = await phones.view(ada, group.chat);
      assert.deepEqual(messages.map(({ text }) => text), ["stays"]);
    },
  );

  test(
    messenger,
    "formatting from a menu is kept, and what the messenger has not is refused",
    async (scene) => {
      const { spans: table } = scene.adapter.capabilities(null).text;
      const text = "hello *all*";
      const spans = [{ type: "bold", start: 0, length: 5 } as const];

      const id = await scene.send(scene.ada, { type: "text", text, spans });

      const { spans: seen, text: words } = await scene.seen(scene.bob, id);
      assert.deepEqual([words, seen], [text, spans]);
      if (table.underline !== undefined) return;
      const odd = [{ type: "underline", start: 0, length: 5 } as const];
      await refuses(scene.send(scene.ada, { type: "text", text, spans: odd }), /no such format/);
    },
  );

  test(messenger, "polls of people and of our account are voted in", async (scene) => {
    const { ada, bob, adapter, group } = scene;
    const { poll: limits } = adapter.capabilities(null);
    assert(limits !== undefined);
    const poll = { question: "When?", options: ["Fri", "Sat"] };
    const own = await scene.send(ada, { type: "poll", poll });
    assert.deepEqual(contentOf(scene.told()), { type: "poll", ...poll, multiple: false });
    const op = { type: "poll", ...poll, multiple: true } as const;
    const { ids: [ours = ""] } = await adapter.send(group.chat, op, { opId: OpId.parse("p"), signal });

    await scene.send(bob, { type: "vote", target: ours, choice: [1, 0] });

    const event = scene.told();
    assert(event?.type === "vote");
    assert.deepEqual([event.options, event.target], [[0, 1], { native: ours }]);
    const { poll: seen } = await scene.seen(bob, ours);
    assert.deepEqual([seen?.votes, seen?.chosen], [[1, 1], [0, 1]]);
    const before = scene.host.taken.length;
    await scene.send(bob, { type: "vote", target: own, choice: [1] });
    assert.equal(scene.host.taken.length - before, limits.foreign ? 1 : 0);
    await refuses(scene.send(bob, { type: "vote", target: own, choice: [0, 1] }), /Cannot vote/);
    await refuses(scene.send(bob, { type: "vote", target: own, choice: [7] }), /Cannot vote/);
  });

  test(messenger, "a poll that was ended takes no votes", async (scene) => {
    const { adapter, group, bob } = scene;
    if (adapter.capabilities(null).poll?.closes !== true) return;
    const op: NativeOp = { type: "poll", question: "When?", options: ["Fri", "Sat"], multiple: false };
    const { ids } = await adapter.send(group.chat, op, { opId: OpId.parse("p"), signal });
    const target = NativeId.parse(ids[0]);

    await adapter.send(group.chat, { type: "close-poll", target }, { opId: OpId.parse("c"), signal });

    assert.equal((await scene.seen(bob, target)).poll?.closed, true);
    await refuses(scene.send(bob, { type: "vote", target, choice: [0] }), /it was ended/);
  });
}

for (const messenger of ["whatsapp", "signal"]) {
  test(messenger, "of a file to be seen once nothing is told but that there was one", async (scene) => {
    const file = { data: JPEG, mime: "image/jpeg", viewOnce: true };

    const id = await scene.send(scene.ada, { type: "file", file });

    const event = scene.told();
    assert(event?.type === "note" && event.note === "view-once");
    assert.equal((await scene.seen(scene.bob, id)).viewOnce, "photo");
    assert.equal(await scene.phones.file(scene.bob, scene.group.chat, id), null);
  });
}

test("telegram", "a file to be seen once is refused, as groups have none", async (scene) => {
  const file = { data: JPEG, mime: "image/jpeg", viewOnce: true };

  await refuses(scene.send(scene.ada, { type: "file", file }), /seen once/);
});

for (const messenger of ["whatsapp", "telegram"]) {
  test(messenger, "a place that moves is told when it begins and when it ends", async (scene) => {
    const location = { latitude: 52.5, longitude: 13.25, live: true };

    const id = await scene.send(scene.ada, { type: "location", location });
    const begun = contentOf(scene.told());
    await scene.send(scene.ada, { type: "live-end", target: id });
    const ended = contentOf(scene.told());

    assert(begun.type === "location" && begun.live === "started");
    assert(ended.type === "location" && ended.live === "ended");
    assert.equal((await scene.seen(scene.bob, id)).location?.live, "ended");
  });

  test(messenger, "a card is told with its numbers", async (scene) => {
    const contact = { name: "Ben", phones: ["+49 40 1234567"] };

    const id = await scene.send(scene.ada, { type: "contact", contact });

    assert.deepEqual(contentOf(scene.told()), { type: "contact", ...contact });
    assert.deepEqual((await scene.seen(scene.bob, id)).contact, contact);
  });
}
