/** Takes files in: finds out what they are, takes away what photos tell of whoever took them, and keeps them. */
import type { GroupId, MediaKind } from "../../actors/model/mod.ts";
import type { Tools } from "./convert.ts";
import type { Entry } from "./entry.ts";
import { isReadable, Unconvertible } from "./ffmpeg.ts";
import { cleanName } from "./names.ts";
import { clean, inspect, type PictureFacts } from "./pictures.ts";
import { blankPositions, withoutPlaces } from "./positions.ts";
import { HEAD_BYTES, kindOf, sniff, type Sniffed } from "./sniff.ts";
import type { Vault } from "./vault.ts";

/** More came than a file may have. */
export class TooLarge extends Error {}
/** Nothing came. */
export class Empty extends Error {}

export interface IntakeDeps extends Tools {
  readonly vault: Vault;
  now(): number;
  readonly lifetimeMs: number;
  readonly maxBytes: number;
}

/** What is said of a file; what is in it decides. */
export interface Said {
  readonly kind: MediaKind | null;
  readonly name: string | null;
  readonly durationMs?: number | undefined;
  readonly waveform?: number[] | undefined;
  readonly emoji?: string | undefined;
}

/** How long it is, is looked for in files up to this size only. */
const PROBE_MAX_BYTES = 64 * 1024 * 1024;
/** Of kinds without a name of their own. */
const PICTURES = /^image\/(jpeg|png|webp|avif|heic|heif|tiff|gif)$/;
const FILMS = /^video\/(mp4|quicktime|3gpp|x-m4v)$/;
const TIMED: readonly MediaKind[] = ["voice", "audio", "video", "video-note"];

/** @throws {Empty} @throws {TooLarge} @throws {Ended} */
export async function takeIn(
  deps: IntakeDeps,
  group: GroupId,
  body: AsyncIterable<Uint8Array>,
  { said, signal }: { readonly said: Said; readonly signal: AbortSignal },
): Promise<Entry> {
  const source = bounded(body, deps.maxBytes);
  try {
    return await takenFrom(deps, group, source, { said, signal });
  } finally {
    // Whoever sends need not go on when nobody reads.
    await source.return(undefined);
  }
}

async function takenFrom(
  deps: IntakeDeps,
  group: GroupId,
  body: AsyncGenerator<Uint8Array>,
  { said, signal }: { readonly said: Said; readonly signal: AbortSignal },
): Promise<Entry> {
  const { head, whole } = await peek(body);
  if (head.length === 0) {
    throw new Empty("Cannot take the file as there must be something in it: it is empty");
  }
  const sniffed = await sniff(head, said.kind);
  const film = FILMS.test(sniffed.mime) ? withoutPlaces(whole) : whole;
  const kept = PICTURES.test(sniffed.mime)
    ? await takePicture(deps, group, whole, { said, sniffed, signal })
    : { ...await deps.vault.put(group, film, signal), ...sniffed, kind: kindOf(sniffed.mime, said.kind) };
  const { now, lifetimeMs } = deps;
  const entry: Entry = {
    v: 1,
    ...kept,
    name: cleanName(said.name, kept.extension) ?? `${kept.kind}.${kept.extension}`,
    ...(said.durationMs === undefined || !TIMED.includes(kept.kind) ? {} : { durationMs: said.durationMs }),
    ...(said.waveform === undefined || kept.kind !== "voice" ? {} : { waveform: said.waveform }),
    ...(said.emoji === undefined || kept.kind !== "sticker" ? {} : { emoji: said.emoji }),
    expiresAt: now() + lifetimeMs,
  };
  return entry.durationMs === undefined ? await timed(deps, group, entry, signal) : entry;
}

type Kept = Pick<Entry, "content" | "bytes" | "kind" | "mime" | "extension" | "width" | "height" | "moving">;

async function takePicture(
  { vault, work, slots }: IntakeDeps,
  group: GroupId,
  body: AsyncIterable<Uint8Array>,
  { said, sniffed, signal }: {
    readonly said: Said;
    readonly sniffed: Sniffed;
    readonly signal: AbortSignal;
  },
): Promise<Kept> {
  await using plain = await work.spool(body, sniffed.extension);
  const facts = await slots.run(() => inspected(plain.path));
  if (facts === null) {
    // Nobody can look at it here, but perhaps there: as a file like any other.
    await blankPositions(plain.path);
    return { ...await vault.put(group, await pieces(plain.path), signal), ...sniffed, kind: "document" };
  }
  const { width, height, moving, tells } = facts;
  const seen = { width, height, ...(moving ? { moving } : {}) };
  const wanted = said.kind === "photo" && moving ? "gif" : said.kind;
  if (!tells || said.kind === "sticker") {
    const stored = await vault.put(group, await pieces(plain.path), signal);
    return { ...stored, ...sniffed, ...seen, kind: kindOf(sniffed.mime, wanted) };
  }
  await using cleaned = work.file();
  const mime = await slots.run(() => clean(plain.path, cleaned.path, sniffed.mime));
  const stored = await vault.put(group, await pieces(cleaned.path), signal);
  const extension = mime === sniffed.mime ? sniffed.extension : "jpg";
  return { ...stored, ...seen, mime, extension, kind: kindOf(mime, wanted) };
}

async function inspected(path: string): Promise<PictureFacts | null> {
  try {
    return await inspect(path);
  } catch (error) {
    if (error instanceof Unconvertible) return null;
    throw error;
  }
}

/** With how long it is, where that can be found out. */
async function timed(
  { vault, ffmpeg, work, slots }: IntakeDeps,
  group: GroupId,
  entry: Entry,
  signal: AbortSignal,
): Promise<Entry> {
  if (ffmpeg === null || entry.bytes > PROBE_MAX_BYTES) return entry;
  if (!TIMED.includes(entry.kind) || !isReadable(entry.mime)) return entry;
  await using plain = await work.spool(vault.read(group, entry), entry.extension);
  try {
    const input = { path: plain.path, mime: entry.mime };
    const { durationMs } = await slots.run(() => ffmpeg.probe(input, signal));
    return durationMs === null ? entry : { ...entry, durationMs };
  } catch (error) {
    if (error instanceof Unconvertible) return entry;
    throw error;
  }
}

/** A file as it is read. */
export async function pieces(path: string): Promise<AsyncIterable<Uint8Array>> {
  return (await Deno.open(path)).readable;
}

async function* bounded(body: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > maxBytes) {
      throw new TooLarge(`Cannot take the file as it must have at most ${maxBytes} bytes: it has more`);
    }
    yield piece;
  }
}

/** The beginning, and all of it with the beginning. */
async function peek(
  body: AsyncGenerator<Uint8Array>,
): Promise<{ readonly head: Uint8Array; readonly whole: AsyncIterable<Uint8Array> }> {
  const first: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  while (length < HEAD_BYTES) {
    const { done, value } = await body.next();
    if (done === true) break;
    first.push(new Uint8Array(value));
    length += value.length;
  }
  const whole = async function* (): AsyncGenerator<Uint8Array> {
    yield* first;
    yield* body;
  };
  const head = new Uint8Array(await new Blob(first).arrayBuffer());
  return { head: head.subarray(0, HEAD_BYTES), whole: whole() };
}
