/** What a message holds, as JSON: everything but the words, and nothing by which a messenger names it. */
import { z } from "@hono/zod-openapi";
import { type Content, MediaKind, type MessageView, type RichText } from "../actors/model/mod.ts";

const MediaJson = z.object({
  type: z.literal("media"),
  kind: MediaKind,
  mime: z.string().openapi({ description: "As it was sent; `…/file` may answer a form that browsers show" }),
  bytes: z.number().nullable(),
  name: z.string().optional(),
  durationMs: z.number().optional(),
  waveform: z.array(z.number()).optional(),
  emoji: z.string().optional(),
  album: z.string().optional().openapi({ description: "The same for all files of one album" }),
});

const PollJson = z.object({
  type: z.literal("poll"),
  question: z.string(),
  options: z.array(z.string()),
  multiple: z.boolean(),
  closed: z.boolean(),
  votes: z.array(z.object({ memberId: z.string(), options: z.array(z.number().int()) })),
});

const LocationJson = z.object({
  type: z.literal("location"),
  latitude: z.number(),
  longitude: z.number(),
  label: z.string().optional(),
  address: z.string().optional(),
  live: z.enum(["started", "ended"]).optional(),
});

const ContactJson = z.object({
  type: z.literal("contact"),
  name: z.string(),
  phones: z.array(z.string()).optional().openapi({ description: "Absent until its sender lets them cross" }),
  withheld: z.literal(true).optional().openapi({
    description: "There are numbers: its sender lets them cross by answering /share to it",
  }),
});

const OtherJson = z.object({ type: z.literal("other"), what: z.string() });

/** What a message holds. */
export const ContentJson = z.union([
  z.object({ type: z.literal("text") }),
  MediaJson,
  PollJson,
  LocationJson,
  ContactJson,
  OtherJson,
]).openapi("Content");

/** The content of `view`; of a deleted message nothing. */
export function contentJson(
  { content, deleted, votes = {}, closed = false, withholds }: MessageView,
): z.infer<
  typeof ContentJson
> {
  if (deleted) return { type: "text" };
  switch (content.type) {
    case "text":
      return { type: content.type };
    case "media":
      return mediaJson(content);
    case "poll": {
      const all = Object.entries(votes).map(([memberId, options]) => ({ memberId, options }));
      const { type, question, options, multiple = false } = content;
      return { type, question, options, multiple, closed, votes: all };
    }
    case "location":
      return { ...content };
    case "contact":
      return withholds === undefined ? { ...content } : { ...content, withheld: withholds };
    case "other":
      return { type: content.type, what: content.what };
    default:
      return content satisfies never;
  }
}

function mediaJson({ type, kind, media, album }: Content & { type: "media" }): z.infer<typeof MediaJson> {
  const { native: _native, ...shown } = media;
  return { type, kind, ...shown, ...(album === undefined ? {} : { album }) };
}

/** Its text, its caption, or what it is in words. */
export function wordsOf(content: Content): RichText {
  switch (content.type) {
    case "text":
    case "other":
      return content.body;
    case "media":
      return content.caption;
    case "location":
      return { text: content.label ?? `${content.latitude}, ${content.longitude}`, spans: [] };
    case "contact":
      return { text: content.name, spans: [] };
    case "poll":
      return { text: [content.question, ...content.options].join("\n"), spans: [] };
    default:
      return content satisfies never;
  }
}
