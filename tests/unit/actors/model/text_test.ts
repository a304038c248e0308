import assert from "node:assert/strict";
import fc from "fast-check";
import { joinText, marked, plain, RichText, SpanType } from "../../../../actors/model/mod.ts";

const rich = fc.string({ minLength: 1, maxLength: 30 }).chain((text) =>
  fc.record({ type: fc.constantFrom(...SpanType.options), start: fc.nat(text.length - 1) }).map((
    { type, start },
  ) => ({
    text,
    spans: [{ type, start, length: text.length - start }],
  }))
);

Deno.test("joined texts keep each span over the words that it was on", () => {
  fc.assert(fc.property(fc.array(fc.oneof(rich, fc.string()), { maxLength: 8 }), (parts) => {
    const covered = (text: RichText): string[] =>
      text.spans.map((span) => `${span.type} ${text.text.slice(span.start, span.start + span.length)}`);

    const joined = joinText(...parts);

    assert.equal(joined.text, parts.map((part) => typeof part === "string" ? part : part.text).join(""));
    assert.deepEqual(covered(joined), parts.flatMap((part) => typeof part === "string" ? [] : covered(part)));
  }));
});

Deno.test("marked puts one span over the whole text, and none over an empty one", () => {
  assert.deepEqual(marked("bold", "Anna"), { text: "Anna", spans: [{ type: "bold", start: 0, length: 4 }] });
  assert.deepEqual(marked("bold", ""), plain(""));
});

Deno.test("a rich text with a span of no length or before the text is refused", () => {
  assert.ok(!RichText.safeParse({ text: "a", spans: [{ type: "bold", start: 0, length: 0 }] }).success);
  assert.ok(!RichText.safeParse({ text: "a", spans: [{ type: "bold", start: -1, length: 1 }] }).success);
  assert.ok(!RichText.safeParse({ text: "a", spans: [{ type: "blink", start: 0, length: 1 }] }).success);
});
