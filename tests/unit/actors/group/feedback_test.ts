/** What authors are told of the way of their messages. */
import assert from "node:assert/strict";
import {
  type Fact,
  GroupRecord,
  type MessageId,
  messageIdOf,
  Messenger,
} from "../../../../actors/model/mod.ts";
import { apply } from "../../../../actors/group/apply.ts";
import type { Draft, Known } from "../../../../actors/group/draft.ts";
import { type GroupState, packGroup, unpackGroup } from "../../../../actors/store/mod.ts";
import { adasMessage, event, MALLORY, opsTo, SIGNAL, TELEGRAM, turn, WHATSAPP } from "./turns.ts";

const SIGNAL_ID = Messenger.parse("signal");
const WEB = Messenger.parse("web");

function fact(state: GroupState | null, fact: Fact, known: Known | null): Draft {
  return turn(state, { kind: "fact", fact }, known);
}

function late(message: MessageId, ...messengers: (Messenger | undefined)[]): Fact {
  return { type: "late", message, messengers: messengers.filter((one) => one !== undefined) };
}

Deno.test("the author is told once that a message is late, and once that it has come", () => {
  const { state, known } = adasMessage();
  const { id } = known.entry;
  const first = fact(state, late(id, SIGNAL), known);
  const after = apply(state, first);
  const again = fact(after, late(id, SIGNAL, TELEGRAM), known);
  const kept = after === null ? null : unpackGroup(packGroup(after));
  const over = fact(kept, late(id), known);
  const twice = fact(apply(kept, over), late(id), known);

  const note = first.message?.id;
  assert.deepEqual(opsTo(first, WHATSAPP), [
    { type: "late", message: id, note, messengers: [SIGNAL_ID], leading: null },
  ]);
  assert.deepEqual([first.message?.author, opsTo(first, SIGNAL), again.outgoing], [null, [], []]);
  assert.deepEqual(opsTo(over, WHATSAPP), [
    { type: "late", message: id, note, messengers: [], leading: null },
  ]);
  assert.equal(GroupRecord.parse(over.record).late, undefined);
  assert.deepEqual(twice.outgoing, []);
});

Deno.test("the sign gives way to the reaction that leads", () => {
  const { state, known } = adasMessage();
  const reaction = {
    type: "reaction" as const,
    author: MALLORY,
    target: { native: MALLORY.native },
    emoji: ["🎉"],
  };
  const reacted = turn(state, event(SIGNAL, reaction), known);
  const now = { ...known, history: reacted.changed[0] ?? null };
  const told = fact(apply(state, reacted), late(known.entry.id, TELEGRAM), now);
  const over = fact(apply(apply(state, reacted), told), late(known.entry.id), now);

  const [op] = opsTo(over, WHATSAPP);
  assert.ok(op?.type === "late" && op.leading === "🎉");
});

Deno.test("nothing is told of what has come meanwhile, was taken away, is unknown or was written in the browser", () => {
  const { state, known } = adasMessage();
  const { id } = known.entry;
  const there = { ...known.entry, copies: new Map([[SIGNAL_ID, []]]) };
  const facts: [Fact, Known | null][] = [
    [late(id, SIGNAL), { ...known, entry: there } as Known],
    [late(id, SIGNAL), { ...known, history: known.history && { ...known.history, deleted: true } }],
    [late(id, SIGNAL), null],
    [late(id, SIGNAL), { ...known, entry: { ...known.entry, messenger: WEB } }],
  ];
  for (const [one, target] of facts) assert.deepEqual(fact(state, one, target).outgoing, []);
});

Deno.test("of a bridge that is down for long only so many messages are told", () => {
  const { state, known } = adasMessage();
  let now: GroupState | null = state;
  let told = 0;
  for (let n = 0; n < 40; n++) {
    const id = messageIdOf(2 ** 33 + n);
    const draft = fact(now, late(id, SIGNAL), { ...known, entry: { ...known.entry, id } });
    told += draft.outgoing.length;
    now = apply(now, draft);
  }
  assert.equal(told, 20);
});

Deno.test("what will never arrive is told to its author in words, with the reason", () => {
  const { state, known } = adasMessage();
  const message = known.entry.id;
  const values = { messenger: SIGNAL_ID };
  for (
    const [reason, key] of [["too-large", "unsent.too-large"], ["adapter-error", "unsent.other"]] as const
  ) {
    const draft = fact(state, {
      type: "unsent",
      message,
      messenger: SIGNAL_ID,
      reason,
    }, known);
    assert.deepEqual(opsTo(draft, WHATSAPP), [{ type: "notice", key, values, about: message, quiet: true }]);
    assert.deepEqual(opsTo(draft, TELEGRAM), []);
  }
});

Deno.test("what people do with a line of ours goes nowhere", () => {
  const { state, known } = adasMessage();
  const ours = { entry: { ...known.entry, author: null }, history: null };
  const target = { native: MALLORY.native };
  const admin = { ...MALLORY, admin: true };
  const acts = [
    event(WHATSAPP, { type: "delete", author: admin, target }),
    event(WHATSAPP, { type: "reaction", author: MALLORY, target, emoji: ["👍"] }),
  ];
  for (const act of acts) assert.deepEqual(turn(state, act, ours).outgoing, []);
});
