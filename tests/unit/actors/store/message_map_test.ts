/** Native id ↔ message, in memory and in rows: the same answers before, between and after checkpoints. */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  GroupId,
  MemberId,
  type MessageId,
  messageIdOf,
  Messenger,
  NativeId,
} from "../../../../actors/model/mod.ts";
import type { Mutation, Store } from "../../../../actors/ports/mod.ts";
import { kvStore, MessageMap } from "../../../../actors/store/mod.ts";

const MESSENGERS = [messenger("whatsapp"), messenger("signal"), messenger("telegram")] as const;
const GROUPS = [groupOf(0), groupOf(1), groupOf(2)] as const;
const ANNA = MemberId.parse("m_" + "a".repeat(16));
const [GROUP] = GROUPS;
const [WHATSAPP, SIGNAL] = MESSENGERS;

function messenger(name: string): Messenger {
  return Messenger.parse(name);
}

function groupOf(at: number): GroupId {
  return GroupId.parse(`g_${String(at).repeat(22)}`);
}

function message(at: number): MessageId {
  return messageIdOf(at);
}

function native(at: number): NativeId {
  return NativeId.parse(`n${at}`);
}

async function withMap(
  run: (map: MessageMap, checkpoint: () => Promise<void>, store: Store) => Promise<void>,
): Promise<void> {
  const kv = await Deno.openKv(":memory:");
  const store = kvStore(kv);
  const map = new MessageMap(store, 60_000);
  let seq = 1;
  const checkpoint = async (): Promise<void> => {
    const rows: Mutation[] = [...map.freeze(seq++)];
    if (rows.length > 0) await store.commit([], rows);
  };
  try {
    await run(map, checkpoint, store);
  } finally {
    store.close();
  }
}

Deno.test("a message is found by each of its names, and only in its own group", () =>
  withMap(async (map) => {
    map.add(GROUP, { id: message(1), messenger: WHATSAPP, author: ANNA, native: native(1), at: 5 });
    map.name(GROUP, message(1), SIGNAL, [native(2), native(3)]);
    assert.equal(map.recall(GROUP, SIGNAL, native(3)), message(1));
    assert.equal(map.recall(GROUP, WHATSAPP, native(3)), null);
    assert.equal(await map.find(GROUPS[1], SIGNAL, native(3)), null);
    assert.equal(map.recallEntry(GROUPS[1], message(1))?.id ?? null, null);
    const entry = map.recallEntry(GROUP, message(1));
    assert.deepEqual([entry?.author, entry?.at], [ANNA, 5]);
    assert.deepEqual([...entry?.copies ?? []], [[WHATSAPP, [native(1)]], [SIGNAL, [native(2), native(3)]]]);
  }));

Deno.test("names that come after two checkpoints are joined with what the rows hold", () =>
  withMap(async (map, checkpoint, store) => {
    map.add(GROUP, { id: message(1), messenger: WHATSAPP, author: ANNA, native: native(1), at: 5 });
    await checkpoint();
    await checkpoint();
    map.name(GROUP, message(1), SIGNAL, [native(2)]);
    assert.equal(map.recallEntry(GROUP, message(1)), null, "memory has only a part of it");
    const found = (await map.entries(GROUP, [message(1)])).get(message(1));
    assert.deepEqual([...found?.copies ?? []], [[WHATSAPP, [native(1)]], [SIGNAL, [native(2)]]]);

    await checkpoint();
    const later = new MessageMap(store, 60_000);
    assert.equal(await later.find(GROUP, WHATSAPP, native(1)), message(1));
    assert.equal(await later.find(GROUP, SIGNAL, native(2)), message(1));
    const read = (await later.entries(GROUP, [message(1)])).get(message(1));
    assert.deepEqual([...read?.copies ?? []], [[WHATSAPP, [native(1)]], [SIGNAL, [native(2)]]]);
  }));

const fact = fc.record({
  what: fc.constantFrom("message", "name", "checkpoint", "look"),
  group: fc.integer({ min: 0, max: 2 }),
  at: fc.integer({ min: 0, max: 9 }),
  messenger: fc.integer({ min: 0, max: 2 }),
});

Deno.test("whenever it is asked and written down, it answers what a plain map would", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fact, { maxLength: 60 }), (facts) =>
      withMap(async (map, checkpoint) => {
        const model = new Map<string, Map<string, Set<string>>>();
        let made = 0;
        for (const { what, group, at, messenger } of facts) {
          const id = GROUPS[group] ?? GROUP;
          const own = message(group * 10 + at);
          const name = MESSENGERS[messenger] ?? WHATSAPP;
          const known = model.get(`${id} ${own}`);
          if (what === "checkpoint") await checkpoint();
          if (what === "look") map.recallEntry(id, own);
          if (what === "message" && known === undefined) {
            const copy = native(made++);
            map.add(id, { id: own, messenger: name, author: ANNA, native: copy, at });
            model.set(`${id} ${own}`, new Map([[name, new Set([copy])]]));
          }
          if (what === "name" && known !== undefined) {
            const copy = native(made++);
            map.name(id, own, name, [copy]);
            known.set(name, (known.get(name) ?? new Set()).add(copy));
          }
        }
        for (const group of GROUPS) await same(map, group, model);
      })),
    { numRuns: 60 },
  );
});

async function same(
  map: MessageMap,
  group: GroupId,
  model: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>,
): Promise<void> {
  const ids = Array.from({ length: 30 }, (_, at) => message(at));
  const found = await map.entries(group, ids);
  for (const id of ids) {
    const wanted = model.get(`${group} ${id}`);
    const copies = found.get(id)?.copies ?? new Map();
    assert.deepEqual(
      new Map([...copies].map(([name, natives]) => [name, new Set(natives)])),
      new Map(wanted ?? []),
    );
    for (const [name, natives] of wanted ?? []) {
      for (const own of natives) {
        assert.equal(await map.find(group, Messenger.parse(name), NativeId.parse(own)), id);
      }
    }
  }
}
