/** Polls and the notices about them, as each bridge can carry them. */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Capabilities,
  type Content,
  type MessageId,
  messageIdOf,
  Messenger,
  NativeId,
  type Op,
} from "../../../../actors/model/mod.ts";
import { lower, type LowerContext, type Part } from "../../../../actors/render/mod.ts";
import { resultOf } from "../../../../actors/group/tally.ts";
import { lengthOf } from "../../../../actors/render/cut.ts";
import { ANNA, bridge, MESSAGE, plainText, table } from "./bridges.ts";

const RESULT = messageIdOf(43);
const NEWEST = messageIdOf(44);
const POLL: Content = { type: "poll", question: "When?", options: ["Fri", "Sat"] };
const MIRROR: Op = { type: "post", message: MESSAGE, author: ANNA, content: POLL, mirror: true };
const VALUES = { question: "When?", lines: "Fri: 1\nSat: 0", voters: "1" };
const FINAL: Op = {
  type: "result",
  about: MESSAGE,
  message: NEWEST,
  older: [RESULT],
  key: "poll.final",
  values: VALUES,
};
const LIVE: Op = { ...FINAL, key: "poll.result", live: true };
const SHOWN = "📊 When?\nAll messengers together:\nFri: 1\nSat: 0\nPeople who voted: 1";

function polls(foreign: boolean, closes = true): Partial<Capabilities> {
  return {
    poll: { support: "full", questionUtf16: 20, options: 3, optionUtf16: 10, closes, foreign },
  };
}

/** A bridge that knows these native ids, message by message. */
function knows(
  capabilities: Capabilities,
  natives: readonly (readonly [MessageId, readonly string[]])[],
  more: Parameters<typeof bridge>[1] = {},
): LowerContext {
  const known = new Map(natives);
  return {
    ...bridge(capabilities, more),
    natives: (message) => (known.get(message) ?? []).map((id) => NativeId.parse(id)),
  };
}

function brief(parts: readonly Part[]): unknown[] {
  return parts.map(({ op, names }) => {
    if (op.type === "poll") return [op.type, op.options, names];
    const target = "target" in op ? op.target : "replyTo" in op ? op.replyTo : undefined;
    return [op.type, target, "text" in op ? op.text.text : "", names];
  });
}

Deno.test("a mirror is our poll below a line in reply to theirs, only where their votes are not seen", () => {
  const theirs = [[MESSAGE, ["theirs"]]] as const;
  assert.deepEqual(brief(lower(MIRROR, knows(table(polls(false)), theirs))), [
    ["post", "theirs", "Vote here, so that all votes count.", false],
    ["poll", ["Fri", "Sat"], true],
  ]);
  for (
    const context of [
      knows(table(polls(true)), theirs),
      knows(table(), theirs),
      knows(table(polls(false)), theirs, { refused: true }),
    ]
  ) assert.deepEqual(lower(MIRROR, context), []);
});

Deno.test("the end of a poll is for what is ours: behind its head, beside theirs, and nowhere else", () => {
  const close = (origin: string): Op => ({
    type: "close-poll",
    message: MESSAGE,
    origin: Messenger.parse(origin),
  });
  const ends = (origin: string, natives: string[], more: Partial<Capabilities> = polls(false)): unknown[] =>
    brief(lower(close(origin), knows(table(more), [[MESSAGE, natives]])));
  assert.deepEqual(ends("signal", ["head", "poll"]), [["close-poll", "poll", "", false]]);
  assert.deepEqual(ends("telegram", ["theirs", "ours"]), [["close-poll", "ours", "", false]]);
  assert.deepEqual(ends("telegram", ["theirs"]), [], "what people made is theirs to end");
  assert.deepEqual(ends("signal", []), []);
  assert.deepEqual(ends("signal", ["head", "poll"], polls(true, false)), []);
  assert.deepEqual(ends("signal", ["words"], {}), []);
});

Deno.test("a result is one quiet message in reply to the poll, which is edited later", () => {
  const context = knows(table(), [[MESSAGE, ["poll"]]]);
  const [made, ...more] = lower(LIVE, context);
  assert.deepEqual(brief(made === undefined ? [] : [made]), [["post", "poll", SHOWN, true]]);
  assert.ok(made?.op.type === "post" && made.op.quiet === true);
  assert.deepEqual(more, []);
  const there = knows(table(), [[MESSAGE, ["poll"]], [RESULT, ["line"]]]);
  assert.deepEqual(brief(lower(LIVE, there)), [["edit", "line", SHOWN, false]]);
  const both = knows(table(), [[MESSAGE, ["poll"]], [RESULT, ["line"]], [NEWEST, ["newer"]]]);
  assert.deepEqual(brief(lower(LIVE, both)), [["edit", "newer", SHOWN, false]]);
});

Deno.test("a result that cannot be edited any more is said anew, and the old line goes", () => {
  const old = table({ edit: { support: "full", windowMs: 900_000 } });
  const natives = [[MESSAGE, ["poll"]], [RESULT, ["line"]]] as const;
  assert.deepEqual(brief(lower(LIVE, knows(old, natives, { ageMs: 900_001 }))), [
    ["post", "poll", SHOWN, true],
    ["delete", "line", "", false],
  ]);
});

Deno.test("where a result cannot be edited nothing is said before the end", () => {
  const without = table({ edit: { support: "none", windowMs: null } });
  const natives = [[MESSAGE, ["poll"]]] as const;
  const refusing = knows(table(), [...natives, [RESULT, ["line"]]], { refused: true });
  for (const context of [knows(without, natives), refusing]) {
    assert.deepEqual(lower(LIVE, context), []);
    const [said, ...more] = lower(FINAL, context);
    assert.ok(said?.op.type === "post");
    assert.match(said.op.text.text, /^📊 When\?\nThe poll is closed\./);
    assert.deepEqual(more, []);
  }
});

Deno.test("a result has room in the shortest message, whatever the options are", () => {
  fc.assert(fc.property(
    fc.array(fc.oneof(fc.string({ unit: "grapheme", maxLength: 400 }), fc.constant("漢".repeat(99))), {
      minLength: 1,
      maxLength: 20,
    }),
    fc.string({ unit: "grapheme", maxLength: 400 }),
    (options, question) => {
      const votes = Object.fromEntries(options.map((_, at) => [`m${at}`, [at]]));
      const values = resultOf({ type: "poll", question, options }, votes);
      assert.equal(values.lines.split("\n").length, options.length);
      const parts = lower({ ...LIVE, values } as Op, bridge(table(plainText(2_000, "bytes"))));
      assert.equal(parts.length, 1);
      const [part] = parts;
      assert.ok(part?.op.type === "post" && lengthOf(part.op.text.text, "bytes") <= 2_000);
    },
  ));
});
