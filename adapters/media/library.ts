/** Files of groups: taken in, brought into a form that a messenger takes, read, linked, forgotten. */
import type {
  Fitted,
  GroupId,
  MediaKind,
  MediaProblem,
  MediaRef,
  MediaTable,
  NativeId,
} from "../../actors/model/mod.ts";
import {
  type CallOptions,
  isDeliveryFailure,
  type LinkedFile,
  type Log,
  type MediaLibrary,
  type MediaSource,
  type MediaStream,
  type OpenOptions,
  Rejected,
  RetryLater,
  type Upload,
} from "../../actors/ports/mod.ts";
import { isOurs, type Named, nativeOf, refOf } from "./entry.ts";
import { Empty, takeIn, TooLarge } from "./intake.ts";
import { climb } from "./ladder.ts";
import type { Links } from "./links.ts";
import { Makers, type MakersDeps } from "./makers.ts";
import { isDrawable } from "./pictures.ts";
import { SharedWork } from "./shared_work.ts";
import { Ended } from "./vault.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How long a link holds, ms; the file's own end is before that, or it holds up to a day longer. */
const LINK_MS = 7 * DAY_MS;
/** After how long what failed is tried again, ms. */
const AGAIN_MS = 5_000;
/** Files that cannot be had, remembered so that no other lane reads them again. */
const PROBLEMS_MAX = 1000;
const ICON_SIDE = 640;

export interface LibraryDeps extends MakersDeps {
  readonly links: Links;
  /** No trailing slash. */
  readonly publicUrl: string;
  readonly log: Log;
}

type Original = Named | { readonly problem: MediaProblem };

/** The library. All that it needs was made by `mod.ts`. */
export class Library implements MediaLibrary {
  readonly state: string;
  readonly #deps: LibraryDeps;
  readonly #makers: Makers;
  readonly #originals = new SharedWork<Original>();
  readonly #problems = new Map<string, MediaProblem>();

  constructor(deps: LibraryDeps) {
    this.#deps = deps;
    this.state = deps.ffmpeg === null ? "without ffmpeg" : "ok";
    this.#makers = new Makers(deps);
  }

  async fit(source: MediaSource, table: MediaTable, { signal }: CallOptions): Promise<Fitted> {
    return await orLater(async () => {
      const original = await this.#original(source, signal);
      if ("problem" in original) return { form: "none", problem: original.problem };
      const rung = await climb(original, table, this.#makers.of(source.group, signal));
      if (rung !== null) return { form: "file", kind: rung.kind, media: refOf(rung.file) };
      const { name, bytes } = original.entry;
      return { form: "link", url: this.#linkTo(source.group, original), name, bytes };
    });
  }

  async icon(
    source: MediaSource,
    { mimes, maxBytes }: { readonly mimes: readonly string[]; readonly maxBytes: number },
    { signal }: CallOptions,
  ): Promise<MediaRef | null> {
    return await orLater(async () => {
      const original = await this.#original(source, signal);
      const to = mimes.find(isDrawable);
      if ("problem" in original || to === undefined) return null;
      const spec = { kind: "photo", to, maxBytes, square: ICON_SIDE } as const;
      const made = await this.#makers.of(source.group, signal).derive(original, spec);
      return made === null ? null : refOf(made);
    });
  }

  async open(group: GroupId, file: NativeId, options: OpenOptions): Promise<MediaStream> {
    const named = await this.#named(group, file);
    if (named === null) {
      throw new Rejected("Cannot open the file as it must be kept still: it is gone", "no-target");
    }
    return this.#stream(group, named, options);
  }

  async take(
    group: GroupId,
    { body, mime, name, voice }: Upload,
    { signal }: CallOptions,
  ): Promise<{ readonly kind: MediaKind; readonly media: MediaRef }> {
    // A recording says so; whether it is sound is seen in it.
    const kind = voice && /^(audio|video)\//.test(mime) ? "voice" : null;
    try {
      const entry = await takeIn(this.#deps, group, body, { said: { kind, name }, signal });
      const native = nativeOf(await this.#deps.vault.nameOf(group, "taken", crypto.randomUUID()));
      await this.#deps.vault.setRow(group, native, entry);
      return { kind: entry.kind, media: refOf({ native, entry }) };
    } catch (error) {
      if (error instanceof Empty) throw new Rejected(error.message, "invalid");
      if (error instanceof TooLarge) throw new Rejected(error.message, "too-large");
      if (error instanceof Ended) throw new Rejected(error.message, "no-target");
      throw error;
    }
  }

  async taken(
    group: GroupId,
    file: NativeId,
  ): Promise<{ readonly kind: MediaKind; readonly media: MediaRef } | null> {
    const named = await this.#named(group, file);
    return named === null ? null : { kind: named.entry.kind, media: refOf(named) };
  }

  async linked(token: string): Promise<LinkedFile | null> {
    const target = this.#deps.links.open(token);
    if (target === null || target.expiresAt <= this.#deps.now()) return null;
    const named = await this.#named(target.group, target.native);
    if (named === null) return null;
    const { name, bytes, mime } = named.entry;
    const open = (options: OpenOptions): Promise<MediaStream> =>
      Promise.resolve(this.#stream(target.group, named, options));
    return { name, bytes, mime, expiresAt: target.expiresAt, open };
  }

  async erase(group: GroupId): Promise<void> {
    await this.#deps.vault.erase(group);
  }

  async sweep(): Promise<void> {
    await this.#deps.vault.sweep();
  }

  /** The file as it came; read at its messenger once, whoever asks for it how often. */
  async #original(source: MediaSource, signal: AbortSignal): Promise<Original> {
    const { group, media, id } = source;
    if (isOurs(media.native)) {
      const taken = await this.#named(group, media.native);
      if (taken !== null) return taken;
    }
    const native = nativeOf(await this.#deps.vault.nameOf(group, "source", id));
    const known = await this.#named(group, native);
    if (known !== null) return known;
    const key = `${group} ${native}`;
    const problem = this.#problems.get(key);
    if (problem !== undefined) return { problem };
    return await this.#originals.run(key, signal, async (signal) => {
      const original = await this.#fetch(source, native, signal);
      if ("problem" in original) this.#remember(key, original.problem);
      return original;
    });
  }

  async #fetch(source: MediaSource, native: NativeId, signal: AbortSignal): Promise<Original> {
    const { group, kind, media: { name = null, durationMs, waveform, emoji } } = source;
    try {
      const { body, bytes } = await source.open({ signal });
      const said = { kind, name, durationMs, waveform, emoji };
      const entry = await takeIn(this.#deps, group, whole(body, bytes), { said, signal });
      await this.#deps.vault.setRow(group, native, entry);
      return { native, entry };
    } catch (error) {
      const problem = problemOf(error);
      if (problem === null) throw error;
      return { problem };
    }
  }

  #remember(key: string, problem: MediaProblem): void {
    const [oldest] = this.#problems.size < PROBLEMS_MAX ? [] : this.#problems.keys();
    if (oldest !== undefined) this.#problems.delete(oldest);
    this.#problems.set(key, problem);
  }

  async #named(group: GroupId, native: NativeId): Promise<Named | null> {
    return isOurs(native) ? await this.#makers.find(group, native) : null;
  }

  #stream(group: GroupId, { entry }: Named, { range, signal }: OpenOptions): MediaStream {
    const { bytes, mime } = entry;
    if (range === undefined) {
      return { mime, bytes, body: ReadableStream.from(until(signal, this.#deps.vault.read(group, entry))) };
    }
    const { start, end } = { start: range.start, end: Math.min(range.end, bytes - 1) };
    if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || start > end) {
      throw new Rejected("Cannot read that stretch as it must lie in the file: it does not", "invalid");
    }
    const body = until(signal, this.#deps.vault.read(group, entry, { start, end }));
    return { mime, bytes: end - start + 1, body: ReadableStream.from(body) };
  }

  /** The same all day long: what is sent again has the same link. */
  #linkTo(group: GroupId, { native, entry }: Named): string {
    const { links, now, publicUrl } = this.#deps;
    const expiresAt = Math.min(Math.ceil(now() / DAY_MS) * DAY_MS + LINK_MS, entry.expiresAt);
    return `${publicUrl}/f/${links.seal({ group, native, expiresAt })}`;
  }
}

/** What a messenger breaks off is no file. */
async function* whole(body: AsyncIterable<Uint8Array>, bytes: number | null): AsyncGenerator<Uint8Array> {
  let came = 0;
  for await (const piece of body) {
    came += piece.length;
    yield piece;
  }
  if (bytes !== null && came < bytes) {
    throw new RetryLater("Cannot take the file as all of it must come: it broke off", AGAIN_MS);
  }
}

async function* until(signal: AbortSignal, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of body) {
    signal.throwIfAborted();
    yield piece;
  }
}

/** What is for ever; null: it can be tried again. */
function problemOf(error: unknown): MediaProblem | null {
  if (error instanceof Empty) return "empty";
  if (error instanceof TooLarge) return "too-large";
  if (error instanceof Ended) return "gone";
  if (!isDeliveryFailure(error) || error instanceof RetryLater) return null;
  if (error instanceof Rejected) return error.reason === "too-large" ? "too-large" : "gone";
  return error.kind === "outcome-unknown" ? null : "gone";
}

/** Whatever went wrong here: the lane tries again, and goes on without the file in the end. */
async function orLater<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof RetryLater) throw cause;
    const later = new RetryLater("Cannot read the file right now as something failed on the way", AGAIN_MS);
    throw Object.assign(later, { cause });
  }
}
