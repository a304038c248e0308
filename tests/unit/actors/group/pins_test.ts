/** Pins: the others are told which message it was. */
import assert from "node:assert/strict";
import { NativeId } from "../../../../actors/model/mod.ts";
import { adasMessage, event, MALLORY, opsTo, SIGNAL, TELEGRAM, turn, WHATSAPP } from "./turns.ts";

const TARGET = { native: NativeId.parse("n1") };

Deno.test("a pin is told to the others in reply to the message, an end of it to nobody", () => {
  const { state, known } = adasMessage();
  const pin = { type: "pin", target: TARGET, author: MALLORY } as const;
  const pinned = turn(state, event(SIGNAL, { ...pin, pinned: true }), known);
  const unpinned = turn(state, event(SIGNAL, { ...pin, pinned: false }), known);

  const values = { name: "Mallory", messenger: SIGNAL, excerpt: "hello" };
  const op = { type: "notice", key: "notice.pinned-by", values, about: known.entry.id };
  assert.deepEqual([opsTo(pinned, WHATSAPP), opsTo(pinned, TELEGRAM), opsTo(pinned, SIGNAL)], [
    [op],
    [op],
    [],
  ]);
  assert.deepEqual(unpinned.outgoing, []);
});

Deno.test("a pin of nobody is told without a name, one of a message whose words are gone without them", () => {
  const { state, known } = adasMessage();
  const draft = turn(state, event(SIGNAL, { type: "pin", target: TARGET, pinned: true }), {
    ...known,
    history: null,
  });
  assert.deepEqual(opsTo(draft, TELEGRAM), [{
    type: "notice",
    key: "notice.pinned",
    values: { messenger: SIGNAL, excerpt: "…" },
    about: known.entry.id,
  }]);
});

Deno.test("a pin of something that is not known, or of a line of ours, is told to nobody", () => {
  const { state, known } = adasMessage();
  const pin = event(SIGNAL, { type: "pin", target: TARGET, pinned: true, author: MALLORY });
  const ours = { entry: { ...known.entry, author: null }, history: null };
  assert.deepEqual([turn(state, pin).outgoing, turn(state, pin, ours).outgoing], [[], []]);
});
