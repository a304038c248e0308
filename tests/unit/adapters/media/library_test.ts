import assert from "node:assert/strict";
import fc from "fast-check";
import type { NativeId } from "../../../../actors/model/mod.ts";
import { ChatGone, OutcomeUnknown, Rejected, RetryLater, type Upload } from "../../../../actors/ports/mod.ts";
import { sampleFile } from "../../../fixtures/files.ts";
import {
  bytesOf,
  DAY_MS,
  filesBelow,
  GROUP,
  NEVER,
  openedLibrary,
  OTHER,
  sampleSource,
  sourceOf,
} from "./opened.ts";

function upload(body: Uint8Array<ArrayBuffer>, more: Partial<Upload> = {}): Upload {
  return { body: new Blob([body]).stream(), mime: "text/html", name: null, voice: false, ...more };
}

const PLAIN = new TextEncoder().encode("0123456789".repeat(20_000));

Deno.test("an upload is what is in it, whatever its sender says", async () => {
  await using opened = await openedLibrary();
  for (
    const [sample, kind, mime] of [
      ["jpeg", "photo", "image/jpeg"],
      ["webp", "photo", "image/webp"],
      ["gif", "gif", "image/gif"],
      ["mp4", "video", "video/mp4"],
      ["mp3", "audio", "audio/mpeg"],
      ["pdf", "document", "application/pdf"],
      ["tgs", "document", "application/gzip"],
    ] as const
  ) {
    const { body } = await sampleFile(sample);

    const taken = await opened.library.take(GROUP, upload(body, { name: "a.html" }), { signal: NEVER });

    assert.deepEqual([taken.kind, taken.media.mime], [kind, mime], sample);
    assert.deepEqual(await opened.library.taken(GROUP, taken.media.native), taken);
  }
});

Deno.test("a recording from the browser is a voice note with its length", async () => {
  await using opened = await openedLibrary();
  const { body } = await sampleFile("m4a");

  const said = { mime: "audio/mp4", voice: true };
  const { kind, media } = await opened.library.take(GROUP, upload(body, said), { signal: NEVER });
  const text = await opened.library.take(GROUP, upload(PLAIN, said), { signal: NEVER });

  assert.deepEqual([kind, media.mime, media.name], ["voice", "audio/mp4", "voice.m4a"]);
  assert.ok(Math.abs((media.durationMs ?? 0) - 3000) < 200);
  assert.equal(text.kind, "document");
});

Deno.test("any stretch of a file is the same stretch of what was uploaded", async () => {
  await using opened = await openedLibrary();
  const { media: { native } } = await opened.library.take(GROUP, upload(PLAIN), { signal: NEVER });
  const places = fc.integer({ min: 0, max: PLAIN.length - 1 });

  await fc.assert(
    fc.asyncProperty(places, places, async (one, two) => {
      const range = { start: Math.min(one, two), end: Math.max(one, two) };
      const stream = await opened.library.open(GROUP, native, { signal: NEVER, range });

      assert.equal(stream.bytes, range.end - range.start + 1);
      assert.deepEqual(await bytesOf(stream), PLAIN.slice(range.start, range.end + 1));
    }),
    { numRuns: 40 },
  );
  const open = (start: number, end: number): Promise<unknown> =>
    opened.library.open(GROUP, native, { signal: NEVER, range: { start, end } });
  await assert.rejects(() => open(PLAIN.length, PLAIN.length + 5), Rejected);
  await assert.rejects(() => open(5, 4), Rejected);
  const last = await opened.library.open(GROUP, native, {
    signal: NEVER,
    range: { start: PLAIN.length - 3, end: 10 ** 9 },
  });
  assert.equal((await bytesOf(last)).length, 3);
});

Deno.test("nothing, and more than may be, is refused in words", async () => {
  await using opened = await openedLibrary({ maxBytes: 1000 });
  const take = (body: Uint8Array<ArrayBuffer>): Promise<unknown> =>
    opened.library.take(GROUP, upload(body), { signal: NEVER });

  await assert.rejects(() => take(new Uint8Array()), (error: Rejected) => error.reason === "invalid");
  await assert.rejects(() => take(PLAIN), (error: Rejected) => error.reason === "too-large");
  await take(PLAIN.slice(0, 1000));
  assert.deepEqual(
    [
      await opened.library.fit(sourceOf("photo", new Uint8Array()), {}, { signal: NEVER }),
      await opened.library.fit(sourceOf("photo", PLAIN), {}, { signal: NEVER }),
    ],
    [{ form: "none", problem: "empty" }, { form: "none", problem: "too-large" }],
  );
  assert.deepEqual(await filesBelow(`${opened.dir}/work`), []);
});

Deno.test("the same content of a group lies there once, under names and bytes that tell nothing", async () => {
  await using opened = await openedLibrary();
  const { library } = opened;
  await library.take(GROUP, upload(PLAIN, { name: "one.txt" }), { signal: NEVER });
  await library.take(GROUP, upload(PLAIN, { name: "two.txt" }), { signal: NEVER });
  await library.fit(sourceOf("document", PLAIN, { media: { name: "three.txt" } }), {}, { signal: NEVER });
  await library.take(OTHER, upload(PLAIN), { signal: NEVER });

  const files = await filesBelow(`${opened.dir}/media`);
  const contents = files.filter((path) => path.includes("/c/"));

  // Once for each group, and two groups have nothing in common.
  assert.deepEqual(contents.map((path) => path.split("/c/")[1]).length, 2);
  assert.equal(new Set(contents.map((path) => path.split("/c/")[1])).size, 2);
  for (const path of files) {
    assert.equal(/one|two|three|txt|g_AAAA/.test(path.slice(opened.dir.length)), false, path);
    assert.equal(new TextDecoder("latin1").decode(await Deno.readFile(path)).includes("012345"), false);
    assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o077, 0);
  }
});

Deno.test("a file ends when its time is over; what is sent again begins anew; sweeping takes it from the disk", async () => {
  await using opened = await openedLibrary();
  const { library } = opened;
  const first = await library.take(GROUP, upload(PLAIN), { signal: NEVER });
  opened.now += 20 * DAY_MS;
  const second = await library.take(GROUP, upload(PLAIN), { signal: NEVER });

  opened.now += 11 * DAY_MS;
  await library.sweep();
  assert.equal(await library.taken(GROUP, first.media.native), null);
  await assert.rejects(
    () => library.open(GROUP, first.media.native, { signal: NEVER }),
    (error: Rejected) => error.reason === "no-target",
  );
  const stream = await library.open(GROUP, second.media.native, { signal: NEVER });
  assert.deepEqual(await bytesOf(stream), PLAIN);

  opened.now += 31 * DAY_MS;
  await library.sweep();
  assert.deepEqual(await filesBelow(`${opened.dir}/media`), []);
});

Deno.test("erasing a group takes all of it and nothing of another, and nothing more of it is kept", async () => {
  await using opened = await openedLibrary();
  const { library } = opened;
  const mine = await library.take(GROUP, upload(PLAIN), { signal: NEVER });
  const theirs = await library.take(OTHER, upload(PLAIN), { signal: NEVER });

  await library.erase(GROUP);

  assert.equal(await library.taken(GROUP, mine.media.native), null);
  assert.deepEqual(await library.taken(OTHER, theirs.media.native), theirs);
  assert.equal((await filesBelow(`${opened.dir}/media`)).length, 2);
  await assert.rejects(() => library.take(GROUP, upload(PLAIN), { signal: NEVER }), Rejected);
  assert.equal((await filesBelow(`${opened.dir}/media`)).length, 2);
});

Deno.test("a file of one group is none of another's, and another secret opens nothing", async () => {
  await using opened = await openedLibrary();
  const { media } = await opened.library.take(GROUP, upload(PLAIN), { signal: NEVER });

  assert.equal(await opened.library.taken(OTHER, media.native), null);
  for (const made of ["f_", "../../etc", "f_../../../../../../../../", media.native.slice(0, -1)]) {
    assert.equal(await opened.library.taken(GROUP, made as NativeId), null, made);
  }
});

Deno.test("a file that was changed on the disk is not handed out", async () => {
  await using opened = await openedLibrary();
  const { media } = await opened.library.take(GROUP, upload(PLAIN), { signal: NEVER });
  const [path = ""] = (await filesBelow(`${opened.dir}/media`)).filter((path) => path.includes("/c/"));
  const sealed = await Deno.readFile(path);
  sealed[100_000] = (sealed[100_000] ?? 0) ^ 1;
  await Deno.writeFile(path, sealed);

  const stream = await opened.library.open(GROUP, media.native, { signal: NEVER });
  await assert.rejects(() => bytesOf(stream), RangeError);

  await Deno.writeFile(path, sealed.subarray(0, 1000));
  await assert.rejects(() => opened.library.open(GROUP, media.native, { signal: NEVER }), Rejected);
});

Deno.test("a link ends before its file does, after a week and a bit, and cannot be made or changed by others", async () => {
  await using opened = await openedLibrary();
  const { library } = opened;
  const source = await sampleSource("document", "pdf");
  const fitted = await library.fit(source, {}, { signal: NEVER });
  assert.ok(fitted.form === "link");
  const token = fitted.url.split("/f/")[1] ?? "";
  // Sent again, it is the same message.
  assert.deepEqual(await library.fit(source, {}, { signal: NEVER }), fitted);

  const linked = await library.linked(token);
  assert.ok(linked !== null && /^[\w-]{100,400}$/.test(token));
  assert.deepEqual([linked.name, linked.mime], ["paper.pdf", "application/pdf"]);
  const days = (linked.expiresAt - opened.now) / DAY_MS;
  assert.ok(days >= 7 && days <= 8, `${days}`);
  for (let at = 0; at < token.length; at += 7) {
    const other = token[at] === "A" ? "B" : "A";
    assert.equal(await library.linked(token.slice(0, at) + other + token.slice(at + 1)), null);
  }
  for (const wrong of ["", "a", "../x", "ä".repeat(50), "A".repeat(5000), token.slice(0, -4)]) {
    assert.equal(await library.linked(wrong), null);
  }
  opened.now += 8 * DAY_MS;
  assert.equal(await library.linked(token), null);

  opened.now += 20 * DAY_MS;
  const late = await library.fit(source, {}, { signal: NEVER });
  assert.ok(late.form === "link");
  const end = (await library.linked(late.url.split("/f/")[1] ?? ""))?.expiresAt ?? Infinity;
  assert.ok((end - opened.now) / DAY_MS <= 2);
});

Deno.test("what a messenger answers decides whether it is asked again", async () => {
  await using opened = await openedLibrary();
  const failing = (error: Error): ReturnType<typeof sourceOf> => ({
    ...sourceOf("photo", PLAIN),
    open: () => Promise.reject(error),
  });
  const fit = (error: Error): Promise<unknown> => opened.library.fit(failing(error), {}, { signal: NEVER });

  await assert.rejects(
    () => fit(new RetryLater("busy", 1234)),
    (error: RetryLater) => error.afterMs === 1234,
  );
  await assert.rejects(() => fit(new OutcomeUnknown("broken")), RetryLater);
  await assert.rejects(() => fit(new TypeError("bug")), RetryLater);
  assert.deepEqual(await fit(new Rejected("gone", "no-target")), { form: "none", problem: "gone" });
  assert.deepEqual(await fit(new Rejected("large", "too-large")), { form: "none", problem: "too-large" });
  assert.deepEqual(await fit(new ChatGone("left")), { form: "none", problem: "gone" });
});

Deno.test("a file that a messenger breaks off is asked for again, and half of it is never kept", async () => {
  await using opened = await openedLibrary();
  const source = sourceOf("document", PLAIN);
  const half = {
    ...source,
    open: () => source.open({ signal: NEVER }).then((stream) => ({ ...stream, bytes: 10 ** 6 })),
  };

  await assert.rejects(() => opened.library.fit(half, {}, { signal: NEVER }), RetryLater);

  assert.deepEqual(await filesBelow(opened.dir), []);
  assert.equal((await opened.library.fit(source, {}, { signal: NEVER })).form, "link");
});

Deno.test("one who stops waiting for a file stops nobody else", async () => {
  await using opened = await openedLibrary();
  const gate = Promise.withResolvers<void>();
  const source = sourceOf("document", PLAIN);
  const slow = { ...source, open: () => gate.promise.then(() => source.open({ signal: NEVER })) };
  const leaving = new AbortController();

  const first = opened.library.fit(slow, {}, { signal: leaving.signal });
  const second = opened.library.fit(slow, {}, { signal: NEVER });
  leaving.abort();
  await assert.rejects(() => first, RetryLater);
  gate.resolve();

  assert.equal((await second).form, "link");
});
