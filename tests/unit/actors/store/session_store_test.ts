/** What adapters keep: sealed, of any size, whole or not at all. */
import assert from "node:assert/strict";
import { AccountId } from "../../../../actors/model/mod.ts";
import type { Mutation, SessionStore, Store } from "../../../../actors/ports/mod.ts";
import { kvStore } from "../../../../actors/store/kv_store.ts";
import { createSessionStore, key } from "../../../../actors/store/mod.ts";
import { fakeHost } from "../../../fakes/host.ts";

const ACCOUNT = AccountId.parse("whatsapp");
const OTHER = AccountId.parse("whatsapp-2");

interface World {
  readonly store: Store;
  readonly session: SessionStore;
  /** The rows of every commit. */
  readonly commits: (readonly Mutation[])[];
  again(account?: AccountId): SessionStore;
}

async function withSession(run: (world: World) => Promise<void>): Promise<void> {
  const kv = await Deno.openKv(":memory:");
  const store = kvStore(kv);
  const commits: (readonly Mutation[])[] = [];
  const committer = {
    write: async ({ rows = [] }: { readonly rows?: readonly Mutation[] }) => {
      commits.push(rows);
      assert.ok(await store.commit([], rows));
      return 0;
    },
  };
  const host = fakeHost();
  const again = (account = ACCOUNT): SessionStore => createSessionStore(account, { store, host, committer });
  try {
    await run({ store, session: again(), commits, again });
  } finally {
    kv.close();
  }
}

function filled(bytes: number, value = 7): Uint8Array {
  return new Uint8Array(bytes).fill(value);
}

async function rowsOf(store: Store): Promise<number> {
  let count = 0;
  for (const prefix of [key.adapters, key.adapterChunks, key.adapterParts]) {
    for await (const _ of store.list({ prefix: prefix(ACCOUNT) })) count++;
  }
  return count + (await store.get(key.adapterPlan(ACCOUNT)) === null ? 0 : 1);
}

for (const bytes of [0, 1, 60 * 1024, 64 * 1024 + 1, 1024 * 1024, 3 * 1024 * 1024]) {
  Deno.test(`a value of ${bytes} bytes comes back as it was given, also after a restart`, async () => {
    await withSession(async ({ session, again }) => {
      await session.set({ a: filled(bytes), b: filled(3) });

      assert.deepEqual(await session.get(["a", "b", "none"]), [filled(bytes), filled(3), null]);
      assert.deepEqual(await again().get(["a"]), [filled(bytes)]);
    });
  });
}

Deno.test("what is kept cannot be read in the database", async () => {
  await withSession(async ({ session, store }) => {
    await session.set({ a: new TextEncoder().encode("a ratchet that nobody may know") });

    const row = await store.get(key.adapter(ACCOUNT, "a"));

    assert.ok(row !== null && !new TextDecoder().decode(row.value).includes("ratchet"));
  });
});

Deno.test("a row that was changed, or put in another's place, is refused", async () => {
  await withSession(async ({ session, store }) => {
    await session.set({ a: filled(9), b: filled(9) });
    const b = await store.get(key.adapter(ACCOUNT, "b"));
    await store.commit([], [{ key: key.adapter(ACCOUNT, "a"), value: b?.value ?? null }]);

    await assert.rejects(session.get(["a"]), RangeError);
  });
});

Deno.test("a row that nobody sealed is refused without a word of what stands there", async () => {
  await withSession(async ({ session, store }) => {
    for (const text of ['{"secret":1}', "\u0001secret", '\u0001{"secret":1}', ""]) {
      const value = new TextEncoder().encode(text);
      await store.commit([], [{ key: key.adapter(ACCOUNT, "a"), value }]);

      await assert.rejects(
        session.get(["a"]),
        (error) => error instanceof RangeError && !Deno.inspect(error).includes('secret"'),
        text,
      );
    }
  });
});

Deno.test("812 pre-keys, credentials and a session land in one commit", async () => {
  await withSession(async ({ session, commits }) => {
    const entries: Record<string, Uint8Array> = {
      "auth:creds": filled(2000),
      "auth:session:1.0": filled(900),
    };
    for (let n = 1; n <= 812; n++) entries[`auth:pre-key:${n}`] = filled(164);

    await session.set(entries);

    assert.equal(commits.length, 1);
  });
});

Deno.test("5,000 values at once are all there afterwards, and leave nothing else behind", async () => {
  await withSession(async ({ session, store, again }) => {
    const names = Array.from({ length: 5000 }, (_, n) => `n${n}`);

    await session.set(Object.fromEntries(names.map((name, n) => [name, filled(200, n % 256)])));

    const read = await again().get(names);
    assert.ok(read.every((bytes, n) => bytes?.length === 200 && bytes[0] === n % 256));
    assert.equal(await rowsOf(store), 5000);
  });
});

Deno.test("a long value that becomes short, or goes, takes its chunks along", async () => {
  await withSession(async ({ session, store }) => {
    await session.set({ a: filled(200_000), b: filled(200_000) });

    await session.set({ a: filled(3), b: null });

    assert.deepEqual(await session.get(["a", "b"]), [filled(3), null]);
    assert.equal(await rowsOf(store), 1);
  });
});

Deno.test("sets land in the order in which they were given, however long each is", async () => {
  await withSession(async ({ session, again }) => {
    const sizes = [5, 200_000, 7, 900_000, 9, 60_000, 70_000, 3];

    await Promise.all(sizes.map((bytes) => session.set({ a: filled(bytes) })));

    assert.deepEqual(await again().get(["a"]), [filled(3)]);
  });
});

Deno.test("who reads while a big set is carried out sees all of it old or all of it new", async () => {
  await withSession(async ({ session }) => {
    const names = Array.from({ length: 3000 }, (_, n) => `n${n}`);
    const all = (value: number): Promise<void> =>
      session.set(Object.fromEntries(names.map((name) => [name, filled(200, value)])));
    await all(1);

    let over = false;
    const writing = all(2).then(() => over = true);
    const seen: string[] = [];
    const look = async (): Promise<void> => {
      const read = await session.get(["n0", "n1500", "n2999"]);
      seen.push(read.map((bytes) => bytes?.[0]).join(" "));
    };
    while (!over) await look();
    await writing;
    await look();

    assert.deepEqual([...new Set(seen)], ["1 1 1", "2 2 2"]);
  });
});

Deno.test("clear takes what begins so, of this account alone", async () => {
  await withSession(async ({ session, again }) => {
    const other = again(OTHER);
    await other.set({ "auth:a": filled(1) });
    await session.set({ "auth:a": filled(1), "auth:b": filled(300_000), state: filled(2) });

    await session.clear("auth:");

    assert.deepEqual(await session.get(["auth:a", "auth:b", "state"]), [null, null, filled(2)]);
    assert.deepEqual(await other.get(["auth:a"]), [filled(1)]);
  });
});
