/** How an adapter's values, and plans of many of them, are written. */
import { z } from "zod";

/** First byte of a row: the sealed value itself, or where its chunks are. */
export const WHOLE = 0;
/** See `WHOLE`. */
export const CHUNKED = 1;

/** Sealed values by name; null is to be deleted. */
export type Sealed = readonly (readonly [name: string, bytes: Uint8Array | null])[];

/** The chunks that a value lies in. */
const Chunks = z.object({ generation: z.string(), count: z.number().int().positive() });
export type Chunks = Readonly<z.infer<typeof Chunks>>;

const Mark = z.object({ v: z.literal(1), count: z.number().int().positive() });
const Plan = z.array(z.tuple([z.string(), z.string().nullable()]));

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A row: what it is, then its bytes. */
export function tagged(tag: number, bytes: Uint8Array): Uint8Array {
  const row = new Uint8Array(bytes.length + 1);
  row[0] = tag;
  row.set(bytes, 1);
  return row;
}

/** The row of a value that lies in chunks. */
export function headerOf(chunks: Chunks): Uint8Array {
  return tagged(CHUNKED, encoder.encode(JSON.stringify(chunks)));
}

/**
 * Where the chunks of such a row are.
 * @throws {RangeError} where it says nothing of chunks; without a word of what stands there
 */
export function chunksOf(row: Uint8Array): Chunks {
  try {
    if (row[0] === CHUNKED) return Chunks.parse(JSON.parse(decoder.decode(row.subarray(1))));
  } catch {
    // What a parser says of it would quote it.
  }
  throw new RangeError("Cannot read a session value as it must be sealed: it is not, or was changed");
}

/** One after the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A plan: which values to write. */
export function encodePlan(entries: Sealed): Uint8Array {
  return encoder.encode(JSON.stringify(entries.map(([name, bytes]) => [name, bytes?.toBase64() ?? null])));
}

/** A plan that was read. */
export function decodePlan(plan: Uint8Array): Sealed {
  const entries = Plan.parse(JSON.parse(decoder.decode(plan)));
  return entries.map(([name, text]) => [name, text === null ? null : Uint8Array.fromBase64(text)] as const);
}

/** That a plan of so many parts is decided. */
export function planMark(count: number): Uint8Array {
  return encoder.encode(JSON.stringify({ v: 1, count }));
}

/** How many parts a decided plan has. */
export function planParts(mark: Uint8Array): number {
  return Mark.parse(JSON.parse(decoder.decode(mark))).count;
}
