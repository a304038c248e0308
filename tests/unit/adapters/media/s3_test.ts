import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { NativeId } from "../../../../actors/model/mod.ts";
import type { Rejected } from "../../../../actors/ports/mod.ts";
import { type MediaAddress, parseMediaUrl } from "../../../../adapters/media/address.ts";
import { type FakeS3, fakeS3 } from "../../../fakes/s3.ts";
import {
  bytesOf,
  DAY_MS,
  filesBelow,
  GROUP,
  NEVER,
  type Opened,
  openedLibrary,
  OTHER,
  sourceOf,
} from "./opened.ts";

function addressOf({ url }: FakeS3): MediaAddress {
  const address = parseMediaUrl(url);
  assert.ok(address !== null);
  return address;
}

async function openedOn(s3: FakeS3): Promise<Opened> {
  const opened = await openedLibrary({ address: addressOf(s3) });
  s3.now = () => opened.now;
  return opened;
}

async function take({ library }: Opened, body: Uint8Array<ArrayBuffer>, group = GROUP): Promise<NativeId> {
  const upload = { body: new Blob([body]).stream(), mime: "", name: "a.bin", voice: false };
  return (await library.take(group, upload, { signal: NEVER })).media.native;
}

function plainOf(bytes: number): Uint8Array<ArrayBuffer> {
  const plain = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += 1000) plain[at] = at / 1000;
  return plain;
}

Deno.test("MEDIA_URL names a folder or a bucket, and nothing by halves", () => {
  assert.deepEqual(parseMediaUrl("file:///srv/media%20here/"), { type: "disk", dir: "/srv/media here" });
  assert.deepEqual(parseMediaUrl("s3://AK:s%2Fe%2Bc@s3.example:9000/my-files/a/b?region=eu-1&tls=off"), {
    type: "s3",
    bucket: {
      origin: "http://s3.example:9000",
      bucket: "my-files",
      prefix: "a/b/",
      region: "eu-1",
      keyId: "AK",
      secret: "s/e+c",
    },
  });
  const plain = parseMediaUrl("s3://AK:SK@s3.example/files");
  assert.ok(plain?.type === "s3" && plain.bucket.origin === "https://s3.example");
  assert.deepEqual([plain.bucket.prefix, plain.bucket.region], ["", "us-east-1"]);
  for (
    const wrong of [
      "",
      "/srv/media",
      "file://",
      "file:///",
      "s3://s3.example/files",
      "s3://a:b@/files",
      "s3://a:b@h/",
      "s3://a:b@h/UP",
    ]
  ) {
    assert.equal(parseMediaUrl(wrong), null, wrong);
  }
});

Deno.test("files in a bucket: kept once, sealed, read whole and in stretches, dated anew, erased", async () => {
  await using s3 = fakeS3();
  await using opened = await openedOn(s3);
  const plain = plainOf(300_000);
  const native = await take(opened, plain);
  await take(opened, plain);
  const other = await take(opened, plain, OTHER);

  assert.deepEqual(await bytesOf(await opened.library.open(GROUP, native, { signal: NEVER })), plain);
  const range = { start: 200_500, end: 200_999 };
  s3.sent = 0;
  const part = await opened.library.open(GROUP, native, { signal: NEVER, range });
  assert.deepEqual(await bytesOf(part), plain.slice(200_500, 201_000));
  // The row, the header, and the chunk that it lies in.
  assert.ok(s3.sent < 70_000, `${s3.sent}`);
  const contents = [...s3.things.keys()].filter((key) => key.includes("/c/"));
  assert.equal(contents.length, 2);
  assert.ok([...s3.things.keys()].every((key) => /^plenum\/[\w-]{22}\/[cr]\/[\w-]+$/.test(key)));

  await opened.library.erase(GROUP);
  assert.equal(await opened.library.taken(GROUP, native), null);
  assert.ok(await opened.library.taken(OTHER, other) !== null);
  assert.equal(s3.things.size, 2);
  opened.now += 32 * DAY_MS;
  await opened.library.sweep();
  assert.equal(s3.things.size, 0);
  assert.deepEqual(await filesBelow(opened.dir), []);
});

Deno.test("a large file goes up in parts, and what fails on the way is taken back", async () => {
  await using s3 = fakeS3();
  await using opened = await openedOn(s3);
  const plain = plainOf(20_000_000);

  const native = await take(opened, plain);
  assert.equal(s3.asked.filter((asked) => asked.includes("partNumber=")).length, 3);
  const seen = await bytesOf(await opened.library.open(GROUP, native, { signal: NEVER }));
  assert.equal(Buffer.compare(seen, plain), 0);

  s3.fail = (asked) => asked.includes("partNumber=2") ? 500 : null;
  await assert.rejects(() => take(opened, plainOf(20_000_001)));
  assert.equal(s3.uploads.size, 0);
  assert.deepEqual(await filesBelow(opened.dir), []);
});

Deno.test("an upload that a crash left is ended by a sweep, and not before a day has passed", async () => {
  await using s3 = fakeS3();
  await using opened = await openedOn(s3);
  s3.fail = (asked) => asked.includes("uploadId=") ? 503 : null;
  await assert.rejects(() => take(opened, plainOf(20_000_000)));
  s3.fail = null;
  assert.equal(s3.uploads.size, 1);

  s3.uploads.forEach((upload) => Object.assign(upload, { began: Date.now() }));
  await opened.library.sweep();
  assert.equal(s3.uploads.size, 1);
  s3.uploads.forEach((upload) => Object.assign(upload, { began: Date.now() - 2 * DAY_MS }));
  await opened.library.sweep();
  assert.equal(s3.uploads.size, 0);
});

Deno.test("a service that hiccups is asked again; one that is down makes the lane wait", async () => {
  await using s3 = fakeS3();
  await using opened = await openedOn(s3);
  const source = sourceOf("document", plainOf(1000));
  let times = 0;
  s3.fail = () => ++times % 2 === 1 ? 503 : null;
  assert.equal((await opened.library.fit(source, {}, { signal: NEVER })).form, "link");

  s3.fail = () => 500;
  await assert.rejects(
    () => opened.library.fit(sourceOf("document", plainOf(1001)), {}, { signal: NEVER }),
    { kind: "retry-later" },
  );
});

Deno.test("a wrong secret is refused, and no error holds key, secret or address", async () => {
  await using s3 = fakeS3({ secret: "another" });
  await using opened = await openedOn(s3);

  await assert.rejects(() => take(opened, plainOf(1000)), (error: Rejected) => {
    assert.match(error.message, /^Cannot PUT at the service as it must answer well: 403$|^Cannot HEAD/);
    assert.doesNotMatch(`${error.stack} ${String(error.cause)}`, /a key|secret\+|127\.0\.0\.1/);
    return true;
  });
});
