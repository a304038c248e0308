import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Content,
  Messenger,
  NativeId,
  type NativeOp,
  type Op,
  plain,
  type RichText,
  textContent,
} from "../../../../actors/model/mod.ts";
import { lower, type LowerContext, type Part } from "../../../../actors/render/mod.ts";
import { lengthOf } from "../../../../actors/render/cut.ts";
import { ANNA, bridge, EARLIER, MESSAGE, plainText, table } from "./bridges.ts";

const QUOTE = { message: EARLIER, name: "Ben", excerpt: "Who is in?" };

function post(text: string | RichText, more: { replyTo?: typeof QUOTE } = {}): Op {
  const body = typeof text === "string" ? plain(text) : text;
  return { type: "post", message: MESSAGE, author: ANNA, content: textContent(body), ...more };
}

function edit(text: string): Op {
  return { type: "edit", message: MESSAGE, author: ANNA, content: textContent(plain(text)) };
}

function react(emoji: string | null, more: { quiet?: boolean; excerpt?: string } = {}): Op {
  return { type: "react", message: MESSAGE, author: ANNA, emoji, excerpt: "Who is in?", ...more };
}

const DELETE: Op = { type: "delete", message: MESSAGE, author: ANNA };

function ops(op: Op, context: LowerContext): NativeOp[] {
  return lower(op, context).map((part) => part.op);
}

/** Type, target and text of each part, for short comparisons. */
function brief(parts: readonly Part[]): string[] {
  return parts.map(({ op }) =>
    [op.type, "target" in op ? op.target : "", "text" in op ? op.text.text : ""].filter((word) => word !== "")
      .join(" ")
  );
}

Deno.test("a post carries the author's name in bold and the messenger above its text", () => {
  const [part] = lower(post("Hello"), bridge(table()));

  assert.deepEqual(part, {
    op: {
      type: "post",
      text: { text: "Anna · WhatsApp\nHello", spans: [{ type: "bold", start: 0, length: 4 }] },
    },
    names: true,
  });
});

Deno.test("a post names its author plainly where the messenger has no bold", () => {
  assert.deepEqual(ops(post("Hello"), bridge(table(plainText(4096)))), [
    { type: "post", text: plain("Anna · WhatsApp\nHello") },
  ]);
});

Deno.test("a name with line breaks and direction marks cannot fake the lines around it", () => {
  const author = { ...ANNA, name: "Eve\n\u202eBen · Signal\nI owe you money" };

  const [part] = ops(
    { type: "post", message: MESSAGE, author, content: textContent(plain("x")) },
    bridge(table()),
  );

  assert.equal(part?.type === "post" && part.text.text, "Eve Ben · Signal I owe you money · WhatsApp\nx");
});

Deno.test("a messenger that the locale files do not know is named by its id", () => {
  const author = { ...ANNA, messenger: Messenger.parse("matrix") };

  const [part] = ops(
    { type: "post", message: MESSAGE, author, content: textContent(plain("x")) },
    bridge(table()),
  );

  assert.equal(part?.type === "post" && part.text.text, "Anna · Matrix\nx");
});

Deno.test("a reply points at our native message where it is known and the messenger can", () => {
  const [part] = ops(post("Me!", { replyTo: QUOTE }), bridge(table(), { natives: ["n1", "n2"] }));

  assert.equal(part?.type === "post" && part.replyTo, "n1");
  assert.equal(part?.type === "post" && part.text.text, "Anna · WhatsApp\nMe!");
});

Deno.test("a reply quotes one line where the message is unknown, replies do not exist or were refused", () => {
  const wanted = "Anna · WhatsApp\n> Ben: Who is in?\nMe!";
  const circumstances = [
    bridge(table()),
    bridge(table({ reply: "none" }), { natives: ["n1"] }),
    bridge(table(), { natives: ["n1"], refused: true }),
  ];

  for (const context of circumstances) {
    const parts = ops(post("Me!", { replyTo: QUOTE }), context);

    assert.equal(parts.length, 1);
    assert.equal(parts[0]?.type === "post" && parts[0].text.text, wanted);
    assert.ok(!("replyTo" in (parts[0] ?? {})));
  }
});

Deno.test("a long post is several messages, each with the name, the first one replying", () => {
  const parts = ops(
    post("word ".repeat(100), { replyTo: QUOTE }),
    bridge(table(plainText(200, "bytes")), { natives: ["n1"] }),
  );

  assert.equal(parts.length, 3);
  for (const [index, part] of parts.entries()) {
    assert.ok(part.type === "post" && part.text.text.startsWith("Anna · WhatsApp\nword"));
    assert.ok(part.type === "post" && part.text.text.endsWith(`(${index + 1}/3)`));
    assert.equal(part.type === "post" && part.replyTo, index === 0 ? "n1" : undefined);
  }
});

Deno.test("a link's address is written out and other spans dropped where the messenger has none", () => {
  const body: RichText = {
    text: "See the map now",
    spans: [
      { type: "bold", start: 0, length: 15 },
      { type: "link", start: 8, length: 3, url: "https://example.org/map" },
      { type: "italic", start: 12, length: 3 },
    ],
  };
  const spans = { bold: "full", italic: "partial" } as const;

  const [part] = ops(post(body), bridge(table({ text: { max: { count: 4096, unit: "utf16" }, spans } })));

  const head = "Anna · WhatsApp\n".length;
  assert.deepEqual(part?.type === "post" && part.text, {
    text: "Anna · WhatsApp\nSee the map (https://example.org/map) now",
    spans: [
      { type: "bold", start: 0, length: 4 },
      { type: "bold", start: head, length: 41 },
      { type: "italic", start: head + 38, length: 3 },
    ],
  });
});

Deno.test("a link that shows its own address is not written twice", () => {
  const body: RichText = {
    text: "example.org/map",
    spans: [{ type: "link", start: 0, length: 15, url: "https://example.org/map/" }],
  };

  assert.deepEqual(brief(lower(post(body), bridge(table(plainText(4096))))), [
    "post Anna · WhatsApp\nexample.org/map",
  ]);
});

Deno.test("a photo that nobody can open says that it does not cross and keeps its caption", () => {
  const content: Content = {
    type: "media",
    kind: "photo",
    media: { native: NativeId.parse("f1"), mime: "image/jpeg", bytes: 1 },
    caption: plain("The lake"),
  };

  const parts = lower({ type: "post", message: MESSAGE, author: ANNA, content }, bridge(table()));

  assert.deepEqual(brief(parts), [
    "post Anna · WhatsApp\n[Photo: this does not cross to other messengers]\nThe lake",
  ]);
});

Deno.test("an edit changes the same messages, adds what is more and deletes what is left over", () => {
  const narrow = table(plainText(60));
  const long = "word ".repeat(12);

  const same = lower(edit("Hi"), bridge(table(), { natives: ["n1"] }));
  const longer = lower(edit(long), bridge(narrow, { natives: ["n1"] }));
  const shorter = lower(edit("Hi"), bridge(table(), { natives: ["n1", "n2", "n3"] }));

  assert.deepEqual(brief(same), ["edit n1 Anna · WhatsApp\nHi"]);
  assert.deepEqual(longer.map((part) => [part.op.type, part.names]), [["edit", false], ["post", true]]);
  assert.equal(longer[1]?.op.type === "post" && longer[1].op.replyTo, "n1");
  assert.deepEqual(brief(shorter), ["edit n1 Anna · WhatsApp\nHi", "delete n2", "delete n3"]);
});

Deno.test("an edit that was half done goes on at the same part once its new messages are known", () => {
  const narrow = table(plainText(60));
  const long = "word ".repeat(24);

  const before = lower(edit(long), bridge(narrow, { natives: ["n1"] }));
  const after = lower(edit(long), bridge(narrow, { natives: ["n1", "n2"] }));

  assert.equal(after.length, before.length);
  assert.deepEqual(after.slice(2), before.slice(2));
});

Deno.test("an edit blanks what is left over where messages cannot be deleted any more", () => {
  const aged = table({ delete: { support: "full", windowMs: 1000 } });

  const parts = lower(edit("Hi"), bridge(aged, { natives: ["n1", "n2"], ageMs: 1000 }));

  assert.deepEqual(brief(parts), ["edit n1 Anna · WhatsApp\nHi", "edit n2 …"]);
});

Deno.test("an edit is a new message in reply where the window is over or the messenger cannot edit", () => {
  const windowed = table({ edit: { support: "full", windowMs: 900_000 } });
  const never = table({ edit: { support: "none", windowMs: null } });

  for (const capabilities of [windowed, never]) {
    const parts = lower(edit("Hi"), bridge(capabilities, { natives: ["n1"], ageMs: 900_000 }));

    assert.deepEqual(brief(parts), ["post ✏️ Anna · WhatsApp (edited)\nHi"]);
    assert.equal(parts[0]?.op.type === "post" && parts[0].op.replyTo, "n1");
    assert.equal(parts[0]?.names, true);
  }
});

Deno.test("an edit is a new message without a reply where the native way was refused", () => {
  const parts = ops(edit("Hi"), bridge(table(), { natives: ["n1"], refused: true }));

  assert.equal(parts.length, 1);
  assert.ok(parts[0]?.type === "post" && !("replyTo" in parts[0]));
});

Deno.test("a deletion deletes every part, and is told without the deleted words where it cannot", () => {
  const never = table({ delete: { support: "none", windowMs: null } });

  const native = lower(DELETE, bridge(table(), { natives: ["n1", "n2"] }));
  const told = lower(DELETE, bridge(never, { natives: ["n1"] }));

  assert.deepEqual(brief(native), ["delete n1", "delete n2"]);
  assert.deepEqual(told, [{
    op: {
      type: "post",
      text: { text: "Anna (WhatsApp) deleted a message.", spans: [{ type: "italic", start: 0, length: 34 }] },
      replyTo: "n1",
    },
    names: false,
  }]);
});

Deno.test("a reaction is native where the messenger has the emoji, in the messenger's own form", () => {
  const fixed = table({ reaction: { support: "full", emoji: ["❤", "👍"] } });
  const known = { natives: ["n1"] };

  assert.deepEqual(ops(react("❤️"), bridge(fixed, known)), [{ type: "react", target: "n1", emoji: "❤" }]);
  assert.deepEqual(ops(react("👍🏽"), bridge(fixed, known)), [{ type: "react", target: "n1", emoji: "👍" }]);
  assert.deepEqual(ops(react("🦄"), bridge(table(), known)), [{ type: "react", target: "n1", emoji: "🦄" }]);
  assert.deepEqual(ops(react(null), bridge(fixed, known)), [{ type: "react", target: "n1", emoji: null }]);
});

Deno.test("a reaction that the messenger does not have is told in reply, with an excerpt where replies cannot be", () => {
  const fixed = table({ reaction: { support: "full", emoji: ["👍"] } });

  assert.deepEqual(brief(lower(react("🦄"), bridge(fixed, { natives: ["n1"] }))), [
    "post Anna (WhatsApp) reacted 🦄.",
  ]);
  assert.deepEqual(brief(lower(react("🦄"), bridge(fixed))), [
    "post Anna (WhatsApp) reacted 🦄 to “Who is in?”.",
  ]);
});

Deno.test("a reaction taken back or not news is never put into words", () => {
  const none = table({ reaction: { support: "none", emoji: "any" } });
  const fixed = table({ reaction: { support: "full", emoji: ["👍"] } });

  assert.deepEqual(lower(react(null), bridge(none, { natives: ["n1"] })), []);
  assert.deepEqual(lower(react(null), bridge(table())), []);
  assert.deepEqual(lower(react("🦄", { quiet: true }), bridge(none, { natives: ["n1"] })), []);
  assert.deepEqual(ops(react("🦄", { quiet: true }), bridge(fixed, { natives: ["n1"] })), [
    { type: "react", target: "n1", emoji: null },
  ]);
});

Deno.test("a notice is a line in italics that names messengers as people do", () => {
  const parts = ops(
    { type: "notice", key: "notice.joined", values: { name: "Ben\nX", messenger: "signal" } },
    bridge(table()),
  );

  assert.deepEqual(parts, [
    {
      type: "post",
      text: { text: "Ben X joined on Signal.", spans: [{ type: "italic", start: 0, length: 23 }] },
    },
  ]);
});

Deno.test("a notice takes several messengers by id or by label", () => {
  const notice = (messengers: string): Op => ({
    type: "notice",
    key: "notice.welcome",
    values: { messengers },
  });

  const [byId] = brief(lower(notice("signal, web"), bridge(table())));
  const [byLabel] = brief(lower(notice("Signal, Web"), bridge(table())));

  assert.ok(byId?.includes("Signal, Web"));
  assert.equal(byLabel, byId);
});

Deno.test("a title is cut to what the messenger takes; making and rotating are left to the lane", () => {
  const title = "Lake weekend with everybody and their dogs";

  const [part] = ops({ type: "title", title }, bridge(table()));

  assert.ok(part?.type === "title" && part.title.length <= 32 && part.title.endsWith("…"));
  assert.deepEqual(ops({ type: "leave" }, bridge(table())), [{ type: "leave" }]);
  assert.deepEqual(lower({ type: "create", title }, bridge(table())), []);
  assert.deepEqual(lower({ type: "setup", title }, bridge(table())), []);
  assert.deepEqual(lower({ type: "rotate" }, bridge(table())), []);
});

Deno.test("lowering keeps to the limit and answers the same parts again, for any words and any messenger", () => {
  const words = fc.string({ unit: "grapheme", maxLength: 900, size: "max" });
  const max = fc.record({
    count: fc.integer({ min: 700, max: 1000 }),
    unit: fc.constantFrom("utf16" as const, "bytes" as const),
  });
  const known = fc.record({
    natives: fc.subarray(["n1", "n2", "n3"]),
    ageMs: fc.constantFrom(null, 0, 5000),
    refused: fc.boolean(),
  });
  const capabilities = fc.record({ max, reply: fc.constantFrom("full" as const, "none" as const) });

  fc.assert(fc.property(words, words, capabilities, known, (text, name, caps, facts) => {
    const context = bridge(
      table({
        text: { max: caps.max, spans: { bold: "full" } },
        reply: caps.reply,
        edit: { support: "full", windowMs: 1000 },
      }),
      facts,
    );
    const author = { ...ANNA, name };
    const content = textContent(plain(text));
    const replyTo = { message: EARLIER, name, excerpt: text };
    for (
      const op of [
        { type: "post", message: MESSAGE, author, content, replyTo },
        { type: "edit", message: MESSAGE, author, content },
        { type: "delete", message: MESSAGE, author },
      ] satisfies Op[]
    ) {
      const parts = lower(op, context);
      assert.deepEqual(lower(structuredClone(op), context), parts);
      for (const part of parts) {
        if ("text" in part.op) assert.ok(lengthOf(part.op.text.text, caps.max.unit) <= caps.max.count);
      }
    }
  }));
});
