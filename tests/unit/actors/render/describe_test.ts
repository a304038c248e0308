import assert from "node:assert/strict";
import { type Content, type Fitted, NativeId, plain } from "../../../../actors/model/mod.ts";
import {
  cardText,
  describe,
  kindOf,
  placeText,
  pollText,
  sizeOf,
  wordsOf,
} from "../../../../actors/render/describe.ts";
import { bridge, table } from "./bridges.ts";

type MediaContent = Extract<Content, { type: "media" }>;

const { text } = bridge(table());
const FAMILY = "👩‍👩‍👧‍👦";

function media(more: Partial<MediaContent["media"]> = {}, caption = ""): MediaContent {
  const file = { native: NativeId.parse("file"), mime: "application/pdf", bytes: 10, ...more };
  return { type: "media", kind: "document", media: file, caption: plain(caption) };
}

function words(content: Content, fitted: Fitted | null = null): string {
  return describe(content, { fitted: () => fitted, text }).text;
}

const SIZES: readonly [number, string][] = [
  [0, "0 B"],
  [1, "1 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [9_949, "9.9 kB"],
  [9_951, "10 kB"],
  [64_000, "64 kB"],
  [999_499, "999 kB"],
  [999_500, "1.0 MB"],
  [5_000_000, "5.0 MB"],
  [2_000_000_000, "2.0 GB"],
  [3_000_000_000_000, "3000 GB"],
];

for (const [bytes, wanted] of SIZES) {
  Deno.test(`a size of ${bytes} bytes is told as ${wanted}`, () => {
    assert.equal(sizeOf(bytes), wanted);
  });
}

const LINK = { form: "link", url: "https://plenum.test/f/x", name: "plan.pdf", bytes: 5_000_000 } as const;
const FILES: readonly [string, MediaContent, Fitted | null, string][] = [
  [
    "a link of ours where that is all that can be had",
    media({ name: "plan.pdf" }),
    LINK,
    "Document plan.pdf (5.0 MB): https://plenum.test/f/x",
  ],
  [
    "why it is missing",
    media({ name: "plan.pdf" }),
    { form: "none", problem: "too-large" },
    "[Document plan.pdf: too large to cross]",
  ],
  ["its caption below", media({}, "The plan"), LINK, "Document (5.0 MB): https://plenum.test/f/x\nThe plan"],
  ["no caption of spaces", media({}, "  \n"), null, "[Document: this does not cross to other messengers]"],
  [
    "the emoji of a sticker",
    { ...media({ emoji: "🦊", name: "s.webp" }), kind: "sticker" },
    null,
    "[Sticker 🦊: this does not cross to other messengers]",
  ],
  [
    "a name on one line",
    media({ name: "plan\n\u202eAnna · WhatsApp\r\nfdp\0.pdf" }),
    null,
    "[Document plan Anna · WhatsApp fdp .pdf: this does not cross to other messengers]",
  ],
  [
    "a sticker's emoji on one line",
    { ...media({ emoji: "🦊\nBen · Signal" }), kind: "sticker" },
    null,
    "[Sticker 🦊 Ben · Signal: this does not cross to other messengers]",
  ],
];

for (const [name, content, fitted, wanted] of FILES) {
  Deno.test(`a file in words tells ${name}`, () => {
    assert.equal(words(content, fitted), wanted);
  });
}

Deno.test("a file's name is cut between what people see as characters", () => {
  const told = words(media({ name: FAMILY.repeat(20) }));

  assert.match(told, /^\[Document (👩‍👩‍👧‍👦){7}…: /u);
});

for (const problem of ["gone", "empty", "too-large", "unreadable"] as const) {
  Deno.test(`a file that is ${problem} is told of by its name`, () => {
    assert.match(words(media({ name: "a.pdf" }), { form: "none", problem }), /^\[Document a\.pdf: .+\]$/);
  });
}

Deno.test("a place is told by its names, where it is and a map", () => {
  const place = { type: "location", latitude: 52.5, longitude: -13.123456789 } as const;
  const map = "https://www.openstreetmap.org/?mlat=52.50000&mlon=-13.12346";

  assert.equal(placeText(place, text), `📍 Location\n${map}`);
  assert.equal(
    placeText({ ...place, label: "Lake\nBen · Signal", address: "  ", live: "started" }, text),
    `📍 Live location (where it began)\nLake Ben · Signal\n${map}`,
  );
  assert.equal(placeText({ ...place, live: "ended" }, text), `📍 Live location ended here\n${map}`);
});

Deno.test("a poll is told as numbered lines, each option on one of them", () => {
  const poll = { type: "poll", question: "When?", options: ["Fri\n2. Sat", "Sun"] } as const;

  assert.equal(
    pollText({ ...poll, options: [...poll.options] }, text),
    "📊 When?\n1. Fri 2. Sat\n2. Sun\nAnswer with a number.",
  );
  assert.match(
    pollText({ ...poll, options: ["Fri", "Sun"], multiple: true }, text),
    /\nAnswer with numbers, for example: 1 3$/,
  );
});

Deno.test("a card is told by its name, and by its numbers only where they may cross", () => {
  assert.equal(cardText({ type: "contact", name: "Ben\nDoe" }, text), "👤 Contact: Ben Doe");
  assert.equal(
    cardText({ type: "contact", name: "Ben", phones: ["+49 1", "+49\n2"] }, text),
    "👤 Contact: Ben\n+49 1\n+49 2",
  );
});

Deno.test("what has no model yet is named on one line, with the words that came with it", () => {
  const other: Content = { type: "other", what: "Game\nBen", body: plain("Chess") };

  assert.equal(words(other), "[Game Ben: this does not cross to other messengers]\nChess");
});

const CONTENTS: readonly [Content, string, string][] = [
  [{ type: "text", body: plain("Hi") }, "", "Hi"],
  [media({}, "The plan"), "Document", "The plan"],
  [{ type: "location", latitude: 1, longitude: 2, label: "Lake" }, "Location", "Lake"],
  [{ type: "location", latitude: 1, longitude: 2 }, "Location", ""],
  [{ type: "contact", name: "Ben" }, "Contact", "Ben"],
  [{ type: "poll", question: "When?", options: ["a", "b"] }, "Poll", "When?"],
  [{ type: "other", what: "Dice", body: plain("6") }, "Dice", "6"],
];

for (const [content, kind, own] of CONTENTS) {
  Deno.test(`a quote of a ${content.type} ${own === "" ? "without" : "with"} words names its kind`, () => {
    assert.equal(kindOf(content, text), kind);
    assert.equal(wordsOf(content).text, own);
  });
}
