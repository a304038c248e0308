/** Which of the reactions that a messenger has stands for a given one. */
import type { Capabilities } from "../model/mod.ts";

const VARIATION = /\ufe0f/g;
const SKIN_TONE = /[\u{1f3fb}-\u{1f3ff}]/gu;

/** The messenger's own form of `emoji` (shades of skin may go), or null where it has none. */
export function emojiFor(emoji: string, reaction: Capabilities["reaction"]): string | null {
  if (reaction.support === "none") return null;
  if (reaction.emoji === "any") return emoji;
  const set = reaction.emoji;
  return set.find((own) => own === emoji) ??
    set.find((own) => bareEmoji(own) === bareEmoji(emoji)) ??
    set.find((own) => bareEmoji(own) === bareEmoji(emoji).replace(SKIN_TONE, "")) ?? null;
}

/** What two forms of one emoji have in common: messengers write the same heart with and without the variation selector. */
export function bareEmoji(emoji: string): string {
  return emoji.replace(VARIATION, "");
}
