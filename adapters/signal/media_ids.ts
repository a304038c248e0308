/** Names of files as events carry them. Pure. */
import { z } from "zod";
import { NativeId } from "../../actors/model/mod.ts";

const File = z.discriminatedUnion("t", [
  z.strictObject({ t: z.literal("a"), id: z.string(), mime: z.string(), bytes: z.number().nullable() }),
  z.strictObject({ t: z.literal("s"), packId: z.string(), stickerId: z.number() }),
]);
/** A file: an attachment that signal-cli has downloaded, or a sticker of a pack. */
export type File = z.infer<typeof File>;

/** The id of an attachment. `bytes`: how long it has to be, by the word of whoever sent it. */
export function attachmentId(file: Omit<Extract<File, { t: "a" }>, "t">): NativeId {
  return NativeId.parse(JSON.stringify({ t: "a", ...file }));
}

/** The id of a sticker. */
export function stickerId(file: Omit<Extract<File, { t: "s" }>, "t">): NativeId {
  return NativeId.parse(JSON.stringify({ t: "s", ...file }));
}

/** The file that an id means, or null where it is none of ours. */
export function parseFileId(id: NativeId): File | null {
  try {
    return File.parse(JSON.parse(id));
  } catch {
    return null;
  }
}
