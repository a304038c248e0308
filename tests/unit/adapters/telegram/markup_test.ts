import assert from "node:assert/strict";
import fc from "fast-check";
import type { RichText, Span } from "../../../../actors/model/mod.ts";
import { decodeText, encodeText } from "../../../../adapters/telegram/markup.ts";

const PAIRS = [
  ["bold", "bold"],
  ["italic", "italic"],
  ["underline", "underline"],
  ["strikethrough", "strike"],
  ["spoiler", "spoiler"],
  ["code", "code"],
  ["pre", "pre"],
  ["blockquote", "quote"],
] as const;

for (const [entity, span] of PAIRS) {
  Deno.test(`a ${entity} entity is a ${span} span, both ways`, () => {
    const body = decodeText("hello", [{ type: entity, offset: 1, length: 3 }]);
    assert.deepEqual(body.spans, [{ type: span, start: 1, length: 3 }]);
    assert.deepEqual(encodeText(body), { text: "hello", entities: [{ type: entity, offset: 1, length: 3 }] });
  });
}

Deno.test("links and languages survive both ways", () => {
  const entities = [
    { type: "text_link", offset: 0, length: 2, url: "https://example.org/" },
    { type: "pre", offset: 3, length: 2, language: "ts" },
  ];
  assert.deepEqual(encodeText(decodeText("ab cd", entities)).entities, entities);
});

Deno.test("an expandable quote is a quote", () => {
  const body = decodeText("hi", [{ type: "expandable_blockquote", offset: 0, length: 2 }]);
  assert.deepEqual(body.spans, [{ type: "quote", start: 0, length: 2 }]);
});

Deno.test("a link to a Telegram profile stays here, and so does one that is too long", () => {
  for (const url of ["tg://user?id=5", " TG://user?id=5", `https://e.org/${"x".repeat(2048)}`]) {
    assert.deepEqual(decodeText("Ada", [{ type: "text_link", offset: 0, length: 3, url }]).spans, []);
  }
});

Deno.test("mentions come in as spans and go out as their text", () => {
  const body = decodeText("@ada", [{ type: "mention", offset: 0, length: 4 }]);
  assert.deepEqual(body.spans, [{ type: "mention", start: 0, length: 4 }]);
  assert.deepEqual(encodeText(body), { text: "@ada", entities: [] });
});

Deno.test("entities outside of the text, empty ones and unknown ones are left out", () => {
  const odd = [
    { type: "bold", offset: 1, length: 9 },
    { type: "bold", offset: -1, length: 1 },
    { type: "bold", offset: 0, length: 0 },
    { type: "hashtag", offset: 0, length: 2 },
    { type: "constructor", offset: 0, length: 2 },
    { type: "text_link", offset: 0, length: 2 },
  ];
  assert.deepEqual(decodeText("hi", odd), { text: "hi", spans: [] });
});

Deno.test("spans that reach over the end are cut, and those beyond it dropped", () => {
  const spans: Span[] = [{ type: "bold", start: 1, length: 9 }, { type: "bold", start: 2, length: 1 }];
  assert.deepEqual(encodeText({ text: "hi", spans }).entities, [{ type: "bold", offset: 1, length: 1 }]);
});

Deno.test("no more entities are sent than Telegram reads", () => {
  const spans = Array.from({ length: 150 }, (_, start): Span => ({ type: "bold", start, length: 1 }));
  assert.equal(encodeText({ text: "x".repeat(150), spans }).entities.length, 100);
});

Deno.test("every text with its spans survives the way out and in", () => {
  fc.assert(fc.property(richText(), (body) => {
    const { text, entities } = encodeText(body);
    assert.deepEqual(decodeText(text, entities), body);
  }));
});

Deno.test("whatever entities come in, every span lies within the text", () => {
  const entity = fc.record({
    type: fc.oneof(fc.constantFrom(...PAIRS.map(([type]) => type), "text_link", "mention"), fc.string()),
    offset: fc.integer({ min: -5, max: 40 }),
    length: fc.integer({ min: -5, max: 40 }),
    url: fc.option(fc.string(), { nil: undefined }),
  });
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), fc.array(entity), (text, entities) => {
    for (const { start, length } of decodeText(text, entities).spans) {
      assert(start >= 0 && length >= 1 && start + length <= text.length);
    }
  }));
});

function richText(): fc.Arbitrary<RichText> {
  return fc.string({ unit: "grapheme", minLength: 1 }).chain((text) =>
    fc.record({
      text: fc.constant(text),
      spans: fc.array(spanIn(text), { maxLength: 20 }),
    }, { noNullPrototype: true })
  );
}

function spanIn(text: string): fc.Arbitrary<Span> {
  const types = [...PAIRS.map(([, type]) => type), "link" as const];
  return fc.tuple(fc.constantFrom(...types), fc.nat(text.length - 1), fc.nat(text.length)).map(
    ([type, start, more]): Span => {
      const place = { type, start, length: Math.max(1, Math.min(more, text.length - start)) };
      return type === "link" ? { ...place, url: "https://example.org/" } : place;
    },
  );
}
