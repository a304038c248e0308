/** Contents in words, for what a messenger cannot show. */
import { type Content, joinText, type MediaRef, plain, type RichText } from "../model/mod.ts";
import type { LowerContext, TextOf } from "./context.ts";
import { oneLine, shorten } from "./cut.ts";

type ContentOf<Type extends Content["type"]> = Extract<Content, { type: Type }>;

/** How long a file's name may be in a message, in UTF-16 code units. */
const NAME_MAX = 80;
/** Decimal places of a place: about a metre. */
const PLACES = 5;

/** A content as text: its own words, or what it is and how to get at it. */
export function describe(content: Content, context: Pick<LowerContext, "fitted" | "text">): RichText {
  switch (content.type) {
    case "text":
      return content.body;
    case "media":
      return withWords(fileLine(content, context), content.caption);
    case "location":
      return plain(placeText(content, context.text));
    case "poll":
      return plain(pollText(content, context.text));
    case "contact":
      return plain(cardText(content, context.text));
    case "other":
      return withWords(context.text("content.not-crossing", { what: oneLine(content.what) }), content.body);
    default:
      return content satisfies never;
  }
}

function withWords(line: string, words: RichText): RichText {
  return words.text.trim() === "" ? plain(line) : joinText(line, "\n", words);
}

function fileLine(
  content: ContentOf<"media">,
  { fitted, text }: Pick<LowerContext, "fitted" | "text">,
): string {
  const what = fileName(content, text);
  const found = fitted(content.media);
  if (found?.form === "link") {
    return text("content.linked", { what, size: sizeOf(found.bytes), url: found.url });
  }
  if (found?.form === "none") return text(`content.problem-${found.problem}`, { what });
  return text("content.not-crossing", { what });
}

function fileName({ kind, media }: ContentOf<"media">, text: TextOf): string {
  const label = text(`content.${kind}`);
  const more = shorten(oneLine(media.emoji ?? media.name ?? ""), NAME_MAX);
  return more === "" ? label : `${label} ${more}`;
}

/** A size for people. */
export function sizeOf(bytes: NonNullable<MediaRef["bytes"]>): string {
  let amount: number = bytes;
  for (const unit of ["B", "kB", "MB"]) {
    if (Math.round(amount) < 1000) return `${unit === "B" ? amount : rounded(amount)} ${unit}`;
    amount /= 1000;
  }
  return `${rounded(amount)} GB`;
}

/** One decimal place where that tells something. */
function rounded(amount: number): string {
  const exact = amount.toFixed(1);
  return exact.length > "9.9".length ? amount.toFixed(0) : exact;
}

/** A place as lines: what it is called, where it is, and a map. */
export function placeText(place: ContentOf<"location">, text: TextOf): string {
  const title = place.live === undefined ? text("content.location") : text(`content.live-${place.live}`);
  const [latitude, longitude] = [place.latitude.toFixed(PLACES), place.longitude.toFixed(PLACES)];
  const map = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}`;
  const named = [place.label, place.address].filter((one) => one !== undefined).map(oneLine);
  return [`📍 ${title}`, ...named.filter((one) => one !== ""), map].join("\n");
}

/** A poll as numbered lines, and how to vote. */
export function pollText(poll: ContentOf<"poll">, text: TextOf): string {
  const how = text(poll.multiple === true ? "content.poll-how-many" : "content.poll-how");
  return `${pollLines(poll)}\n${how}`;
}

/** What a poll asks, and what can be answered. */
export function pollLines({ question, options }: ContentOf<"poll">): string {
  const numbered = options.map((option, index) => `${index + 1}. ${oneLine(option)}`);
  return [`📊 ${oneLine(question)}`, ...numbered].join("\n");
}

/** A card as lines: its name, and its numbers where they may cross. */
export function cardText({ name, phones = [] }: ContentOf<"contact">, text: TextOf): string {
  const head = `👤 ${text("content.contact")}: ${oneLine(name)}`;
  return [head, ...phones.map(oneLine)].join("\n");
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
