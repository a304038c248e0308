import assert from "node:assert/strict";
import fc from "fast-check";
import { plain, type RichText, SpanType } from "../../../../actors/model/mod.ts";
import { lengthOf } from "../../../../actors/render/cut.ts";
import { tidy } from "../../../../actors/render/spans.ts";
import { split } from "../../../../actors/render/split.ts";

const piece = fc.oneof(
  { weight: 8, arbitrary: fc.stringMatching(/^[a-zA-Zäöüß,.]{1,12}$/) },
  { weight: 2, arbitrary: fc.constantFrom("👩‍👩‍👧‍👦", "🇩🇪", "é", "é", "日本語", "👍🏽", "\u{20000}") },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", minLength: 1, maxLength: 90 }) },
);
const gap = fc.constantFrom(" ", "  ", "\n", "\n\n", "\r\n", "\t", "\n    ");
const prose = fc.array(fc.tuple(piece, gap), { maxLength: 80, size: "max" }).map((pairs) =>
  pairs.flat().join("")
);
const limit = fc.record({
  count: fc.integer({ min: 48, max: 400 }),
  unit: fc.constantFrom("utf16" as const, "bytes" as const),
});
const heads = fc.constantFrom("", "Anna · WhatsApp\n").map((head) => ({
  first: plain(head),
  next: plain(head),
}));
const rich = prose.chain((text) =>
  fc.array(
    fc.record({
      type: fc.constantFrom(...SpanType.options),
      start: fc.nat(text.length),
      length: fc.integer({ min: 1, max: text.length + 5 }),
    }),
    { maxLength: 6 },
  ).map((spans): RichText => ({ text, spans }))
);

function words(text: string): string {
  return text.replace(/\s+/g, "");
}

function bare(part: RichText, index: number, count: number, head: string): string {
  const suffix = count > 1 ? ` (${index + 1}/${count})` : "";
  assert.ok(part.text.startsWith(head) && part.text.endsWith(suffix), `head and number frame "${part.text}"`);
  return part.text.slice(head.length, part.text.length - suffix.length);
}

Deno.test("split never makes a message over the limit, in characters or bytes", () => {
  fc.assert(fc.property(rich, limit, heads, (body, max, head) => {
    for (const part of split(body, max, head)) assert.ok(lengthOf(part.text, max.unit) <= max.count);
  }));
});

Deno.test("split is tried with one, few and many messages by these properties", () => {
  const counts = fc.sample(fc.tuple(rich, limit, heads), 200).map((input) => split(...input).length);

  assert.ok(counts.includes(1) && counts.includes(2) && counts.some((count) => count > 9));
});

Deno.test("split keeps every word in order", () => {
  fc.assert(fc.property(rich, limit, heads, (body, max, head) => {
    const parts = split(body, max, head);

    const joined = parts.map((part, index) => bare(part, index, parts.length, head.first.text)).join(" ");

    assert.equal(words(joined), words(body.text.toWellFormed()));
  }));
});

Deno.test("split leaves no lone surrogate and no span that reaches out of its message", () => {
  fc.assert(fc.property(rich, limit, heads, (body, max, head) => {
    for (const part of split(body, max, head)) {
      assert.ok(part.text.isWellFormed());
      for (const span of part.spans) {
        assert.ok(span.length > 0 && span.start >= head.first.text.length);
        assert.ok(span.start + span.length <= part.text.length);
      }
    }
  }));
});

Deno.test("split keeps every marked character marked", () => {
  fc.assert(fc.property(rich, limit, heads, (body, max, head) => {
    // A mark on half of a surrogate pair is one on the whole character.
    const before = markedWords([tidy(body)], "bold");

    const after = markedWords(split(body, max, head), "bold");

    assert.equal(after, before);
  }));
});

Deno.test("split answers the same messages for the same text", () => {
  fc.assert(fc.property(rich, limit, heads, (body, max, head) => {
    assert.deepEqual(split(body, max, head), split(structuredClone(body), max, head));
  }));
});

Deno.test("split cuts a word longer than a message between what people see as characters", () => {
  const family = "👩‍👩‍👧‍👦";

  const parts = split(plain(family.repeat(30)), { count: 64, unit: "utf16" });

  const left = parts.map((part, index) => bare(part, index, parts.length, ""));
  assert.ok(parts.length > 1);
  for (const text of left) assert.equal(text.replaceAll(family, ""), "");
});

Deno.test("split leaves a text that fits exactly in one message without a number", () => {
  assert.deepEqual(split(plain("x".repeat(50)), { count: 50, unit: "utf16" }), [plain("x".repeat(50))]);
  assert.equal(split(plain("ä".repeat(26)), { count: 52, unit: "bytes" }).length, 1);
  assert.equal(split(plain("ä".repeat(27)), { count: 52, unit: "bytes" }).length, 2);
});

Deno.test("split counts the digits of its numbers when there are hundreds of messages", () => {
  const max = { count: 40, unit: "utf16" } as const;

  const parts = split(plain("word ".repeat(2000)), max);

  assert.ok(parts.length > 100);
  assert.ok(parts.every((part) => part.text.length <= max.count));
  assert.ok(parts[0]?.text.endsWith(`(1/${parts.length})`));
});

Deno.test("split keeps the indent of the line after a cut, as code needs it", () => {
  const parts = split(plain(`${"x".repeat(30)}\n    ${"y".repeat(30)}`), { count: 50, unit: "utf16" });

  assert.equal(parts[1]?.text, `    ${"y".repeat(30)} (2/2)`);
});

Deno.test("split makes one message of nothing but spaces", () => {
  assert.equal(split(plain(" ".repeat(500)), { count: 50, unit: "utf16" }).length, 1);
});

function markedWords(parts: readonly RichText[], type: string): string {
  return parts.map((part) =>
    words(
      Array.from(
        { length: part.text.length },
        (_, at) =>
          part.spans.some((span) => span.type === type && span.start <= at && at < span.start + span.length)
            ? part.text.toWellFormed().charAt(at)
            : "",
      ).join(""),
    )
  ).join("");
}
