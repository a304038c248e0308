import assert from "node:assert/strict";
import {
  type Capabilities,
  MemberId,
  Messenger,
  NativeId,
  plain,
  type RichText,
} from "../../../../actors/model/mod.ts";
import { lowerShared, type MergedText, mergeTexts } from "../../../../actors/render/merged.ts";
import { ANNA, bridge, EARLIER, plainText, table } from "./bridges.ts";

const NOON = Date.UTC(2026, 10, 23, 12);
const BEN = { name: "Ben", messenger: Messenger.parse("signal") };
const TARGET = NativeId.parse("native");
const QUOTE = { message: EARLIER, name: "Cleo", excerpt: "Who is in?" };

function said(words: string | RichText, more: Partial<MergedText> = {}): MergedText {
  const body = typeof words === "string" ? plain(words) : words;
  return { author: ANNA, body, at: NOON, ...more };
}

function merged(texts: readonly MergedText[], changes: Partial<Capabilities> = {}): RichText {
  return mergeTexts(texts, bridge(table(changes))).text;
}

Deno.test("texts in one message stand below their authors and times", () => {
  const text = merged([said("Hello"), said("Hi", { author: BEN, at: NOON + 60_000 })]);

  assert.equal(text.text, "Anna · WhatsApp · 12:00\nHello\n\nBen · Signal · 12:01\nHi");
  assert.deepEqual(text.spans, [
    { type: "bold", start: 0, length: 4 },
    { type: "bold", start: text.text.indexOf("Ben"), length: 3 },
  ]);
});

Deno.test("texts of one author in one minute share a head", () => {
  assert.equal(
    merged([said("Hello"), said("all", { at: NOON + 59_000 })]).text,
    "Anna · WhatsApp · 12:00\nHello\n\nall",
  );
});

for (
  const [who, other] of [
    ["a minute later", { at: NOON + 60_000 }],
    ["by somebody of the same name elsewhere", { author: { ...ANNA, messenger: BEN.messenger } }],
  ] as const
) {
  Deno.test(`a text ${who} has a head of its own`, () => {
    assert.equal(merged([said("Hello"), said("all", other)]).text.match(/Anna · /g)?.length, 2);
  });
}

Deno.test("texts in one message keep their spans, and a reply its quote", () => {
  const bold: RichText = { text: "all of you", spans: [{ type: "italic", start: 0, length: 3 }] };

  const text = merged([said("Hello"), said(bold, { replyTo: QUOTE })]);

  assert.equal(text.text, "Anna · WhatsApp · 12:00\nHello\n\n> Cleo: Who is in?\nall of you");
  const span = text.spans.find(({ type }) => type === "italic");
  assert.deepEqual(span, { type: "italic", start: text.text.indexOf("all"), length: 3 });
});

Deno.test("a span that is out of range reaches into no other text", () => {
  const wild: RichText = { text: "Hello", spans: [{ type: "strike", start: 2, length: 500 }] };

  const text = merged([said(wild), said("Hi", { author: BEN })]);

  const span = text.spans.find(({ type }) => type === "strike");
  assert.deepEqual(span, { type: "strike", start: text.text.indexOf("llo"), length: 3 });
});

Deno.test("a name in one of several texts notifies whom it means, where they are", () => {
  const member = MemberId.parse(`m_${"x".repeat(16)}`);
  const native = NativeId.parse("ben");
  const body: RichText = { text: "@Ben", spans: [{ type: "mention", start: 0, length: 4, member }] };
  const spans = { ...table().text.spans, mention: "full" } as const;
  const max = { count: 4096, unit: "utf16" } as const;

  for (const [messenger, wanted] of [["telegram", native], ["signal", undefined]] as const) {
    const pings = [{ member, messenger: Messenger.parse(messenger), native }];
    const text = merged([said("Hello"), said(body, { pings })], { text: { max, spans } });
    assert.equal(text.spans.find(({ type }) => type === "mention")?.person, wanted);
  }
});

Deno.test("a message takes as many texts as it has room for, and always one", () => {
  const texts = ["x".repeat(30), "y".repeat(30), "z".repeat(30)].map((words) => said(words));

  for (const [room, count] of [[200, 3], [118, 3], [117, 2], [60, 1], [20, 1]] as const) {
    assert.equal(mergeTexts(texts, bridge(table(plainText(room)))).count, count, `in ${room} characters`);
  }
});

Deno.test("the room for several texts is counted as the messenger counts", () => {
  const texts = [said("日本"), said("日本")];
  const bytes = new TextEncoder().encode("Anna · WhatsApp · 12:00\n日本\n\n日本").length;

  assert.equal(mergeTexts(texts, bridge(table(plainText(bytes, "bytes")))).count, 2);
  assert.equal(mergeTexts(texts, bridge(table(plainText(bytes - 1, "bytes")))).count, 1);
});

Deno.test("a change to one of several texts changes the message that they share", () => {
  const texts = [said("Hello"), said("all")];

  const parts = lowerShared(TARGET, texts, bridge(table(plainText(4096))));

  assert.deepEqual(parts, [{
    op: { type: "edit", target: TARGET, text: plain("Anna · WhatsApp · 12:00\nHello\n\nall") },
    names: false,
  }]);
});

Deno.test("a message whose texts were all taken back is taken away", () => {
  assert.deepEqual(lowerShared(TARGET, [], bridge(table())), [
    { op: { type: "delete", target: TARGET }, names: false },
  ]);
});

Deno.test("a change for which the message has no room cannot be made in it", () => {
  const texts = [said("Hello"), said("x".repeat(60))];

  assert.equal(lowerShared(TARGET, texts, bridge(table(plainText(60)))), null);
  assert.equal(lowerShared(TARGET, texts.slice(1), bridge(table(plainText(60)))), null);
});
