/** Whose words these are: a name and a messenger, never a number or a profile. */
import {
  type Attribution,
  type Capabilities,
  joinText,
  type Messenger,
  type RichText,
} from "../model/mod.ts";
import type { TextOf } from "./context.ts";
import { oneLine, shorten } from "./cut.ts";
import { markedIf } from "./spans.ts";

/** Leaves most of the shortest message (Signal's 2,000 bytes) to the text, in any script. */
const NAME_MAX = 60;

/** The line above a text: "**Name** · WhatsApp", with `before` and `after` around it, and its line break. */
export function headOf(
  author: Attribution,
  spans: Capabilities["text"]["spans"],
  options: { readonly text: TextOf; readonly before?: string; readonly after?: string },
): RichText {
  const name = markedIf(spans, "bold", shownName(author.name));
  const label = labelOf(author.messenger, options.text);
  return joinText(options.before ?? "", name, ` · ${label}${options.after ?? ""}\n`);
}

/** A name as others may see it: one line, so that nobody can fake the lines around it. */
export function shownName(name: string): string {
  return shorten(oneLine(name), NAME_MAX);
}

/** What people call a messenger. */
export function labelOf(messenger: Messenger, text: TextOf): string {
  try {
    return text(`messenger.${messenger}`);
  } catch {
    // A messenger that the locale files do not know yet must not hold its members' messages.
    return messenger.charAt(0).toUpperCase() + messenger.slice(1);
  }
}
