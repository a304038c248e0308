/**
 * RichText as WhatsApp's marks. The way back is `shared/whatsapp_markup.ts`, which also says how a mark that is meant
 * is told from a sign that is only text. Pure.
 */
import type { RichText, Span } from "../../actors/model/mod.ts";
import { BLOCK, endsInWord, JOINER, linksIn, MARKS, QUOTE } from "../shared/whatsapp_markup.ts";
import { carried } from "./carried.ts";

const SIGN: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(MARKS).map(([mark, type]) => [type, mark])),
  code: "`",
  pre: BLOCK,
};

/** The text as it is sent. Spans that WhatsApp has no marks for are dropped, and their text kept. */
export function encodeText(body: RichText): string {
  const settled = carried(body);
  if (settled.spans.length === 0 && !/[*_~`>]/.test(body.text)) return body.text;
  return new Writing(settled).all();
}

/** One text on its way to marks: its letters in order, and which spans are open. */
class Writing {
  readonly #text: string;
  readonly #starting: ReadonlyMap<number, Span[]>;
  readonly #quoted: readonly Span[];
  readonly #linked = new Set<number>();
  readonly #open: Span[] = [];
  /** What is written, in pieces; the last signs again, as they decide on what follows. */
  readonly #pieces: string[] = [];
  #tail = "";
  /** Whether the last piece closed a mark. */
  #closed = false;

  constructor({ text, spans }: RichText) {
    this.#text = text;
    this.#quoted = spans.filter(({ type }) => type === "quote");
    this.#starting = Map.groupBy(spans.filter(({ type }) => type !== "quote"), ({ start }) => start);
    for (const { start, end } of linksIn(text)) {
      for (let at = start; at < end; at += 1) this.#linked.add(at);
    }
  }

  all(): string {
    let at = 0;
    while (at < this.#text.length) {
      this.#close(at);
      if (this.#startsLine() && this.#isQuoted(at)) this.#write(QUOTE);
      at = this.#begin(at);
    }
    this.#close(at);
    return this.#pieces.join("");
  }

  /** Opens what begins at `at`, and writes what stands there. @returns where the text goes on */
  #begin(at: number): number {
    for (const span of this.#starting.get(at) ?? []) {
      const sign = SIGN[span.type] ?? "";
      if (this.#tail.endsWith(sign.charAt(0))) this.#write(JOINER);
      this.#write(sign);
      if (span.type === "code" || span.type === "pre") return this.#code(span, sign);
      this.#open.push(span);
    }
    this.#letter(at);
    return at + 1;
  }

  #code({ start, length }: Span, sign: string): number {
    this.#write(this.#text.slice(start, start + length));
    this.#write(sign);
    this.#closed = true;
    return start + length;
  }

  #close(at: number): void {
    for (let last = this.#open.at(-1); last && last.start + last.length <= at; last = this.#open.at(-1)) {
      this.#open.pop();
      this.#write(SIGN[last.type] ?? "");
      this.#closed = true;
    }
  }

  /** What is text must neither read as a mark nor keep one from being read. */
  #letter(at: number): void {
    const sign = this.#text.charAt(at);
    if (this.#closed && this.#tail.endsWith(sign)) this.#write(JOINER);
    if (this.#startsLine() && this.#text.startsWith(QUOTE, at)) this.#write(JOINER);
    const type = MARKS[sign];
    if (sign === "`") return this.#write(sign + JOINER);
    if (type === undefined || this.#linked.has(at)) return this.#write(sign);
    if (this.#open.some((span) => span.type === type)) return this.#write(JOINER + sign + JOINER);
    this.#write(endsInWord(this.#tail) || this.#standsAlone(at) ? sign : sign + JOINER);
  }

  /** Before a space or the end nothing opens: lists and "5 * 3" stay as they were typed. */
  #standsAlone(at: number): boolean {
    return /^\s?$/.test(this.#text.charAt(at + 1)) && !this.#starting.has(at + 1);
  }

  #startsLine(): boolean {
    return this.#tail === "" || this.#tail.endsWith("\n");
  }

  #isQuoted(at: number): boolean {
    return this.#quoted.some(({ start, length }) => start <= at && at < start + length);
  }

  #write(piece: string): void {
    this.#pieces.push(piece);
    this.#tail = (this.#tail + piece).slice(-2);
    this.#closed = false;
  }
}
