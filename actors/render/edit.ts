/** Edits of what is there; where that cannot be changed, a new message says so. */
import { type MessageId, type NativeId, type Op, plain, type RichText } from "../model/mod.ts";
import { headOf } from "./attribute.ts";
import type { LowerContext, Part } from "./context.ts";
import { lowerShared } from "./merged.ts";
import { aboveBodies, captionOf, captionWords, fileOf, openingOf } from "./post.ts";
import type { Heads } from "./split.ts";
import { bodiesOf, editable, postOp, posts, replyTarget, silent } from "./words.ts";

type Edit = Extract<Op, { type: "edit" }>;

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
  if (!isText(op, context)) return lowerEditInWords(op, context);
  return rewrite(op, natives, openingOf(op, context), context);
}

/** What is not text cannot be changed natively: only a place that moves ever says something new. */
function isText({ content: { type } }: Edit, { capabilities }: LowerContext): boolean {
  return type === "text" || type === "other" || (type === "location" && capabilities.location === "none");
}

function rewrite(op: Edit, natives: readonly NativeId[], heads: Heads, context: LowerContext): Part[] {
  if (op.quiet === true) return editQuietly(op, natives, heads, context);
  return rewritten(op, natives, bodiesOf(op, context, heads), context);
}

/** `natives` say `bodies` from now on. */
function rewritten(
  { message }: Edit,
  natives: readonly NativeId[],
  bodies: readonly RichText[],
  context: LowerContext,
): Part[] {
  const replyTo = replyTarget(message, context);
  const edited = natives.slice(0, bodies.length).map((target, index) =>
    silent({ type: "edit", target, text: bodies[index] ?? plain("") })
  );
  const added = bodies.slice(natives.length).map((body) => ({ op: postOp(body, replyTo), names: true }));
  const deletable = editable(message, context.capabilities.delete, context).length > 0;
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

/** One native message: the words stand under the file. More: they stand above it, or it went in words. */
function editCaption(op: Edit, natives: readonly NativeId[], context: LowerContext): Part[] {
  const file = fileOf(op, context);
  const heads = openingOf(op, context);
  if (file === null) return rewrite(op, natives, heads, context);
  const [target, ...more] = natives;
  if (target !== undefined && more.length === 0) {
    const captions = context.capabilities.edit.captions ?? "none";
    const text = captions === "none" ? null : captionOf(op, heads.first, context, file.kind);
    return text === null
      ? lowerEditInWords(op, context)
      : [silent({ type: "edit", target, text, caption: true })];
  }
  const bodies = aboveBodies(captionWords(op, context), heads, context.capabilities);
  // There is no room for more between the words and the file.
  return bodies.length > more.length
    ? lowerEditInWords(op, context)
    : rewritten(op, natives.slice(0, -1), bodies, context);
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
