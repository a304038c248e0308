import assert from "node:assert/strict";
import fc from "fast-check";
import { CHUNK_BYTES, HEADER_BYTES, seal, sealedSize, unseal } from "../../../../adapters/media/sealing.ts";

type Bytes = Uint8Array<ArrayBuffer>;
type Range = { readonly start: number; readonly end: number };

const SEALED_CHUNK = CHUNK_BYTES + 16;

function keyOf(byte: number): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", new Uint8Array(32).fill(byte), "HKDF", false, ["deriveKey"]);
}

async function* inPieces(bytes: Bytes, size: number): AsyncGenerator<Bytes> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function joined(pieces: AsyncIterable<Bytes>): Promise<Bytes> {
  return new Uint8Array(await new Blob(await Array.fromAsync(pieces)).arrayBuffer());
}

/** Bytes of which no two chunks are the same. */
function plainOf(length: number): Bytes {
  const plain = new Uint8Array(length);
  for (let at = 0; at < length; at++) plain[at] = at * 31 + (at >> 8) * 7;
  return plain;
}

async function opened(
  sealed: Bytes,
  bytes: number,
  more: { range?: Range; key?: CryptoKey } = {},
): Promise<Bytes> {
  const read = ({ start, end }: Range): Promise<AsyncIterable<Bytes>> =>
    Promise.resolve(inPieces(sealed.slice(start, end + 1), 10_000));
  const { range, key = await keyOf(1) } = more;
  return await joined(unseal(read, key, range === undefined ? { bytes } : { bytes, range }));
}

async function sealed(plain: Bytes, size = 7_777): Promise<Bytes> {
  return await joined(seal(inPieces(plain, size), await keyOf(1)));
}

Deno.test("what is sealed opens as it was, at every size around a chunk's end", async () => {
  for (const length of [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES]) {
    const plain = plainOf(length);
    const box = await sealed(plain);

    assert.equal(box.length, sealedSize(length));
    assert.deepEqual(await opened(box, length), plain, `${length} bytes`);
  }
});

Deno.test("the same file is sealed otherwise each time, and nothing of it can be seen", async () => {
  const plain = new TextEncoder().encode("a secret that is not to be seen ".repeat(100));
  const [one, two] = [await sealed(plain), await sealed(plain)];

  assert.notDeepEqual(one, two);
  assert.equal(new TextDecoder("latin1").decode(one).includes("secret"), false);
});

Deno.test("any stretch of a file is the same stretch of what was sealed", async () => {
  const plain = plainOf(2 * CHUNK_BYTES + 1234);
  const box = await sealed(plain);
  const places = fc.integer({ min: 0, max: plain.length - 1 });

  await fc.assert(
    fc.asyncProperty(places, places, async (one, two) => {
      const [start, end] = [Math.min(one, two), Math.max(one, two)];

      assert.deepEqual(
        await opened(box, plain.length, { range: { start, end } }),
        plain.slice(start, end + 1),
      );
    }),
    { numRuns: 60 },
  );
});

Deno.test("a stretch is read without the rest of the file", async () => {
  const plain = plainOf(10 * CHUNK_BYTES);
  const box = await sealed(plain);
  let read = 0;

  const body = unseal(
    ({ start, end }) => {
      read += end - start + 1;
      return Promise.resolve(inPieces(box.slice(start, end + 1), 10_000));
    },
    await keyOf(1),
    { bytes: plain.length, range: { start: 5 * CHUNK_BYTES, end: 5 * CHUNK_BYTES + 9 } },
  );

  assert.equal((await joined(body)).length, 10);
  assert.equal(read, HEADER_BYTES + SEALED_CHUNK);
});

Deno.test("a file that was changed, cut off, lengthened or put in another order does not open", async () => {
  const plain = plainOf(3 * CHUNK_BYTES + 500);
  const box = await sealed(plain);
  const other = await sealed(plain);
  const chunk = (from: Bytes, at: number): Bytes =>
    from.slice(HEADER_BYTES + at * SEALED_CHUNK, HEADER_BYTES + (at + 1) * SEALED_CHUNK);
  const head = box.slice(0, HEADER_BYTES);
  const put = async (...parts: Bytes[]): Promise<Bytes> =>
    new Uint8Array(await new Blob(parts).arrayBuffer());
  const flipped = (at: number): Bytes => box.map((byte, place) => place === at ? byte ^ 1 : byte);

  const wrong: readonly (readonly [string, Bytes, number?])[] = [
    ["a bit in the middle", flipped(HEADER_BYTES + 70_000)],
    ["a bit of the salt", flipped(10)],
    ["the format's name", flipped(0)],
    ["the last byte", flipped(box.length - 1)],
    ["cut within a chunk", box.slice(0, box.length - 1)],
    ["cut at a chunk's end", box.slice(0, HEADER_BYTES + 3 * SEALED_CHUNK)],
    ["cut at a chunk's end, and told so", box.slice(0, HEADER_BYTES + 3 * SEALED_CHUNK), 3 * CHUNK_BYTES],
    ["nothing but the header", head],
    ["nothing", new Uint8Array()],
    ["two chunks swapped", await put(head, chunk(box, 1), chunk(box, 0), chunk(box, 2), chunk(box, 3))],
    ["a chunk twice", await put(head, chunk(box, 0), chunk(box, 0), chunk(box, 2), chunk(box, 3))],
    [
      "a chunk of another file",
      await put(head, chunk(box, 0), chunk(other, 1), chunk(box, 2), chunk(box, 3)),
    ],
    ["longer than it is", await put(box, chunk(box, 0)), plain.length + CHUNK_BYTES],
  ];
  for (const [what, bytes, told = plain.length] of wrong) {
    await assert.rejects(() => opened(bytes, told), RangeError, what);
  }
  await assert.rejects(async () => await opened(box, plain.length, { key: await keyOf(2) }), RangeError);
});
