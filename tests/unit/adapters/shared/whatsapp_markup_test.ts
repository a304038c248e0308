import assert from "node:assert/strict";
import fc from "fast-check";
import type { SpanType } from "../../../../actors/model/mod.ts";
import { decodeMarkup } from "../../../../adapters/shared/whatsapp_markup.ts";

/** What is typed, what is shown, and each span with the text that it covers. */
const CASES: readonly (readonly [string, string, readonly (readonly [SpanType, string])[]])[] = [
  ["plain", "plain", []],
  ["*bold*", "bold", [["bold", "bold"]]],
  ["_italic_ and ~strike~", "italic and strike", [["italic", "italic"], ["strike", "strike"]]],
  ["`code`", "code", [["code", "code"]]],
  ["```a\nb```", "a\nb", [["pre", "a\nb"]]],
  ["*_both_*", "both", [["bold", "both"], ["italic", "both"]]],
  ["*a _b_ c*", "a b c", [["bold", "a b c"], ["italic", "b"]]],
  ["`*raw*`", "*raw*", [["code", "*raw*"]]],
  ["😀 *b* 😀", "😀 b 😀", [["bold", "b"]]],
  ["(*b*), *c*!", "(b), c!", [["bold", "b"], ["bold", "c"]]],
  ["2*3*4", "2*3*4", []],
  ["snake_case_name", "snake_case_name", []],
  ["* a *", "* a *", []],
  ["*open", "*open", []],
  ["*two\nlines*", "*two\nlines*", []],
  ["**", "**", []],
  ["* * *", "* * *", []],
  ["*a_b*c_", "*a_b*c_", []],
  ["``", "``", []],
  ["> a *b*\n> c\nd", "a b\nc\nd", [["quote", "a b\nc"], ["bold", "b"]]],
  ["a\n> b", "a\nb", [["quote", "b"]]],
  ["a > b", "a > b", []],
  [">b", ">b", []],
  ["> ", "> ", []],
  ["https://a.b/_c_ _d_", "https://a.b/_c_ d", [["italic", "d"]]],
  ["_https://a.b/c_", "https://a.b/c", [["italic", "https://a.b/c"]]],
  ["*\u2060a*", "*a*", []],
  ["a\u2060*b*\u2060c", "abc", [["bold", "b"]]],
  ["a\u2060b", "a\u2060b", []],
  ["", "", []],
];

for (const [typed, text, spans] of CASES) {
  Deno.test(`WhatsApp's markup: ${JSON.stringify(typed)} shows ${JSON.stringify(text)}`, () => {
    const decoded = decodeMarkup(typed);

    assert.equal(decoded.text, text);
    const covered = decoded.spans.map((
      { type, start, length },
    ) => [type, decoded.text.slice(start, start + length)]);
    assert.deepEqual(covered, spans);
  });
}

const letters = fc.string({ unit: fc.constantFrom("*", "_", "~", "`", "a", " ", "\n", "😀"), maxLength: 60 });

Deno.test("WhatsApp's markup never loses or moves a letter, and its spans lie inside and never cross", () => {
  fc.assert(fc.property(letters, (typed) => {
    const { text, spans } = decodeMarkup(typed);
    const kept = (one: string): string => one.replaceAll(/[*_~`]/g, "");
    assert.equal(kept(text), kept(typed));
    for (const { start, length } of spans) assert(length > 0 && start + length <= text.length);
    for (const a of spans) {
      for (const b of spans) {
        const crosses = a.start < b.start && b.start < a.start + a.length &&
          a.start + a.length < b.start + b.length;
        assert(!crosses, "two spans cross");
      }
    }
  }));
});

Deno.test("WhatsApp's markup takes the longest text of nothing but marks without delay", () => {
  const started = performance.now();
  for (const mark of ["*", "_a", "*a ", "`", "*_~", "` ", "*a* ", "```a"]) {
    decodeMarkup(mark.repeat(Math.floor(65_536 / mark.length)));
  }

  assert(performance.now() - started < 2000, `it took ${performance.now() - started} ms`);
});
