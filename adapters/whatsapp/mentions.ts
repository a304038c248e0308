/** Who is mentioned in a text that goes out: WhatsApp names them by their address and shows their name. Pure. */
import { replaced, type RichText } from "../../actors/model/mod.ts";
import { userOf } from "./jids.ts";

/** A person, as WhatsApp addresses one. */
const PERSON = /^\d+@(lid|s\.whatsapp\.net)$/;

/** The text with addresses in the place of names, and whose they are. */
export function addressed(rich: RichText): { readonly rich: RichText; readonly mentions: string[] } {
  const meant = rich.spans.filter(({ type, person }) => type === "mention" && PERSON.test(person ?? ""))
    .toSorted((a, b) => a.start - b.start);
  const jids = meant.map(({ person }) => String(person));
  const stretches = meant.map(({ start, length }, index) => {
    return { start, end: start + length, text: `@${userOf(jids[index] ?? "")}` };
  });
  const shown = replaced(rich, stretches).rich;
  const spans = shown.spans.filter(({ type }) => type !== "mention");
  return { rich: { text: shown.text, spans }, mentions: [...new Set(jids)] };
}
