/** Every kind from each simulated messenger to the others, by REST: what a newcomer can try. */
import assert from "node:assert/strict";
import { z } from "zod";
import { PhoneMessageJson } from "../../routes/phone_shapes.ts";
import { RestClient } from "../contract/rest_client.ts";
import { plenumHere } from "../fakes/plenum.ts";
import { sampleFile, type SampleName } from "../fixtures/files.ts";

const MESSENGERS = ["whatsapp", "signal", "telegram"] as const;
const ChatShape = z.looseObject({ title: z.string(), messages: z.array(PhoneMessageJson) });
const DEADLINE_MS = 15_000;

type Line = z.infer<typeof PhoneMessageJson>;

interface Phone {
  readonly messenger: string;
  send(order: Readonly<Record<string, unknown>>): Promise<string>;
  chat(): Promise<z.infer<typeof ChatShape>>;
  /** The newest line for which `wanted` holds, once there is one. */
  line(what: string, wanted: (line: Line) => boolean): Promise<Line>;
  bytes(line: Line): Promise<Uint8Array>;
}

async function withPhones(
  run: (phones: readonly Phone[], client: RestClient) => Promise<void>,
): Promise<void> {
  const plenum = await plenumHere();
  try {
    const client = new RestClient(plenum.url);
    const token = await client.signUp("Olga");
    const { id } = await client.createGroup(token, { messengers: [...MESSENGERS] });
    const phones = [];
    for (const messenger of MESSENGERS) {
      const url = await until("the link", async () => {
        const { body } = await client.expect(200, "GET", `/api/groups/${id}`, { token });
        const bridges = z.looseObject({
          bridges: z.array(z.looseObject({ messenger: z.string(), inviteUrl: z.string().nullable() })),
        });
        return bridges.parse(body).bridges.find((one) => one.messenger === messenger)?.inviteUrl ?? null;
      });
      phones.push(await phoneOn(client, messenger, url));
    }
    await run(phones, client);
  } finally {
    await plenum.stop();
  }
}

async function phoneOn(client: RestClient, messenger: string, inviteUrl: string): Promise<Phone> {
  const shape = z.looseObject({
    phoneId: z.string().optional(),
    chatId: z.string().optional(),
    messageId: z.string().optional(),
  });
  const post = async (status: number, path: string, body: unknown): Promise<z.infer<typeof shape>> =>
    shape.parse((await client.expect(status, "POST", path, { body })).body);
  const { phoneId } = await post(201, "/api/sandbox/phones", { messenger, name: `${messenger}-person` });
  const path = `/api/sandbox/phones/${phoneId}`;
  const { chatId = "" } = await post(200, `${path}/join`, { inviteUrl });
  const chat = async (): Promise<z.infer<typeof ChatShape>> =>
    ChatShape.parse((await client.expect(200, "GET", `${path}/chats/${chatId}`)).body);
  return {
    messenger,
    chat,
    send: async (order) => (await post(201, `${path}/send`, { chatId, ...order })).messageId ?? "",
    line: (what, wanted) =>
      until(`${what} on ${messenger}`, async () => (await chat()).messages.findLast(wanted) ?? null),
    bytes: async ({ file }) => {
      assert(file !== undefined);
      return (await client.expect(200, "GET", file.url)).bytes;
    },
  };
}

async function until<T>(what: string, look: () => Promise<T | null>): Promise<T> {
  const end = Date.now() + DEADLINE_MS;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > end) throw new Error(`Cannot see it in ${DEADLINE_MS} ms: ${what}`);
    await new Promise((resolve) => setTimeout(() => resolve(null), 20));
  }
}

async function file(
  name: SampleName,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Record<string, unknown>> {
  const { mime, body, name: fileName, durationMs } = await sampleFile(name);
  return {
    type: "file",
    data: body.toBase64(),
    mime,
    name: fileName,
    ...(durationMs ? { durationMs } : {}),
    ...more,
  };
}

/** Runs `check` from each phone to the two others. */
async function each(
  phones: readonly Phone[],
  check: (from: Phone, others: readonly Phone[]) => Promise<void>,
): Promise<void> {
  for (const from of phones) await check(from, phones.filter((phone) => phone !== from));
}

function test(name: string, run: Parameters<typeof withPhones>[0]): void {
  Deno.test({
    name: `every kind on simulated messengers: ${name}`,
    // Programs that convert files, and libraries that read pictures, end after the test.
    sanitizeOps: false,
    sanitizeResources: false,
    fn: () => withPhones(run),
  });
}

const FILES: readonly (readonly [string, SampleName, string])[] = [
  ["photo", "jpeg", "photo"],
  ["video", "mp4", "video"],
  ["voice", "ogg", "voice"],
  ["document", "pdf", "document"],
  ["sticker", "webp", "sticker"],
  ["gif", "silent-mp4", "gif"],
];

test("files arrive as what they are, or as something like it, and can be read", async (phones) => {
  const seen = new Set<string>();
  for (const [kind, sample, wanted] of FILES) {
    await each(phones, async (from, others) => {
      const id = await from.send(await file(sample, { kind }));
      assert.notEqual(id, "");
      for (const phone of others) {
        const name = `${from.messenger}-person`;
        const isNew = ({ file, from }: Line): boolean =>
          from === "Plenum" && file !== undefined && !seen.has(`${phone.messenger} ${file.url}`);
        const line = await phone.line(`the ${kind} of ${from.messenger}`, isNew);
        const { messages } = await phone.chat();
        assert(line.file !== undefined);
        seen.add(`${phone.messenger} ${line.file.url}`);
        const like = wanted === "sticker" || wanted === "gif"
          ? [wanted, "photo", "video", "document"]
          : [wanted];
        assert(like.includes(line.file.kind), `${from.messenger} to ${phone.messenger}: ${line.file.kind}`);
        assert.equal((await phone.bytes(line)).length, line.file.bytes);
        assert(messages.some(({ text }) => text.includes(name)), "whose it is");
      }
    });
  }
});

test("albums stay albums, with their words once, which can be changed", async (phones) => {
  await each(phones, async (from, others) => {
    const words = `The lake from ${from.messenger}`;
    const first = await from.send(await file("jpeg", { album: "a", text: words }));
    await from.send(await file("jpeg", { album: "a" }));
    for (const phone of others) {
      const head = await phone.line("the album", ({ text }) => text.includes(words));
      assert(head.album !== undefined, `the album of ${from.messenger} on ${phone.messenger}`);
      await until("its second file", async () => {
        const { messages } = await phone.chat();
        return messages.filter(({ album }) => album === head.album).length === 2 || null;
      });
    }

    await from.send({ type: "edit", target: first, text: `Changed on ${from.messenger}` });

    for (const phone of others) {
      await phone.line("the change", ({ text }) => text.includes(`Changed on ${from.messenger}`));
    }
  });
});

test("a poll is one poll: votes from everywhere count, also as a number in reply", async (phones) => {
  await each(phones, async (from, others) => {
    const question = `When, asks ${from.messenger}?`;
    const own = await from.send({ type: "poll", question, options: ["Friday", "Saturday"] });
    const [one, other] = others;
    assert(one !== undefined && other !== undefined);
    const there = await one.line(
      "the poll",
      ({ poll, text }) => poll?.question === question || text.includes(question),
    );
    await one.send(
      there.poll === undefined
        ? { type: "text", text: "2", replyTo: there.messageId }
        : { type: "vote", target: there.messageId, options: [1] },
    );
    for (const phone of [from, other]) {
      await phone.line("the result", ({ text }) => /Saturday/.test(text) && /\b1\b/.test(text));
    }
    assert.notEqual(own, "");
  });
});

test("a place arrives as a place, or in words with a map", async (phones) => {
  await each(phones.filter(({ messenger }) => messenger !== "signal"), async (from) => {
    await from.send({
      type: "location",
      latitude: 52.5,
      longitude: 13.25,
      label: `Lake of ${from.messenger}`,
    });
    for (const phone of phones.filter((one) => one !== from)) {
      const seen = await phone.line(
        "the place",
        ({ location, text }) =>
          location?.label === `Lake of ${from.messenger}` || text.includes(`Lake of ${from.messenger}`),
      );
      if (seen.location === undefined) assert.match(seen.text, /openstreetmap/);
    }
  });
});

test("the number of a card crosses only when its sender says so", async (phones) => {
  await each(phones.filter(({ messenger }) => messenger !== "signal"), async (from) => {
    const name = `Ben of ${from.messenger}`;
    const number = from.messenger === "telegram" ? "1234567" : "7654321";
    const card = await from.send({ type: "contact", name, phones: [`+49 40 ${number}`] });
    const others = phones.filter((one) => one !== from);
    for (const phone of others) {
      await phone.line("the card", ({ text, contact }) => text.includes(name) || contact?.name === name);
      assert(
        !JSON.stringify(await phone.chat()).includes(number),
        `the number came to ${phone.messenger}`,
      );
    }

    await from.send({ type: "text", text: "/share", replyTo: card });

    for (const phone of others) {
      const has = ({ text, contact }: Line): boolean =>
        text.includes(number) || (contact?.phones.some((one) => one.includes(number)) ?? false);
      await phone.line("the number", has);
    }
  });
});

test("title and description are the same everywhere", async (phones) => {
  await each(phones, async (from, others) => {
    await from.send({ type: "title", text: `Title of ${from.messenger}` });
    for (const phone of others) {
      await until(
        "the title",
        async () => (await phone.chat()).title === `Title of ${from.messenger}` || null,
      );
    }
  });
});
