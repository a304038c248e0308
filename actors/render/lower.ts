/**
 * Lowering: an op of the group in the terms of one bridge. What the messenger cannot do is put into words.
 * Receipts are counted by part number, so the same op in the same circumstances always gives the same parts.
 */
import {
  joinText,
  marked,
  type MessageId,
  Messenger,
  type NativeId,
  type NativeOp,
  type Op,
  type Ping,
  plain,
  type RichText,
} from "../model/mod.ts";
import { headOf, labelOf, shownName } from "./attribute.ts";
import type { LowerContext, Part } from "./context.ts";
import { oneLine, shorten } from "./cut.ts";
import { describe } from "./describe.ts";
import { emojiFor } from "./emoji.ts";
import { EXCERPT_MAX } from "./excerpt.ts";
import { quoteOf } from "./quote.ts";
import { carry } from "./spans.ts";
import { type Heads, split } from "./split.ts";

type OpOf<Type extends Op["type"]> = Extract<Op, { type: Type }>;

/** The parts of `op` on this bridge; none where there is nothing to do, or where it is the Lane's own work. */
export function lower(op: Op, context: LowerContext): readonly Part[] {
  switch (op.type) {
    case "post":
      return lowerPost(op, context);
    case "edit":
      return lowerEdit(op, context);
    case "delete":
      return lowerDelete(op, context);
    case "react":
      return lowerReact(op, context);
    case "notice":
      return line(noticeText(op, context), context);
    case "title":
      return [silent({ type: "title", title: shorten(op.title, context.capabilities.title.maxUtf16) })];
    case "leave":
      return [silent({ type: "leave" })];
    case "notice-edit":
    case "close-poll":
    case "description":
    case "icon":
    case "timer":
    case "create":
    case "setup":
    case "rotate":
      return [];
    default:
      return op satisfies never;
  }
}

function lowerPost(op: OpOf<"post">, context: LowerContext): Part[] {
  const { capabilities, text } = context;
  const next = headOf(op.author, capabilities.text.spans, { text });
  const replyTo = op.replyTo && replyTarget(op.replyTo.message, context);
  const first = op.replyTo && replyTo === undefined ? joinText(next, quoteOf(op.replyTo)) : next;
  const [opening, ...rest] = posts(bodyOf(op, context, { first, next }), replyTo);
  if (opening === undefined) return [];
  return [replyTo === undefined ? opening : quoting(opening, op.replyTo?.excerpt ?? ""), ...rest];
}

/** With a line of what is replied to. */
function quoting(part: Part, excerpt: string): Part {
  const { op } = part;
  return op.type !== "post" || excerpt === "" ? part : { ...part, op: { ...op, quoting: excerpt } };
}

/** The parts that are there are edited; what is more is added, what is left over goes. */
function lowerEdit(op: OpOf<"edit">, context: LowerContext): Part[] {
  const { capabilities, text } = context;
  const natives = editable(op.message, capabilities.edit, context);
  if (natives.length === 0) return lowerEditInWords(op, context);
  const head = headOf(op.author, capabilities.text.spans, { text });
  const bodies = bodyOf(op, context, { first: head, next: head });
  const replyTo = replyTarget(op.message, context);
  const edited = natives.slice(0, bodies.length).map((target, index) =>
    silent({ type: "edit", target, text: bodies[index] ?? plain("") })
  );
  const added = bodies.slice(natives.length).map((body) => post(body, replyTo));
  const deletable = editable(op.message, capabilities.delete, context).length > 0;
  const surplus = natives.slice(bodies.length).map((target) =>
    silent(deletable ? { type: "delete", target } : { type: "edit", target, text: plain("…") })
  );
  return [...edited, ...added, ...surplus];
}

function lowerEditInWords(op: OpOf<"edit">, context: LowerContext): Part[] {
  const { capabilities, text } = context;
  const after = ` (${text("post.edited")})`;
  const head = headOf(op.author, capabilities.text.spans, { text, before: "✏️ ", after });
  return posts(bodyOf(op, context, { first: head, next: head }), replyTarget(op.message, context));
}

function lowerDelete(op: OpOf<"delete">, context: LowerContext): readonly Part[] {
  const natives = editable(op.message, context.capabilities.delete, context);
  if (natives.length > 0) return natives.map((target) => silent({ type: "delete", target }));
  return op.quiet ? [] : line(context.text("post.deleted", whose(op, context)), context, op.message);
}

/** One account holds one reaction to a message: the newest of all members elsewhere is shown. */
function lowerReact(op: OpOf<"react">, context: LowerContext): readonly Part[] {
  const { capabilities, refused, text } = context;
  const target = refused || capabilities.reaction.support === "none"
    ? undefined
    : context.natives(op.message)[0];
  const emoji = op.emoji === null ? null : emojiFor(op.emoji, capabilities.reaction);
  if (target !== undefined && (emoji !== null || op.emoji === null || op.quiet)) {
    // Where an older reaction that would show again does not exist here, at least the newer one goes.
    return [silent({ type: "react", target, emoji })];
  }
  if (op.emoji === null || op.quiet) return [];
  const quoted = shorten(oneLine(op.excerpt), EXCERPT_MAX);
  const inReply = quoted === "" || replyTarget(op.message, context) !== undefined;
  const values = { ...whose(op, context), emoji: op.emoji, excerpt: quoted };
  return line(text(inReply ? "post.reacted-reply" : "post.reacted", values), context, op.message);
}

/** Messengers in a notice's values stand there by id, one or several with commas. */
function noticeText(op: Pick<OpOf<"notice">, "key" | "values">, context: LowerContext): string {
  const label = (id: string): string => {
    const messenger = Messenger.safeParse(id);
    return messenger.success ? labelOf(messenger.data, context.text) : id;
  };
  const values = Object.entries(op.values).map(([name, value]) =>
    [name, /^messengers?$/.test(name) ? value.split(", ").map(label).join(", ") : oneLine(value)] as const
  );
  return context.text(op.key, Object.fromEntries(values));
}

/** A line of ours: in italics where there are any, about a message where one is given. */
function line(words: string, context: LowerContext, about?: MessageId): Part[] {
  const { text } = context.capabilities;
  const replyTo = about === undefined ? undefined : replyTarget(about, context);
  return split(carry(marked("italic", words), text.spans), text.max)
    .map((body, index) => silent(postOp(body, index === 0 ? replyTo : undefined)));
}

function bodyOf(op: OpOf<"post" | "edit">, context: LowerContext, heads: Heads): RichText[] {
  const { max, spans } = context.capabilities.text;
  const body = addressed(describe(op.content, context.text), op.pings ?? [], context.messenger);
  return split(carry(body, spans), max, heads);
}

/** Names of people who are on this messenger are theirs; those of others are text. */
function addressed(body: RichText, pings: readonly Ping[], here: Messenger): RichText {
  const natives = new Map(
    pings.filter(({ messenger }) => messenger === here).map(({ member, native }) => [member, native]),
  );
  const spans = body.spans.flatMap((span) => {
    if (span.type !== "mention") return [span];
    const person = span.member === undefined ? undefined : natives.get(span.member);
    const { type, start, length } = span;
    return person === undefined ? [] : [{ type, start, length, person }];
  });
  return { text: body.text, spans };
}

function whose(op: OpOf<"delete" | "react">, context: LowerContext): { name: string; messenger: string } {
  return { name: shownName(op.author.name), messenger: labelOf(op.author.messenger, context.text) };
}

/** Native ids that can still be changed: known, inside the window and not just refused. */
function editable(
  message: MessageId,
  window: LowerContext["capabilities"]["edit"],
  context: LowerContext,
): readonly NativeId[] {
  if (context.refused || window.support === "none") return [];
  const ageMs = context.ageMs(message);
  if (ageMs !== null && window.windowMs !== null && ageMs >= window.windowMs) return [];
  return context.natives(message);
}

function replyTarget(message: MessageId, context: LowerContext): NativeId | undefined {
  if (context.refused || context.capabilities.reply === "none") return undefined;
  return context.natives(message)[0];
}

function posts(bodies: readonly RichText[], replyTo: NativeId | undefined): Part[] {
  return bodies.map((body, index) => post(body, index === 0 ? replyTo : undefined));
}

function post(text: RichText, replyTo: NativeId | undefined): Part {
  return { op: postOp(text, replyTo), names: true };
}

function postOp(text: RichText, replyTo: NativeId | undefined): NativeOp {
  return replyTo === undefined ? { type: "post", text } : { type: "post", text, replyTo };
}

function silent(op: NativeOp): Part {
  return { op, names: false };
}
