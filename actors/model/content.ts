/** What a message can hold. A messenger that cannot carry a kind gets it lowered by `render/`. */
import { z } from "zod";
import { NativeId } from "./ids.ts";
import { RichText } from "./text.ts";

export const MediaKind = z.enum([
  "photo",
  "video",
  "gif",
  "voice",
  "audio",
  "document",
  "sticker",
  "video-note",
]);
export type MediaKind = z.infer<typeof MediaKind>;

/** Where media can be read: at the messenger that it came from, while it keeps it. */
export const MediaRef = z.object({
  native: NativeId,
  mime: z.string().max(255),
  bytes: z.number().int().nonnegative().nullable(),
  name: z.string().max(255).optional(),
});
export type MediaRef = z.infer<typeof MediaRef>;

export const Content = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), body: RichText }),
  z.object({ type: z.literal("media"), kind: MediaKind, media: MediaRef, caption: RichText }),
  z.object({
    type: z.literal("location"),
    latitude: z.number(),
    longitude: z.number(),
    label: z.string().optional(),
  }),
  z.object({ type: z.literal("contact"), name: z.string() }),
  z.object({ type: z.literal("poll"), question: z.string(), options: z.array(z.string()) }),
  /** A kind that has no model yet: `what` names it in plain words, `body` is what text there is. */
  z.object({ type: z.literal("other"), what: z.string(), body: RichText }),
]);
export type Content = z.infer<typeof Content>;

/** A text message. */
export function textContent(body: RichText): Content {
  return { type: "text", body };
}
