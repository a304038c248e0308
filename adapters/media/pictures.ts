/** Pictures, by sharp: what they are, without what they tell of whoever took them, in another form, smaller. */
import sharp, { type Metadata, type Sharp } from "sharp";
import { Unconvertible } from "./ffmpeg.ts";

/** All frames together. A photo of a good telephone has 50 million. */
const PIXELS_MAX = 64_000_000;
const SECONDS_MAX = 60;
/** Longest side of a picture that is made anew. */
const SIDE_MAX = 4096;
/** sendPhoto: "width and height must not exceed 10000 in total", and their ratio 20; others show no more of it either. */
const SUM_MAX = 10_000;
const RATIO_MAX = 20;

/** Stickers are this large everywhere. */
export const STICKER_SIDE = 512;

// One picture at a time on one core, and nothing kept between them.
sharp.concurrency(1);
sharp.cache(false);

/** What is known of a picture. */
export interface PictureFacts {
  readonly width: number;
  readonly height: number;
  readonly moving: boolean;
  /** It says more than what is to be seen: where it was taken, by what, which way up. */
  readonly tells: boolean;
}

/** What is to be made. */
export interface PictureSpec {
  readonly to: string;
  readonly sticker: boolean;
  /** Cropped to a square with such a side. */
  readonly square?: number;
  readonly maxBytes?: number;
}

const FORMATS = {
  "image/jpeg": "jpeg",
  "image/png": "png",
  "image/webp": "webp",
  "image/gif": "gif",
} as const;
type Target = keyof typeof FORMATS;

/** From large and fine to small and coarse, until it fits. */
const STEPS: readonly { readonly side: number; readonly quality: number }[] = [
  { side: SIDE_MAX, quality: 85 },
  { side: 2560, quality: 80 },
  { side: 1600, quality: 75 },
  { side: 1024, quality: 70 },
  { side: 640, quality: 60 },
  { side: 320, quality: 50 },
];

/** Whether sharp can make pictures of that type. */
export function isDrawable(mime: string): mime is Target {
  return Object.hasOwn(FORMATS, mime);
}

/** @throws {Unconvertible} where it cannot be decoded to its end */
export async function inspect(path: string): Promise<PictureFacts> {
  return await attempt(async () => {
    const facts = await opened(path, false).metadata();
    await sharp(path, { limitInputPixels: PIXELS_MAX, failOn: "truncated" }).resize(16).raw()
      .timeout({ seconds: SECONDS_MAX }).toBuffer();
    const { width, height } = facts.autoOrient;
    return { width, height, moving: (facts.pages ?? 1) > 1 && facts.format !== "heif", tells: tells(facts) };
  });
}

/** The same picture, the right way up, with nothing beside it. @returns its type where it had to change */
export async function clean(path: string, to: string, mime: string): Promise<string> {
  return await attempt(async () => {
    const image = opened(path, /^image\/(gif|webp)$/.test(mime)).autoOrient().keepIccProfile();
    const made = isDrawable(mime) ? mime : "image/jpeg";
    await formatted(image, made, 92).toFile(to);
    return made;
  });
}

/** Whether it may be shown as a photo as it is. */
export function isPhotoSized(
  { width, height }: { readonly width: number; readonly height: number },
): boolean {
  return width + height <= SUM_MAX;
}

/** Whether it can be shown as a photo at all. */
export function isPhotoShaped(
  { width, height }: { readonly width: number; readonly height: number },
): boolean {
  return Math.max(width, height) <= RATIO_MAX * Math.min(width, height);
}

/** Makes it; smaller and smaller where it has to be. @throws {Unconvertible} */
export async function redraw(path: string, to: string, spec: PictureSpec): Promise<void> {
  const { to: mime, maxBytes = Infinity } = spec;
  if (!isDrawable(mime)) {
    throw new Unconvertible("Cannot draw the picture as its type must be known: it is not");
  }
  // What moves goes on moving, where that type can.
  const moving = mime === "image/webp" || mime === "image/gif";
  for (const { side, quality } of STEPS) {
    const image = sized(opened(path, moving).autoOrient(), spec, side);
    const { size } = await attempt(() => formatted(image, mime, quality).toFile(to));
    if (size <= maxBytes) return;
  }
  throw new Unconvertible(`Cannot draw the picture as it must have at most ${maxBytes} bytes: it has more`);
}

/** Frames, one after the other, as one moving picture. */
export function fromFrames(
  frames: Uint8Array,
  { side, count, delayMs }: { readonly side: number; readonly count: number; readonly delayMs: number },
): { webp(to: string): Promise<unknown> } {
  const raw = { width: side, height: side * count, channels: 4 as const, pageHeight: side };
  const image = sharp(frames, { raw, limitInputPixels: PIXELS_MAX });
  return {
    webp: (to) =>
      attempt(() => image.webp({ quality: 70, loop: 0, delay: Array(count).fill(delayMs) }).toFile(to)),
  };
}

function opened(path: string, animated: boolean): Sharp {
  return sharp(path, { animated, limitInputPixels: PIXELS_MAX, failOn: "none", sequentialRead: false })
    .timeout({ seconds: SECONDS_MAX });
}

function sized(image: Sharp, { sticker, square }: PictureSpec, side: number): Sharp {
  if (sticker) {
    const background = { r: 0, g: 0, b: 0, alpha: 0 };
    return image.resize(STICKER_SIDE, STICKER_SIDE, { fit: "contain", background });
  }
  if (square !== undefined) {
    return image.resize(Math.min(square, side), Math.min(square, side), { fit: "cover" });
  }
  return image.resize(side, side, { fit: "inside", withoutEnlargement: true });
}

function formatted(image: Sharp, mime: Target, quality: number): Sharp {
  switch (mime) {
    case "image/jpeg":
      return image.flatten({ background: "#fff" }).jpeg({ quality });
    case "image/png":
      // Fewer colours where it has to be smaller.
      return quality > 80 ? image.png() : image.png({ quality, palette: true });
    case "image/webp":
      return image.webp({ quality });
    case "image/gif":
      return image.gif({ effort: 4, interFrameMaxError: Math.round((100 - quality) / 4) });
  }
  return mime satisfies never;
}

function tells({ exif, xmp, iptc, orientation, comments, tifftagPhotoshop }: Metadata): boolean {
  const more = [exif, xmp, iptc, tifftagPhotoshop].some((part) => part !== undefined);
  return more || (orientation ?? 1) > 1 || (comments?.length ?? 0) > 0;
}

async function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof Unconvertible) throw cause;
    throw new Unconvertible("Cannot read the picture as it must be whole and of a sane size: it is not", {
      cause,
    });
  }
}
