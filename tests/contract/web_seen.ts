/** What somebody in the browser sees of a message: as the page shows it, from what REST answers. */
import { z } from "zod";
import { MediaKind, type RichText, Span } from "../../actors/model/mod.ts";
import en from "../../static/locales/en.json" with { type: "json" };
import type { FileSeen, MessageSeen } from "./conformance_driver.ts";

const Shown = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text") }),
  z.object({ type: z.literal("other"), what: z.string() }),
  z.object({
    type: z.literal("media"),
    kind: MediaKind,
    album: z.string().optional(),
    durationMs: z.number().optional(),
    waveform: z.array(z.number()).optional(),
  }),
  z.object({
    type: z.literal("poll"),
    question: z.string(),
    options: z.array(z.string()),
    multiple: z.boolean(),
    closed: z.boolean(),
    votes: z.array(z.object({ options: z.array(z.number()) })),
  }),
  z.object({
    type: z.literal("location"),
    latitude: z.number(),
    longitude: z.number(),
    label: z.string().optional(),
    address: z.string().optional(),
    live: z.enum(["started", "ended"]).optional(),
  }),
  z.object({
    type: z.literal("contact"),
    name: z.string(),
    phones: z.array(z.string()).optional(),
    withheld: z.boolean().optional(),
  }),
]);
type Shown = z.infer<typeof Shown>;

/** A message as REST answers it. */
export const WebMessage = z.object({
  id: z.string(),
  author: z.object({ memberId: z.string(), name: z.string(), messenger: z.string() }),
  content: Shown,
  text: z.string(),
  spans: z.array(Span),
  replyTo: z.string().nullable(),
  reactions: z.array(z.object({ emoji: z.string() })),
  edited: z.boolean(),
  deleted: z.boolean(),
  notice: z.boolean().optional(),
});
export type WebMessage = z.infer<typeof WebMessage>;

/** Who looks, and the file of the message as it arrived in their browser. */
export interface Looking {
  readonly me: string;
  readonly name: string;
  readonly file: Pick<FileSeen, "mime" | "body" | "name"> | null;
}

/** `message` as it stands on the page, with what the page asks of whoever sent a card. */
export function messagesSeen(message: WebMessage, looking: Looking): MessageSeen[] {
  const { id, content, author, deleted } = message;
  const seen: MessageSeen = {
    id,
    ours: author.messenger !== "web" || message.notice === true,
    text: textOf(message),
    replyTo: message.replyTo,
    reactions: message.reactions.map(({ emoji }) => emoji),
    edited: message.edited,
    deleted,
    mentions: message.spans.some(({ type, member }) => type === "mention" && member === looking.me)
      ? [looking.name]
      : [],
    ...(deleted ? {} : heldBy(content, looking)),
  };
  if (content.type !== "contact" || content.withheld !== true || author.memberId !== looking.me) {
    return [seen];
  }
  return [seen, {
    ...seen,
    id: `${id} share`,
    ours: true,
    text: words(`${en["chat.card-withheld"]} /share`),
  }];
}

function words(text: string): RichText {
  return { text, spans: [] };
}

/** Above what others said stands who they are, and where. */
function textOf({ author, content, text, spans, deleted }: WebMessage): RichText {
  const label = Object.entries(en).find(([key]) => key === `messenger.${author.messenger}`)?.[1] ?? "";
  const head = author.messenger === "web" ? "" : `${author.name} (${label})\n`;
  if (deleted) return words(`${head}${en["chat.deleted"]}`);
  if (content.type === "text" || content.type === "media") {
    const moved = spans.map((span) => ({ ...span, start: span.start + head.length }));
    return { text: head + text, spans: moved };
  }
  return words(head + [...kindOf(content), text].join("\n"));
}

const LIVE = { started: "content.live-started", ended: "content.live-ended" } as const;

/** What the page says besides the words. */
function kindOf(content: Shown): string[] {
  switch (content.type) {
    case "other":
      return [content.what];
    case "poll": {
      const counts = content.options.map((option, at) =>
        `${option}: ${content.votes.filter(({ options }) => options.includes(at)).length}`
      );
      return [en[content.closed ? "chat.poll-closed" : "chat.poll-one"], ...counts];
    }
    case "location":
      return [
        en[content.live === undefined ? "content.location" : LIVE[content.live]],
        ...(content.address === undefined ? [] : [content.address]),
      ];
    case "contact":
      return content.phones ?? [];
    case "text":
    case "media":
      return [];
    default:
      return content satisfies never;
  }
}

function heldBy(content: Shown, { file }: Looking): Partial<MessageSeen> {
  switch (content.type) {
    case "media": {
      const { kind, album, durationMs, waveform } = content;
      if (file === null) return {};
      const more = durationMs === undefined ? {} : { durationMs };
      return {
        file: { ...file, kind, waveform: waveform !== undefined, ...more },
        ...(album === undefined ? {} : { album }),
      };
    }
    case "poll": {
      const { question, options, multiple, closed } = content;
      return { poll: { question, options, multiple, closed } };
    }
    case "location": {
      const { latitude, longitude, label } = content;
      return { location: { latitude, longitude, ...(label === undefined ? {} : { label }) } };
    }
    case "contact": {
      const [phone = ""] = content.phones ?? [];
      return { contact: { name: content.name, phone } };
    }
    case "text":
    case "other":
      return {};
    default:
      return content satisfies never;
  }
}
