/** The ladder: as it is, converted, smaller, as a lesser kind; the first that the target takes. */
import type { MediaKind, MediaLimits, MediaTable } from "../../actors/model/mod.ts";
import { bareMime, takesMime } from "../shared/mimes.ts";
import { extensionFor, type Spec } from "./convert.ts";
import type { Entry, Named } from "./entry.ts";
import { isPhotoShaped, isPhotoSized } from "./pictures.ts";

/** Makes something of a file; null where it cannot be made. */
export interface Maker {
  derive(from: Named, spec: Spec): Promise<Named | null>;
  /** With a waveform, where one can be had. */
  voiced(from: Named): Promise<Named>;
}

/** A file, and what it is sent as. */
export interface Rung {
  readonly kind: MediaKind;
  readonly file: Named;
}

/** What a kind is sent as, the best first. */
const WAYS: Readonly<Record<MediaKind, readonly MediaKind[]>> = {
  photo: ["photo", "document"],
  video: ["video", "document"],
  gif: ["gif", "video", "document"],
  voice: ["voice", "audio", "document"],
  audio: ["audio", "document"],
  document: ["document"],
  sticker: ["sticker", "photo", "document"],
  "video-note": ["video-note", "video", "document"],
};
const MOVING_STICKER: readonly MediaKind[] = ["sticker", "gif", "video", "photo", "document"];

/** The first that holds; null where none does. */
export async function climb(file: Named, table: MediaTable, maker: Maker): Promise<Rung | null> {
  for (const kind of waysOf(file.entry)) {
    const limits = table[kind];
    if (limits === undefined || limits.support === "none") continue;
    if (limits.still === true && moves(file.entry)) continue;
    const fitting = await fitAs(kind, { file, limits, maker });
    if (fitting === null) continue;
    const voiced = limits.waveform === true && fitting.entry.waveform === undefined;
    return { kind, file: voiced ? await maker.voiced(fitting) : fitting };
  }
  return null;
}

function waysOf(entry: Entry): readonly MediaKind[] {
  return entry.kind === "sticker" && moves(entry) ? MOVING_STICKER : WAYS[entry.kind];
}

function moves({ mime, moving }: Entry): boolean {
  return moving === true || !mime.startsWith("image/");
}

interface Try {
  readonly file: Named;
  readonly limits: MediaLimits;
  readonly maker: Maker;
}

async function fitAs(kind: MediaKind, { file, limits, maker }: Try): Promise<Named | null> {
  const { entry } = file;
  const { maxBytes } = limits;
  if (isTooLong(entry, limits) || !isShaped(kind, entry)) return null;
  const asItIs = takesMime(limits.mimes, entry.mime) && isSized(kind, entry);
  if (asItIs && entry.bytes <= maxBytes) return file;
  if (kind === "document") return null;
  const to = targetOf(entry, limits);
  if (to === null) return null;
  // One that is right but for its size is made smaller at once.
  const converted = asItIs ? null : await maker.derive(file, { kind, to });
  if (converted !== null && converted.entry.bytes <= maxBytes) return converted;
  if (!asItIs && converted === null) return null;
  return await maker.derive(file, { kind, to, maxBytes });
}

/** The first type of the target that can be made of it. */
function targetOf(entry: Entry, { mimes }: MediaLimits): string | null {
  return mimes.map(bareMime).find((mime) => extensionFor(entry, mime) !== null) ?? null;
}

function isTooLong({ durationMs = 0 }: Entry, { maxMs = Infinity }: MediaLimits): boolean {
  return durationMs > maxMs;
}

function isSized(kind: MediaKind, { width = 0, height = 0 }: Entry): boolean {
  return kind !== "photo" || isPhotoSized({ width, height });
}

function isShaped(kind: MediaKind, { width = 1, height = 1 }: Entry): boolean {
  return kind !== "photo" || isPhotoShaped({ width, height });
}
