/** Names of files as events carry them. Pure. */
import { z } from "zod";
import { ChatId, NativeId } from "../../actors/model/mod.ts";

const File = z.discriminatedUnion("t", [
  z.strictObject({ t: z.literal("a"), id: z.string(), mime: z.string(), bytes: z.number().nullable() }),
  z.strictObject({ t: z.literal("s"), packId: z.string(), stickerId: z.number(), at: z.number() }),
  z.strictObject({ t: z.literal("g"), chat: ChatId, sum: z.string() }),
]);
/** A file: an attachment that signal-cli has downloaded, a sticker of a pack, or the picture of a group. */
export type File = z.infer<typeof File>;

/** The id of an attachment. `bytes`: how long it has to be, by the word of whoever sent it. */
export function attachmentId(file: Omit<Extract<File, { t: "a" }>, "t">): NativeId {
  return NativeId.parse(JSON.stringify({ t: "a", ...file }));
}

/** The id of a group's picture. `sum`: which of those that it had. */
export function iconId(file: Omit<Extract<File, { t: "g" }>, "t">): NativeId {
  return NativeId.parse(JSON.stringify({ t: "g", ...file }));
}

/** The id of a sticker that somebody sent at a time, ms since 1970. */
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
