/** Mentions: names instead of addresses, whatever else stands there. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { MemberId, NativeId, type RichText, type Span } from "../../../../actors/model/mod.ts";
import { withMentions } from "../../../../actors/group/mentions.ts";

const ADA = NativeId.parse("1@lid");
const BOB = NativeId.parse("2@lid");
const NAMES: Readonly<Record<string, string>> = { [ADA]: "Ada", [BOB]: "WhatsApp guest 7F3" };

function named(body: RichText): RichText {
  const content = withMentions({ type: "text", body }, (person) => ({
    member: MemberId.parse(`m_${person.replace(/\W/g, "").padEnd(16, "x")}`),
    name: NAMES[person] ?? "?",
  }));
  assert.ok(content.type === "text");
  return content.body;
}

function mention(start: number, length: number, person: NativeId): Span {
  return { type: "mention", start, length, person };
}

Deno.test("a mention becomes the member's name, and what is marked after it moves along", () => {
  const text = "hi @49151 and @… see this";
  const body = named({
    text,
    spans: [
      mention(text.indexOf("@49151"), 6, ADA),
      mention(text.indexOf("@…"), 2, BOB),
      { type: "bold", start: text.indexOf("see"), length: 3 },
    ],
  });

  assert.equal(body.text, "hi @Ada and @WhatsApp guest 7F3 see this");
  const bold = body.spans.find(({ type }) => type === "bold");
  assert.equal(body.text.slice(bold?.start, (bold?.start ?? 0) + 3), "see");
  assert.deepEqual(
    body.spans.filter(({ type }) => type === "mention").map((span) => [span.member, span.person]),
    [
      ["m_1lidxxxxxxxxxxxx", undefined],
      ["m_2lidxxxxxxxxxxxx", undefined],
    ],
  );
});

Deno.test("a mark around a mention stays around the name", () => {
  const body = named({ text: "*@1* x", spans: [{ type: "bold", start: 0, length: 4 }, mention(1, 2, ADA)] });

  assert.equal(body.text, "*@Ada* x");
  assert.deepEqual(body.spans[0], { type: "bold", start: 0, length: 6 });
});

Deno.test("a link over a mention goes with it, as its address would tell whom it was", () => {
  const link = { type: "link", start: 0, length: 8, url: "https://wa.me/4917012" } as const;
  const body = named({ text: "@4917012 ok", spans: [link, mention(0, 8, ADA)] });

  assert.equal(body.text, "@Ada ok");
  assert.deepEqual(body.spans.map(({ type }) => type), ["mention"]);
});

Deno.test("mentions that overlap leave no letter of what any of them stood over, and every other letter", () => {
  const length = 24;
  const spans = fc.array(
    fc.record({
      start: fc.nat(length + 4),
      length: fc.integer({ min: 1, max: 9 }),
      type: fc.constantFrom("mention" as const, "bold" as const),
    }),
    { maxLength: 8 },
  );
  fc.assert(fc.property(fc.stringMatching(/^[b-f]{24}$/), spans, (text, given) => {
    const body = named({
      text,
      spans: given.map((span) => span.type === "mention" ? { ...span, person: ADA } : span),
    });

    const under = (at: number): boolean =>
      given.some(({ type, start, length }) => type === "mention" && start <= at && at < start + length);
    const kept = [...text].filter((_, at) => !under(at)).join("");
    assert.equal(body.text.replaceAll("@Ada", ""), kept);
    for (const { type, start, length, person } of body.spans) {
      assert.equal(person, undefined);
      if (type === "mention") assert.equal(body.text.slice(start, start + length), "@Ada");
    }
  }));
});

Deno.test("nothing of what stood under a mention is left, and every span stays inside the text", () => {
  const parts = fc.array(
    fc.record({
      before: fc.stringMatching(/^[a-c ]{0,4}$/),
      number: fc.stringMatching(/^[1-9]{1,8}$/),
      person: fc.constantFrom(ADA, BOB),
    }),
    { maxLength: 6 },
  );
  const others = fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 20 })), { maxLength: 4 });
  fc.assert(fc.property(parts, others, (given, marks) => {
    let text = "";
    const spans: Span[] = [];
    for (const { before, number, person } of given) {
      text += before;
      spans.push(mention(text.length, number.length + 1, person));
      text += `@${number}`;
    }
    for (const [start, length] of marks) {
      spans.push({ type: "bold", start, length });
    }

    const body = named({ text, spans });

    const words = body.text.replaceAll("@Ada", "").replaceAll("@WhatsApp guest 7F3", "");
    assert.equal(words, given.map(({ before }) => before).join(""));
    for (const { start, length, person } of body.spans) {
      assert.equal(person, undefined);
      assert.ok(length > 0 && start >= 0 && start + length <= body.text.length);
    }
  }));
});

Deno.test("nothing that stood under mentions is left where they overlap", () => {
  const spans = fc.array(fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 12 }), fc.constantFrom(ADA, BOB)));
  fc.assert(fc.property(fc.stringMatching(/^[a-z]{0,30}$/), spans, (text, given) => {
    const mentions = given.map(([start, length, person]) => mention(start, length, person));
    const apart = text.split("").filter((_, index) =>
      !mentions.some(({ start, length }) => index >= start && index < start + length)
    );

    const body = named({ text, spans: mentions });

    const words = body.text.replaceAll("@Ada", "").replaceAll("@WhatsApp guest 7F3", "");
    assert.equal(words, apart.join(""));
    for (const { start, length } of body.spans) {
      assert.match(body.text.slice(start, start + length), /^@(Ada|WhatsApp guest 7F3)$/);
    }
  }));
});
