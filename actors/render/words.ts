/** Words of people as messages: with a head that says whose they are, split where they are too long. */
import {
  type Capabilities,
  joinText,
  marked,
  type MessageId,
  type Messenger,
  type NativeId,
  type NativeOp,
  type Op,
  type Ping,
  type RichText,
} from "../model/mod.ts";
import { headOf } from "./attribute.ts";
import type { LowerContext, Part } from "./context.ts";
import { describe } from "./describe.ts";
import { carry, tidy } from "./spans.ts";
import { type Heads, split } from "./split.ts";

type Said = Extract<Op, { type: "post" | "edit" }>;

/** The line that says whose words these are. */
export function headFor({ author }: Pick<Said, "author">, context: LowerContext): RichText {
  return headOf(author, context.capabilities.text.spans, { text: context.text });
}

/** What `op` says in words, with what stands below it. */
export function wordsFor(op: Said, context: LowerContext): RichText {
  // Before anything stands below it: no span of it may reach there.
  const words = tidy(describe(op.content, context));
  const tally = op.type === "edit" && op.tally !== undefined ? op.tally : null;
  const whole = tally === null
    ? words
    : joinText(words, words.text === "" ? "" : "\n", marked("italic", tally));
  return carriedHere(whole, op.pings ?? [], context);
}

/** The messages that `op` becomes where it is put into words. */
export function bodiesOf(op: Said, context: LowerContext, heads: Heads): RichText[] {
  return split(wordsFor(op, context), context.capabilities.text.max, heads);
}

/** `body` as this messenger can show it: well-formed, its own spans, names of its own people. */
export function carriedHere(body: RichText, pings: readonly Ping[], context: LowerContext): RichText {
  return carry(addressed(tidy(body), pings, context.messenger), context.capabilities.text.spans);
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

/** Messages that say `bodies`; the first answers what `replyTo` names. */
export function posts(bodies: readonly RichText[], replyTo: NativeId | undefined): Part[] {
  return bodies.map((body, index) => ({
    op: postOp(body, index === 0 ? replyTo : undefined),
    names: true,
  }));
}

/** One message. */
export function postOp(text: RichText, replyTo: NativeId | undefined): NativeOp {
  return replyTo === undefined ? { type: "post", text } : { type: "post", text, replyTo };
}

/** Something that makes no message which people could refer to. */
export function silent(op: NativeOp): Part {
  return { op, names: false };
}

/** A line of ours: in italics where there are any, about a message where one is given. */
export function line(words: string, context: LowerContext, about?: MessageId): Part[] {
  const { text } = context.capabilities;
  const replyTo = about === undefined ? undefined : replyTarget(about, context);
  return split(carry(marked("italic", words), text.spans), text.max)
    .map((body, index) => silent(postOp(body, index === 0 ? replyTo : undefined)));
}

/** The native message that an answer to `message` points at; undefined where that cannot be said. */
export function replyTarget(message: MessageId, context: LowerContext): NativeId | undefined {
  if (context.refused || context.capabilities.reply === "none") return undefined;
  return context.natives(message)[0];
}

/** Native ids that can still be changed: known, inside the window and not just refused. */
export function editable(
  message: MessageId,
  window: Capabilities["delete"],
  context: LowerContext,
): readonly NativeId[] {
  if (context.refused || window.support === "none") return [];
  const ageMs = context.ageMs(message);
  if (ageMs !== null && window.windowMs !== null && ageMs >= window.windowMs) return [];
  return context.natives(message);
}
