/** What a simulated messenger refuses, to phones and to our account alike. Says why without any text of people. */
import type { Capabilities, NativeId } from "../../actors/model/mod.ts";
import { type Refusal, refuseCaption, refuseText } from "../shared/refusals.ts";
import type { Traits } from "./messengers.ts";
import type { Message } from "./records.ts";

/** Who wants to change a message, and when. `by` null is our own account. */
export interface Attempt {
  readonly by: NativeId | null;
  readonly now: number;
}

/** Null: `message` can be edited. */
export function refuseEdit(message: Message, { by, now }: Attempt, traits: Traits): Refusal | null {
  const { editsMax, capabilities } = traits;
  if (message.from !== by) {
    return { reason: "forbidden", message: "Cannot edit the message as only its author may" };
  }
  const late = refuseLate("edit", now - message.at, capabilities.edit);
  if (late !== null || editsMax === null || message.edits < editsMax) return late;
  // The same remedy as for a message that is too old: say it in a new one.
  return {
    reason: "too-old",
    message:
      `Cannot edit the message as it can be edited ${editsMax} times: current count is ${message.edits}`,
  };
}

/** Null: the words of `message` can become these. */
export function refuseWords(message: Message, words: string, traits: Traits): Refusal | null {
  const { file, poll, location, contact } = message;
  if (file !== undefined) return words === "" ? null : refuseCaption(words, file.kind, traits.capabilities);
  return poll === undefined && location === undefined && contact === undefined
    ? refuseText(words, traits)
    : { reason: "invalid", message: "Cannot edit the message as it must have words: it has none" };
}

/** Null: `message` can be deleted for everybody. */
export function refuseDelete(message: Message, { by, now }: Attempt, traits: Traits): Refusal | null {
  const ours = by === null && traits.deletesOthers;
  if (message.from !== by && !ours) {
    return { reason: "forbidden", message: "Cannot delete the message as only its author may" };
  }
  return refuseLate("delete", now - message.at, traits.capabilities.delete);
}

/** Null: `emoji` can be reacted with; the empty one takes a reaction back. */
export function refuseReaction(emoji: string, { capabilities }: Traits): Refusal | null {
  const { emoji: allowed } = capabilities.reaction;
  if (emoji === "") return null;
  const fine = allowed === "any" ? isEmoji(emoji) : allowed.includes(emoji);
  if (fine) return null;
  const wanted = allowed === "any"
    ? "it must be one emoji"
    : `it must be one of ${allowed.length} fixed emoji`;
  return { reason: "invalid", message: `Cannot react as ${wanted}` };
}

/** The emoji as the messenger compares it: the fixed set has none of the marks that ask for colour. */
export function reactionOf(emoji: string, { capabilities }: Traits): string {
  return capabilities.reaction.emoji === "any" ? emoji : emoji.replaceAll("\ufe0f", "");
}

function refuseLate(
  action: "edit" | "delete",
  ageMs: number,
  { windowMs }: Capabilities["edit"],
): Refusal | null {
  if (windowMs === null || ageMs <= windowMs) return null;
  return {
    reason: "too-old",
    message: `Cannot ${action} the message as it must be at most ${minutes(windowMs)} min old: ` +
      `current age is ${minutes(ageMs)} min`,
  };
}

function minutes(ms: number): number {
  return Math.ceil(ms / 60_000);
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

function isEmoji(text: string): boolean {
  if (text.length > 32 || !/[\p{Extended_Pictographic}\p{Regional_Indicator}\u20e3]/u.test(text)) {
    return false;
  }
  return [...graphemes.segment(text)].length === 1;
}
