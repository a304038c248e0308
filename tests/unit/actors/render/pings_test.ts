import assert from "node:assert/strict";
import { MemberId, Messenger, NativeId, type Op, textContent } from "../../../../actors/model/mod.ts";
import { lower } from "../../../../actors/render/mod.ts";
import { ANNA, bridge, MESSAGE, plainText, table } from "./bridges.ts";

const MEMBER = MemberId.parse("m_0123456789abcdef");
const BEN = NativeId.parse("ben");

/** "hi @Ben", who is on `messenger`. */
function post(messenger: Messenger): Op {
  const spans = [{ type: "mention" as const, start: 3, length: 4, member: MEMBER }];
  const content = textContent({ text: "hi @Ben", spans });
  return {
    type: "post",
    message: MESSAGE,
    author: ANNA,
    content,
    pings: [{ member: MEMBER, messenger, native: BEN }],
  };
}

function withMentions(): ReturnType<typeof table> {
  const own = table();
  return { ...own, text: { ...own.text, spans: { ...own.text.spans, mention: "full" } } };
}

function mentions(op: Op, to: ReturnType<typeof bridge>): unknown {
  const [part] = lower(op, to);
  if (part?.op.type !== "post") return null;
  const { text, spans } = part.op.text;
  return spans.filter(({ type }) => type === "mention").map(({ start, length, person, member }) => {
    return [text.slice(start, start + length), person, member];
  });
}

Deno.test("whoever is on this messenger is meant by their id there, behind the author's name", () => {
  const here = bridge(withMentions());
  assert.deepEqual(mentions(post(here.messenger), here), [["@Ben", BEN, undefined]]);
});

Deno.test("the id of somebody on another messenger goes nowhere, nor to one that knows no mentions", () => {
  const here = bridge(withMentions());
  assert.deepEqual(mentions(post(Messenger.parse("web")), here), []);
  const plainly = bridge(table(plainText(4096)));
  assert.deepEqual(mentions(post(plainly.messenger), plainly), []);
  assert.ok(!JSON.stringify(lower(post(Messenger.parse("web")), here)).includes(BEN));
});
