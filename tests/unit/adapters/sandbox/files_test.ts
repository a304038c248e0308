/** Files on a simulated messenger's disk. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Rejected } from "../../../../actors/ports/mod.ts";
import { Disk } from "../../../../adapters/sandbox/disk.ts";
import { Files } from "../../../../adapters/sandbox/files.ts";
import { MemorySession } from "../../../contract/contract_host.ts";
import { bytesOf } from "./opened.ts";

const JPEG = { mime: "image/jpeg", maxBytes: 10_000_000 };

function opened(session: MemorySession): { readonly disk: Disk; readonly files: Files } {
  const disk = new Disk(() => session);
  return { disk, files: new Files(disk) };
}

function bytes(count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, at) => (at * 7) % 253);
}

function streamOf(body: Uint8Array, chunk = 10_007): ReadableStream<Uint8Array> {
  return ReadableStream.from(
    Array.from({ length: Math.ceil(body.length / chunk) }, (_, n) => body.slice(n * chunk, (n + 1) * chunk)),
  );
}

function piecesIn({ values }: MemorySession): string[] {
  return [...values.keys()].filter((key) => key.startsWith("file/"));
}

for (const count of [0, 1, 57_344, 57_345, 229_376, 500_001]) {
  Deno.test(`a file of ${count} bytes is read as it was written, by the next run too`, async () => {
    const session = new MemorySession();
    const { files } = opened(session);
    const body = bytes(count);

    const stored = await files.put(streamOf(body), JPEG);

    assert.equal(stored.bytes, count);
    const next = opened(session).files;
    await next.load();
    for (const kept of [files.open(stored.id), next.open(stored.id)]) {
      assert.equal(kept?.mime, "image/jpeg");
      assert(Buffer.from(await bytesOf(kept)).equals(body));
    }
  });
}

Deno.test("a file that is longer than allowed is refused, and nothing of it stays", async () => {
  const session = new MemorySession();
  const { disk, files } = opened(session);

  const error = await files.put(streamOf(bytes(300_000)), { ...JPEG, maxBytes: 299_999 }).catch((e) => e);
  await disk.flush();

  assert(error instanceof Rejected && error.reason === "too-large");
  assert.deepEqual(piecesIn(session), []);
});

Deno.test("a file that breaks off is not kept", async () => {
  const session = new MemorySession();
  const { disk, files } = opened(session);
  let sent = 0;
  const broken = new ReadableStream<Uint8Array>({
    pull: (controller) =>
      sent++ < 30 ? controller.enqueue(bytes(10_000)) : controller.error(new Error("cut")),
  });

  await assert.rejects(files.put(broken, JPEG), /cut/);
  await disk.flush();

  assert.deepEqual(piecesIn(session), []);
});

Deno.test("a file that was dropped is gone for good", async () => {
  const session = new MemorySession();
  const { disk, files } = opened(session);
  const { id } = await files.put(streamOf(bytes(100_000)), JPEG);

  files.drop(id);
  await disk.flush();

  assert.equal(files.open(id), null);
  assert.deepEqual(piecesIn(session), []);
});

Deno.test("the newest thousand files are kept", async () => {
  const session = new MemorySession();
  const { files } = opened(session);
  const ids: string[] = [];

  for (let n = 0; n < 1002; n++) ids.push((await files.put(streamOf(bytes(10)), JPEG)).id);

  assert.deepEqual(ids.map((id) => files.open(id) === null).map(Number).slice(0, 4), [1, 1, 0, 0]);
  const next = opened(session).files;
  await next.load();
  assert.equal(ids.filter((id) => next.open(id) !== null).length, 1000);
});

Deno.test("a reader of a file that is dropped meanwhile is told", async () => {
  const { files, disk } = opened(new MemorySession());
  const { id } = await files.put(streamOf(bytes(200_000)), JPEG);
  const reader = files.open(id)?.body.getReader();
  await reader?.read();

  files.drop(id);
  await disk.flush();

  await assert.rejects(async () => {
    while (!(await reader?.read())?.done);
  }, /taken away/);
});
