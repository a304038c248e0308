/**
 * Lowering: an op of the group in the terms of one bridge. What the messenger cannot do is put into words.
 * Receipts are counted by part number, so the same op in the same circumstances always gives the same parts.
 */
import { type Attribution, Messenger, type Op } from "../model/mod.ts";
import { labelOf, shownName } from "./attribute.ts";
import type { LowerContext, Part, TextOf } from "./context.ts";
import { oneLine, shorten } from "./cut.ts";
import { lowerEdit, sharedParts } from "./edit.ts";
import { emojiFor } from "./emoji.ts";
import { lowerClose } from "./poll.ts";
import { lowerPost, quoted } from "./post.ts";
import { editable, line, replyTarget, silent } from "./words.ts";

/** The sign of a message that has not yet come everywhere. */
const LATE = "⏳";

/** How much of a description is told, in UTF-16 code units. */
const DESCRIPTION_TOLD_MAX = 200;

type OpOf<Type extends Op["type"]> = Extract<Op, { type: Type }>;

/** The parts of `op` on this bridge; none where there is nothing to do, or where it is the Lane's own work. */
export function lower(op: Op, context: LowerContext): readonly Part[] {
  const { capabilities } = context;
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
      return lowerNotice(op, context);
    case "result":
      return lowerResult(op, context);
    case "late":
      return lowerLate(op, context);
    case "close-poll":
      return lowerClose(op, context);
    case "title":
      return [silent({ type: "title", title: shorten(op.title, capabilities.title.maxUtf16) })];
    case "description":
      return lowerDescription(op, context);
    case "icon":
      return lowerIcon(op, context);
    case "timer":
      return lowerTimer(op, context);
    case "leave":
      return [silent({ type: "leave" })];
    case "create":
    case "setup":
    case "rotate":
      return [];
    default:
      return op satisfies never;
  }
}

function lowerDelete(op: OpOf<"delete">, context: LowerContext): readonly Part[] {
  if (op.after !== undefined && nextTimer(op.after, context.capabilities) === op.after) return [];
  const natives = editable(op.message, context.capabilities.delete, context);
  const shared = natives[0] === undefined ? null : sharedParts(op.message, natives[0], context);
  if (shared !== null) return shared;
  if (natives.length > 0 && context.shared(op.message) === null) {
    return natives.map((target) => silent({ type: "delete", target }));
  }
  return op.quiet ? [] : line(context.text("post.deleted", whose(op, context)), context, op.message);
}

/** One account holds one reaction to a message: the leading one of all members elsewhere is shown. */
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
  if (op.tallied === true && editable(op.message, capabilities.edit, context).length > 0) {
    // What showed until now is not what leads any more.
    return target === undefined ? [] : [silent({ type: "react", target, emoji: null })];
  }
  const excerpt = quoted(op.excerpt);
  const inReply = excerpt === "" || replyTarget(op.message, context) !== undefined;
  const values = { ...whose(op, context), emoji: op.emoji, excerpt };
  return line(text(inReply ? "post.reacted-reply" : "post.reacted", values), context, op.message);
}

function lowerNotice(op: OpOf<"notice">, context: LowerContext): readonly Part[] {
  const names = op.message !== undefined;
  return line(noticeText(op, context.text), context, op.about)
    .map(({ op: native }) => ({ op: names || op.quiet === true ? quiet(native) : native, names }));
}

/** What is called by a name is about something small: nobody's phone has to ring for it. */
function quiet(op: Part["op"]): Part["op"] {
  return op.type === "post" ? { ...op, quiet: true } : op;
}

function lowerResult(op: OpOf<"result">, context: LowerContext): readonly Part[] {
  const { edit, delete: taking } = context.capabilities;
  if (op.live === true && (edit.support === "none" || context.refused)) return [];
  const [said] = line(noticeText(op, context.text), context, op.about);
  if (said?.op.type !== "post") return [];
  const names = [...op.older, op.message];
  const target = names.flatMap((name) => editable(name, edit, context)).at(-1);
  if (target !== undefined) return [silent({ type: "edit", target, text: said.op.text })];
  const old = names.flatMap((name) => editable(name, taking, context));
  return [{ op: quiet(said.op), names: true }, ...old.map((target) => silent({ type: "delete", target }))];
}

/** A small sign at the message itself; where there is none, a line that goes again. */
function lowerLate(op: OpOf<"late">, context: LowerContext): readonly Part[] {
  const { capabilities, text } = context;
  const over = op.messengers.length === 0;
  const sign = emojiFor(LATE, capabilities.reaction);
  const [target] = context.natives(op.message);
  if (sign !== null && target !== undefined && !context.refused) {
    const leading = op.leading === null ? null : emojiFor(op.leading, capabilities.reaction);
    return [silent({ type: "react", target, emoji: over ? leading : sign })];
  }
  const notes = context.natives(op.note);
  if (over) return notes.map((target) => silent({ type: "delete", target }));
  if (notes.length > 0) return [];
  const messengers = op.messengers.map((one) => labelOf(one, text)).join(", ");
  return line(text("notice.late", { messengers }), context, op.message)
    .map(({ op }) => ({ op: quiet(op), names: true }));
}

function lowerDescription(op: OpOf<"description">, context: LowerContext): readonly Part[] {
  const { capabilities: { description: limit }, refused, text } = context;
  const words = op.description.trim();
  if (limit !== undefined && !refused) {
    return [silent({ type: "description", description: shorten(words, limit.maxUtf16) })];
  }
  if (op.by === undefined) return [];
  const key = words === "" ? "notice.description-gone" : "notice.description";
  const told = shorten(oneLine(words), DESCRIPTION_TOLD_MAX);
  return line(text(key, { ...nameOf(op.by, context), text: told }), context);
}

function lowerIcon(op: OpOf<"icon">, context: LowerContext): readonly Part[] {
  const { capabilities, refused, text } = context;
  const fitted = op.media === null ? null : context.fitted(op.media);
  if (capabilities.icon !== undefined && !refused && (op.media === null || fitted?.form === "file")) {
    return [silent({ type: "icon", media: fitted?.form === "file" ? fitted.media : null })];
  }
  return op.by === undefined ? [] : line(text("notice.icon", nameOf(op.by, context)), context);
}

/** Where there is no such timer messages go by our own deletes: people are told once. */
function lowerTimer({ seconds }: OpOf<"timer">, context: LowerContext): readonly Part[] {
  const { capabilities, refused, text } = context;
  const next = refused ? null : nextTimer(seconds, capabilities);
  if (next !== null) return [silent({ type: "timer", seconds: next })];
  const words = seconds === 0
    ? text("notice.timer-off")
    : text("notice.timer", { time: durationOf(seconds, text) });
  return line(words, context);
}

/** The shortest time there that is not shorter than what is wanted; null where there is none. */
function nextTimer(seconds: number, { timer }: LowerContext["capabilities"]): number | null {
  if (timer === undefined || timer === "any" || seconds === 0) return timer === undefined ? null : seconds;
  return timer.toSorted((a, b) => a - b).find((one) => one >= seconds) ?? null;
}

/** A time for people, in the largest unit that it is a whole number of. */
function durationOf(seconds: number, text: LowerContext["text"]): string {
  const units = [["days", 86_400], ["hours", 3_600], ["minutes", 60]] as const;
  const [name, length] = units.find(([, length]) => seconds % length === 0) ?? ["seconds", 1] as const;
  return text(`time.${name}`, { count: String(seconds / length) });
}

/** Messengers in a notice's values stand there by id, one or several with commas. */
export function noticeText(op: Pick<OpOf<"notice">, "key" | "values">, text: TextOf): string {
  const label = (id: string): string => {
    const messenger = Messenger.safeParse(id);
    return messenger.success ? labelOf(messenger.data, text) : id;
  };
  const shownValue = (name: string, value: string): string => {
    if (/^messengers?$/.test(name)) return value.split(", ").map(label).join(", ");
    // Made by us, of what is on one line each. Nothing else may break a line.
    return name === "lines" ? value : oneLine(value);
  };
  const values = Object.entries(op.values).map(([name, value]) => [name, shownValue(name, value)] as const);
  return text(op.key, Object.fromEntries(values));
}

function whose(op: OpOf<"delete" | "react">, context: LowerContext): { name: string; messenger: string } {
  return nameOf(op.author, context);
}

function nameOf(
  { name, messenger }: Attribution,
  { text }: LowerContext,
): { name: string; messenger: string } {
  return { name: shownName(name), messenger: labelOf(messenger, text) };
}
