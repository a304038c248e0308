/** Files on their way: written into a call, read out of an answer, kept on disk for a while. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { NativeId } from "../../../../actors/model/mod.ts";
import { Rejected } from "../../../../actors/ports/mod.ts";
import { fileIn } from "../../../../adapters/signal/answer.ts";
import { attach, nameOf } from "../../../../adapters/signal/attach.ts";
import { bodyOf, placeOf } from "../../../../adapters/signal/body.ts";
import { SIGNAL } from "../../../../adapters/signal/capabilities.ts";
import { keptFile, tidyOnce } from "../../../../adapters/signal/kept_files.ts";
import { openMedia } from "../../../../adapters/signal/media.ts";
import { attachmentId } from "../../../../adapters/signal/media_ids.ts";

const DAY_MS = 24 * 3_600_000;
const signal = new AbortController().signal;

const PARTS = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 });

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

Deno.test("a call with files is the JSON that it would be whole, however the files come in parts", async () => {
  await fc.assert(
    fc.asyncProperty(PARTS, PARTS, fc.string(), async (one, two, message) => {
      const json = JSON.stringify({ attachment: [placeOf(0), placeOf(1)], message });
      const files = [one, two].map((parts) => ({
        head: "data:a/b;base64,",
        open: () => Promise.resolve(ReadableStream.from(parts)),
      }));
      const text = await new Response(bodyOf(json, files, () => {})).text();
      const attachment = [one, two].map((parts) => `data:a/b;base64,${joined(parts).toBase64()}`);
      assert.deepEqual(JSON.parse(text), { attachment, message });
    }),
  );
});

Deno.test("a file that cannot be read ends the call, and says why", async () => {
  const reason = new Rejected("Cannot read it", "no-target");
  const told: unknown[] = [];
  const files = [{ head: "", open: () => Promise.reject(reason) }];
  const body = bodyOf(JSON.stringify([placeOf(0)]), files, (error) => told.push(error));
  await assert.rejects(new Response(body).text());
  assert.deepEqual(told, [reason]);
});

Deno.test("a file is read no faster than the call goes out", async () => {
  let read = 0;
  const endless = function* (): Generator<Uint8Array> {
    for (;; read += 1) yield new Uint8Array(64 * 1024);
  };
  const files = [{ head: "", open: () => Promise.resolve(ReadableStream.from(endless())) }];
  const reader = bodyOf(JSON.stringify([placeOf(0)]), files, () => {}).getReader();
  for (let n = 0; n < 10; n += 1) await reader.read();
  assert.ok(read <= 12, `${read} parts were read for 10`);
  await reader.cancel();
});

Deno.test("a file in an answer is read however the answer is cut", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 200 }),
      fc.integer({ min: 1, max: 50 }),
      async (bytes, size) => {
        const text = JSON.stringify({ jsonrpc: "2.0", result: { data: bytes.toBase64() }, id: "1" });
        const came = await fileIn(ReadableStream.from(cut(new TextEncoder().encode(text), size)));
        assert.ok("file" in came);
        assert.deepEqual(joined(await Array.fromAsync(came.file)), bytes);
      },
    ),
  );
});

function* cut(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

Deno.test("an answer that is cut off, or holds no file, is no file", async () => {
  const came = await fileIn(new Blob(['{"result":{"data":"AAAA']).stream());
  assert.ok("file" in came);
  await assert.rejects(Array.fromAsync(came.file));
  const refused = '{"error":{"code":-1,"message":"no","data":null}}';
  assert.deepEqual(await fileIn(new Blob([refused]).stream()), { text: refused });
  await assert.rejects(fileIn(new Blob(["x".repeat(100_000)]).stream()));
});

Deno.test("a file has a name that says what it is, and leads nowhere else", () => {
  const named = (mime: string, name?: string): string =>
    nameOf({
      kind: "document",
      media: { native: NativeId.parse("f"), mime, bytes: 1, ...(name === undefined ? {} : { name }) },
    });
  assert.equal(named("image/jpeg", "holiday.JPG"), "holiday.JPG");
  assert.equal(named("image/webp", "holiday.jpg"), "holiday.webp");
  assert.equal(named("application/x-odd", "a.odd"), "a.odd");
  assert.equal(named("application/x-odd"), "document.bin");
  assert.equal(named("image/png", "../../.ssh/id"), "_.._.ssh_id.png");
  fc.assert(fc.property(fc.string({ unit: "binary" }), (name) => {
    const safe = named("text/plain", name);
    assert.ok(new TextEncoder().encode(safe).length <= 220 && !/[/\\\0]/.test(safe) && !safe.startsWith("."));
  }));
});

Deno.test("files for a signal-cli of ours lie in its folder until they are sent, and no longer", async () => {
  const folder = await Deno.makeTempDir();
  const item = {
    kind: "photo" as const,
    media: { native: NativeId.parse("f"), mime: "image/png", bytes: 3 },
  };
  const open = (): Promise<{ mime: string; bytes: number; body: ReadableStream<Uint8Array> }> =>
    Promise.resolve({ mime: "image/png", bytes: 3, body: new Blob([new Uint8Array([1, 2, 3])]).stream() });
  {
    await using attached = await attach([item, item], { open, folder, table: SIGNAL });
    assert.equal(attached.params.length, 2);
    for (const path of attached.params) {
      assert.ok(path.startsWith(folder) && path.endsWith("/photo.png"));
      assert.deepEqual(await Deno.readFile(path), new Uint8Array([1, 2, 3]));
      assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o077, 0);
    }
  }
  const broken = (): ReturnType<typeof open> => Promise.reject(new Error("gone"));
  await assert.rejects(attach([item], { open: broken, folder, table: SIGNAL }), Rejected);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(folder)), []);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("what a signal-cli of ours has downloaded is read from disk, also while it does not run", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/config/attachments/a.png`, "hello");
    const deps = { rpc: null, folder, now: Date.now };
    const named = (id: string, bytes: number): NativeId => attachmentId({ id, mime: "image/png", bytes });
    const { body, mime, bytes } = await openMedia(deps, named("a.png", 5), { signal });
    assert.deepEqual([await new Response(body).text(), mime, bytes], ["hello", "image/png", 5]);
    await Deno.writeTextFile(`${folder}/config/attachments/empty`, "");
    await assert.rejects(openMedia(deps, named("empty", 5), { signal }), { reason: "no-target" });
    const short = await openMedia(deps, named("a.png", 6), { signal });
    await assert.rejects(new Response(short.body).text(), { reason: "no-target" });
    const long = await openMedia(deps, named("a.png", 4), { signal });
    await assert.rejects(new Response(long.body).text(), { reason: "no-target" });
    assert.equal(await keptFile(folder, "../attachments/a.png", 0), null);
  });
});

Deno.test("what was read goes within the hour, what nobody read after a week", async () => {
  await withFolder(async (folder) => {
    for (const name of ["read", "unread"]) {
      await Deno.writeTextFile(`${folder}/config/attachments/${name}`, name);
    }
    const now = Date.now();
    for await (const _part of await keptFile(folder, "read", now) ?? []);
    const left = async (at: number): Promise<string[]> => {
      await tidyOnce(folder, at);
      return (await Array.fromAsync(Deno.readDir(`${folder}/config/attachments`))).map(({ name }) => name);
    };
    assert.deepEqual((await left(now)).toSorted(), ["read", "unread"]);
    assert.deepEqual(await left(now + 2 * 3_600_000), ["unread"]);
    assert.deepEqual(await left(now + 6 * DAY_MS), ["unread"]);
    assert.deepEqual(await left(now + 8 * DAY_MS), []);
  });
});

async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  await Deno.mkdir(`${folder}/config/attachments`, { recursive: true });
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
