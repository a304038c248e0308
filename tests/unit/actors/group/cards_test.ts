/** Contact cards and commands: a number crosses only when its sender says so, and what is for us is not relayed. */
import assert from "node:assert/strict";
import {
  type Content,
  type HistoryEntry,
  type MessageId,
  NativeId,
  plain,
  textContent,
} from "../../../../actors/model/mod.ts";
import { RelayError } from "../../../../actors/ports/mod.ts";
import { apply, madeBy, turnOf } from "../../../../actors/group/apply.ts";
import type { Draft, Known } from "../../../../actors/group/draft.ts";
import type { GroupState } from "../../../../actors/store/mod.ts";
import { ADA, event, MALLORY, opsTo, ready, SIGNAL, TELEGRAM, turn, WHATSAPP } from "./turns.ts";

const NUMBER = "+49 30 901820";
const CARD: Content = { type: "contact", name: "Dr. Grün", phones: [NUMBER] };

interface Sent {
  readonly draft: Draft;
  readonly state: GroupState;
  readonly known: Known;
  readonly entry: HistoryEntry;
  readonly id: MessageId;
}

/** Ada's card on WhatsApp, and the group after it. */
function adasCard(content: Content = CARD): Sent {
  const before = ready();
  const said = { type: "message", author: ADA, native: NativeId.parse("n1"), content } as const;
  const draft = turn(before, event(WHATSAPP, said));
  const state = apply(before, draft);
  const items = draft.outgoing.map(({ op, to }) =>
    [1, op, [...to]] as [number, typeof op, typeof to[number][]]
  );
  const [entry] = madeBy(turnOf(draft, { cut: [], items, keep: false }));
  if (state === null || draft.message === null || entry === undefined) throw new Error("Cannot go on");
  const { id, author, messenger, at } = draft.message;
  const copies = new Map();
  return {
    draft,
    state,
    entry,
    id,
    known: {
      entry: { ...draft.message, group: state.record.id, id, author, messenger, at, copies },
      history: entry,
    },
  };
}

function write(
  state: GroupState,
  author: typeof ADA,
  text: string,
  known: Known | null,
  at = WHATSAPP,
): Draft {
  const content = textContent(plain(text));
  const replyTo = known === null ? undefined : { native: NativeId.parse("n1") };
  const native = NativeId.parse("n2");
  return turn(state, event(at, { type: "message", author, native, content, replyTo }), known);
}

function keysTo(draft: Draft, at: typeof WHATSAPP): (string | undefined)[] {
  return opsTo(draft, at).map((op) => op.type === "notice" ? op.key : undefined);
}

Deno.test("a card crosses without its number, and its sender alone is told how it could cross", () => {
  const { draft, id } = adasCard();
  for (const messenger of [SIGNAL, TELEGRAM]) {
    const [op, ...more] = opsTo(draft, messenger);
    assert.deepEqual(more, []);
    assert.deepEqual(op?.type === "post" && op.content, { type: "contact", name: "Dr. Grün" });
  }
  assert.deepEqual(opsTo(draft, WHATSAPP), [
    { type: "notice", key: "card.withheld", values: {}, about: id, quiet: true },
  ]);
  assert.equal(JSON.stringify([draft.outgoing, draft.told]).includes(NUMBER), false);
});

Deno.test("a card whose name is a number has none, and one without numbers asks nothing", () => {
  const named = adasCard({ type: "contact", name: NUMBER, phones: [NUMBER] });
  assert.equal(JSON.stringify(named.draft.outgoing).includes(NUMBER), false);
  const bare = adasCard({ type: "contact", name: "Dr. Grün" });
  assert.deepEqual(opsTo(bare.draft, WHATSAPP), []);
});

Deno.test("a number that stands in the name of its card does not cross either, another one does", () => {
  for (const name of [`Grün ${NUMBER}`, "Grün 030/901820 (office)", "Grün 0049-30-901820"]) {
    const { draft } = adasCard({ type: "contact", name, phones: [NUMBER] });
    assert.match(JSON.stringify(opsTo(draft, SIGNAL)), /Grün …/, name);
    assert.doesNotMatch(JSON.stringify(draft.outgoing), /901820|30.90|18 20/);
  }
  const { draft } = adasCard({ type: "contact", name: "Bar 24/7 since 1984-2020", phones: [NUMBER] });
  assert.match(JSON.stringify(opsTo(draft, SIGNAL)), /since 1984-2020/);
});

Deno.test("/share by the card's sender lets it cross with its number, in reply to the first, once", () => {
  for (const text of ["/share", "/Share@plenum_bot", " /share now "]) {
    const { state, known, id } = adasCard();
    const draft = write(state, ADA, text.trimStart(), known);
    const [op] = opsTo(draft, SIGNAL);
    assert.ok(op?.type === "post" && op.replyTo?.message === id);
    assert.deepEqual(op.content, { type: "contact", name: "Dr. Grün", phones: [NUMBER] });
    assert.deepEqual(draft.changed.map(({ withheld }) => withheld), [[]]);
    const again = write(state, ADA, text.trimStart(), { ...known, history: draft.changed[0] ?? null });
    assert.deepEqual(opsTo(again, SIGNAL), []);
    assert.deepEqual(keysTo(again, WHATSAPP), ["card.over"]);
  }
});

Deno.test("/share by anybody else, to anything else, or after a day lets nothing cross and says so", () => {
  const { state, known } = adasCard();
  const late = { ...known, entry: { ...known.entry, at: known.entry.at - 86_400_001 } };
  const text = { ...known, history: { ...known.history, content: textContent(plain("x")) } as HistoryEntry };
  const cases = [
    [MALLORY, known, "card.not-yours"],
    [ADA, text, "card.none"],
    [ADA, null, "card.none"],
    [ADA, { ...known, history: null }, "card.none"],
    [ADA, late, "card.over"],
  ] as const;
  for (const [author, target, key] of cases) {
    const draft = write(state, author, "/share", target);
    assert.deepEqual(keysTo(draft, WHATSAPP), [key]);
    assert.deepEqual([...opsTo(draft, SIGNAL), ...opsTo(draft, TELEGRAM)], []);
  }
});

Deno.test("a text that begins with / and names nothing of ours is an ordinary message", () => {
  for (const text of ["/shared", "/", "/constructor", "share", "/share-it", "x /share"]) {
    const draft = write(ready(), ADA, text, null);
    assert.deepEqual(opsTo(draft, SIGNAL).map(({ type }) => type), ["post"], text);
  }
});

Deno.test("whoever writes from the browser reads why a command did nothing", () => {
  const state = ready();
  const member = state.record.ownerMember;
  const action = { type: "message", member, content: textContent(plain("/share")) } as const;
  assert.throws(
    () => turn(state, { kind: "command", command: { type: "web", action } }),
    (error) => error instanceof RelayError && error.code === "conflict" && /card\.none/.test(error.message),
  );
});

Deno.test("an edit of a card changes nothing, and a deleted card keeps no number", () => {
  const { state, known } = adasCard();
  const target = { native: NativeId.parse("n1") };
  const content: Content = { type: "contact", name: "Dr. Blau", phones: [NUMBER] };
  const edited = turn(state, event(WHATSAPP, { type: "edit", author: ADA, target, content }), known);
  const deleted = turn(state, event(WHATSAPP, { type: "delete", author: ADA, target }), known);
  assert.deepEqual([edited.outgoing, edited.changed], [[], []]);
  assert.deepEqual(deleted.changed.map(({ withheld }) => withheld), [[]]);
});
