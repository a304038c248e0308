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

/** How many steps a waveform has. */
export const WAVEFORM_STEPS = 64;

/** Where media can be read: at the messenger that it came from while it keeps it, or in the media store. */
export const MediaRef = z.object({
  native: NativeId,
  mime: z.string().max(255),
  bytes: z.number().int().nonnegative().nullable(),
  name: z.string().max(255).optional(),
  /** Of sound and film. */
  durationMs: z.number().nonnegative().optional(),
  /** Of a voice note: 64 steps of loudness, each 0 to 100. */
  waveform: z.array(z.number().int().min(0).max(100)).length(WAVEFORM_STEPS).optional(),
  /** Of a sticker: the emoji that it stands for. */
  emoji: z.string().max(32).optional(),
});
export type MediaRef = z.infer<typeof MediaRef>;

export const Content = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), body: RichText }),
  z.object({
    type: z.literal("media"),
    kind: MediaKind,
    media: MediaRef,
    caption: RichText,
    /** The same for all files that were sent as one album. */
    album: z.string().max(200).optional(),
  }),
  z.object({
    type: z.literal("location"),
    /** Degrees. */
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
    /** Of a venue. */
    label: z.string().optional(),
    address: z.string().optional(),
    /** A place that moves: told when it begins and when it ends. */
    live: z.enum(["started", "ended"]).optional(),
  }),
  z.object({
    type: z.literal("contact"),
    name: z.string(),
    /** Never crosses before whoever sent the card has said so. */
    phones: z.array(z.string().max(40)).max(10).optional(),
  }),
  z.object({
    type: z.literal("poll"),
    question: z.string(),
    options: z.array(z.string()),
    /** More than one option may be chosen. */
    multiple: z.boolean().optional(),
  }),
  /** A kind that has no model yet: `what` names it in plain words, `body` is what text there is. */
  z.object({ type: z.literal("other"), what: z.string(), body: RichText }),
]);
export type Content = z.infer<typeof Content>;

/** A text message. */
export function textContent(body: RichText): Content {
  return { type: "text", body };
}
