/** kill -9 of the real process under load: whatever was acknowledged arrives on every bridge, in order. */
import assert from "node:assert/strict";
import { RestClient } from "../contract/rest_client.ts";
import { joinByPhone, type Phone, signUp, until } from "../fakes/people.ts";
import { randomFrom } from "../fakes/random.ts";
import { type PlenumProcess, plenumProcess } from "../fakes/plenum.ts";

const ROUNDS = Number(Deno.env.get("ROUNDS") ?? 20);
const SEED = Number(Deno.env.get("FAULT_SEED") ?? Date.now() % 1_000_000);
const MESSENGERS = ["whatsapp", "signal", "telegram"] as const;
const GROUPS = 3;

interface Author {
  readonly phone: Phone;
  readonly name: string;
  /** Numbers that were acknowledged, in order. */
  readonly acknowledged: number[];
  next: number;
  /** The first number of this round. */
  first: number;
}

function freePort(): number {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return listener.addr.port;
}

/** Writes until the process dies. One at a time, as a person does. */
async function write(url: string, author: Author): Promise<void> {
  const client = new RestClient(url);
  for (;;) {
    const number = author.next++;
    const body = { chatId: author.phone.chatId, type: "text", text: `${author.name}#${number}#` };
    try {
      const sent = await client.call("POST", `/api/sandbox/phones/${author.phone.phoneId}/send`, { body });
      if (sent.status === 201) author.acknowledged.push(number);
    } catch {
      return;
    }
  }
}

/** What a phone sees of an author, in the order of the view. */
function numbersOf(author: string, texts: readonly string[]): number[] {
  return texts.flatMap((text) => {
    const found = new RegExp(`${author}#(\\d+)#`).exec(text)?.[1];
    return found === undefined ? [] : [Number(found)];
  });
}

/** First arrivals, and how many came again. */
function firsts(numbers: readonly number[]): { readonly order: number[]; readonly doubles: number } {
  const order = [...new Set(numbers)];
  return { order, doubles: numbers.length - order.length };
}

async function check(author: Author, reader: Author): Promise<number> {
  const look = async (): Promise<number[] | null> => {
    const seen = numbersOf(author.name, (await reader.phone.view()).map(({ text }) => text));
    return author.acknowledged.every((number) => seen.includes(number)) ? seen : null;
  };
  const what = `all of ${author.name} at ${reader.name} (seed ${SEED})`;
  const seen = await until(what, look, 30_000);
  const { order, doubles } = firsts(seen.filter((number) => number >= author.first));
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
    `order of ${author.name} at ${reader.name}, seed ${SEED}`,
  );
  return doubles;
}

/** Writes, ends the process by `end`, starts it again and checks, so many times. Answers what to print. */
async function rounds(count: number, end: (plenum: PlenumProcess) => Promise<void>): Promise<string> {
  const random = randomFrom(SEED);
  const dataDir = await Deno.makeTempDir();
  const port = String(freePort());
  const url = `http://127.0.0.1:${port}`;
  const start = (): Promise<PlenumProcess> =>
    plenumProcess({ DATA_DIR: dataDir, PORT: port, PUBLIC_URL: url });
  let plenum = await start();
  const owner = await signUp(url);
  const rooms: Author[][] = [];
  for (let room = 0; room < GROUPS; room++) {
    const { id } = await owner.createGroup(`Room ${room}`);
    const authors = await Promise.all(MESSENGERS.map(async (messenger) => {
      const { inviteUrl } = await owner.bridge(id, messenger, "ready");
      const name = `${messenger}${room}`;
      return {
        phone: await joinByPhone(url, { messenger, name, inviteUrl }),
        name,
        acknowledged: [],
        next: 0,
        first: 0,
      };
    }));
    rooms.push(authors);
  }
  let doubles = 0;

  for (let round = 0; round < count; round++) {
    // A phone shows its last 500 messages: all of a round must fit.
    for (const author of rooms.flat()) {
      author.acknowledged.length = 0;
      author.first = author.next;
    }
    const writing = Promise.all(rooms.flat().map((author) => write(url, author)));
    await new Promise((resolve) => setTimeout(() => resolve(null), 20 + random() * 130));
    await end(plenum);
    await writing;
    plenum = await start();
    for (const authors of rooms) {
      for (const author of authors) {
        for (const reader of authors) if (reader !== author) doubles += await check(author, reader);
      }
    }
  }

  const last = rooms.flat().reduce((sum, author) => sum + author.next, 0);
  assert.equal(await plenum.terminate(), 0);
  await Deno.remove(dataDir, { recursive: true });
  return `seed ${SEED}, ${count} times, about ${last} messages written, ${doubles} arrivals that came twice`;
}

Deno.test(`nothing acknowledged is lost over ${ROUNDS} kills under load`, async () => {
  const figures = await rounds(ROUNDS, (plenum) => plenum.kill());
  // deno-lint-ignore no-console -- the figures belong to the output of the tests
  console.log(`kill -9: ${figures}`);
});

Deno.test("SIGTERM under load ends the process by itself in five seconds, and nothing acknowledged is lost", async () => {
  const figures = await rounds(3, async (plenum) => {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error("Cannot stop in 5 s")), 5_000);
    assert.equal(await Promise.race([plenum.terminate(), late.promise]), 0);
    clearTimeout(timer);
  });
  // deno-lint-ignore no-console -- the figures belong to the output of the tests
  console.log(`SIGTERM: ${figures}`);
});
