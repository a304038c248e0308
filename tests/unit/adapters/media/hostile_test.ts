import assert from "node:assert/strict";
import { crc32, deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import type { MediaKind, MediaTable } from "../../../../actors/model/mod.ts";
import { positionsIn, withoutPlaces } from "../../../../adapters/media/positions.ts";
import { sampleFile } from "../../../fixtures/files.ts";
import { bytesOf, filesBelow, GROUP, NEVER, type Opened, openedLibrary, sourceOf } from "./opened.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const HUGE = 2_000_000_000;

/** A messenger that wants everything in a form of its own, and takes any file. */
const TABLE: MediaTable = {
  photo: { support: "full", mimes: ["image/jpeg"], maxBytes: 5_000_000, caption: true },
  video: { support: "full", mimes: ["video/mp4"], maxBytes: HUGE, caption: true },
  gif: { support: "full", mimes: ["video/mp4"], maxBytes: HUGE, caption: true },
  voice: { support: "full", mimes: ["audio/aac"], maxBytes: HUGE, caption: false, waveform: true },
  sticker: { support: "full", mimes: ["image/webp"], maxBytes: 500_000, caption: false },
  document: { support: "full", mimes: ["*/*"], maxBytes: HUGE, caption: true },
};

/** What comes of it: its kind, and whether its bytes are those that were sent. */
async function outcome(opened: Opened, kind: MediaKind, body: Bytes): Promise<string> {
  const fitted = await opened.library.fit(sourceOf(kind, body), TABLE, { signal: NEVER });
  if (fitted.form !== "file") return fitted.form;
  const seen = await bytesOf(await opened.library.open(GROUP, fitted.media.native, { signal: NEVER }));
  const same = seen.length === body.length && seen.every((byte, at) => byte === body[at]);
  return `${fitted.kind} ${fitted.media.mime} ${same ? "as it was" : "made anew"}`;
}

async function joined(...parts: readonly Bytes[]): Promise<Bytes> {
  return new Uint8Array(await new Blob([...parts]).arrayBuffer());
}

async function chunk(type: string, data: Bytes): Promise<Bytes> {
  const typed = await joined(encoder.encode(type), data);
  const [length, sum] = [new Uint8Array(4), new Uint8Array(4)];
  new DataView(length.buffer).setUint32(0, data.length);
  new DataView(sum.buffer).setUint32(0, crc32(typed));
  return await joined(length, typed, sum);
}

/** A black square, a few kilobytes in size, that takes gigabytes to unpack. */
async function pngBomb(side: number): Promise<Bytes> {
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, side);
  new DataView(header.buffer).setUint32(4, side);
  header.set([1, 0, 0, 0, 0], 8);
  const pixels = new Uint8Array(deflateSync(new Uint8Array((side / 8 + 1) * side)));
  const magic = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return await joined(
    magic,
    await chunk("IHDR", header),
    await chunk("IDAT", pixels),
    await chunk("IEND", new Uint8Array()),
  );
}

Deno.test("a picture that breaks off or is none crosses as a file, byte by byte", async () => {
  await using opened = await openedLibrary();
  const { body: png } = await sampleFile("png");
  const { body: webp } = await sampleFile("webp");
  const garbage = png.slice(0, 60);
  crypto.getRandomValues(garbage.subarray(33));

  assert.equal(await outcome(opened, "photo", png.slice(0, png.length / 2)), "document image/png as it was");
  assert.match(await outcome(opened, "photo", garbage), /^document .* as it was$/);
  assert.equal(await outcome(opened, "sticker", webp.slice(0, 200)), "document image/webp as it was");
  assert.deepEqual(await filesBelow(`${opened.dir}/work`), []);
});

Deno.test("a photo that nobody can decode says no more where it was taken", async () => {
  await using opened = await openedLibrary();
  const { body } = await sampleFile("jpeg");
  const half = body.slice(0, body.length / 2);
  // "MM" and then where North is, in the file that sharp wrote.
  const places = positionsIn(half);
  assert.ok(places.length > 4);

  const fitted = await opened.library.fit(sourceOf("photo", half), TABLE, { signal: NEVER });

  assert.ok(fitted.form === "file" && fitted.kind === "document");
  const seen = await bytesOf(await opened.library.open(GROUP, fitted.media.native, { signal: NEVER }));
  assert.equal(seen.length, half.length);
  assert.deepEqual(positionsIn(seen).length, places.filter(({ end, start }) => end - start === 12).length);
  for (const { start, end } of places) assert.ok(seen.slice(start, end).every((byte) => byte === 0));
});

Deno.test("looking for positions in any bytes ends, and finds none beyond them", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (rest, little) => {
    const bytes = new Uint8Array([...encoder.encode(little ? "II*\0" : "MM\0*"), ...rest]);

    for (const { start, end } of positionsIn(bytes)) {
      assert.ok(start >= 0 && start < end && end <= bytes.length);
    }
  }));
});

Deno.test("a film says no more where it was taken, wherever a piece of it ends, and nothing else of it changes", async () => {
  await using opened = await openedLibrary();
  const { body } = await sampleFile("mp4");
  const place = encoder.encode("\u0000xyz+51.5007-000.1246+012.300/ and +1.5-2.5/");
  const film = await joined(body, place);
  const clean = await joined(body, encoder.encode("\u0000xyz+00.0000-000.0000+000.000/ and +1.5-2.5/"));

  const fitted = await opened.library.fit(sourceOf("video", film), TABLE, { signal: NEVER });
  assert.ok(fitted.form === "file");
  assert.deepEqual(
    await bytesOf(await opened.library.open(GROUP, fitted.media.native, { signal: NEVER })),
    clean,
  );

  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 200 }), async (size) => {
      const pieces = async function* (): AsyncGenerator<Bytes> {
        for (let at = 0; at < film.length; at += size) yield await Promise.resolve(film.slice(at, at + size));
      };
      const parts = await Array.fromAsync(withoutPlaces(pieces()), (part) => new Uint8Array(part));

      assert.deepEqual(await joined(...parts), clean);
    }),
    { numRuns: 10 },
  );
});

Deno.test("a picture with more pixels than anybody has crosses as a file, and is not unpacked", async () => {
  await using opened = await openedLibrary();
  const bomb = await pngBomb(16_000);
  const before = Deno.memoryUsage().rss;

  assert.ok(bomb.length < 100_000);
  assert.equal(await outcome(opened, "photo", bomb), "document image/png as it was");
  assert.ok(Deno.memoryUsage().rss - before < 200_000_000);
});

Deno.test("a sticker that unpacks to very much, or is no drawing, crosses as a file", async () => {
  await using opened = await openedLibrary();
  const bombs = [
    new Uint8Array(100_000_000),
    encoder.encode("[]"),
    encoder.encode('{"v":1}'),
    encoder.encode("x"),
  ];
  for (const inside of bombs) {
    const packed = new Uint8Array(gzipSync(inside));

    assert.equal(await outcome(opened, "sticker", packed), "document application/x-tgsticker as it was");
  }
});

Deno.test("a drawing of a billion frames is drawn as far as a sticker goes", async () => {
  await using opened = await openedLibrary();
  const layer = { ty: 1, ind: 1, ip: 0, op: 1e9, st: 0, sw: 512, sh: 512, sc: "#ff0000", ks: {} };
  const endless = { v: "5.5.2", fr: 60, ip: 0, op: 1e9, w: 512, h: 512, layers: [layer] };

  const drawn = await outcome(opened, "sticker", new Uint8Array(gzipSync(JSON.stringify(endless))));

  assert.match(drawn, /^sticker image\/webp made anew$|^document .* as it was$/);
});

Deno.test("a playlist that calls itself a film reads no other file", async () => {
  await using opened = await openedLibrary();
  const secret = `${opened.dir}/secret.ts`;
  await Deno.writeTextFile(secret, "secret");
  const playlist = encoder.encode(
    `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://${secret}\n#EXTINF:10,\nconcat:${secret}\n#EXT-X-ENDLIST\n`,
  );
  const script = encoder.encode(`ffconcat version 1.0\nfile ${secret}\n`);

  for (const kind of ["video", "voice", "gif"] as const) {
    assert.equal(await outcome(opened, kind, playlist), "document text/plain as it was");
    assert.equal(await outcome(opened, kind, script), "document text/plain as it was");
  }
});

Deno.test("films and sounds that are broken cross as files", async () => {
  await using opened = await openedLibrary();
  const { body: webm } = await sampleFile("webm");
  const { body: ogg } = await sampleFile("ogg");
  const { body: mp4 } = await sampleFile("mp4");
  const noise = webm.slice();
  for (let at = 300; at < noise.length; at++) noise[at] = at * 7;

  assert.equal(await outcome(opened, "video", noise), "document video/webm as it was");
  assert.equal(await outcome(opened, "voice", ogg.slice(0, 64)), "document audio/ogg as it was");
  // Nothing has to be made of it: whoever gets it sees what there is.
  assert.equal(await outcome(opened, "video", mp4.slice(0, mp4.length / 2)), "video video/mp4 as it was");
});

Deno.test("what is not what it was sent as crosses as what it is", async () => {
  await using opened = await openedLibrary();
  const { body: pdf } = await sampleFile("pdf");
  const { body: mp3 } = await sampleFile("mp3");
  const { body: png } = await sampleFile("png");

  assert.equal(await outcome(opened, "photo", pdf), "document application/pdf as it was");
  assert.equal(
    await outcome(opened, "video", encoder.encode("<html><script>alert(1)</script>")),
    "document text/plain as it was",
  );
  assert.equal(await outcome(opened, "photo", mp3), "document audio/mpeg as it was");
  assert.match(await outcome(opened, "voice", png), /^photo image\/jpeg/);
});
