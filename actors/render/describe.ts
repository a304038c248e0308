/** Contents in words, for what does not cross yet. */
import { type Content, joinText, plain, type RichText } from "../model/mod.ts";
import type { TextOf } from "./context.ts";

/** A content as text: its own words, or a line that says what it is and that it stays where it is. */
export function describe(content: Content, text: TextOf): RichText {
  if (content.type === "text") return content.body;
  const line = text("content.not-crossing", { what: kindOf(content, text) });
  const words = wordsOf(content);
  return words.text.trim() === "" ? plain(line) : joinText(line, " ", words);
}

/** What kind of thing it is, in words for people; empty for a text. */
export function kindOf(content: Content, text: TextOf): string {
  switch (content.type) {
    case "text":
      return "";
    case "media":
      return text(`content.${content.kind}`);
    case "other":
      return content.what;
    case "location":
    case "contact":
    case "poll":
      return text(`content.${content.type}`);
    default:
      return content satisfies never;
  }
}

/** The words that came with it. */
export function wordsOf(content: Content): RichText {
  switch (content.type) {
    case "text":
    case "other":
      return content.body;
    case "media":
      return content.caption;
    case "location":
      return plain(content.label ?? "");
    case "contact":
      return plain(content.name);
    case "poll":
      return plain(content.question);
    default:
      return content satisfies never;
  }
}
