import assert from "node:assert/strict";
import fc from "fast-check";
import { NativeId, plain, RichText, type SpanType } from "../../../../actors/model/mod.ts";
import { decodeText, encodeStyles } from "../../../../adapters/signal/markup.ts";

const ME = "d2e8c1d4-422d-400d-a7ff-84534d6d0b24";
const BEN = "c2ae434e-1d4f-401f-8315-5bb66950edc8";
const TYPES: readonly SpanType[] = ["bold", "italic", "spoiler", "strike", "code"];

function read(message: string, more: Omit<Parameters<typeof decodeText>[0], "message"> = {}): RichText {
  return decodeText({ message, ...more }, ME);
}

Deno.test("Signal's styles are spans, counted in UTF-16", () => {
  const rich = read("bold 😀 spoil", {
    textStyles: [{ style: "BOLD", start: 0, length: 4 }, { style: "SPOILER", start: 8, length: 5 }],
  });
  assert.deepEqual(rich.spans, [
    { type: "bold", start: 0, length: 4 },
    { type: "spoiler", start: 8, length: 5 },
  ]);
});

Deno.test("a style that nobody knows, or that is not in the text, is passed over", () => {
  const textStyles = [
    { style: "GLITTER", start: 0, length: 2 },
    { style: "BOLD", start: 90, length: 2 },
    { style: "ITALIC", start: 1, length: 90 },
  ];
  assert.deepEqual(read("hey", { textStyles }).spans, [{ type: "italic", start: 1, length: 2 }]);
});

Deno.test("a mention stands for whom it means, never for their number, and styles move with it", () => {
  const rich = read("￼ look", {
    mentions: [{ uuid: BEN, start: 0, length: 1, name: "+14155550101", number: "+14155550101" }],
    textStyles: [{ style: "ITALIC", start: 2, length: 4 }],
  });
  assert.deepEqual(rich, {
    text: "@… look",
    spans: [
      { type: "italic", start: 3, length: 4 },
      { type: "mention", start: 0, length: 2, person: NativeId.parse(BEN) },
    ],
  });
});

Deno.test("a mention of us is our name, and one without a person leaves no object character", () => {
  assert.deepEqual(read("￼?", { mentions: [{ uuid: ME, start: 0, length: 1 }] }), plain("@Plenum?"));
  assert.doesNotMatch(read("￼?", { mentions: [{ uuid: null, start: 0, length: 1 }] }).text, /\uFFFC/);
});

Deno.test("mentions that overlap, or are not in the text, harm nothing", () => {
  const mentions = [
    { uuid: BEN, start: 0, length: 3 },
    { uuid: BEN, start: 1, length: 1 },
    { uuid: BEN, start: 9, length: 1 },
  ];
  assert.equal(read("abcd", { mentions }).text, "@…d");
});

/** Emoji of several parts, combining marks, right to left, and what stands for a mention. */
const WORDS = fc.array(
  fc.oneof(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 4 }),
    fc.constantFrom("👩‍👩‍👧", "é", "שלום", "مرحبا", "🇩🇪", "\uFFFC", "\n"),
  ),
  { minLength: 1, maxLength: 12 },
).map((parts) => parts.join(""));

Deno.test("what is encoded is read as it was, nested and overlapping", () => {
  const span = fc.record({
    type: fc.constantFrom(...TYPES),
    start: fc.nat(30),
    length: fc.integer({ min: 1, max: 30 }),
  }, { noNullPrototype: true });
  fc.assert(
    fc.property(
      WORDS,
      fc.array(span, { maxLength: 5 }),
      (text, spans) => {
        const within = spans.filter(({ start, length }) => start + length <= text.length);
        const textStyles = encodeStyles({ text, spans: within }).map((style) => {
          const [start = "", length = "", name = ""] = style.split(":");
          return { style: name, start: Number(start), length: Number(length) };
        });
        assert.deepEqual(read(text, { textStyles }), { text: text.replaceAll("\uFFFC", "�"), spans: within });
      },
    ),
  );
});

Deno.test("styles and mentions that are out of range, or are none, never break a text", () => {
  const offset = fc.oneof(
    fc.integer({ min: -5, max: 40 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(2 ** 53, -(2 ** 53)),
  );
  const style = fc.record({
    style: fc.constantFrom("BOLD", "MONOSPACE", "NONE", "", "__proto__", "constructor"),
    start: offset,
    length: offset,
  }, { noNullPrototype: true });
  const mention = fc.record({
    uuid: fc.constantFrom(BEN, ME, null, "", "x".repeat(9)),
    start: offset,
    length: offset,
  }, { noNullPrototype: true });
  fc.assert(
    fc.property(WORDS, fc.array(style), fc.array(mention), (text, textStyles, mentions) => {
      const rich = read(text, { textStyles, mentions });
      assert.deepEqual(RichText.parse(rich), rich);
      for (const { start, length } of rich.spans) assert.ok(start + length <= rich.text.length);
    }),
  );
});

Deno.test("spans that Signal has no style for are left out, and a block is monospace", () => {
  const spans = [{ type: "underline", start: 0, length: 1 }, { type: "pre", start: 0, length: 2 }] as const;
  assert.deepEqual(encodeStyles({ text: "ab", spans: [...spans] }), ["0:2:MONOSPACE"]);
});
