/**
 * Where a picture or a film was taken, blanked in the file itself: for pictures that nobody here can decode (HEIC above
 * all), so that they cannot be drawn anew without it, and for films, which are not made anew where they need not be.
 */
import { Buffer } from "node:buffer";

/** How much of a file is searched: what is told about a picture stands near its beginning, or in a block of its own. */
const SEARCHED_BYTES = 64 * 1024 * 1024;
const GPS = 0x8825;
const ENTRY_BYTES = 12;
const ENTRIES_MAX = 1000;
/** Bytes of one value, by type. */
const SIZES: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 9: 4, 10: 8 };
const HEADERS = [Buffer.from("II*\0", "latin1"), Buffer.from("MM\0*", "latin1")];

/** Blanks all positions in the file at `path`. */
export async function blankPositions(path: string): Promise<void> {
  using file = await Deno.open(path, { read: true, write: true });
  const bytes = new Uint8Array(Math.min((await file.stat()).size, SEARCHED_BYTES));
  for (let at = 0; at < bytes.length;) {
    const read = await file.read(bytes.subarray(at));
    if (read === null) break;
    at += read;
  }
  for (const { start, end } of positionsIn(bytes)) {
    await file.seek(start, Deno.SeekMode.Start);
    for (let at = start; at < end;) at += await file.write(new Uint8Array(end - at));
  }
}

/** The stretches in which positions stand. */
export function positionsIn(bytes: Uint8Array): readonly { readonly start: number; readonly end: number }[] {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return HEADERS.flatMap((header) => {
    const found: { start: number; end: number }[] = [];
    for (let at = all.indexOf(header); at >= 0; at = all.indexOf(header, at + 1)) {
      // At the very beginning, or as Exif.
      if (at !== 0 && all.toString("latin1", Math.max(0, at - 6), at) !== "Exif\0\0") continue;
      found.push(
        ...gpsOf(new Tiff(bytes.subarray(at))).map(([start, end]) => ({ start: at + start, end: at + end })),
      );
    }
    return found;
  });
}

/** The entries of the position and the values that they point to. */
function gpsOf(tiff: Tiff): [number, number][] {
  const entries = tiff.entriesAt(tiff.u32(4)).find(({ tag }) => tag === GPS);
  if (entries === undefined) return [];
  return tiff.entriesAt(tiff.u32(entries.at + 8)).flatMap(({ at, bytes }): [number, number][] => {
    const value = tiff.u32(at + 8);
    const away: [number, number][] = bytes <= 4 ? [] : [[value, Math.min(value + bytes, tiff.length)]];
    return [[at, at + ENTRY_BYTES], ...away.filter(([start, end]) => start < end)];
  });
}

/** TIFF, as Exif is written. Reading over its end gives zeros. */
class Tiff {
  readonly #view: DataView;
  readonly #little: boolean;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#little = bytes[0] === 0x49;
  }

  get length(): number {
    return this.#view.byteLength;
  }

  u16(at: number): number {
    return at + 2 > this.length ? 0 : this.#view.getUint16(at, this.#little);
  }

  u32(at: number): number {
    return at + 4 > this.length ? 0 : this.#view.getUint32(at, this.#little);
  }

  entriesAt(offset: number): { readonly tag: number; readonly at: number; readonly bytes: number }[] {
    const count = Math.min(this.u16(offset), ENTRIES_MAX);
    return Array.from({ length: count }, (_, index) => {
      const at = offset + 2 + index * ENTRY_BYTES;
      return { tag: this.u16(at), at, bytes: (SIZES[this.u16(at + 2)] ?? 1) * this.u32(at + 4) };
    }).filter(({ at }) => at + ENTRY_BYTES <= this.length);
  }
}

/** ISO 6709, as telephones write it into films: "+51.5007-000.1246/", the height behind it. */
const PLACE = /[+-]\d{2}\.\d{2,8}[+-]\d{3}\.\d{2,8}(?:[+-]\d{1,5}(?:\.\d{1,4})?)?\//g;
/** No place is longer. */
const PLACE_BYTES = 48;

/** A film with zeros for the digits of places. No other byte changes. */
export async function* withoutPlaces(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let kept = Buffer.alloc(0);
  for await (const piece of body) {
    const bytes = Buffer.concat([kept, piece]);
    for (const { 0: place, index } of bytes.toString("latin1").matchAll(PLACE)) {
      bytes.write(place.replaceAll(/\d/g, "0"), index, "latin1");
    }
    // A place may go on in the next piece.
    const end = Math.max(0, bytes.length - PLACE_BYTES);
    if (end > 0) yield bytes.subarray(0, end);
    kept = bytes.subarray(end);
  }
  if (kept.length > 0) yield kept;
}
