/** Polls: ours on each messenger, a further one where votes in people's own are not seen, and their end. */
import type { NativeOp, Op } from "../model/mod.ts";
import type { LowerContext, Part } from "./context.ts";
import { oneLine, shorten } from "./cut.ts";
import { line, silent } from "./words.ts";

type Post = Extract<Op, { type: "post" }>;
type Poll = Extract<Post["content"], { type: "poll" }>;

/** `cut`: it does not say all that it should. Null where a poll there cannot be so: then it is put into words. */
export function pollOf(
  { question, options, multiple = false }: Poll,
  { capabilities: { poll } }: LowerContext,
): { readonly op: NativeOp; readonly cut: boolean } | null {
  if (poll === undefined || poll.support === "none" || options.length > poll.options) return null;
  const whole = [question, ...options].map(oneLine);
  const [asked = "", ...short] = whole.map((line, at) =>
    shorten(line, at === 0 ? poll.questionUtf16 : poll.optionUtf16)
  );
  const distinct = new Set(short).size === short.length && !short.includes("");
  if (asked === "" || short.length < 2 || !distinct) return null;
  const cut = [asked, ...short].some((line, at) => line !== whole[at]);
  return { op: { type: "poll", question: asked, options: short, multiple }, cut };
}

/** Our own copy, beside the poll that somebody made here: only where votes in theirs are not seen. */
export function lowerMirror({ content, message }: Post, context: LowerContext): Part[] {
  const unseen = context.capabilities.poll?.foreign === false && !context.refused;
  const poll = unseen && content.type === "poll" ? pollOf(content, context) : null;
  if (poll === null) return [];
  return [...line(context.text("poll.mirror"), context, message), { op: poll.op, names: true }];
}

/** The poll itself comes last of what a message became. What somebody made here themselves is not ours to end. */
export function lowerClose(
  { message, origin }: Extract<Op, { type: "close-poll" }>,
  context: LowerContext,
): readonly Part[] {
  const natives = context.natives(message).slice(origin === context.messenger ? 1 : 0);
  const target = natives.at(-1);
  const closes = context.capabilities.poll?.closes === true && !context.refused;
  return target === undefined || !closes ? [] : [silent({ type: "close-poll", target })];
}
