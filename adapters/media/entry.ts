/** What is known of a file that is kept. */
import { z } from "zod";
import { MediaKind, type MediaRef, NativeId, WAVEFORM_STEPS } from "../../actors/model/mod.ts";

/** A row of the vault. Its name is the `native` of the file. */
export const Entry = z.object({
  v: z.literal(1),
  content: z.string(),
  bytes: z.number().int().positive(),
  kind: MediaKind,
  mime: z.string(),
  extension: z.string(),
  name: z.string(),
  durationMs: z.number().nonnegative().optional(),
  waveform: z.array(z.number()).length(WAVEFORM_STEPS).optional(),
  emoji: z.string().optional(),
  /** Of pictures, in pixels as they are shown. */
  width: z.number().int().optional(),
  height: z.number().int().optional(),
  /** It is a picture that moves. */
  moving: z.boolean().optional(),
  /** No program here could make sense of it. */
  broken: z.boolean().optional(),
  /** Milliseconds since 1970. */
  expiresAt: z.number(),
});
export type Entry = z.infer<typeof Entry>;

/** An entry and how it is called. */
export interface Named {
  readonly native: NativeId;
  readonly entry: Entry;
}

/** What the core is told of it. */
export function refOf({ native, entry }: Named): MediaRef {
  const { mime, bytes, name, durationMs, waveform, emoji } = entry;
  return {
    native,
    mime,
    bytes,
    name,
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(waveform === undefined ? {} : { waveform }),
    ...(emoji === undefined ? {} : { emoji }),
  };
}

const OURS = /^f_[A-Za-z0-9_-]{22}$/;

/** Whether it can be one of our own names. */
export function isOurs(native: string): native is NativeId {
  return OURS.test(native);
}

/** How the row called `name` is known outside. */
export function nativeOf(name: string): NativeId {
  return NativeId.parse(`f_${name}`);
}
