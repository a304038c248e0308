import assert from "node:assert/strict";
import fc from "fast-check";
import { plain, type RichText, type SpanType } from "../../../../actors/model/mod.ts";
import { decodeMarkup, JOINER } from "../../../../adapters/shared/whatsapp_markup.ts";
import { carried } from "../../../../adapters/whatsapp/carried.ts";
import { encodeText } from "../../../../adapters/whatsapp/marks.ts";

const TYPES: readonly SpanType[] = [
  "bold",
  "italic",
  "strike",
  "code",
  "pre",
  "quote",
  "underline",
  "spoiler",
];

/** `|` stands for a joiner, which nobody would see here. */
function shown(typed: string): string {
  return typed.replaceAll(JOINER, "|");
}

function rich(text: string, ...spans: readonly (readonly [SpanType, number, number])[]): RichText {
  return { text, spans: spans.map(([type, start, length]) => ({ type, start, length })) };
}

const CASES: readonly (readonly [string, RichText, string])[] = [
  ["bold", rich("a b c", ["bold", 2, 1]), "a *b* c"],
  ["one style in another", rich("a b", ["bold", 0, 3], ["italic", 2, 1]), "*a _b_*"],
  ["styles that cross", rich("a b c", ["bold", 0, 3], ["italic", 2, 3]), "*a _b_* _c_"],
  ["a style over lines", rich("a\nb", ["strike", 0, 3]), "~a~\n~b~"],
  ["spaces at the edges", rich("a b c", ["bold", 1, 3]), "a *b* c"],
  ["a style that ends inside of a word", rich("abc d", ["bold", 1, 4], ["italic", 0, 2]), "abc d"],
  ["code", rich("a b", ["code", 2, 1]), "a `b`"],
  ["a block", rich("a\nb\nc", ["pre", 2, 3]), "a\n```b\nc```"],
  ["a quote of two lines", rich("a\nb\nc", ["quote", 0, 3]), "> a\n> b\nc"],
  ["underline", rich("a", ["underline", 0, 1]), "a"],
  ["signs that would be read as marks", plain("*a* _b_ `c`"), "*|a* _|b_ `|c`|"],
  ["signs inside of words", plain("2*3*4 snake_case_name"), "2*3*4 snake_case_name"],
  ["a line that would be read as a quote", plain("> a"), "|> a"],
  ["an address with marks in it", plain("https://a.b/_c_/_d"), "https://a.b/_c_/_d"],
  ["a mark in what it would close", rich("a * b", ["bold", 0, 5]), "*a |*| b*"],
  ["plain words", plain("a > b, 5 - 3"), "a > b, 5 - 3"],
  ["signs that stand alone", plain("* a list\n5 * 3 ~ 15 *"), "* a list\n5 * 3 ~ 15 *"],
  ["a sign before code that begins with a space", rich("* a*", ["code", 1, 2]), "*|` a`*"],
];

for (const [name, body, typed] of CASES) {
  Deno.test(`WhatsApp's marks for ${name}`, () => {
    assert.equal(shown(encodeText(body)), typed);
    assert.deepEqual(decodeMarkup(encodeText(body)), carried(body));
  });
}

const text = fc.array(
  fc.constantFrom(
    "*",
    "_",
    "~",
    "`",
    "```",
    "a",
    "b",
    " ",
    "\n",
    "> ",
    "😀",
    "é",
    "https://x.y/_z",
    "-",
    ")",
  ),
  { maxLength: 24 },
).map((parts) => parts.join(""));
const body: fc.Arbitrary<RichText> = text.chain((words) =>
  fc.array(
    fc.record({
      type: fc.constantFrom(...TYPES),
      start: fc.nat(Math.max(0, words.length - 1)),
      length: fc.integer({ min: 1, max: Math.max(1, words.length) }),
    }),
    { maxLength: 6 },
  ).map((spans) => ({ text: words, spans: words === "" ? [] : spans }))
);

Deno.test("what is written with WhatsApp's marks reads as the same text with the spans that they can carry", () => {
  fc.assert(
    fc.property(body, (one) => assert.deepEqual(decodeMarkup(encodeText(one)), carried(one))),
    { numRuns: 20_000 },
  );
});

Deno.test("plain text of any signs stays plain text", () => {
  fc.assert(
    fc.property(text, (words) => assert.deepEqual(decodeMarkup(encodeText(plain(words))), plain(words))),
  );
});

Deno.test("the spans that WhatsApp can carry are carried as they are, once they were", () => {
  fc.assert(fc.property(body, (one) => assert.deepEqual(carried(carried(one)), carried(one))));
});

const word = fc.string({ unit: fc.constantFrom("a", "b", "é", "😀"), minLength: 1, maxLength: 5 });

Deno.test("a style over whole words is always carried, and all of it", () => {
  const type = fc.constantFrom<SpanType>("bold", "italic", "strike", "code", "pre");
  fc.assert(fc.property(word, word, word, type, (a, b, c, one) => {
    const marked = rich(`${a} ${b} ${c}`, [one, a.length + 1, b.length]);
    assert.deepEqual(decodeMarkup(encodeText(marked)), marked);
  }));
});

Deno.test("the longest text of nothing but marks is written without delay", () => {
  const start = performance.now();
  encodeText(plain("*_~`> ".repeat(10_000)));
  for (const words of ["a ", "a\n", "a* ", "> a\n", "https://a "]) {
    const long = words.repeat(60_000 / words.length);
    encodeText(
      rich(long, ["bold", 0, long.length], ["italic", 1, long.length - 1], ["quote", 0, long.length]),
    );
    decodeMarkup(long);
  }

  assert(performance.now() - start < 2_000);
});
