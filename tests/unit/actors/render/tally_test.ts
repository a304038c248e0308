/** Tallies of reactions below our copies: never a message of their own, never more words than there is room for. */
import assert from "node:assert/strict";
import {
  type MessageId,
  NativeId,
  type NativeOp,
  type Op,
  plain,
  textContent,
} from "../../../../actors/model/mod.ts";
import { lower, type LowerContext } from "../../../../actors/render/mod.ts";
import { ANNA, bridge, EARLIER, MESSAGE, plainText, table } from "./bridges.ts";

function edit(text: string, tally?: string): Op {
  const said = { message: MESSAGE, author: ANNA, content: textContent(plain(text)) };
  return { type: "edit", ...said, ...(tally === undefined ? {} : { tally }), quiet: true };
}

function reacted(emoji: string): Op {
  return { type: "react", message: MESSAGE, author: ANNA, emoji, excerpt: "hello", tallied: true };
}

function edits(op: Op, context: Parameters<typeof lower>[1]): [string, string][] {
  const ops: NativeOp[] = lower(op, context).map((part) => part.op);
  return ops.map((op) => op.type === "edit" ? [op.target, op.text.text] : [op.type, ""]);
}

Deno.test("a tally is the last line of the message, and without one the message is as it was", () => {
  const here = bridge(table(), { natives: ["n1"] });
  const [part] = lower(edit("hello", "❤️ Ben"), here);

  assert.ok(part?.op.type === "edit");
  assert.equal(part.op.text.text, "Anna · WhatsApp\nhello\n❤️ Ben");
  assert.deepEqual(part.op.text.spans.at(-1), { type: "italic", start: 22, length: 6 });
  assert.deepEqual(edits(edit("hello"), here), [["n1", "Anna · WhatsApp\nhello"]]);
});

Deno.test("a copy that says what it answers goes on doing so, and one that points there does not begin to", () => {
  const { natives: _none, ...known } = bridge(table());
  const answers = { message: EARLIER, name: "Cem", excerpt: "Who is in?" };
  const op: Op = { ...edit("hello", "❤️ Ben"), replyTo: answers } as Op;
  const context = (...found: MessageId[]): LowerContext => ({
    ...known,
    natives: (message) => found.includes(message) ? [NativeId.parse(`n ${message}`)] : [],
  });

  assert.deepEqual(edits(op, context(MESSAGE)).map(([, text]) => text), [
    "Anna · WhatsApp\n> Cem: Who is in?\nhello\n❤️ Ben",
  ]);
  assert.deepEqual(edits(op, context(MESSAGE, EARLIER)).map(([, text]) => text), [
    "Anna · WhatsApp\nhello\n❤️ Ben",
  ]);
});

Deno.test("of a message in several parts only the last is edited, and a tally without room is left out", () => {
  const long = "word ".repeat(30).trim();
  const inTwo = bridge(table(plainText(120)), { natives: ["n1", "n2"] });
  const full = bridge(table(plainText(40)), { natives: ["n1"] });

  assert.deepEqual(edits(edit(long, "❤️ Ben"), inTwo).map(([target]) => target), ["n2"]);
  assert.deepEqual(edits(edit("a text with little room", "❤️ Ben and Cem"), full), [
    ["n1", "Anna · WhatsApp\na text with little room"],
  ]);
  assert.deepEqual(edits(edit(long, "❤️ Ben"), full), [], "it was never here as a whole");
});

Deno.test("where the message can be changed no more, a tally says nothing and its reaction is said in words", () => {
  const edit15 = { edit: { support: "full" as const, windowMs: 900_000 } };
  const reaction = { support: "full" as const, emoji: ["👍"] };
  const old = bridge(table({ ...edit15, reaction }), { natives: ["n1"], ageMs: 900_000 });
  const young = bridge(table({ ...edit15, reaction }), { natives: ["n1"], ageMs: 1 });

  assert.deepEqual(edits(edit("hello", "🦄 Ben"), old), []);
  assert.deepEqual(lower(reacted("🦄"), old).map(({ op }) => op.type), ["post"]);
  assert.deepEqual(lower(reacted("🦄"), young).map(({ op }) => op), [
    { type: "react", target: "n1", emoji: null },
  ]);
});
