import assert from "node:assert/strict";
import fc from "fast-check";
import { type Content, NativeId, plain, textContent } from "../../../../actors/model/mod.ts";
import { createTexts, excerpt } from "../../../../actors/render/mod.ts";

const texts = createTexts({ en: { "content.photo": "Photo", "content.poll": "Poll" }, de: {} });

function text(key: string, values?: Readonly<Record<string, string>>): string {
  return texts("en", key, values);
}

Deno.test("an excerpt is one line of at most 60 characters, ending with … when it is cut", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (words) => {
    const line = excerpt(textContent(plain(words)), text);

    assert.ok(line.length <= 60 && !/[\n\r]/.test(line) && line.isWellFormed());
  }));
  assert.equal(excerpt(textContent(plain("One\n  two")), text), "One two");
  assert.equal(excerpt(textContent(plain("x".repeat(61))), text), "x".repeat(59) + "…");
  assert.equal(excerpt(textContent(plain("x".repeat(60))), text), "x".repeat(60));
});

Deno.test("an excerpt does not cut an emoji apart", () => {
  const line = excerpt(textContent(plain("x".repeat(55) + "👩‍👩‍👧‍👦 and more")), text);

  assert.equal(line, "x".repeat(55) + "…");
});

Deno.test("an excerpt hides what is under a spoiler", () => {
  const body = { text: "It was Ben", spans: [{ type: "spoiler" as const, start: 7, length: 3 }] };

  assert.equal(excerpt(textContent(body), text), "It was ▒▒▒");
});

Deno.test("an excerpt of a picture or a poll says what it is and keeps its words", () => {
  const poll: Content = { type: "poll", question: "When?", options: ["Sat", "Sun"] };
  const photo: Content = {
    type: "media",
    kind: "photo",
    media: { native: NativeId.parse("f1"), mime: "image/jpeg", bytes: null },
    caption: plain(""),
  };

  assert.equal(excerpt(poll, text), "[Poll] When?");
  assert.equal(excerpt(photo, text), "[Photo]");
});
