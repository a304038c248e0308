/** Makes forms of files, each once, and remembers them: whoever needs the same has the same. */
import type { GroupId, NativeId } from "../../actors/model/mod.ts";
import type { Log } from "../../actors/ports/mod.ts";
import { convert, extensionFor, needsFfmpeg, type Spec } from "./convert.ts";
import { Entry, type Named, nativeOf } from "./entry.ts";
import { isReadable, Unconvertible } from "./ffmpeg.ts";
import { type IntakeDeps, pieces } from "./intake.ts";
import type { Maker } from "./ladder.ts";
import { cleanName } from "./names.ts";
import { SharedWork } from "./shared_work.ts";
import { loudness } from "./sound.ts";

export interface MakersDeps extends IntakeDeps {
  readonly log: Log;
}

/** How long one conversion may take, ms: less than a lane waits for a file. */
const JOB_MAX_MS = 8 * 60_000;
/** What takes so long that photos and voices must not wait for it. */
const LONG_BYTES = 8 * 1024 * 1024;
/** What could not be made, remembered so that it is not tried by every lane. */
const FAILED_MAX = 2000;

type Make = (signal: AbortSignal) => Promise<Entry>;

export class Makers {
  readonly #deps: MakersDeps;
  readonly #running = new SharedWork<Named | null>();
  readonly #failed = new Set<string>();

  constructor(deps: MakersDeps) {
    this.#deps = deps;
  }

  /** What is kept under a name; null where there is none, or its time is over. */
  async find(group: GroupId, native: NativeId): Promise<Named | null> {
    const { vault, now } = this.#deps;
    const entry = await vault.row(group, native, Entry);
    if (entry === null || entry.expiresAt <= now() || !await vault.has(group, entry)) return null;
    return { native, entry };
  }

  of(group: GroupId, signal: AbortSignal): Maker {
    return {
      derive: (from, spec) => this.#derive(group, from, { spec, signal }),
      voiced: (from) => this.#voiced(group, from, signal),
    };
  }

  async #derive(
    group: GroupId,
    { entry }: Named,
    { spec, signal }: { readonly spec: Spec; readonly signal: AbortSignal },
  ): Promise<Named | null> {
    const extension = extensionFor(entry, spec.to);
    if (extension === null) return null;
    if (this.#deps.ffmpeg === null && needsFfmpeg(entry, spec.to)) return null;
    const { kind, to, maxBytes = 0, square = 0 } = spec;
    const what = ["made", entry.content, entry.name, kind, to, `${maxBytes}`, `${square}`];
    const long = entry.bytes > LONG_BYTES;
    return await this.#once(group, { what, signal, long, about: { kind, to } }, async (signal) => {
      const { work, vault } = this.#deps;
      await using from = await work.spool(vault.read(group, entry), entry.extension);
      await using made = work.file(extension);
      await convert(this.#deps, entry, spec, { from: from.path, to: made.path, signal });
      await checkMade(made.path);
      const stored = await vault.put(group, await pieces(made.path), signal);
      return this.#entryOf(entry, { ...stored, kind, mime: to, extension });
    });
  }

  async #voiced(group: GroupId, from: Named, signal: AbortSignal): Promise<Named> {
    const { ffmpeg, work, vault } = this.#deps;
    const { entry } = from;
    if (ffmpeg === null || !isReadable(entry.mime)) return from;
    const about = { kind: entry.kind, to: "waveform" };
    const what = ["voiced", entry.content, entry.name, entry.kind];
    const long = entry.bytes > LONG_BYTES;
    const made = await this.#once(group, { what, signal, long, about }, async (signal) => {
      await using plain = await work.spool(vault.read(group, entry), entry.extension);
      const { waveform, durationMs } = await loudness(ffmpeg, { path: plain.path, mime: entry.mime }, signal);
      return { ...entry, waveform, durationMs: entry.durationMs ?? durationMs };
    });
    return made ?? from;
  }

  async #once(
    group: GroupId,
    { what, signal, long, about }: {
      readonly what: readonly string[];
      readonly signal: AbortSignal;
      readonly long: boolean;
      readonly about: { readonly kind: string; readonly to: string };
    },
    make: Make,
  ): Promise<Named | null> {
    const native = nativeOf(await this.#deps.vault.nameOf(group, ...what));
    const key = `${group} ${native}`;
    if (this.#failed.has(key)) return null;
    const known = await this.find(group, native);
    if (known !== null) return known;
    return await this.#running.run(key, signal, async (signal) => {
      try {
        const entry = await this.#deps.slots.run(() => inTime(make, signal), { long });
        await this.#deps.vault.setRow(group, native, entry);
        return { native, entry };
      } catch (error) {
        if (!(error instanceof Unconvertible)) throw error;
        this.#deps.log.info("file-not-converted", about);
        if (this.#failed.size >= FAILED_MAX) this.#failed.clear();
        this.#failed.add(key);
        return null;
      }
    });
  }

  #entryOf(from: Entry, made: Pick<Entry, "content" | "bytes" | "kind" | "mime" | "extension">): Entry {
    const { now, lifetimeMs } = this.#deps;
    const { durationMs, waveform, emoji, name } = from;
    return {
      v: 1,
      ...made,
      name: cleanName(name, made.extension) ?? `${made.kind}.${made.extension}`,
      ...(durationMs === undefined ? {} : { durationMs }),
      ...(waveform === undefined ? {} : { waveform }),
      ...(emoji === undefined ? {} : { emoji }),
      expiresAt: now() + lifetimeMs,
    };
  }
}

/** Some programs end well and have written nothing. */
async function checkMade(path: string): Promise<void> {
  const size = await Deno.stat(path).then(({ size }) => size, () => 0);
  if (size === 0) {
    throw new Unconvertible("Cannot convert the file as something must come of it: nothing did");
  }
}

async function inTime(make: Make, signal: AbortSignal): Promise<Entry> {
  signal.throwIfAborted();
  const late = AbortSignal.timeout(JOB_MAX_MS);
  try {
    return await make(AbortSignal.any([signal, late]));
  } catch (cause) {
    if (!late.aborted || signal.aborted) throw cause;
    throw new Unconvertible("Cannot convert the file as it must be done in time: it was not", { cause });
  }
}
