/** A library in a folder of its own, with a clock that is moved by hand. */
import type { GroupId, MediaKind, MediaRef, NativeId } from "../../../../actors/model/mod.ts";
import type { MediaLibrary, MediaSource, MediaStream } from "../../../../actors/ports/mod.ts";
import { type MediaAddress, openMediaLibrary } from "../../../../adapters/media/mod.ts";
import { sampleFile, type SampleName } from "../../../fixtures/files.ts";

export const GROUP = "g_AAAAAAAAAAAAAAAAAAAAAA" as GroupId;
export const OTHER = "g_BBBBBBBBBBBBBBBBBBBBBB" as GroupId;
export const DAY_MS = 86_400_000;
export const NEVER: AbortSignal = new AbortController().signal;

/** An open library and what a test looks at beside it. */
export interface Opened extends AsyncDisposable {
  readonly library: MediaLibrary;
  readonly dir: string;
  /** What was logged, by event. */
  readonly logged: string[];
  now: number;
  /** The same files in another process, as it were. */
  again(): Promise<MediaLibrary>;
}

export interface OpenedOptions {
  readonly maxBytes?: number;
  readonly ffmpeg?: string;
  readonly address?: MediaAddress;
}

export async function openedLibrary(options: OpenedOptions = {}): Promise<Opened> {
  const dir = await Deno.makeTempDir({ prefix: "plenum-media-" });
  const logged: string[] = [];
  const log = (event: string): void => void logged.push(event);
  const open = (): Promise<MediaLibrary> =>
    openMediaLibrary({
      address: { type: "disk", dir: `${dir}/media` },
      ...options,
      workDir: `${dir}/work`,
      secret: new Uint8Array(32).fill(7),
      host: { now: () => opened.now, log: { debug: log, info: log, warn: log, error: log } },
      publicUrl: "https://plenum.example",
      retentionDays: 30,
    });
  const opened: Opened = {
    library: await open(),
    dir,
    logged,
    now: Date.UTC(2026, 10, 30, 12),
    again: open,
    [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }),
  };
  return opened;
}

/** Where a file comes from, and how often it was asked for. */
export interface CountedSource extends MediaSource {
  opens: number;
}

/** A file of a messenger. */
export function sourceOf(
  kind: MediaKind,
  body: Uint8Array<ArrayBuffer>,
  { media = {}, group = GROUP, id = crypto.randomUUID() }: {
    readonly media?: Partial<MediaRef>;
    readonly group?: GroupId;
    readonly id?: string;
  } = {},
): CountedSource {
  const source: CountedSource = {
    group,
    id,
    kind,
    media: { native: `native ${id}` as NativeId, mime: "application/octet-stream", bytes: null, ...media },
    opens: 0,
    open: () => {
      source.opens++;
      return Promise.resolve({ mime: "text/html", bytes: body.length, body: new Blob([body]).stream() });
    },
  };
  return source;
}

/** One of the sample files, sent as `kind`. */
export async function sampleSource(kind: MediaKind, sample: SampleName): Promise<CountedSource> {
  const { body, name, mime } = await sampleFile(sample);
  return sourceOf(kind, body, { media: { name, mime } });
}

export async function bytesOf({ body }: Pick<MediaStream, "body">): Promise<Uint8Array<ArrayBuffer>> {
  const pieces = await Array.fromAsync(body);
  return new Uint8Array(await new Blob(pieces.map((piece) => new Uint8Array(piece))).arrayBuffer());
}

/** All files below a folder. */
export async function filesBelow(dir: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(dir)) {
    if (isDirectory) found.push(...await filesBelow(`${dir}/${name}`));
    else found.push(`${dir}/${name}`);
  }
  return found;
}
