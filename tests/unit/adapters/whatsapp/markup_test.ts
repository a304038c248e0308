/** WhatsApp's markup both ways. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { NativeId, type RichText, type Span, type SpanType } from "../../../../actors/model/mod.ts";
import { decodeText } from "../../../../adapters/whatsapp/markup.ts";
import { encodeText } from "../../../../adapters/whatsapp/marks.ts";
import { decodeMediaId, encodeMediaId } from "../../../../adapters/whatsapp/media_ids.ts";

function span(type: SpanType, start: number, length: number): Span {
  return { type, start, length };
}

function typesAt(spans: readonly Span[], at: number): SpanType[] {
  return spans.filter(({ start, length }) => start <= at && at < start + length).map(({ type }) => type);
}

const BOTH: readonly (readonly [string, RichText])[] = [
  ["plain", { text: "plain", spans: [] }],
  ["*b* _i_ ~s~ `c`", {
    text: "b i s c",
    spans: [span("bold", 0, 1), span("italic", 2, 1), span("strike", 4, 1), span("code", 6, 1)],
  }],
  ["```a\nb```", { text: "a\nb", spans: [span("pre", 0, 3)] }],
  ["*_both_*", { text: "both", spans: [span("bold", 0, 4), span("italic", 0, 4)] }],
  ["> quoted\n> twice\nnot", { text: "quoted\ntwice\nnot", spans: [span("quote", 0, 12)] }],
  ["> *loud*\nx", { text: "loud\nx", spans: [span("quote", 0, 4), span("bold", 0, 4)] }],
  ["*one*\n*two*", { text: "one\ntwo", spans: [span("bold", 0, 3), span("bold", 4, 3)] }],
];

for (const [typed, rich] of BOTH) {
  Deno.test(`${JSON.stringify(typed)} is read and written`, () => {
    assert.deepEqual(decodeText(typed), rich);
    assert.equal(encodeText(rich), typed);
  });
}

Deno.test("marks in an address are part of it", () => {
  const typed = "see https://x.example/_a_/b_c?d=_e_f and *https://y.example/g_h*";

  const { text, spans } = decodeText(typed);

  assert.equal(text, "see https://x.example/_a_/b_c?d=_e_f and https://y.example/g_h");
  assert.deepEqual(spans.map(({ type }) => type), ["bold"]);
});

Deno.test("what WhatsApp has no mark for goes without, and its text stays", () => {
  const spans = [span("underline", 0, 5), span("spoiler", 6, 5), span("bold", 1, 2)];

  assert.equal(encodeText({ text: "under spoil", spans }), "under spoil");
});

Deno.test("a mark over several lines is set on each of them", () => {
  assert.equal(encodeText({ text: "one\ntwo ", spans: [span("bold", 0, 8)] }), "*one*\n*two* ");
});

Deno.test("nothing of a text is lost on the way there and back", () => {
  const words = fc.array(fc.constantFrom("one", "zwei", "drei", "😀", "ünï"), { minLength: 1, maxLength: 8 });
  const marks = fc.array(
    fc.tuple(fc.constantFrom<SpanType>("bold", "italic", "strike", "code"), fc.nat(7), fc.nat(3)),
    { maxLength: 5 },
  );
  fc.assert(fc.property(words, marks, (given, chosen) => {
    const text = given.join(" ");
    const starts = given.map((_, at) => given.slice(0, at).join(" ").length + (at === 0 ? 0 : 1));
    const spans = chosen.flatMap(([type, from, more]) => {
      const start = starts[from];
      const last = Math.min(from + more, given.length - 1);
      const end = (starts[last] ?? 0) + (given[last]?.length ?? 0);
      return start === undefined || end <= start ? [] : [span(type, start, end - start)];
    });

    const back = decodeText(encodeText({ text, spans }));

    assert.equal(back.text, text);
    for (let at = 0; at < text.length; at++) {
      for (const type of typesAt(back.spans, at)) {
        assert.ok(typesAt(spans, at).includes(type), `${type} at ${at} was not given`);
      }
    }
  }));
});

Deno.test("no number of anybody who is mentioned stays in the text", () => {
  const person = NativeId.parse("7@lid");
  const mentioned = [{ user: "4915112345678", person }, { user: "5511999990000", person: null }];

  const { text, spans } = decodeText("*@4915112345678* and @5511999990000, see @123456", mentioned);

  assert.equal(text, "@… and @Plenum, see @123456");
  assert.deepEqual(spans, [span("bold", 0, 2), { type: "mention", start: 0, length: 2, person }]);
});

Deno.test("a file's id holds all that is needed to read it, and nothing else is one", () => {
  const media = {
    mediaKey: new Uint8Array(32).fill(3),
    directPath: "/v/t62.7118-24/1_2.enc?ccb=11-4&oh=x",
    type: "image",
    mime: "audio/ogg; codecs=opus",
    bytes: 12,
    key: { remoteJid: "1@g.us", id: "A1", participant: "9@lid" },
  };
  const id = encodeMediaId(media);

  assert.deepEqual(id === null ? null : decodeMediaId(id), media);
  assert.equal(encodeMediaId({ ...media, directPath: "//evil" + "x".repeat(600) }), null);
  assert.equal(decodeMediaId(NativeId.parse("12@34")), null);
});
