import assert from "node:assert/strict";
import sharp from "sharp";
import type { Fitted, MediaLimits, MediaTable } from "../../../../actors/model/mod.ts";
import { sniff } from "../../../../adapters/media/sniff.ts";
import { picture, sampleFile } from "../../../fixtures/files.ts";
import { bytesOf, GROUP, NEVER, type Opened, openedLibrary, sampleSource, sourceOf } from "./opened.ts";

function limits(mimes: readonly string[], more: Partial<MediaLimits> = {}): MediaLimits {
  return { support: "full", mimes: [...mimes], maxBytes: 50_000_000, caption: true, ...more };
}

interface File {
  readonly kind: string;
  readonly mime: string;
  readonly name: string | undefined;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly fitted: Fitted & { form: "file" };
}

/** What the target gets; the MIME type that is told is what the file is. */
async function fileOf({ library }: Opened, fitted: Fitted): Promise<File> {
  assert.equal(fitted.form, "file");
  if (fitted.form !== "file") throw new Error("unreachable");
  const { kind, media } = fitted;
  const body = await bytesOf(await library.open(GROUP, media.native, { signal: NEVER }));
  assert.equal(body.length, media.bytes);
  assert.equal((await sniff(body, kind)).mime, media.mime);
  return { kind, mime: media.mime, name: media.name, body, fitted };
}

async function fit(
  opened: Opened,
  [kind, sample]: readonly [Parameters<typeof sampleSource>[0], Parameters<typeof sampleSource>[1]],
  table: MediaTable,
): Promise<File> {
  return await fileOf(
    opened,
    await opened.library.fit(await sampleSource(kind, sample), table, { signal: NEVER }),
  );
}

Deno.test("a file that the target takes as it is crosses byte by byte", async () => {
  await using opened = await openedLibrary();
  for (
    const [kind, sample] of [["video", "mp4"], ["voice", "ogg"], ["document", "pdf"], [
      "photo",
      "png",
    ]] as const
  ) {
    const { mime, body, name } = await sampleFile(sample);

    const file = await fit(opened, [kind, sample], { [kind]: limits([mime]) });

    assert.deepEqual([file.kind, file.mime, file.name, file.body], [kind, mime, name, body]);
  }
});

Deno.test("a photo loses where it was taken and stands the right way up, also where it is taken as it is", async () => {
  await using opened = await openedLibrary();
  const before = await sharp((await sampleFile("jpeg")).body).metadata();

  for (const kind of ["photo", "document"] as const) {
    const { body, mime } = await fit(opened, [kind, "jpeg"], { [kind]: limits(["*/*"]) });
    const after = await sharp(body).metadata();

    assert.equal(mime, "image/jpeg");
    assert.ok(before.exif !== undefined && before.orientation === 6);
    assert.deepEqual([after.exif, after.orientation], [undefined, undefined]);
    assert.deepEqual([after.width, after.height], [before.height, before.width]);
  }
});

Deno.test("a voice note becomes what the target speaks, with its length and a waveform", async () => {
  await using opened = await openedLibrary();
  for (
    const [sample, to] of [["ogg", "audio/mp4"], ["ogg", "audio/aac"], ["m4a", "audio/ogg"], [
      "aac",
      "audio/ogg",
    ], [
      "mp3",
      "audio/ogg",
    ]] as const
  ) {
    const { mime, fitted } = await fit(opened, ["voice", sample], {
      voice: limits([to], { waveform: true }),
    });

    const { durationMs = 0, waveform = [] } = fitted.media;
    assert.equal(mime, to, `${sample} to ${to}`);
    assert.ok(Math.abs(durationMs - 3000) < 200, `${sample}: ${durationMs} ms`);
    assert.equal(waveform.length, 64);
    // It swells.
    assert.ok((waveform[2] ?? 0) < 40 && (waveform[60] ?? 0) > 85, waveform.join(" "));
  }
});

Deno.test("a GIF becomes a film and a film a GIF, as the target wants it", async () => {
  await using opened = await openedLibrary();

  const film = await fit(opened, ["gif", "gif"], { gif: limits(["video/mp4"]) });
  const gif = await fit(opened, ["gif", "silent-mp4"], { gif: limits(["image/gif"]) });
  const asVideo = await fit(opened, ["gif", "gif"], { video: limits(["video/mp4"]) });

  assert.deepEqual([film.kind, film.mime, film.name], ["gif", "video/mp4", "fun.mp4"]);
  assert.deepEqual([gif.kind, gif.mime, gif.name], ["gif", "image/gif", "fun.gif"]);
  assert.ok((await sharp(gif.body).metadata()).pages ?? 0 > 10);
  assert.equal(asVideo.kind, "video");
});

Deno.test("stickers of every kind go on moving as WebP of 512 by 512", async () => {
  await using opened = await openedLibrary();
  for (const [sample, frames] of [["webm", 20], ["tgs", 15], ["gif", 3], ["animated-webp", 3]] as const) {
    const { kind, mime, body } = await fit(opened, ["sticker", sample], {
      sticker: limits(["image/webp"], { maxBytes: 500_000 }),
    });

    const { width, pageHeight, pages = 0, hasAlpha } = await sharp(body, { animated: true }).metadata();
    assert.deepEqual([kind, mime, width, pageHeight], ["sticker", "image/webp", 512, 512], sample);
    assert.ok(pages >= frames, `${sample}: ${pages} frames`);
    assert.ok(hasAlpha || sample === "animated-webp" || sample === "gif", sample);
  }
});

Deno.test("a kind that the target has not becomes the nearest that it has", async () => {
  await using opened = await openedLibrary();
  const all = limits(["*/*"]);
  for (
    const [kind, sample, table, nearest] of [
      ["sticker", "webp", { photo: limits(["image/jpeg"]) }, "photo"],
      ["sticker", "tgs", { gif: limits(["video/mp4"]), photo: all }, "gif"],
      ["sticker", "animated-webp", {
        sticker: limits(["image/webp"], { still: true }),
        gif: limits(["video/mp4"]),
      }, "gif"],
      ["sticker", "webp", { sticker: limits(["image/webp"], { still: true }), photo: all }, "sticker"],
      ["sticker", "webm", { video: limits(["video/mp4"]) }, "video"],
      ["video-note", "square-mp4", { video: all, document: all }, "video"],
      ["video-note", "square-mp4", { document: all }, "document"],
      ["gif", "silent-mp4", { video: all }, "video"],
      ["voice", "ogg", { audio: limits(["audio/mpeg"]) }, "audio"],
      ["voice", "ogg", { document: all }, "document"],
      ["audio", "mp3", { document: all }, "document"],
      ["photo", "png", { document: all }, "document"],
      ["video", "mp4", { document: all }, "document"],
    ] as const
  ) {
    assert.equal((await fit(opened, [kind, sample], table)).kind, nearest, `${kind} ${sample}`);
  }
});

Deno.test("what is too large is made smaller until it fits", async () => {
  await using opened = await openedLibrary();
  const noise = { create: { width: 900, height: 900, channels: 3 as const, background: "#888" } };
  const photo = await sharp({
    ...noise,
    create: { ...noise.create, noise: { type: "gaussian" as const, mean: 128, sigma: 40 } },
  })
    .png().toBuffer();
  const source = sourceOf("photo", new Uint8Array(photo));
  const film = await sampleFile("mp4");

  const small = await fileOf(
    opened,
    await opened.library.fit(source, { photo: limits(["image/jpeg", "image/png"], { maxBytes: 60_000 }) }, {
      signal: NEVER,
    }),
  );
  const maxBytes = Math.floor(film.body.length * 0.7);
  const short = await fit(opened, ["video", "mp4"], { video: limits(["video/mp4"], { maxBytes }) });
  const voice = await fit(opened, ["voice", "ogg"], { voice: limits(["audio/ogg"], { maxBytes: 8_000 }) });

  assert.ok(photo.length > 60_000 && small.body.length <= 60_000);
  assert.equal(small.kind, "photo");
  assert.ok(short.body.length <= maxBytes && short.kind === "video");
  assert.ok(voice.body.length <= 8_000 && voice.kind === "voice");
});

Deno.test("what fits in no form becomes a link of ours, with name and size", async () => {
  await using opened = await openedLibrary();
  const { body } = await sampleFile("pdf");

  for (const table of [{}, { document: limits(["*/*"], { maxBytes: 10 }) }, { photo: limits(["*/*"]) }]) {
    const fitted = await opened.library.fit(await sampleSource("document", "pdf"), table, { signal: NEVER });

    assert.equal(fitted.form, "link");
    if (fitted.form !== "link") return;
    assert.deepEqual([fitted.name, fitted.bytes], ["paper.pdf", body.length]);
    const token = fitted.url.replace("https://plenum.example/f/", "");
    const linked = await opened.library.linked(token);
    assert.ok(linked !== null);
    assert.deepEqual(await bytesOf(await linked.open({ signal: NEVER })), body);
  }
});

Deno.test("a file is read at its messenger once, and two targets with the same needs share one conversion", async () => {
  await using opened = await openedLibrary();
  const source = await sampleSource("voice", "ogg");
  const table: MediaTable = { voice: limits(["audio/mp4"]) };

  const both = await Promise.all([1, 2].map(() => opened.library.fit(source, table, { signal: NEVER })));
  const later = await (await opened.again()).fit(source, table, { signal: NEVER });

  assert.equal(source.opens, 1);
  assert.deepEqual(both[0], both[1]);
  assert.deepEqual(later, both[0]);
});

Deno.test("without ffmpeg the ladder goes one step lower, and the operator is told once", async () => {
  await using opened = await openedLibrary({ ffmpeg: "no-such-ffmpeg" });
  const all = limits(["*/*"]);

  const voice = await fit(opened, ["voice", "ogg"], { voice: limits(["audio/mp4"]), document: all });
  const gif = await fit(opened, ["gif", "gif"], { gif: limits(["video/mp4"]), document: all });
  const sticker = await fit(opened, ["sticker", "tgs"], { sticker: limits(["image/webp"]) });
  const film = await opened.library.fit(
    await sampleSource("video", "mp4"),
    { video: limits(["video/mp4"], { maxBytes: 10 }) },
    { signal: NEVER },
  );

  assert.deepEqual([voice.kind, gif.kind, sticker.kind, film.form], [
    "document",
    "document",
    "sticker",
    "link",
  ]);
  assert.equal(opened.logged.filter((event) => event === "ffmpeg-missing").length, 1);
  assert.equal(opened.library.state, "without ffmpeg");
});

Deno.test("a picture of a group is square, of a type that is taken, and under its limit", async () => {
  await using opened = await openedLibrary();
  const wide = await picture(900, 300).png().toBuffer();
  const source = sourceOf("photo", new Uint8Array(wide));

  const icon = await opened.library.icon(source, { mimes: ["image/jpeg"], maxBytes: 20_000 }, {
    signal: NEVER,
  });
  const none = await opened.library.icon(await sampleSource("document", "pdf"), {
    mimes: ["image/jpeg"],
    maxBytes: 20_000,
  }, { signal: NEVER });

  assert.ok(icon !== null && (icon.bytes ?? Infinity) <= 20_000);
  const body = await bytesOf(await opened.library.open(GROUP, icon.native, { signal: NEVER }));
  const { width, height, format } = await sharp(body).metadata();
  assert.deepEqual([width, height, format], [640, 640, "jpeg"]);
  assert.equal(none, null);
});
