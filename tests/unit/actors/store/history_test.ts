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
