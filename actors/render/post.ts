/** New messages: each kind natively where the messenger has it, else in words. */
import {
  type Capabilities,
  joinText,
  type MediaKind,
  type MediaRef,
  type NativeId,
  type NativeOp,
  type Op,
  plain,
  type RichText,
} from "../model/mod.ts";
import type { LowerContext, Part } from "./context.ts";
import { lengthOf, oneLine, shorten } from "./cut.ts";
import { pollLines } from "./describe.ts";
import { EXCERPT_MAX } from "./excerpt.ts";
import { lowerMirror, pollOf } from "./poll.ts";
import { quoteOf } from "./quote.ts";
import { type Heads, split } from "./split.ts";
import { bodiesOf, carriedHere, headFor, posts, replyTarget, wordsFor } from "./words.ts";

/** Of a place or a card, what a line has room for, in UTF-16 code units. */
const NAME_MAX = 200;

type Post = Extract<Op, { type: "post" }>;
type Said = Extract<Op, { type: "post" | "edit" }>;

/** A file as this bridge takes it. */
export interface File {
  readonly kind: MediaKind;
  readonly media: MediaRef;
  readonly caption: RichText;
}

/** What stands above a message, and what it answers. */
export interface Opening {
  readonly first: RichText;
  readonly next: RichText;
  readonly replyTo: NativeId | undefined;
}

/** The parts of a new message. */
export function lowerPost(op: Post, context: LowerContext): Part[] {
  if (op.mirror === true) return lowerMirror(op, context);
  const opening = openingOf(op, context);
  const parts = nativeParts(op, opening, context) ??
    posts(bodiesOf(op, context, opening), opening.replyTo);
  const [first, ...rest] = parts;
  if (first === undefined || opening.replyTo === undefined) return parts;
  return [quoting(first, op.replyTo?.excerpt ?? ""), ...rest];
}

/** The head of a message, with a quote where the messenger cannot point at what it answers. */
export function openingOf(op: Said, context: LowerContext): Opening {
  const next = headFor(op, context);
  const replyTo = op.replyTo && replyTarget(op.replyTo.message, context);
  const first = op.replyTo && replyTo === undefined ? joinText(next, quoteOf(op.replyTo)) : next;
  return { first, next, replyTo };
}

/** With a line of what is replied to, for messengers that want to be told. */
function quoting(part: Part, excerpt: string): Part {
  const { op } = part;
  if (excerpt === "") return part;
  if (op.type === "post" || op.type === "media") return { ...part, op: { ...op, quoting: excerpt } };
  return part;
}

function nativeParts(op: Post, opening: Opening, context: LowerContext): Part[] | null {
  const { content } = op;
  if (context.refused) return null;
  switch (content.type) {
    case "media":
      return fileParts(op, opening, context);
    case "location":
      if (context.capabilities.location === "none" || content.live === "ended") return null;
      return [...above(placeWords(content, context), opening, context), { op: place(content), names: true }];
    case "contact":
      if (context.capabilities.contact === "none" || !content.phones?.length) return null;
      return [
        ...above(plain(""), opening, context),
        { op: card(content.name, content.phones, context), names: true },
      ];
    case "poll":
      return pollParts(content, opening, context);
    default:
      return null;
  }
}

/** Messages of their own above what has no room for words: the head, and `words` where there are any. */
function above(words: RichText, opening: Opening, { capabilities }: LowerContext): Part[] {
  return posts(aboveBodies(words, opening, capabilities), opening.replyTo);
}

/** The same as texts. */
export function aboveBodies(words: RichText, heads: Heads, { text: { max } }: Capabilities): RichText[] {
  if (words.text.trim() !== "") return split(words, max, heads);
  return [{ text: heads.first.text.trimEnd(), spans: heads.first.spans }];
}

/** A place alone does not show that it moves. */
function placeWords(
  { live }: Extract<Post["content"], { type: "location" }>,
  context: LowerContext,
): RichText {
  return plain(live === undefined ? "" : `📍 ${context.text(`content.live-${live}`)}`);
}

function place(
  { latitude, longitude, label = "", address = "" }: Extract<Post["content"], { type: "location" }>,
): NativeOp {
  const [name, where] = [label, address].map((one) => shorten(oneLine(one), NAME_MAX));
  return {
    type: "location",
    latitude,
    longitude,
    ...(name ? { label: name } : {}),
    ...(where ? { address: where } : {}),
  };
}

function card(name: string, phones: readonly string[], { text }: LowerContext): NativeOp {
  const shown = shorten(oneLine(name), NAME_MAX);
  return { type: "contact", name: shown === "" ? text("content.contact") : shown, phones: [...phones] };
}

function pollParts(
  content: Extract<Post["content"], { type: "poll" }>,
  opening: Opening,
  context: LowerContext,
): Part[] | null {
  const poll = pollOf(content, context);
  if (poll === null) return null;
  const words = plain(poll.cut ? pollLines(content) : "");
  return [...above(words, opening, context), { op: poll.op, names: true }];
}

function fileParts(op: Post, opening: Opening, context: LowerContext): Part[] | null {
  const file = fileOf(op, context);
  if (file === null) return null;
  const { kind, media } = file;
  const captioned = captionOf(op, opening.first, context, kind);
  if (captioned !== null) {
    const native: NativeOp = { type: "media", kind, media, caption: captioned };
    const { replyTo } = opening;
    return [{ op: replyTo === undefined ? native : { ...native, replyTo }, names: true }];
  }
  const bare: NativeOp = { type: "media", kind, media, caption: plain("") };
  return [...above(captionWords(op, context), opening, context), { op: bare, names: true }];
}

/** The file of `op` as this bridge takes it; null where it does not. */
export function fileOf({ content }: Said, context: LowerContext): Omit<File, "caption"> | null {
  if (content.type !== "media") return null;
  const fitted = context.fitted(content.media);
  return fitted?.form === "file" ? { kind: fitted.kind, media: fitted.media } : null;
}

/** The words under a file with their head; null where there is no room for them. */
export function captionOf(
  op: Said,
  head: RichText,
  context: LowerContext,
  kind: MediaKind,
): RichText | null {
  const { media, caption, text } = context.capabilities;
  const words = captionWords(op, context);
  const whole = words.text.trim() === ""
    ? { text: head.text.trimEnd(), spans: head.spans }
    : joinText(head, words);
  if (whole.text === "") return whole;
  const limit = caption ?? text.max;
  const fits = media[kind]?.caption === true && lengthOf(whole.text, limit.unit) <= limit.count;
  return fits ? whole : null;
}

/** The caption with the tally below it. */
export function captionWords(op: Said, context: LowerContext): RichText {
  if (op.content.type !== "media") return plain("");
  const { caption } = op.content;
  const asText = { ...op, content: { type: "text", body: caption } } as const;
  return caption.text.trim() === "" && !(op.type === "edit" && op.tally !== undefined)
    ? carriedHere(caption, op.pings ?? [], context)
    : wordsFor(asText, context);
}

/** Of an excerpt, what a line has room for. */
export function quoted(excerpt: string): string {
  return shorten(oneLine(excerpt), EXCERPT_MAX);
}
