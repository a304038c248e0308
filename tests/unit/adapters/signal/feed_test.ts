/** What signal-cli hands out is taken once and in order: by its socket, and from its file after a crash of ours. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Endpoint } from "../../../../adapters/signal/endpoint.ts";
import { Feed } from "../../../../adapters/signal/feed.ts";
import { Spool } from "../../../../adapters/signal/spool.ts";
import { LineSplitter } from "../../../../adapters/signal/stream.ts";

const encoder = new TextEncoder();

Deno.test("lines are cut the same however the bytes come", () => {
  const text = fc.array(fc.string({ unit: "grapheme" }).map((line) => line.replaceAll(/[\n]/g, "")), {
    maxLength: 8,
  });
  fc.assert(fc.property(text, fc.array(fc.integer({ min: 1, max: 9 })), (lines, sizes) => {
    const bytes = encoder.encode(lines.map((line) => `${line}\n`).join(""));
    const splitter = new LineSplitter();
    const got: string[] = [];
    let at = 0;
    for (const size of [...sizes, bytes.length]) {
      got.push(...splitter.split(bytes.subarray(at, at + size)));
      at += size;
    }
    assert.deepEqual(got, lines.filter((line) => line !== ""));
  }));
});

Deno.test("a line of more than 16 MiB is passed over, and the next is read", () => {
  const splitter = new LineSplitter();
  const long = new Uint8Array(17 * 1024 * 1024).fill(65);
  assert.deepEqual([...splitter.split(long)], []);
  assert.deepEqual([...splitter.split(encoder.encode("\nnext\n"))], ["next"]);
});

interface Scene extends AsyncDisposable {
  readonly spool: Spool;
  readonly endpoint: Endpoint;
  readonly path: string;
  /** The other end of the socket, once we have connected. */
  accept(): Promise<Deno.TcpConn>;
}

async function scene(): Promise<Scene> {
  const dir = await Deno.makeTempDir();
  const path = `${dir}/received.jsonl`;
  const spool = new Spool(path);
  await spool.prepare();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const ended = Promise.withResolvers<null>();
  const endpoint: Endpoint = {
    rpcUrl: "",
    tcp: `127.0.0.1:${listener.addr.port}`,
    spool,
    inHand: [],
    ended: ended.promise,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return {
    spool,
    endpoint,
    path,
    accept: () => listener.accept(),
    async [Symbol.asyncDispose](): Promise<void> {
      listener.close();
      await Deno.remove(dir, { recursive: true });
    },
  };
}

function handedOut(n: number): Record<string, unknown> {
  return { envelope: { timestamp: n }, account: "+1" };
}

function notification(n: number): Uint8Array {
  return encoder.encode(`${JSON.stringify({ jsonrpc: "2.0", method: "receive", params: handedOut(n) })}\n`);
}

/** Runs a feed until it has taken `count`, and answers what it took. */
async function takes(
  { endpoint, accept }: Scene,
  count: number,
  act: (socket: Deno.TcpConn, opened: Promise<void>) => Promise<void>,
): Promise<number[]> {
  const taken: number[] = [];
  const abort = new AbortController();
  const opened = Promise.withResolvers<void>();
  const feed = new Feed(endpoint, (received) => {
    taken.push(Number(JSON.stringify(received).match(/"timestamp":(\d+)/)?.[1]));
    if (taken.length === count) abort.abort();
    return Promise.resolve();
  });
  const running = feed.run(abort.signal, opened.resolve);
  const socket = await accept();
  await act(socket, opened.promise);
  await running;
  socket.close();
  return taken;
}

Deno.test("what a killed process of ours left in the file is taken before what comes", async () => {
  await using at = await scene();
  await Deno.writeTextFile(at.path, `${JSON.stringify(handedOut(1))}\n${JSON.stringify(handedOut(2))}\n`);
  const taken = await takes(at, 3, async (socket, opened) => {
    await opened;
    await socket.write(notification(3));
  });
  assert.deepEqual(taken, [1, 2, 3]);
});

Deno.test("what is no notification, and no JSON, is passed over", async () => {
  await using at = await scene();
  const taken = await takes(at, 1, async (socket) => {
    for (const line of ['{"jsonrpc":"2.0","id":1,"result":{}}', "{", "null"]) {
      await socket.write(encoder.encode(`${line}\n`));
    }
    await socket.write(notification(4));
  });
  assert.deepEqual(taken, [4]);
});

Deno.test("a line that a killed signal-cli began stays a line of its own", async () => {
  await using at = await scene();
  await Deno.writeTextFile(at.path, `${JSON.stringify(handedOut(1))}\n{"envelope":{"time`);
  await at.spool.prepare();
  await Deno.writeTextFile(at.path, `${JSON.stringify(handedOut(2))}\n`, { append: true });
  const lines: string[] = [];
  await at.spool.read(0, (line) => Promise.resolve(void lines.push(line)));
  assert.deepEqual(lines.filter((line) => line.endsWith("}")).length, 2);
});

Deno.test("reading goes on behind the last whole line", async () => {
  await using at = await scene();
  await Deno.writeTextFile(at.path, "one\ntw");
  const read = async (from: number): Promise<[number, string[]]> => {
    const lines: string[] = [];
    return [await at.spool.read(from, (line) => Promise.resolve(void lines.push(line))), lines];
  };
  assert.deepEqual(await read(0), [4, ["one"]]);
  await Deno.writeTextFile(at.path, "o\n", { append: true });
  assert.deepEqual(await read(4), [8, ["two"]]);
});

Deno.test("the file is emptied once nothing new comes and all of it was taken, and not before", async () => {
  await using at = await scene();
  const abort = new AbortController();
  const [looked, emptied] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const { read, empty } = at.spool;
  let reads = 0;
  at.spool.read = async (from, take) => {
    const end = await read.call(at.spool, from, take);
    // Twice it is read for what was missed; from then on, before it would be emptied.
    if (++reads > 2) looked.resolve();
    return end;
  };
  at.spool.empty = async () => {
    await empty.call(at.spool);
    emptied.resolve();
  };
  const opened = Promise.withResolvers<void>();
  const feed = new Feed(at.endpoint, () => Promise.resolve());
  const running = feed.run(abort.signal, opened.resolve);
  const socket = await at.accept();
  await opened.promise;
  // signal-cli has handed out two, of which the second is still on its way to us.
  await Deno.writeTextFile(at.path, `${JSON.stringify(handedOut(1))}\n${JSON.stringify(handedOut(2))}\n`);
  await socket.write(notification(1));
  await looked.promise;
  assert.notEqual(await at.spool.size(), 0);
  await socket.write(notification(2));
  await emptied.promise;
  assert.equal(await at.spool.size(), 0);
  abort.abort();
  await running;
  socket.close();
});
