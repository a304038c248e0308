/** The result of a poll in words. Pure. */
import type { Content, HistoryEntry } from "../model/mod.ts";
import { oneLine, shorten } from "../render/mod.ts";

/** What all options together may take, in UTF-16 code units: Signal's messages have 2,000 bytes. */
const OPTIONS_MAX = 400;
/** Of one option, at most and at least. */
const OPTION_MAX = 60;
const OPTION_MIN = 8;
const QUESTION_MAX = 80;
/** Steps of a bar, and for how many options there is room for bars. */
const BAR = 8;
const BARS_MAX = 12;

/** What was asked, and one line an option: how many of those who voted chose it. */
export function resultOf(
  { question, options }: Extract<Content, { type: "poll" }>,
  votes: NonNullable<HistoryEntry["votes"]>,
): { readonly question: string; readonly lines: string; readonly voters: string } {
  const choices = Object.values(votes);
  const room = Math.max(OPTION_MIN, Math.min(OPTION_MAX, Math.floor(OPTIONS_MAX / options.length)));
  const lines = options.map((option, at) => {
    const count = choices.filter((choice) => choice.includes(at)).length;
    const full = Math.round(BAR * count / Math.max(choices.length, 1));
    const bar = options.length > BARS_MAX ? "" : `${"▓".repeat(full)}${"░".repeat(BAR - full)} `;
    return `${shorten(oneLine(option), room)}: ${bar}${count}`;
  });
  return {
    question: shorten(oneLine(question), QUESTION_MAX),
    lines: lines.join("\n"),
    voters: String(choices.length),
  };
}
