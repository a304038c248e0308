/** Sound, by ffmpeg: into another form, and how loud a voice is from step to step. */
import { WAVEFORM_STEPS } from "../../actors/model/mod.ts";
import { type Ffmpeg, type Input, Unconvertible } from "./ffmpeg.ts";

/** How each type is written. Voices are spoken by one. */
const WRITERS: Readonly<Record<string, (kbps: number) => readonly string[]>> = {
  "audio/ogg": (kbps) => ["-c:a", "libopus", "-b:a", `${kbps}k`, "-ar", "48000", "-f", "ogg"],
  "audio/mp4": (
    kbps,
  ) => ["-c:a", "aac", "-b:a", `${kbps}k`, "-ar", "44100", "-movflags", "+faststart", "-f", "ipod"],
  "audio/aac": (kbps) => ["-c:a", "aac", "-b:a", `${kbps}k`, "-ar", "44100", "-f", "adts"],
  "audio/mpeg": (kbps) => ["-c:a", "libmp3lame", "-b:a", `${kbps}k`, "-ar", "44100", "-f", "mp3"],
};

const EXTENSIONS: Readonly<Record<string, string>> = {
  "audio/ogg": "ogg",
  "audio/mp4": "m4a",
  "audio/aac": "aac",
  "audio/mpeg": "mp3",
};

/** Below this nobody understands a word. */
const KBPS_MIN = 12;
const VOICE_KBPS = 32;
const AUDIO_KBPS = 128;
/** AAC needs more for the same. */
const AAC_KBPS = 48;
/** What is left for the box around the sound. */
const SHARE = 0.92;

/** Samples a second that loudness is measured by, and in one reading: a fiftieth of a second. */
const RATE = 8000;
const READING = RATE / 50;

/** What is to be made of sound. */
export interface SoundSpec {
  readonly to: string;
  readonly voice: boolean;
  readonly maxBytes?: number;
}

/** The ending of a sound file of this type, or null where we make none. */
export function soundExtension(mime: string): string | null {
  return EXTENSIONS[mime] ?? null;
}

/** @throws {Unconvertible} */
export async function resound(
  ffmpeg: Ffmpeg,
  input: Input,
  { to, spec, signal }: { readonly to: string; readonly spec: SoundSpec; readonly signal: AbortSignal },
): Promise<void> {
  const write = WRITERS[spec.to];
  if (write === undefined) throw new Unconvertible("Cannot make sound of a type that we do not know");
  const wanted = !spec.voice ? AUDIO_KBPS : spec.to === "audio/ogg" ? VOICE_KBPS : AAC_KBPS;
  const kbps = Math.min(wanted, await mostKbps(ffmpeg, input, { spec, signal }));
  if (kbps < KBPS_MIN) {
    throw new Unconvertible("Cannot make the sound so small that it can still be understood");
  }
  const channels = spec.voice ? ["-ac", "1"] : [];
  await ffmpeg.run(input, { args: ["-vn", "-sn", "-dn", ...channels, ...write(kbps), to] }, { signal });
}

async function mostKbps(
  ffmpeg: Ffmpeg,
  input: Input,
  { spec: { maxBytes }, signal }: { readonly spec: SoundSpec; readonly signal: AbortSignal },
): Promise<number> {
  if (maxBytes === undefined) return Infinity;
  const { durationMs } = await ffmpeg.probe(input, signal);
  return durationMs === null || durationMs === 0 ? Infinity : Math.floor(maxBytes * 8 * SHARE / durationMs);
}

/** How loud it is in 64 steps, each 0 to 100, and how long it is. @throws {Unconvertible} */
export async function loudness(
  ffmpeg: Ffmpeg,
  input: Input,
  signal: AbortSignal,
): Promise<{ readonly waveform: number[]; readonly durationMs: number }> {
  const meter = new Meter();
  const args = ["-vn", "-sn", "-dn", "-ac", "1", "-ar", `${RATE}`, "-f", "s16le", "pipe:1"];
  await ffmpeg.run(input, { args }, { signal, onOutput: (piece) => meter.add(piece) });
  return { waveform: meter.steps(), durationMs: meter.durationMs };
}

/** Takes samples as they come, in pieces of any size, and keeps one reading for each fiftieth of a second. */
class Meter {
  readonly #readings: number[] = [];
  #odd: number | null = null;
  #sum = 0;
  #count = 0;
  #samples = 0;

  get durationMs(): number {
    return Math.round(this.#samples / RATE * 1000);
  }

  add(piece: Uint8Array): void {
    for (const byte of piece) {
      if (this.#odd === null) {
        this.#odd = byte;
        continue;
      }
      const sample = ((byte << 8 | this.#odd) << 16) >> 16;
      this.#odd = null;
      this.#take(sample);
    }
  }

  /** The mean loudness of each step; the loudest is 100. Nothing but silence is all zeros. */
  steps(): number[] {
    if (this.#count > 0) this.#close();
    const means = Array.from({ length: WAVEFORM_STEPS }, (_, step) => {
      const from = Math.floor(step * this.#readings.length / WAVEFORM_STEPS);
      const to = Math.max(from + 1, Math.floor((step + 1) * this.#readings.length / WAVEFORM_STEPS));
      const part = this.#readings.slice(from, to);
      return part.reduce((sum, reading) => sum + reading, 0) / Math.max(1, part.length);
    });
    const loudest = Math.max(...means);
    return means.map((mean) => loudest === 0 ? 0 : Math.round(mean / loudest * 100));
  }

  #take(sample: number): void {
    this.#sum += sample * sample;
    this.#samples++;
    if (++this.#count === READING) this.#close();
  }

  #close(): void {
    this.#readings.push(Math.sqrt(this.#sum / this.#count));
    this.#sum = this.#count = 0;
  }
}
