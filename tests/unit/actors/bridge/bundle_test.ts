import assert from "node:assert/strict";
import { messageIdOf, NativeId, type Op } from "../../../../actors/model/mod.ts";
import {
  albumFrom,
  albumOf,
  albumWaitMs,
  markOf,
  textsFrom,
  unmarked,
} from "../../../../actors/bridge/bundle.ts";
import type { LaneItem } from "../../../../actors/store/mod.ts";
import { AT, file, item, text } from "./items.ts";

const DELETE: Op = {
  type: "delete",
  message: messageIdOf(1),
  author: { name: "Anna", messenger: "whatsapp" as never },
};
const LIMITS = { max: 10 };

function seqs(items: readonly LaneItem[]): number[] {
  return items.map(({ seq }) => seq);
}

function many(count: number, make: (seq: number) => LaneItem): LaneItem[] {
  return Array.from({ length: count }, (_, at) => make(at + 2));
}

const TEXTS: readonly [string, LaneItem, LaneItem[], number[]][] = [
  ["short texts that follow each other", text(1, "a"), [text(2, "b"), text(3, "c")], [1, 2, 3]],
  ["a text of 600 characters", text(1, "x".repeat(600)), [text(2, "b")], [1, 2]],
  ["nothing of a longer text", text(1, "x".repeat(601)), [text(2, "b")], []],
  ["texts up to a longer one", text(1, "a"), [text(2, "x".repeat(601)), text(3, "c")], [1]],
  ["texts up to a file", text(1, "a"), [file(2), text(3, "c")], [1]],
  ["texts up to what is no post", text(1, "a"), [item(2, DELETE), text(3, "c")], [1]],
  ["nothing where a file is first", file(1), [text(2, "b")], []],
  ["nothing of a text that has begun to go", text(1, "a", { part: 1 }), [text(2, "b")], []],
  [
    "no more than thirty",
    text(1, "a"),
    many(40, (seq) => text(seq, "b")),
    seqs(many(30, file)).map((n) => n - 1),
  ],
];

for (const [name, first, ahead, wanted] of TEXTS) {
  Deno.test(`one message can say ${name}`, () => {
    assert.deepEqual(seqs(textsFrom(first, ahead)), wanted);
  });
}

const ALBUMS: readonly [string, LaneItem, LaneItem[], number[]][] = [
  ["all its files", file(1, { album: "a" }), [file(2, { album: "a" }), file(3, { album: "a" })], [1, 2, 3]],
  ["no more files than fit", file(1, { album: "a" }), many(12, (seq) => file(seq, { album: "a" })), [
    1,
    2,
    3,
  ]],
  ["files up to another album", file(1, { album: "a" }), [file(2, { album: "b" }), file(3, { album: "a" })], [
    1,
  ]],
  ["files up to a text", file(1, { album: "a" }), [text(2, "b"), file(3, { album: "a" })], [1]],
  ["files of one messenger", file(1, { album: "a" }), [file(2, { album: "a", from: "signal" })], [1]],
  ["one file that is in none", file(1), [file(2)], [1]],
  ["one text", text(1, "a"), [text(2, "b")], [1]],
];

for (const [name, first, ahead, wanted] of ALBUMS) {
  Deno.test(`an album is ${name}`, () => {
    assert.deepEqual(seqs(albumFrom(first, ahead, 3)), wanted);
  });
}

Deno.test("an album that has begun to go is one file", () => {
  const begun = { ...file(1, { album: "a" }), part: 1 };

  assert.deepEqual(seqs(albumFrom(begun, [file(2, { album: "a" })], 3)), [1]);
});

Deno.test("albums of the same name on two messengers are two", () => {
  const [here, there] = [file(1, { album: "a" }), file(2, { album: "a", from: "signal" })].map(albumOf);

  assert(here !== null && there !== null && here !== there);
  assert.equal(albumOf(file(3)), null);
  assert.equal(albumOf(text(4, "a")), null);
});

function album(seq: number): LaneItem {
  return file(seq, { album: "a" });
}

const WAITS: readonly [string, LaneItem, LaneItem[], { max: number } | undefined, number, number][] = [
  ["waits while more of it can come", album(1), [album(2)], LIMITS, AT + 100, 1400],
  ["does not wait for ever", album(1), [album(2)], LIMITS, AT + 1600, 0],
  ["goes when something else follows", album(1), [album(2), text(3, "b")], LIMITS, AT, 0],
  ["goes when it is full", album(1), many(9, album), LIMITS, AT, 0],
  ["goes where there are no albums", album(1), [], undefined, AT, 0],
  ["waits for nothing where the clock was set back", album(1), [], LIMITS, AT - 3_600_000, 0],
];

for (const [name, first, ahead, limits, now, wanted] of WAITS) {
  Deno.test(`an album ${name}`, () => {
    assert.equal(albumWaitMs(first, ahead, limits, now), wanted);
  });
}

Deno.test("a file in no album waits for nothing", () => {
  assert.equal(albumWaitMs(file(1), [], LIMITS, AT), 0);
});

Deno.test("a mark beside native ids tells which messages share them, in order", () => {
  const messages = Array.from({ length: 30 }, (_, seq) => messageIdOf(2 ** 40 + seq));
  const native = NativeId.parse("native");

  assert.deepEqual(unmarked([native, markOf(messages)]), { natives: [native], shared: messages });
  assert.deepEqual(unmarked([markOf(messages), native]), { natives: [native], shared: messages });
});

Deno.test("native ids without a mark are shared by no messages", () => {
  const natives = ["a=b", "3EB0="].map((id) => NativeId.parse(id));

  assert.deepEqual(unmarked(natives), { natives, shared: [] });
  assert.deepEqual(unmarked([]), { natives: [], shared: [] });
});
