import assert from "node:assert/strict";
import fc from "fast-check";
import { replaced, type Span } from "../../../actors/model/mod.ts";

Deno.test("spans around, beside and across what is replaced stay on the same words", () => {
  const spans: Span[] = [
    { type: "bold", start: 0, length: 10 },
    { type: "italic", start: 0, length: 2 },
    { type: "strike", start: 4, length: 4 },
    { type: "code", start: 8, length: 2 },
  ];
  const { rich, places } = replaced({ text: "ab @cde fg", spans }, [{ start: 3, end: 7, text: "@someone" }]);
  assert.equal(rich.text, "ab @someone fg");
  assert.deepEqual(places, [{ start: 3, length: 8 }]);
  const under = rich.spans.map(({ type, start, length }) => [type, rich.text.slice(start, start + length)]);
  assert.deepEqual(under, [
    ["bold", "ab @someone fg"],
    ["italic", "ab"],
    ["strike", "@someone "],
    ["code", "fg"],
  ]);
});

const TEXT = "abcdefghijklmnopqrst";

Deno.test("what is replaced stands at its places, and spans stay inside of the text", () => {
  const ends = fc.uniqueArray(fc.nat(TEXT.length), { minLength: 2, maxLength: 2 });
  const span = ends.map((two): Span => {
    const [start = 0, end = 0] = two.toSorted((a, b) => a - b);
    return { type: "bold", start, length: end - start };
  });
  const cuts = fc.uniqueArray(fc.nat(TEXT.length), { maxLength: 6 }).map((all) =>
    all.toSorted((a, b) => a - b)
  );
  fc.assert(fc.property(fc.array(span), cuts, fc.string(), (spans, at, text) => {
    const replacements = at.flatMap((start, index) => {
      const end = at[index + 1];
      return index % 2 === 0 && end !== undefined ? [{ start, end, text }] : [];
    });
    const { rich, places } = replaced({ text: TEXT, spans }, replacements);
    for (const { start, length } of places) assert.equal(rich.text.slice(start, start + length), text);
    for (const { start, length } of rich.spans) {
      assert.ok(start >= 0 && length > 0 && start + length <= rich.text.length);
    }
  }));
});
