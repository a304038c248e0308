/** Film, by ffmpeg: into MP4, into moving pictures, smaller. */
import { type Ffmpeg, type Input, type Probed, Unconvertible } from "./ffmpeg.ts";

/** What is to be made of film. */
export interface FilmSpec {
  readonly to: string;
  /** What is called a GIF: without sound. */
  readonly silent: boolean;
  /** 512 by 512, the rest can be seen through. */
  readonly sticker: boolean;
  /** Cut to a square, as round video notes want it. */
  readonly square: boolean;
  readonly maxBytes?: number;
}

interface Job {
  readonly to: string;
  readonly spec: FilmSpec;
  readonly signal: AbortSignal;
}

const MP4 = "video/mp4";
const EXTENSIONS: Readonly<Record<string, string>> = {
  [MP4]: "mp4",
  "image/gif": "gif",
  "image/webp": "webp",
  "image/jpeg": "jpg",
};

/** How large a picture may be for so many kilobits a second; below the last it is not worth it. */
const SIDES: readonly { readonly kbps: number; readonly side: number }[] = [
  { kbps: 1500, side: 1280 },
  { kbps: 600, side: 854 },
  { kbps: 250, side: 640 },
  { kbps: 100, side: 426 },
  { kbps: 40, side: 320 },
];
const SOUND_KBPS = 64;
/** How much of a small film its sound may take. */
const SOUND_SHARE = 0.3;
/** What is left for the box, and for a coder that misses its mark. */
const SHARE = 0.9;
/** How often it is tried to stay under a limit, each time aiming lower. */
const TRIES = 3;
/** Moving pictures larger than this are better films. */
const PICTURE_SIDES = [480, 320, 240];
const PICTURE_RATES = [15, 12, 8];
const STICKER_QUALITIES = [60, 40, 20];
const PICTURE_MAX_MS = 60_000;

/** The ending of what film can be made into, or null. */
export function filmExtension(mime: string): string | null {
  return EXTENSIONS[mime] ?? null;
}

/** @throws {Unconvertible} */
export async function refilm(ffmpeg: Ffmpeg, input: Input, job: Job): Promise<void> {
  switch (job.spec.to) {
    case MP4:
      return await toMp4(ffmpeg, input, job);
    case "image/jpeg":
      return await ffmpeg.run(input, { args: ["-an", "-frames:v", "1", "-f", "mjpeg", job.to] }, job);
    default:
      return await toPicture(ffmpeg, input, job);
  }
}

async function toMp4(ffmpeg: Ffmpeg, input: Input, job: Job): Promise<void> {
  const { spec: { maxBytes }, signal } = job;
  const found = await ffmpeg.probe(input, signal);
  if (found.video === null) throw new Unconvertible("Cannot make a film of what has no pictures");
  if (maxBytes === undefined) {
    return await ffmpeg.run(input, { args: mp4Args(found, job.spec, job.to, null) }, job);
  }
  if (found.durationMs === null || found.durationMs === 0) {
    throw new Unconvertible("Cannot make the film smaller as it must be known how long it is");
  }
  let kbps = maxBytes * 8 * SHARE / found.durationMs;
  for (let tries = 0; tries < TRIES; tries++) {
    await ffmpeg.run(input, { args: mp4Args(found, job.spec, job.to, kbps) }, job);
    if ((await Deno.stat(job.to)).size <= maxBytes) return;
    kbps *= 0.7;
  }
  throw new Unconvertible(`Cannot make the film fit as it must have at most ${maxBytes} bytes: it has more`);
}

/** `kbps`: for pictures and sound together; null: as fine as it was. */
function mp4Args(found: Probed, spec: FilmSpec, to: string, kbps: number | null): string[] {
  const silent = spec.silent || found.audio === null;
  const end = ["-sn", "-dn", "-movflags", "+faststart", "-f", "mp4", to];
  const plain = kbps === null && !spec.square;
  if (plain && found.video === "h264" && (silent || found.audio === "aac")) {
    return ["-c:v", "copy", ...(silent ? ["-an"] : ["-c:a", "copy"]), ...end];
  }
  const sound = kbps === null ? SOUND_KBPS : Math.floor(Math.min(SOUND_KBPS, kbps * SOUND_SHARE));
  const rest = kbps === null ? null : kbps - (silent ? 0 : sound);
  const side = rest === null ? 1920 : SIDES.find(({ kbps: least }) => rest >= least)?.side;
  if (side === undefined) throw new Unconvertible("Cannot make the film so small that it can still be seen");
  const rate = rest === null ? ["-crf", "24"] : [
    ...["-b:v", `${Math.floor(rest)}k`, "-maxrate", `${Math.floor(rest * 1.2)}k`],
    ...["-bufsize", `${Math.floor(rest)}k`],
  ];
  return [
    ...[
      "-vf",
      scale(side, spec.square),
      "-c:v",
      "libx264",
      "-preset",
      "veryfast",
      "-pix_fmt",
      "yuv420p",
      ...rate,
    ],
    ...(silent ? ["-an"] : ["-c:a", "aac", "-b:a", `${sound}k`, "-ac", "2"]),
    ...end,
  ];
}

/** Never larger than it was; H.264 wants even sides. */
function scale(side: number, square: boolean): string {
  if (square) return `crop='min(iw,ih)':'min(iw,ih)',scale='trunc(min(iw,${Math.min(side, 640)})/2)*2':-2`;
  const fit = `scale='min(iw,${side})':'min(ih,${side})':force_original_aspect_ratio=decrease`;
  return `${fit},scale='max(2,trunc(iw/2)*2)':'max(2,trunc(ih/2)*2)'`;
}

async function toPicture(ffmpeg: Ffmpeg, input: Input, job: Job): Promise<void> {
  const { spec: { maxBytes = Infinity, sticker }, signal } = job;
  const found = await ffmpeg.probe(input, signal);
  if (found.durationMs !== null && found.durationMs > PICTURE_MAX_MS) {
    throw new Unconvertible("Cannot make a moving picture as it must be short: it is not");
  }
  // ffmpeg's own reader of VP8 and VP9 does not know what can be seen through.
  const before = found.video === "vp9" || found.video === "vp8" ? ["-c:v", `libvpx${vpx(found.video)}`] : [];
  for (const at of PICTURE_SIDES.keys()) {
    await ffmpeg.run(input, { before, args: [...pictureArgs(job.spec, at), job.to] }, { signal });
    if ((await Deno.stat(job.to)).size <= maxBytes) return;
  }
  const what = sticker ? "sticker" : "picture";
  throw new Unconvertible(
    `Cannot make the ${what} fit as it must have at most ${maxBytes} bytes: it has more`,
  );
}

function vpx(codec: string): string {
  return codec === "vp9" ? "-vp9" : "";
}

function pictureArgs({ to, sticker }: FilmSpec, at: number): string[] {
  const side = sticker ? 512 : PICTURE_SIDES[at] ?? 240;
  const inside = `fps=${PICTURE_RATES[at] ?? 8},` +
    `scale='${sticker ? side : `min(iw,${side})`}':'${
      sticker ? side : `min(ih,${side})`
    }':force_original_aspect_ratio=decrease`;
  const padded = sticker ? `,format=rgba,pad=512:512:(ow-iw)/2:(oh-ih)/2:color=#00000000` : "";
  if (to === "image/gif") {
    return [
      "-an",
      "-vf",
      `${inside}${padded},split[a][b];[a]palettegen[p];[b][p]paletteuse`,
      "-loop",
      "0",
      "-f",
      "gif",
    ];
  }
  const quality = `${STICKER_QUALITIES[at] ?? 20}`;
  return [
    "-an",
    "-vf",
    `${inside}${padded}`,
    "-c:v",
    "libwebp_anim",
    "-quality",
    quality,
    "-loop",
    "0",
    "-f",
    "webp",
  ];
}
