import assert from "node:assert/strict";
import fc from "fast-check";
import { NativeId, type RichText, type Span } from "../../../../actors/model/mod.ts";
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

Deno.test("a mention of somebody who is there goes out by their number at Telegram, and of others as text", () => {
  const mention = { type: "mention", start: 0, length: 4 } as const;
  const [entity] =
    encodeText({ text: "@Ada", spans: [{ ...mention, person: NativeId.parse("4711") }] }).entities;
  assert.deepEqual(entity?.type === "text_mention" && entity.user.id, 4711);
  for (const person of ["-100123", "somebody"]) {
    const spans = [{ ...mention, person: NativeId.parse(person) }];
    assert.deepEqual(encodeText({ text: "@Ada", spans }).entities, []);
  }
});

Deno.test("mentions come in as spans and go out as their text", () => {
  const body = decodeText("@ada", [{ type: "mention", offset: 0, length: 4 }]);
  assert.deepEqual(body.spans, [{ type: "mention", start: 0, length: 4 }]);
  assert.deepEqual(encodeText(body), { text: "@ada", entities: [] });
});

Deno.test("whoever is mentioned without a username comes in by their number at Telegram", () => {
  const user = { id: 4711, is_bot: false, first_name: "Ada", username: undefined };
  const { spans } = decodeText("Ada", [{ type: "text_mention", offset: 0, length: 3, user }]);
  assert.deepEqual(spans, [{ type: "mention", start: 0, length: 3, person: "4711" }]);
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

Deno.test("a link that Telegram has no idea of leaves its words, and the message goes out", () => {
  const sent = (url: string): number =>
    encodeText({ text: "here", spans: [{ type: "link", start: 0, length: 4, url }] }).entities.length;
  for (const url of ["https://e.org/a?b", "http://[::1]:80/"]) assert.equal(sent(url), 1, url);
  for (const url of ["mailto:a@e.org", "http://localhost/", "javascript:alert(1)", "e.org", "https://", ""]) {
    assert.equal(sent(url), 0, url);
  }
});

Deno.test("a span that cuts a character in two is widened to the whole of it", () => {
  const text = "👍👍";
  const sent = (start: number, length: number): unknown =>
    encodeText({ text, spans: [{ type: "bold", start, length }] }).entities;
  assert.deepEqual(sent(1, 1), [{ type: "bold", offset: 0, length: 2 }]);
  assert.deepEqual(sent(0, 3), [{ type: "bold", offset: 0, length: 4 }]);
  assert.deepEqual(sent(1, 2), [{ type: "bold", offset: 0, length: 4 }]);
  assert.deepEqual(sent(2, 2), [{ type: "bold", offset: 2, length: 2 }]);
});

Deno.test("offsets count UTF-16 units: emoji of several characters, nested and overlapping marks", () => {
  const text = "👨‍👩‍👧 Ada 🏳️‍🌈 ok";
  const spans: Span[] = [
    { type: "bold", start: 0, length: 12 },
    { type: "italic", start: 9, length: 3 },
    { type: "strike", start: 9, length: 10 },
    { type: "quote", start: 0, length: text.length },
  ];
  const { entities } = encodeText({ text, spans });
  assert.deepEqual(entities.map(({ offset, length }) => text.slice(offset, offset + length)), [
    "👨‍👩‍👧 Ada",
    "Ada",
    "Ada 🏳️‍🌈",
    text,
  ]);
  assert.deepEqual(decodeText(text, entities), { text, spans });
});

Deno.test("no more entities are sent than Telegram reads", () => {
  const spans = Array.from({ length: 150 }, (_, start): Span => ({ type: "bold", start, length: 1 }));
  assert.equal(encodeText({ text: "x".repeat(150), spans }).entities.length, 100);
});

Deno.test("whatever spans are given, every entity lies around whole characters", () => {
  const span = fc.record({
    type: fc.constant("bold" as const),
    start: fc.nat(30),
    length: fc.integer({ min: 1, max: 30 }),
  });
  fc.assert(fc.property(fc.string({ unit: "binary" }), fc.array(span), (text, spans) => {
    for (const { offset, length } of encodeText({ text: text.toWellFormed(), spans }).entities) {
      assert(length >= 1 && offset + length <= text.length);
      assert(text.toWellFormed().slice(offset, offset + length).isWellFormed());
    }
  }));
});

Deno.test("every text with its spans survives the way out and in", () => {
  fc.assert(fc.property(richText(), (body) => {
    const { text, entities } = encodeText(body);
    assert.deepEqual(decodeText(text, entities), body);
  }));
});

/** What other markups take for marks, letters of several units, letters that are joined, and writing that runs to the left. */
const PIECES = [
  ..."*_~`|[]()<>&#\\!>-+=.{}",
  ...["e\u0301", "a\u0308\u0323", "👨‍👩‍👧", "🏳️‍🌈", "👍🏽", "𝒳", "שלום", "مرحبا", "\u202e", "\u200f", "\n", " ", "a"],
];

Deno.test("characters of markups, joined letters and texts from right to left stay as they were typed", () => {
  const typed = fc.string({ unit: fc.constantFrom(...PIECES), minLength: 1, maxLength: 60 });
  fc.assert(fc.property(richText(typed), (body) => {
    const { text, entities } = encodeText(body);
    assert.equal(text, body.text);
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

function richText(
  texts: fc.Arbitrary<string> = fc.string({ unit: "grapheme", minLength: 1 }),
): fc.Arbitrary<RichText> {
  return texts.chain((text) =>
    fc.record({
      text: fc.constant(text),
      spans: fc.array(spanIn(text), { maxLength: 20 }),
    }, { noNullPrototype: true })
  );
}

function spanIn(text: string): fc.Arbitrary<Span> {
  const types = [...PAIRS.map(([, type]) => type), "link" as const];
  const edges = [...text].reduce<number[]>((all, one) => [...all, (all.at(-1) ?? 0) + one.length], [0]);
  const last = edges.length - 1;
  return fc.tuple(fc.constantFrom(...types), fc.nat(last - 1), fc.nat(last)).map(
    ([type, first, more]): Span => {
      const start = edges[first] ?? 0;
      const end = edges[Math.min(last, first + Math.max(1, more))] ?? text.length;
      const place = { type, start, length: end - start };
      return type === "link" ? { ...place, url: "https://example.org/" } : place;
    },
  );
}
