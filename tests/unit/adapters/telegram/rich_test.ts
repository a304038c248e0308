import assert from "node:assert/strict";
import type { RichMessage } from "@grammyjs/types";
import { flatten } from "../../../../adapters/telegram/rich.ts";
import { said } from "./update.ts";

Deno.test("a rich message comes as a text: its words in order, marks as spans", () => {
  const page: RichMessage = {
    blocks: [
      { type: "heading", text: "Lake", size: 1 },
      { type: "paragraph", text: ["See ", { type: "url", text: "the map", url: "https://e.org/" }, "."] },
      { type: "pre", text: "boat()", language: "ts" },
    ],
  };
  const [event] = said({ rich_message: page });
  assert(event?.type === "message");
  assert.deepEqual(event.content, {
    type: "text",
    body: {
      text: "Lake\nSee the map.\nboat()",
      spans: [
        { type: "bold", start: 0, length: 4 },
        { type: "link", start: 9, length: 7, url: "https://e.org/" },
        { type: "pre", start: 18, length: 6, language: "ts" },
      ],
    },
  });
});

const PAGES: readonly (readonly [string, object, string])[] = [
  ["lists with their labels and boxes", {
    type: "list",
    items: [item("1.", "tent"), { ...item("", "boat"), has_checkbox: true, is_checked: true }],
  }, "1. tent\n☑ boat"],
  ["quotes with who is quoted", {
    type: "blockquote",
    blocks: [{ type: "paragraph", text: "Swim." }],
    credit: "Ada",
  }, "Swim.\n— Ada"],
  [
    "tables row by row",
    { type: "table", cells: [[{ text: "a" }, { text: "b" }], [{}, { text: "d" }]] },
    "a | b\n | d",
  ],
  [
    "pictures by their names and captions",
    { type: "photo", photo: [], caption: { text: "the pier" } },
    [
      "[content.photo]",
      "the pier",
    ].join("\n"),
  ],
  ["details with their summary", {
    type: "details",
    summary: "More",
    blocks: [{ type: "paragraph", text: "inside" }],
  }, "More\ninside"],
  ["custom emoji by what they stand for, and formulas by their source", {
    type: "paragraph",
    text: [{ type: "custom_emoji", custom_emoji_id: "1", alternative_text: "🦩" }, " ", {
      type: "mathematical_expression",
      expression: "x^2",
    }],
  }, "🦩 x^2"],
  ["kinds that came after us by their words", { type: "hologram", text: "hi" }, "hi"],
];

for (const [what, block, text] of PAGES) {
  Deno.test(`a rich message shows ${what}`, () => {
    assert.equal(flatten({ blocks: [block] }, (key) => key)?.text, text);
  });
}

Deno.test("a rich message tells nobody's profile, and no more marks than anybody reads", () => {
  const mention = { type: "url", text: "Ada", url: "tg://user?id=5" };
  assert.deepEqual(flatten({ blocks: [{ type: "paragraph", text: mention }] }, (key) => key), {
    text: "Ada",
    spans: [],
  });
  const text = Array.from({ length: 5000 }, () => ({ type: "bold", text: "x" }));
  const body = flatten({ blocks: [{ type: "paragraph", text }] }, (key) => key);
  assert.equal(body?.text.length, 5000);
  assert(body.spans.length <= 200);
});

function item(label: string, text: string): object {
  return { label, blocks: [{ type: "paragraph", text }] };
}
