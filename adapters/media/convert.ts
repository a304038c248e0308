/** Which type can be made of which, and by which program. */
import type { MediaKind } from "../../actors/model/mod.ts";
import type { Entry } from "./entry.ts";
import { type Ffmpeg, isReadable, Unconvertible } from "./ffmpeg.ts";
import { filmExtension, refilm } from "./film.ts";
import { drawLottie } from "./lottie.ts";
import { isDrawable, redraw } from "./pictures.ts";
import type { Slots } from "./shared_work.ts";
import { TGS } from "./sniff.ts";
import { resound, soundExtension } from "./sound.ts";
import type { Workspace } from "./workspace.ts";

/** What is to be made of a file. */
export interface Spec {
  /** What it is sent as. */
  readonly kind: MediaKind;
  /** The MIME type wanted. */
  readonly to: string;
  readonly maxBytes?: number;
  /** Pictures only: cropped to a square. */
  readonly square?: number;
}

/** What conversions work with. `ffmpeg`: null where the machine has none. */
export interface Tools {
  readonly ffmpeg: Ffmpeg | null;
  readonly work: Workspace;
  /** One for each that works on a file. */
  readonly slots: Slots;
}

export interface Job {
  readonly from: string;
  readonly to: string;
  readonly signal: AbortSignal;
}

type Material = "still" | "moving" | "film" | "sound" | "drawn" | null;

function materialOf({ mime, moving }: Pick<Entry, "mime" | "moving">): Material {
  if (mime === TGS) return "drawn";
  if (mime.startsWith("image/")) return moving === true ? "moving" : "still";
  if (mime.startsWith("video/")) return isReadable(mime) ? "film" : null;
  return mime.startsWith("audio/") && isReadable(mime) ? "sound" : null;
}

const PICTURE_ENDINGS: Readonly<Record<string, string>> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/webp": "webp",
  "image/gif": "gif",
};

/** The ending of what `entry` becomes as `to`; null where that cannot be made of it. */
export function extensionFor(entry: Pick<Entry, "mime" | "moving">, to: string): string | null {
  switch (materialOf(entry)) {
    case "still":
      return isDrawable(to) ? PICTURE_ENDINGS[to] ?? null : null;
    case "moving":
    case "drawn":
      return to === "video/mp4" ? "mp4" : PICTURE_ENDINGS[to] ?? null;
    case "film":
      return filmExtension(to);
    case "sound":
      return soundExtension(to);
    case null:
      return null;
  }
}

/** Whether it takes ffmpeg. */
export function needsFfmpeg(entry: Pick<Entry, "mime" | "moving">, to: string): boolean {
  const material = materialOf(entry);
  return material === "film" || material === "sound" || to === "video/mp4";
}

/** Makes the file at `to` of that at `from`. @throws {Unconvertible} */
export async function convert(
  tools: Tools,
  entry: Pick<Entry, "mime" | "moving">,
  spec: Spec,
  job: Job,
): Promise<void> {
  const material = materialOf(entry);
  if (material === "still") return await redraw(job.from, job.to, pictureSpec(spec));
  if (material === "moving") return await fromMoving(tools, entry.mime, spec, job);
  if (material === "drawn") return await fromDrawn(tools, spec, job);
  const ffmpeg = orMissing(tools.ffmpeg);
  const input = { path: job.from, mime: entry.mime };
  if (material === "film") return await refilm(ffmpeg, input, { ...job, spec: filmSpec(spec) });
  return await resound(ffmpeg, input, { ...job, spec: { ...spec, voice: spec.kind === "voice" } });
}

async function fromMoving(tools: Tools, mime: string, spec: Spec, job: Job): Promise<void> {
  if (spec.to !== "video/mp4") return await redraw(job.from, job.to, pictureSpec(spec));
  const ffmpeg = orMissing(tools.ffmpeg);
  if (mime === "image/gif") {
    return await refilm(ffmpeg, { path: job.from, mime }, { ...job, spec: filmSpec(spec) });
  }
  // ffmpeg does not read WebP that moves.
  await using gif = tools.work.file("gif");
  await redraw(job.from, gif.path, { to: "image/gif", sticker: false });
  await refilm(ffmpeg, { path: gif.path, mime: "image/gif" }, { ...job, spec: filmSpec(spec) });
}

async function fromDrawn(tools: Tools, spec: Spec, job: Job): Promise<void> {
  await using webp = tools.work.file("webp");
  await drawLottie(job.from, webp.path, job.signal);
  const { size } = await Deno.stat(webp.path);
  if (spec.to === "image/webp" && size <= (spec.maxBytes ?? Infinity)) {
    return await Deno.rename(webp.path, job.to);
  }
  await fromMoving(tools, "image/webp", spec, { ...job, from: webp.path });
}

function orMissing(ffmpeg: Ffmpeg | null): Ffmpeg {
  if (ffmpeg === null) {
    throw new Unconvertible("Cannot convert the file as ffmpeg must be on this machine: it is not");
  }
  return ffmpeg;
}

function pictureSpec({ kind, to, maxBytes, square }: Spec): Parameters<typeof redraw>[2] {
  return {
    to,
    sticker: kind === "sticker",
    ...(maxBytes === undefined ? {} : { maxBytes }),
    ...(square === undefined ? {} : { square }),
  };
}

function filmSpec({ kind, to, maxBytes }: Spec): Parameters<typeof refilm>[2]["spec"] {
  return {
    to,
    silent: kind === "gif" || kind === "sticker",
    sticker: kind === "sticker",
    square: kind === "video-note",
    ...(maxBytes === undefined ? {} : { maxBytes }),
  };
}
