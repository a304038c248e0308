/**
 * Rich messages (Bot API 10.1), which are pages of blocks without a `text`: flattened into the text that they hold.
 * What is no text (pictures, maps) is named where it stood. Pure.
 */
import { z } from "zod";
import { joinText, plain, type RichText, type Span, type SpanType } from "../../actors/model/mod.ts";
import type { TextOf } from "./content.ts";
import { isPublicLink, spanTypeOf } from "./markup.ts";

/** Nobody reads more marks than this; the text itself is at most 32,768 characters. */
const SPANS_MAX = 200;

interface Inline {
  readonly type: string;
  readonly text?: Rich | undefined;
  readonly url?: string | undefined;
  readonly alternative_text?: string | undefined;
  readonly expression?: string | undefined;
  readonly button?: Inline | undefined;
}
type Rich = string | readonly Rich[] | Inline;

interface Block {
  readonly type: string;
  readonly text?: Rich | undefined;
  readonly expression?: string | undefined;
  readonly language?: string | undefined;
  readonly summary?: Rich | undefined;
  readonly credit?: Rich | undefined;
  readonly caption?: Rich | undefined;
  readonly blocks?: readonly Block[] | undefined;
  readonly items?: readonly Item[] | undefined;
  readonly cells?: readonly (readonly { readonly text?: Rich | undefined }[])[] | undefined;
}
interface Item {
  readonly label: string;
  readonly blocks: readonly Block[];
  readonly has_checkbox?: boolean | undefined;
  readonly is_checked?: boolean | undefined;
}

const Rich: z.ZodType<Rich> = z.lazy(() => z.union([z.string(), z.array(Rich), Inline]));
const Inline: z.ZodType<Inline> = z.lazy(() =>
  z.looseObject({
    // A caption is written as one without a kind.
    type: z.string().default(""),
    text: Rich.optional(),
    url: z.string().optional(),
    alternative_text: z.string().optional(),
    expression: z.string().optional(),
    button: Inline.optional(),
  })
);
const Block: z.ZodType<Block> = z.lazy(() =>
  z.looseObject({
    type: z.string(),
    text: Rich.optional(),
    expression: z.string().optional(),
    language: z.string().optional(),
    summary: Rich.optional(),
    credit: Rich.optional(),
    caption: Rich.optional(),
    blocks: z.array(Block).optional(),
    items: z.array(Item).optional(),
    cells: z.array(z.array(z.looseObject({ text: Rich.optional() }))).optional(),
  })
);
const Item: z.ZodType<Item> = z.lazy(() =>
  z.looseObject({
    label: z.string(),
    blocks: z.array(Block),
    has_checkbox: z.boolean().optional(),
    is_checked: z.boolean().optional(),
  })
);
const Page = z.looseObject({ blocks: z.array(Block) });

/** What is in a block without words of its own, by the key of its name. */
const NAMED: Readonly<Record<string, string>> = {
  animation: "content.gif",
  audio: "content.audio",
  document: "content.document",
  map: "content.location",
  photo: "content.photo",
  video: "content.video",
  voice_note: "content.voice",
};

/** The text of a rich message; null where it cannot be read, or holds none. */
export function flatten(page: unknown, text: TextOf): RichText | null {
  const read = Page.safeParse(page);
  if (!read.success) return null;
  const body = blocksText(read.data.blocks, text);
  return body.text.trim() === "" ? null : { text: body.text, spans: body.spans.slice(0, SPANS_MAX) };
}

function blocksText(blocks: readonly Block[], text: TextOf): RichText {
  return lines(blocks.map((block) => blockText(block, text)));
}

function blockText(block: Block, text: TextOf): RichText {
  const { type, blocks = [], items = [], cells = [], summary, credit, caption } = block;
  const name = Object.hasOwn(NAMED, type) ? NAMED[type] : undefined;
  const parts = [
    name === undefined ? plain("") : plain(`[${text(name)}]`),
    summary === undefined ? plain("") : under("bold", richText(summary)),
    wordsOf(block),
    blocksText(blocks, text),
    lines(items.map((item) => itemText(item, text))),
    lines(cells.map((row) => joined(row.map(({ text = "" }) => richText(text)), " | "))),
    caption === undefined ? plain("") : richText(caption),
    credit === undefined ? plain("") : joinText("— ", richText(credit)),
  ];
  const whole = lines(parts);
  return /quot/.test(type) ? under("quote", whole) : whole;
}

function wordsOf({ type, text = "", expression, language }: Block): RichText {
  if (type === "divider") return plain("———");
  if (expression !== undefined) return under("code", plain(expression));
  const words = richText(text);
  if (type === "heading") return under("bold", words);
  return type === "pre" ? under("pre", plain(words.text), language ? { language } : {}) : words;
}

function itemText({ label, blocks, has_checkbox, is_checked }: Item, text: TextOf): RichText {
  const box = has_checkbox === true ? (is_checked === true ? "☑ " : "☐ ") : "";
  return joinText(label === "" ? "" : `${label} `, box, blocksText(blocks, text));
}

function richText(rich: Rich): RichText {
  if (typeof rich === "string") return plain(rich);
  if (isList(rich)) return joinText(...rich.map(richText));
  const { type, text = rich.alternative_text ?? "", url, expression, button } = rich;
  if (expression !== undefined) return under("code", plain(expression));
  if (button !== undefined) return joinText("[", richText(button.text ?? ""), "]");
  const words = richText(text);
  if (type === "url") return isPublicLink(url) ? under("link", words, { url }) : words;
  const span = spanTypeOf(type);
  return span === undefined || span === "link" ? words : under(span, words);
}

function isList(rich: Exclude<Rich, string>): rich is readonly Rich[] {
  return Array.isArray(rich);
}

/** `body` wholly under one more span. */
function under(type: SpanType, body: RichText, extra: Pick<Span, "url" | "language"> = {}): RichText {
  if (body.text === "") return body;
  return { text: body.text, spans: [{ type, start: 0, length: body.text.length, ...extra }, ...body.spans] };
}

/** One below the other, without those that are empty. */
function lines(parts: readonly RichText[]): RichText {
  return joined(parts.filter(({ text }) => text !== ""), "\n");
}

function joined(parts: readonly RichText[], separator: string): RichText {
  return joinText(...parts.flatMap((part, index) => index === 0 ? [part] : [separator, part]));
}
