/** New messages: each kind natively where the messenger has it, else in words. Also edits of what is there. */
import {
  joinText,
  type MediaKind,
  type MediaRef,
  type MessageId,
  type NativeId,
  type NativeOp,
  type Op,
  plain,
  type RichText,
} from "../model/mod.ts";
import { headOf } from "./attribute.ts";
import type { LowerContext, Part } from "./context.ts";
import { lengthOf, oneLine, shorten } from "./cut.ts";
import { EXCERPT_MAX } from "./excerpt.ts";
import { lowerShared } from "./merged.ts";
import { lowerMirror, pollOf } from "./poll.ts";
import { quoteOf } from "./quote.ts";
import { type Heads, split } from "./split.ts";
import {
  bodiesOf,
  carriedHere,
  editable,
  headFor,
  postOp,
  posts,
  replyTarget,
  silent,
  wordsFor,
} from "./words.ts";

type Post = Extract<Op, { type: "post" }>;
type Edit = Extract<Op, { type: "edit" }>;
type Said = Post | Edit;

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
export function openingOf(op: Post, context: LowerContext): Opening {
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
      return under(opening, place(content));
    case "contact":
      if (context.capabilities.contact === "none" || !content.phones?.length) return null;
      return under(opening, { type: "contact", name: content.name, phones: content.phones });
    case "poll": {
      const poll = pollOf(content, context);
      return poll === null ? null : under(opening, poll);
    }
    default:
      return null;
  }
}

/** A head of its own, and below it what has no room for words. */
function under({ first, replyTo }: Opening, op: NativeOp): Part[] {
  const head = { text: first.text.trimEnd(), spans: first.spans };
  return [...posts([head], replyTo), { op, names: true }];
}

function place(
  { latitude, longitude, label, address }: Extract<Post["content"], { type: "location" }>,
): NativeOp {
  return {
    type: "location",
    latitude,
    longitude,
    ...(label === undefined ? {} : { label }),
    ...(address === undefined ? {} : { address }),
  };
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
  const bodies = op.content.type === "media" && op.content.caption.text.trim() === ""
    ? [{ text: opening.first.text.trimEnd(), spans: opening.first.spans }]
    : split(captionWords(op, context), context.capabilities.text.max, opening);
  const bare: NativeOp = { type: "media", kind, media, caption: plain("") };
  return [...posts(bodies, opening.replyTo), { op: bare, names: true }];
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
  if (media[kind]?.caption !== true) return null;
  const limit = caption ?? text.max;
  const words = captionWords(op, context);
  const whole = words.text.trim() === ""
    ? { text: head.text.trimEnd(), spans: head.spans }
    : joinText(head, words);
  return lengthOf(whole.text, limit.unit) <= limit.count ? whole : null;
}

/** The caption with the tally below it. */
function captionWords(op: Said, context: LowerContext): RichText {
  if (op.content.type !== "media") return plain("");
  const { caption } = op.content;
  const asText = { ...op, content: { type: "text", body: caption } } as const;
  return caption.text.trim() === "" && !(op.type === "edit" && op.tally !== undefined)
    ? carriedHere(caption, op.pings ?? [], context)
    : wordsFor(asText, context);
}

/** The parts that are there are edited; what is more is added, what is left over goes. */
export function lowerEdit(op: Edit, context: LowerContext): Part[] {
  const { capabilities } = context;
  const natives = editable(op.message, capabilities.edit, context);
  const [shared] = natives;
  if (shared === undefined) return lowerEditInWords(op, context);
  if (context.shared(op.message) !== null) {
    // Who reacted to one of several texts in a message is shown by the reaction alone.
    if (op.quiet === true) return [];
    return sharedParts(op.message, shared, context) ?? lowerEditInWords(op, context);
  }
  if (op.content.type === "media") return editCaption(op, natives, context);
  // What is not text cannot be changed natively: only a place that moves ever says something new.
  if (op.content.type !== "text" && op.content.type !== "other") return lowerEditInWords(op, context);
  const head = headFor(op, context);
  const heads = { first: head, next: head };
  if (op.quiet === true) return editQuietly(op, natives, heads, context);
  const bodies = bodiesOf(op, context, heads);
  const replyTo = replyTarget(op.message, context);
  const edited = natives.slice(0, bodies.length).map((target, index) =>
    silent({ type: "edit", target, text: bodies[index] ?? plain("") })
  );
  const added = bodies.slice(natives.length).map((body) => ({ op: postOp(body, replyTo), names: true }));
  const deletable = editable(op.message, capabilities.delete, context).length > 0;
  const surplus = natives.slice(bodies.length).map((target) =>
    silent(deletable ? { type: "delete", target } : { type: "edit", target, text: plain("…") })
  );
  return [...edited, ...added, ...surplus];
}

/** A tally makes no new message: where there is no room for it, there is none. What stands above it stays. */
function editQuietly(op: Edit, natives: readonly NativeId[], heads: Heads, context: LowerContext): Part[] {
  const bare = bodiesOf({ ...op, tally: undefined }, context, heads);
  const full = bodiesOf(op, context, heads);
  if (bare.length !== natives.length) return [];
  const bodies = full.length === bare.length ? full : bare;
  return natives.flatMap((target, at) => {
    const text = bodies[at] ?? plain("");
    const same = at < natives.length - 1 && JSON.stringify(text) === JSON.stringify(bare[at]);
    return same ? [] : [silent({ type: "edit", target, text })];
  });
}

function editCaption(op: Edit, natives: readonly NativeId[], context: LowerContext): Part[] {
  const file = fileOf(op, context);
  const [target] = natives;
  // One native message: the words stand under the file. More: they stand above it, or it went in words.
  const under = file !== null && natives.length === 1;
  const captions = context.capabilities.edit.captions ?? "none";
  if (target === undefined || (under && captions === "none")) return lowerEditInWords(op, context);
  const head = headFor(op, context);
  if (under) {
    const text = captionOf(op, head, context, file.kind);
    return text === null ? lowerEditInWords(op, context) : [
      silent({ type: "edit", target, text, caption: true }),
    ];
  }
  const words = file === null ? bodiesOf(op, context, { first: head, next: head }) : split(
    captionWords(op, context),
    context.capabilities.text.max,
    { first: head, next: head },
  );
  const [text] = words;
  return text === undefined || words.length > 1
    ? lowerEditInWords(op, context)
    : [silent({ type: "edit", target, text })];
}

function lowerEditInWords(op: Edit, context: LowerContext): Part[] {
  if (op.quiet === true) return [];
  const { tally: _tally, ...said } = op;
  const { capabilities, text } = context;
  const ended = op.content.type === "location" && op.content.live === "ended";
  const after = ended ? "" : ` (${text("post.edited")})`;
  const before = ended ? "" : "✏️ ";
  const head = headOf(op.author, capabilities.text.spans, { text, before, after });
  const words = op.content.type === "media"
    ? { ...said, content: { type: "text", body: op.content.caption } as const }
    : said;
  return posts(bodiesOf(words, context, { first: head, next: head }), replyTarget(op.message, context));
}

/** The parts of a change to one of several texts in a message; null where that cannot be done. */
export function sharedParts(message: MessageId, target: NativeId, context: LowerContext): Part[] | null {
  const texts = context.shared(message);
  if (texts === null || texts === "lost") return null;
  return lowerShared(target, texts, context);
}

/** Of an excerpt, what a line has room for. */
export function quoted(excerpt: string): string {
  return shorten(oneLine(excerpt), EXCERPT_MAX);
}
