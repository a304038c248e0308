/**
 * ffmpeg, as a program that is not trusted with what strangers send: it reads one local file of a type that we name,
 * has no network, no keyboard and none of our environment, and limits on memory, time and what it writes.
 */
import { z } from "zod";

/** It could not make sense of the file, or not in time. */
export class Unconvertible extends Error {}

/** What a run may use. */
const MEMORY_KIB = 3 * 1024 * 1024;
const CPU_SECONDS = 900;
/** In blocks of 512 bytes: 2 GiB. */
const FILE_BLOCKS = 4 * 1024 * 1024;

/** By `exec`: what is aborted is the program itself. A limit that the machine has not is none. */
const LIMITED = `ulimit -v ${MEMORY_KIB} 2>/dev/null; ulimit -t ${CPU_SECONDS} 2>/dev/null; ` +
  `ulimit -f ${FILE_BLOCKS} 2>/dev/null; exec env -i PATH="$PATH" nice -n 10 "$@"`;

/** Readers by MIME type. A type that is not here (playlists above all) is not read. */
const READERS: Readonly<Record<string, string>> = {
  "video/mp4": "mov",
  "video/quicktime": "mov",
  "video/3gpp": "mov",
  "video/x-m4v": "mov",
  "audio/mp4": "mov",
  "video/webm": "matroska",
  "video/x-matroska": "matroska",
  "audio/webm": "matroska",
  "video/ogg": "ogg",
  "audio/ogg": "ogg",
  "audio/mpeg": "mp3",
  "audio/aac": "aac",
  "audio/wav": "wav",
  "audio/flac": "flac",
  "audio/amr": "amr",
  "audio/aiff": "aiff",
  "image/gif": "gif",
  "video/vnd.avi": "avi",
  "video/mp2t": "mpegts",
  "video/mpeg": "mpeg",
};

/** A file to read. */
export interface Input {
  readonly path: string;
  readonly mime: string;
}

export interface RunOptions {
  readonly signal: AbortSignal;
  /** What it writes to its standard output, piece by piece. */
  readonly onOutput?: (piece: Uint8Array) => void;
}

/** What ffprobe says of a file. */
export interface Probed {
  readonly durationMs: number | null;
  readonly video: string | null;
  readonly audio: string | null;
  readonly width: number;
  readonly height: number;
}

const Probe = z.object({
  format: z.object({ duration: z.coerce.number().optional() }).optional(),
  streams: z.array(z.object({
    codec_type: z.string().optional(),
    codec_name: z.string().optional(),
    width: z.number().optional(),
    height: z.number().optional(),
    duration: z.coerce.number().optional(),
    disposition: z.object({ attached_pic: z.number().optional() }).optional(),
  })).optional(),
});

/** Whether a file of this type can be read. */
export function isReadable(mime: string): boolean {
  return Object.hasOwn(READERS, mime);
}

/** The programs on this machine; `null` where they are not there. */
export class Ffmpeg {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  /** Looks whether they are there. */
  static async find(name = "ffmpeg"): Promise<Ffmpeg | null> {
    try {
      const { success } = await new Deno.Command("sh", {
        args: ["-c", 'command -v "$1" && command -v "$2"', "sh", name, probeOf(name)],
        stdin: "null",
        stdout: "null",
      }).output();
      return success ? new Ffmpeg(name) : null;
    } catch {
      // No shell, or none that we may run.
      return null;
    }
  }

  /** `before` are options of the input. @throws {Unconvertible} */
  async run(
    input: Input,
    { before = [], args }: { readonly before?: readonly string[]; readonly args: readonly string[] },
    options: RunOptions,
  ): Promise<void> {
    await limited([
      this.#name,
      ...["-nostdin", "-hide_banner", "-v", "error", "-y", "-threads", "2"],
      ...reading(input),
      ...before,
      ...["-i", input.path, "-map_metadata", "-1", "-map_chapters", "-1", "-threads", "2"],
      ...args,
    ], options);
  }

  /** @throws {Unconvertible} */
  async probe(input: Input, signal: AbortSignal): Promise<Probed> {
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    const args = [
      "-v",
      "error",
      ...reading(input),
      "-of",
      "json",
      "-show_format",
      "-show_streams",
      input.path,
    ];
    const onOutput = (piece: Uint8Array): void => void pieces.push(new Uint8Array(piece));
    await limited([probeOf(this.#name), ...args], { signal, onOutput });
    return probedOf(await new Blob(pieces).text());
  }
}

function probeOf(name: string): string {
  return name.replace(/ffmpeg$/, "ffprobe");
}

function reading({ mime }: Input): string[] {
  const reader = READERS[mime];
  if (reader === undefined) {
    throw new Unconvertible("Cannot read the file as its type must be known: it is not");
  }
  return ["-protocol_whitelist", "file,pipe", "-f", reader];
}

function probedOf(text: string): Probed {
  const parsed = Probe.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Unconvertible("Cannot read the file as ffprobe must know it: it does not");
  const { format, streams = [] } = parsed.data;
  // A cover in a file of sound is no film.
  const film = streams.find(({ codec_type: type, disposition }) =>
    type === "video" && disposition?.attached_pic !== 1
  );
  const sound = streams.find(({ codec_type: type }) => type === "audio");
  const seconds = format?.duration ?? film?.duration ?? sound?.duration;
  return {
    durationMs: seconds === undefined || !Number.isFinite(seconds) ? null : Math.round(seconds * 1000),
    video: film?.codec_name ?? null,
    audio: sound?.codec_name ?? null,
    width: film?.width ?? 0,
    height: film?.height ?? 0,
  };
}

async function limited(command: readonly string[], { signal, onOutput }: RunOptions): Promise<void> {
  signal.throwIfAborted();
  const child = new Deno.Command("sh", {
    args: ["-c", LIMITED, "sh", ...command],
    stdin: "null",
    stdout: onOutput === undefined ? "null" : "piped",
    stderr: "null",
    signal,
  }).spawn();
  if (onOutput !== undefined) { for await (const piece of child.stdout) onOutput(piece); }
  const { success, code } = await child.status;
  signal.throwIfAborted();
  if (!success) {
    throw new Unconvertible(`Cannot convert the file as the program must end well: it ended with ${code}`);
  }
}
