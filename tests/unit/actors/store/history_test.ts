/** What browsers read back: pages of the conversation, before and after checkpoints, with later changes. */
import assert from "node:assert/strict";
import { GroupId, HistoryEntry, type MessageId, messageIdOf } from "../../../../actors/model/mod.ts";
import type { Store } from "../../../../actors/ports/mod.ts";
import { dropHistory, History, kvStore } from "../../../../actors/store/mod.ts";

const GROUP = GroupId.parse("g_" + "0".repeat(22));
const OTHER = GroupId.parse("g_" + "1".repeat(22));

function entry(at: number, more: Partial<HistoryEntry> = {}): HistoryEntry {
  return HistoryEntry.parse({
    v: 1,
    id: messageIdOf(at),
    at,
    author: { member: "m_" + "a".repeat(16), name: "Anna", messenger: "whatsapp" },
    content: { type: "text", body: { text: `text ${at}`, spans: [] } },
    reactions: {},
    edited: false,
    deleted: false,
    ...more,
  });
}

function idOf(at: number): MessageId {
  return entry(at).id;
}

async function withHistory(
  run: (history: History, checkpoint: () => Promise<void>, store: Store) => Promise<void>,
): Promise<void> {
  const store = kvStore(await Deno.openKv(":memory:"));
  const history = new History(store, 30 * 86_400_000);
  let seq = 1;
  const checkpoint = async (): Promise<void> => {
    const rows = [...history.freeze(seq++)];
    if (rows.length > 0) await store.commit([], rows);
  };
  try {
    await run(history, checkpoint, store);
  } finally {
    store.close();
  }
}

function times(entries: readonly HistoryEntry[]): number[] {
  return entries.map(({ at }) => at);
}

Deno.test("pages are the same wherever the messages lie: memory, the frozen part or rows", () =>
  withHistory(async (history, checkpoint) => {
    for (let at = 1; at <= 9; at++) {
      history.add(GROUP, entry(at), true);
      history.add(OTHER, entry(at + 100), true);
      if (at === 3 || at === 6) await checkpoint();
    }
    assert.deepEqual(times(await history.list(GROUP, { limit: 100 })), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.deepEqual(times(await history.list(GROUP, { limit: 4 })), [6, 7, 8, 9]);
    assert.deepEqual(times(await history.list(GROUP, { limit: 3, before: idOf(6) })), [3, 4, 5]);
    assert.deepEqual(times(await history.list(GROUP, { limit: 9, before: idOf(8), after: idOf(2) })), [
      3,
      4,
      5,
      6,
      7,
    ]);
  }));

Deno.test("a change of a message is seen wherever the message lies, and the last one counts", () =>
  withHistory(async (history, checkpoint) => {
    history.add(GROUP, entry(1), true);
    await checkpoint();
    await checkpoint();
    history.add(GROUP, entry(2), true);
    history.change(GROUP, entry(1, { edited: true }), true);
    history.change(GROUP, entry(2, { edited: true }), true);
    await checkpoint();
    await checkpoint();
    history.change(GROUP, entry(1, { deleted: true }), true);
    history.change(GROUP, entry(1, { deleted: true, edited: true }), true);
    const seen = await history.list(GROUP, { limit: 10 });
    assert.deepEqual(seen.map(({ at, edited, deleted }) => [at, edited, deleted]), [
      [1, true, true],
      [2, true, false],
    ]);
    assert.deepEqual(history.recall(GROUP, idOf(1))?.deleted, true);
    assert.equal(history.recall(GROUP, idOf(2)), null, "it lies in rows alone");
    assert.equal((await history.read(GROUP, idOf(2)))?.edited, true);
    assert.equal(await history.read(OTHER, idOf(2)), null);
  }));

Deno.test("words that no browser reads are kept for two days, others for the retention window", () =>
  withHistory((history) => {
    history.add(GROUP, entry(1), false);
    history.add(OTHER, entry(2), true);
    const lifetimes = [...history.freeze(1)].map(({ key, expireInMs }) => [key[1], expireInMs]);
    assert.deepEqual(lifetimes, [[GROUP, 48 * 3_600_000], [OTHER, 30 * 86_400_000]]);
    return Promise.resolve();
  }));

Deno.test("a group that ended leaves no rows", () =>
  withHistory(async (history, checkpoint, store) => {
    history.add(
      OTHER,
      entry(2, { content: { type: "text", body: { text: "x".repeat(90_000), spans: [] } } }),
      true,
    );
    await checkpoint();
    const before = await Array.fromAsync(store.list({ prefix: [] }));
    assert.ok(before.length >= 2, "a long page takes more than one row");
    for await (const rows of dropHistory(store, OTHER)) await store.commit([], rows);
    assert.equal((await Array.fromAsync(store.list({ prefix: [] }))).length, 0);
  }));

Deno.test("of what no browser reads polls are kept as long as anything, as their votes are nowhere else", () => {
  const dayMs = 86_400_000;
  const history = new History({} as Store, 30 * dayMs);
  history.add(GROUP, entry(1), false);
  const content = { type: "poll", question: "When?", options: ["Noon", "One"] } as const;
  history.add(GROUP, entry(2, { content: { ...content, options: [...content.options] }, votes: {} }), false);
  history.change(GROUP, entry(0, { deleted: true, votes: {} }), false);

  const pages = [...history.freeze(1)].map(({ value, expireInMs }) => {
    const { made, changed } = JSON.parse(new TextDecoder().decode(value ?? new Uint8Array()));
    return [[...made, ...changed].map(({ at }: HistoryEntry) => at), (expireInMs ?? 0) / dayMs];
  });
  assert.deepEqual(pages, [[[1], 2], [[2, 0], 30]]);
});

Deno.test("numbers of a card lie in no page: in a row of their own for a day, until they are shared", () =>
  withHistory(async (history, checkpoint, store) => {
    const card = { content: { type: "contact" as const, name: "Dr. Grün" }, withheld: ["+49 30 901820"] };
    history.add(GROUP, entry(1, card), true);
    assert.deepEqual(history.recall(GROUP, idOf(1))?.withheld, card.withheld);
    await checkpoint();
    await checkpoint();
    const rows = await Array.fromAsync(store.list({ prefix: [] }));
    const holding = rows.filter(({ value }) => new TextDecoder().decode(value).includes("901820"));
    assert.deepEqual(holding.map(({ key: [first] }) => first), ["card"]);
    assert.deepEqual((await history.read(GROUP, idOf(1)))?.withheld, card.withheld);
    assert.equal(JSON.stringify(await history.list(GROUP, { limit: 9 })).includes("901820"), false);

    history.change(GROUP, entry(1, { ...card, withheld: [] }), true);
    await checkpoint();
    await checkpoint();
    assert.equal((await history.read(GROUP, idOf(1)))?.withheld, undefined);
    assert.equal((await Array.fromAsync(store.list({ prefix: ["card"] }))).length, 0);
    history.add(GROUP, entry(2, card), true);
    await checkpoint();
    for await (const rows of dropHistory(store, GROUP)) await store.commit([], rows);
    assert.equal((await Array.fromAsync(store.list({ prefix: [] }))).length, 0);
  }));
