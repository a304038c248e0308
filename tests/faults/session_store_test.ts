/** A crash at every write of what an adapter keeps: afterwards all of it is as before, or all of it is new. */
import assert from "node:assert/strict";
import { AccountId } from "../../actors/model/mod.ts";
import type { Mutation, SessionStore, Store } from "../../actors/ports/mod.ts";
import { kvStore } from "../../actors/store/kv_store.ts";
import { createSessionStore, key } from "../../actors/store/mod.ts";
import { fakeHost } from "../fakes/host.ts";

const ACCOUNT = AccountId.parse("whatsapp");

class Crash extends Error {}

/** Each life draws its own random values. */
let lives = 0;

/** A session whose process dies before its commit number `at`; without, it lives. */
function sessionOver(
  store: Store,
  at = Infinity,
): { readonly session: SessionStore; readonly commits: () => number } {
  let commits = 0;
  const committer = {
    write: async ({ rows = [] }: { readonly rows?: readonly Mutation[] }) => {
      if (commits >= at) throw new Crash();
      commits += 1;
      assert.ok(await store.commit([], rows));
      return 0;
    },
  };
  return {
    session: createSessionStore(ACCOUNT, { store, host: fakeHost({ seed: ++lives }), committer }),
    commits: () => commits,
  };
}

/** Rows that belong to nothing which can be read: of plans, and chunks of values that are no more. */
async function extras(store: Store): Promise<number> {
  let count = await store.get(key.adapterPlan(ACCOUNT)) === null ? 0 : 1;
  for await (const _ of store.list({ prefix: key.adapterParts(ACCOUNT) })) count++;
  const generations = new Set<string>();
  for await (const row of store.list({ prefix: key.adapterChunks(ACCOUNT) })) {
    generations.add(`${String(row.key[2])} ${String(row.key[3])}`);
  }
  return count + generations.size - LONG.length;
}

const LONG = ["long", "longer"];
const NAMES = [...Array.from({ length: 1500 }, (_, n) => `n${n}`), ...LONG];

function state(value: number): Record<string, Uint8Array> {
  const length = (name: string): number => name === "longer" ? 1_500_000 : name === "long" ? 150_000 : 120;
  return Object.fromEntries(NAMES.map((name) => [name, new Uint8Array(length(name)).fill(value)]));
}

/** Which of the states stands there: its value, or null where it is a mixture. */
async function standing(session: SessionStore): Promise<number | null> {
  const values = new Set((await session.get(NAMES)).map((bytes) => bytes === null ? -1 : bytes[0] ?? -2));
  const [value] = values;
  return values.size === 1 && value !== undefined ? value : null;
}

Deno.test("a crash at any write of a big set leaves all of it old or all of it new, and nothing lying about", async () => {
  const counting = await Deno.openKv(":memory:");
  const whole = sessionOver(kvStore(counting));
  await whole.session.set(state(1));
  await whole.session.set(state(2));
  const all = whole.commits();
  counting.close();
  const seen = new Set<number | null>();

  for (let at = Math.floor(all / 2); at <= all; at++) {
    const kv = await Deno.openKv(":memory:");
    const store = kvStore(kv);
    const life = sessionOver(store, at);
    await life.session.set(state(1)).catch(() => undefined);
    await life.session.set(state(2)).catch(() => undefined);

    const next = sessionOver(store).session;
    const stands = await standing(next);

    assert.notEqual(stands, null, `a mixture after a crash at commit ${at}`);
    assert.equal(await extras(store), 0, `something left after a crash at commit ${at}`);
    seen.add(stands);
    await next.set(state(3));
    assert.equal(await standing(sessionOver(store).session), 3);
    kv.close();
  }

  assert.deepEqual([...seen].sort(), [1, 2]);
});
