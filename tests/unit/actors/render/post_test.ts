import assert from "node:assert/strict";
import {
  type Capabilities,
  type Content,
  type Fitted,
  type NativeOp,
  type Op,
  type RichText,
} from "../../../../actors/model/mod.ts";
import { lower, type LowerContext } from "../../../../actors/render/mod.ts";
import { ANNA, bridge, MESSAGE, table } from "./bridges.ts";
import { fileBridge, fitted, media, post, QUOTE } from "./files.ts";

const HEAD = "Anna · WhatsApp";
const LONG = "word ".repeat(24).trim();
const LINK: Fitted = { form: "link", url: "https://plenum.test/f/x", name: "a.jpg", bytes: 5_000_000 };
const GONE: Fitted = { form: "none", problem: "gone" };
const LIVE = { type: "location", latitude: 1, longitude: 2, live: "ended" } as const;

function edit(content: Content, more: { tally?: string; quiet?: boolean } = {}): Op {
  return { type: "edit", message: MESSAGE, author: ANNA, content, ...more };
}

/** Type, target and words of each part, for short comparisons. */
function brief(op: Op, context: LowerContext): string[] {
  return lower(op, context).map(({ op }) => [op.type, ...targetOf(op), wordsIn(op)].join(" ").trim());
}

function targetOf(op: NativeOp): string[] {
  if ("target" in op) return op.type === "edit" && op.caption === true ? [op.target, "caption"] : [op.target];
  return "replyTo" in op && op.replyTo !== undefined ? [`to ${op.replyTo}`] : [];
}

function wordsIn(op: NativeOp): string {
  if (op.type === "media") return op.caption.text;
  if (op.type === "location") return [op.label, op.address].filter((one) => one !== undefined).join(", ");
  if (op.type === "contact") return `${op.name} ${op.phones.join(" ")}`;
  if (op.type === "poll") return [op.question, ...op.options].join(" | ");
  return "text" in op ? op.text.text : "";
}

const POSTS: readonly [string, Op, LowerContext, string[]][] = [
  ["words stand under a file", post(media("The lake")), fileBridge(fitted()), [`media ${HEAD}\nThe lake`]],
  ["only its author stands under a file without words", post(media("  ")), fileBridge(fitted()), [
    `media ${HEAD}`,
  ]],
  ["words that are too long stand above a file", post(media(LONG)), fileBridge(fitted()), [
    `post ${HEAD}\n${LONG}`,
    "media",
  ]],
  ["words stand above a file that has none", post(media("Hi")), fileBridge(fitted("sticker")), [
    `post ${HEAD}\nHi`,
    "media",
  ]],
  ["only its author stands above a sticker", post(media("", "sticker")), fileBridge(fitted("sticker")), [
    `post ${HEAD}`,
    "media",
  ]],
  ["a link takes the place of a file", post(media("The lake")), fileBridge(LINK), [
    `post ${HEAD}\nPhoto (5.0 MB): https://plenum.test/f/x\nThe lake`,
  ]],
  ["words take the place of a file that is gone", post(media("The lake")), fileBridge(GONE), [
    `post ${HEAD}\n[Photo: the messenger that it was sent on no longer has it]\nThe lake`,
  ]],
  ["words take the place of a refused file", post(media()), fileBridge(LINK, {}, { refused: true }), [
    `post ${HEAD}\nPhoto (5.0 MB): https://plenum.test/f/x`,
  ]],
  [
    "a file answers what its message answers",
    post(media("Hi"), { replyTo: QUOTE }),
    fileBridge(fitted(), {}, { natives: ["earlier"] }),
    [`media to earlier ${HEAD}\nHi`],
  ],
  [
    "what stands above a file answers what its message answers",
    post(media(LONG), { replyTo: QUOTE }),
    fileBridge(fitted(), {}, { natives: ["earlier"] }),
    [`post to earlier ${HEAD}\n${LONG}`, "media"],
  ],
  [
    "a quote stands under a file where the messenger cannot point at what it answers",
    post(media("Hi"), { replyTo: QUOTE }),
    fileBridge(fitted()),
    [`media ${HEAD}\n> Ben: Who is in?\nHi`],
  ],
];

for (const [name, op, context, wanted] of POSTS) {
  Deno.test(`posts of files: ${name}`, () => assert.deepEqual(brief(op, context), wanted));
}

Deno.test("posts of files: the room under a file is counted as the messenger counts", () => {
  const bytes = new TextEncoder().encode(`${HEAD}\n`).length;

  for (const [count, types] of [[bytes + 20, ["media"]], [bytes + 19, ["post", "media"]]] as const) {
    const context = fileBridge(fitted(), { caption: { count, unit: "bytes" } });
    assert.deepEqual(lower(post(media("ä".repeat(10))), context).map(({ op }) => op.type), types);
  }
});

Deno.test("posts of files: spans that are out of range are cut", () => {
  const wild: RichText = { text: "Hi", spans: [{ type: "italic", start: 1, length: 99 }] };

  const [part] = lower(post(media(wild)), fileBridge(fitted()));

  assert(part?.op.type === "media");
  assert.deepEqual(part.op.caption.spans.at(-1), { type: "italic", start: HEAD.length + 2, length: 1 });
});

const POLL: Content = { type: "poll", question: "When?", options: ["Fri", "Sat"] };
const POLLS: Partial<Capabilities> = {
  poll: { support: "full", questionUtf16: 20, options: 3, optionUtf16: 10, closes: true, foreign: true },
};
const PLACE: Content = {
  type: "location",
  latitude: 52.5,
  longitude: 13.25,
  label: "Lake",
  address: "Shore 1",
};
const CARD: Content = { type: "contact", name: "Ben", phones: ["+49 1"] };
const MAP = "https://www.openstreetmap.org/?mlat=52.50000&mlon=13.25000";

const KINDS: readonly [string, Content, Partial<Capabilities>, string[]][] = [
  ["a place has its author above it", PLACE, { location: "full" }, [
    `post ${HEAD}`,
    "location Lake, Shore 1",
  ]],
  ["a place in words has a map", PLACE, {}, [`post ${HEAD}\n📍 Location\nLake\nShore 1\n${MAP}`]],
  ["names of a place break no lines", { ...PLACE, label: "La\nke", address: " \n" }, { location: "full" }, [
    `post ${HEAD}`,
    "location La ke",
  ]],
  ["a place that moves says so above it", { ...PLACE, live: "started" }, { location: "full" }, [
    `post ${HEAD}\n📍 Live location (where it began)`,
    "location Lake, Shore 1",
  ]],
  ["the end of a live place is told in words", LIVE, { location: "full" }, [
    `post ${HEAD}\n📍 Live location ended here\n` +
    "https://www.openstreetmap.org/?mlat=1.00000&mlon=2.00000",
  ]],
  ["a card has its author above it", CARD, { contact: "full" }, [`post ${HEAD}`, "contact Ben +49 1"]],
  ["a card without numbers is told in words", { type: "contact", name: "Ben" }, { contact: "full" }, [
    `post ${HEAD}\n👤 Contact: Ben`,
  ]],
  ["a card without a name has one", { ...CARD, name: "\n" }, { contact: "full" }, [
    `post ${HEAD}`,
    "contact Contact +49 1",
  ]],
  ["a poll has its author above it", POLL, POLLS, [`post ${HEAD}`, "poll When? | Fri | Sat"]],
  ["a poll in words is numbered", POLL, {}, [
    `post ${HEAD}\n📊 When?\n1. Fri\n2. Sat\nAnswer with a number.`,
  ]],
  ["a poll with too many options is in words", { ...POLL, options: ["a", "b", "c", "d"] }, POLLS, [
    `post ${HEAD}\n📊 When?\n1. a\n2. b\n3. c\n4. d\nAnswer with a number.`,
  ]],
  ["a poll whose options would be the same is in words", { ...POLL, options: [LONG, `${LONG}!`] }, POLLS, [
    `post ${HEAD}\n📊 When?\n1. ${LONG}\n2. ${LONG}!\nAnswer with a number.`,
  ]],
  ["a poll that asks nothing is in words", { ...POLL, question: " \n" }, POLLS, [
    `post ${HEAD}\n📊 \n1. Fri\n2. Sat\nAnswer with a number.`,
  ]],
  ["a poll that had to be cut has all its words above it", { ...POLL, question: `When? ${LONG}` }, POLLS, [
    `post ${HEAD}\n📊 When? ${LONG}\n1. Fri\n2. Sat`,
    "poll When? word word wor… | Fri | Sat",
  ]],
];

for (const [name, content, changes, wanted] of KINDS) {
  Deno.test(`posts: ${name}`, () => assert.deepEqual(brief(post(content), bridge(table(changes))), wanted));
}

Deno.test("posts: every kind is put into words where its native form was refused", () => {
  const changes = { ...POLLS, location: "full", contact: "full" } as const;

  for (const content of [PLACE, CARD, POLL]) {
    const parts = lower(post(content), bridge(table(changes), { refused: true }));
    assert.deepEqual(parts.map(({ op }) => op.type), ["post"]);
  }
});

const EDITS: readonly [string, Op, LowerContext, string[]][] = [
  ["words under a file", edit(media("New")), fileBridge(fitted(), {}, { natives: ["f"] }), [
    `edit f caption ${HEAD}\nNew`,
  ]],
  ["no words under a file", edit(media("")), fileBridge(fitted(), {}, { natives: ["f"] }), [
    `edit f caption ${HEAD}`,
  ]],
  [
    "a tally under a file without words",
    edit(media(""), { tally: "👍 2" }),
    fileBridge(fitted(), {}, { natives: ["f"] }),
    [`edit f caption ${HEAD}\n👍 2`],
  ],
  [
    "words above a file",
    edit(media("New")),
    fileBridge(fitted(), {}, { natives: ["a", "f"] }),
    [`edit a ${HEAD}\nNew`],
  ],
  [
    "fewer words above a file than there were",
    edit(media("New")),
    fileBridge(fitted(), {}, { natives: ["a", "b", "f"] }),
    [`edit a ${HEAD}\nNew`, "delete b"],
  ],
  [
    "words of a file that went as a link",
    edit(media("New")),
    fileBridge(LINK, {}, { natives: ["a"] }),
    [`edit a ${HEAD}\nPhoto (5.0 MB): https://plenum.test/f/x\nNew`],
  ],
];

for (const [name, op, context, wanted] of EDITS) {
  Deno.test(`edits can change ${name}`, () => assert.deepEqual(brief(op, context), wanted));
}

const TOLD: readonly [string, Op, LowerContext][] = [
  [
    "under a file where they cannot be changed",
    edit(media("New")),
    fileBridge(fitted(), { edit: { support: "full", windowMs: null } }, { natives: ["f"] }),
  ],
  ["under a file where they are too long", edit(media(LONG)), fileBridge(fitted(), {}, { natives: ["f"] })],
  [
    "above a file where they are longer than before",
    edit(media("word ".repeat(1000))),
    fileBridge(fitted(), {}, { natives: ["a", "f"] }),
  ],
  ["of a message that is not there", edit(media("New")), fileBridge(fitted())],
];

for (const [name, op, context] of TOLD) {
  Deno.test(`edits of words ${name} are told in words`, () => {
    const [first, ...rest] = lower(op, context);
    assert(first?.op.type === "post");
    assert.match(first.op.text.text, /^✏️ Anna · WhatsApp \(edited\)\n/);
    assert(rest.every(({ op }) => op.type === "post"));
  });

  Deno.test(`edits that are no news ${name} are not told`, () => {
    assert(op.type === "edit");
    assert.deepEqual(lower({ ...op, quiet: true }, context), []);
  });
}

Deno.test("edits tell of the end of a live place without a pencil", () => {
  const [told] = brief(edit(LIVE), bridge(table({ location: "full" }), { natives: ["f"] }));

  assert.match(told ?? "", /^post to f Anna · WhatsApp\n📍 Live location ended here\n/);
});

Deno.test("edits of a live place that is in words change them", () => {
  assert.deepEqual(brief(edit(LIVE), bridge(table({ location: "none" }), { natives: ["f"] })), [
    "edit f Anna · WhatsApp\n📍 Live location ended here\n" +
    "https://www.openstreetmap.org/?mlat=1.00000&mlon=2.00000",
  ]);
});

Deno.test("edits leave no span of the words on the tally below them", () => {
  const wild: RichText = { text: "Hi", spans: [{ type: "bold", start: 0, length: 99 }] };

  const [part] = lower(
    edit({ type: "text", body: wild }, { tally: "👍 2" }),
    bridge(table(), { natives: ["a"] }),
  );

  assert(part?.op.type === "edit");
  const tally = part.op.text.text.indexOf("👍");
  const marks = part.op.text.spans.filter(({ start, length }) => start <= tally && tally < start + length);
  assert.deepEqual(marks.map(({ type }) => type), ["italic"]);
});
