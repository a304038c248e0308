/** The contract for files: every kind that the table has arrives whole, limits hold before a byte is read. */
import assert from "node:assert/strict";
import {
  type Capabilities,
  MediaKind,
  MediaRef,
  NativeId,
  type NativeOp,
  plain,
} from "../../actors/model/mod.ts";
import { isDeliveryFailure, Rejected } from "../../actors/ports/mod.ts";
import { type SampleFile, sampleFile, type SampleName } from "../fixtures/files.ts";
import type { Seen, Subject } from "./adapter_contract.ts";
import { PRIVATE_TEXT, type Running, sameBytes, withRunning } from "./adapter_running.ts";

type Register = (name: string, body: (running: Running) => Promise<void>) => void;
type FileOp = Extract<NativeOp, { type: "media" }>;

/** What is sent as a kind, by the form that the messenger names first. */
const SAMPLES: Readonly<Record<string, SampleName>> = {
  "image/jpeg": "jpeg",
  "image/png": "png",
  "image/webp": "webp",
  "image/gif": "gif",
  "video/mp4": "mp4",
  "audio/ogg": "ogg",
  "audio/aac": "aac",
  "audio/mp4": "m4a",
  "audio/mpeg": "mp3",
};
const SQUARE: Partial<Record<MediaKind, SampleName>> = { "video-note": "square-mp4" };
const SILENT: Partial<Record<MediaKind, SampleName>> = { gif: "silent-mp4" };

/** A sample of `kind` as the table's first form of it. */
export function sampleFor(kind: MediaKind, table: Capabilities["media"]): Promise<SampleFile> {
  const [first = ""] = table[kind]?.mimes ?? [];
  const mime = first.split(";")[0]?.trim() ?? "";
  const special = mime === "video/mp4" ? SQUARE[kind] ?? SILENT[kind] : undefined;
  return sampleFile(special ?? SAMPLES[mime] ?? "pdf");
}

/** Registers the tests. */
export function registerFiles(subject: Subject): void {
  const test: Register = (name, body) => withRunning(subject, name, body);
  for (const kind of MediaKind.options) {
    test(`sends a ${kind} that arrives whole, with its words`, (running) => sendsWhole(running, kind));
  }
  registerLimits(test);
  registerAlbums(test);
  if (subject.reads !== false) registerFaults(test);
}

async function sendsWhole(running: Running, kind: MediaKind): Promise<void> {
  const limits = table(running).media[kind];
  if (limits === undefined) return;
  const sample = await sampleFor(kind, table(running).media);
  const caption = plain(limits.caption ? "Look at this" : "");
  const receipt = await running.send(op(kind, offer(running, sample), caption));
  assert.equal(receipt.ids.length, 1);
  const seen = await look(running, receipt.ids[0]);
  if (seen === null) return;
  assert.equal(seen.file?.kind, kind);
  sameBytes(seen.file?.body, sample.body);
  assert.equal(seen.text, caption.text);
  if (kind === "document") assert.equal(seen.file?.name, sample.name);
}

function registerLimits(test: Register): void {
  test("takes words under a file up to their limit and rejects one more", async (running) => {
    const { caption, text: { max } } = table(running);
    const kind = MediaKind.options.find((kind) => table(running).media[kind]?.caption === true);
    if (kind === undefined) return;
    const { count } = caption ?? max;
    const sample = await sampleFor(kind, table(running).media);
    const fits = await running.send(op(kind, offer(running, sample), plain("c".repeat(count))));
    const seen = await look(running, fits.ids[0]);
    if (seen !== null) assert.equal(seen.text.length, count);
    const over = op(kind, offer(running, sample), plain("c".repeat(count + 1)));
    await running.fails(running.send(over), "rejected", "too-large");
  });

  for (const kind of MediaKind.options) {
    test(`rejects a ${kind} over its limit before it reads any of it`, async (running) => {
      const limits = table(running).media[kind];
      if (limits === undefined) return;
      const sample = await sampleFor(kind, table(running).media);
      let opened = 0;
      const media = offer(running, { ...sample, body: new Uint8Array() }, () => opened++);
      const over = op(kind, { ...media, bytes: limits.maxBytes + 1 }, plain(""));
      await running.fails(running.send(over), "rejected", "too-large");
      assert.equal(opened, 0);
    });
  }

  test("rejects a kind that is not in its table", async (running) => {
    const kind = MediaKind.options.find((kind) => table(running).media[kind] === undefined);
    if (kind === undefined) return;
    const media = offer(running, await sampleFile("pdf"));
    await running.fails(running.send(op(kind, media, plain(""))), "rejected");
  });

  test("changes the words under a file", async (running) => {
    const { edit, media } = table(running);
    if (edit.captions === undefined || edit.captions === "none") return;
    const sample = await sampleFor("photo", media);
    const { ids } = await running.send(op("photo", offer(running, sample), plain("Look")));
    const target = NativeId.parse(ids[0]);
    await running.send({ type: "edit", target, text: plain("Look again"), caption: true });
    const seen = await look(running, target);
    if (seen === null) return;
    assert.equal(seen.text, "Look again");
    sameBytes(seen.file?.body, sample.body);
  });
}

function registerAlbums(test: Register): void {
  test("sends files as one album, each of which can be named", async (running) => {
    const { album, media } = table(running);
    const kind = album?.kinds[0];
    if (kind === undefined) return;
    const sample = await sampleFor(kind, media);
    const item = (text: string): Extract<NativeOp, { type: "album" }>["items"][number] => ({
      kind,
      media: offer(running, sample),
      caption: plain(text),
    });
    const { ids } = await running.send({ type: "album", items: [item("Both"), item("")] });
    assert(ids.length === 2 || ids.length === 1, "one id for each, or one for all");
    const [first, second] = [await look(running, ids[0]), await look(running, ids.at(-1))];
    if (first === null || second === null) return;
    assert.equal(first.text, "Both");
    assert.deepEqual([first.file?.kind, second.file?.kind], [kind, kind]);
    assert.notEqual(first.album, undefined);
    assert.equal(first.album, second.album);
  });

  test("rejects an album of more than it takes", async (running) => {
    const { album, media } = table(running);
    const kind = album?.kinds[0];
    if (album === undefined || kind === undefined) return;
    const sample = await sampleFor(kind, media);
    const items = Array.from({ length: album.max + 1 }, () => ({
      kind,
      media: offer(running, sample),
      caption: plain(""),
    }));
    await running.fails(running.send({ type: "album", items }), "rejected");
  });
}

function registerFaults(test: Register): void {
  test("hands on why a file cannot be opened, and sends nothing", async (running) => {
    if (table(running).media.photo === undefined) return;
    const gone = offer(running, await sampleFor("photo", table(running).media), () => {
      throw new Rejected("Cannot open the file as it must be there: it is not", "no-target");
    });
    await running.fails(running.send(op("photo", gone, plain(PRIVATE_TEXT))), "rejected", "no-target");
  });

  test("fails as a delivery does when a file breaks off in the middle", async (running) => {
    if (table(running).media.document === undefined) return;
    const sample = await sampleFile("mp4");
    const broken = offer(running, sample, () => {}, { breaks: true });
    const work = running.send(op("document", { ...broken, bytes: sample.body.length }, plain("")));
    const error = await work.then(() => null, (thrown: unknown) => thrown);
    assert(isDeliveryFailure(error), `expected a delivery failure: ${error}`);
  });
}

/** A file that the adapter can read by its ref; `opened` runs when it does. */
function offer(
  running: Running,
  { mime, name, durationMs, body }: SampleFile,
  opened: () => void = () => {},
  { breaks = false }: { readonly breaks?: boolean } = {},
): MediaRef {
  const native = NativeId.parse(`file-${crypto.randomUUID()}`);
  running.files.set(native, () => {
    opened();
    return { mime, bytes: body.length, body: streamOf(body, breaks) };
  });
  const length = durationMs === undefined ? {} : { durationMs };
  return MediaRef.parse({ native, mime, bytes: body.length, name, ...length });
}

function streamOf(body: Uint8Array, breaks: boolean): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull: (controller) => {
      if (breaks && at > 0) return controller.error(new Error("The disk broke"));
      const part = body.slice(at, at + 16_384);
      at += part.length;
      if (part.length > 0) controller.enqueue(part);
      if (at >= body.length) controller.close();
    },
  });
}

function op(kind: MediaKind, media: MediaRef, caption: FileOp["caption"]): FileOp {
  return { type: "media", kind, media, caption };
}

/** What members see of it; null where that cannot be observed. */
async function look({ observe }: Running, id: NativeId | undefined): Promise<Seen | null> {
  if (observe === undefined || id === undefined) return null;
  const seen = await observe(id);
  assert(seen !== null, "members see no such message");
  return seen;
}

function table({ adapter, chat }: Running): Capabilities {
  return adapter.capabilities(chat);
}
