/** Group commit: what waits rides together, in order; what is refused is said; a lost session writes nothing. */
import assert from "node:assert/strict";
import type { Mutation, Store } from "../../../../actors/ports/mod.ts";
import { RelayError } from "../../../../actors/ports/mod.ts";
import { Committer, kvStore, readLine, takeSession } from "../../../../actors/store/mod.ts";
import { line } from "../../../../actors/store/mod.ts";
import { fakeHost } from "../../../fakes/host.ts";

interface Watched {
  readonly committer: Committer;
  /** Mutations of each commit that was tried. */
  readonly tried: (readonly Mutation[])[];
  /** Lines of the journal, as they lie in the store. */
  lines(): Promise<string[]>;
  fail: Error | null;
  fenced: boolean;
  readonly kv: Deno.Kv;
}

async function watched(run: (world: Watched) => Promise<void>, maxWaitingBytes = 1e6): Promise<void> {
  const kv = await Deno.openKv(":memory:");
  const inner = kvStore(kv);
  const session = await takeSession(inner, "test");
  const host = fakeHost();
  const store: Store = {
    ...inner,
    commit: async (checks, mutations) => {
      world.tried.push(mutations);
      if (world.fail !== null) throw world.fail;
      return await inner.commit(checks, mutations);
    },
  };
  const world: Watched = {
    tried: [],
    fail: null,
    fenced: false,
    kv,
    lines: async () => {
      const found: string[] = [];
      for await (const { value } of kv.list<Uint8Array>({ prefix: ["journal"] })) {
        found.push(...new TextDecoder().decode(value).split("\n").filter((text) => text !== ""));
      }
      return found;
    },
    committer: new Committer({
      store,
      session,
      log: host.log,
      metrics: host.metrics,
      pause: () => Promise.resolve(),
      maxWaitingBytes,
      onFenced: () => {
        world.fenced = true;
      },
    }),
  };
  await run(world);
  kv.close();
}

const ONE = "[1]";

Deno.test("everything that waits rides in one commit, in the order of the calls", () =>
  watched(async ({ committer, tried, lines }) => {
    await Promise.all(Array.from({ length: 300 }, (_, at) => committer.accept({ records: [`[${at}]`] })));

    assert.equal(tried.length, 1);
    assert.deepEqual(await lines(), Array.from({ length: 300 }, (_, at) => `[${at}]`));
  }));

Deno.test("more than a commit takes goes into several, each within the limits of the store", () =>
  watched(async ({ committer, tried, lines }) => {
    const big = JSON.stringify("x".repeat(200_000));
    await Promise.all(Array.from({ length: 10 }, () => committer.write({ records: [big] })));

    assert.ok(tried.length >= 3);
    for (const mutations of tried) {
      const bytes = mutations.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
      assert.ok(bytes <= 800_000 && mutations.every(({ value }) => (value?.length ?? 0) <= 65_536));
    }
    assert.equal((await lines()).join("").length, big.length * 10);
  }));

Deno.test("a refused commit is told to outsiders, and what follows from durable mail is tried again in order", () =>
  watched(async (world) => {
    const { committer } = world;
    world.fail = new Error("disk full");
    const outsider = committer.accept({ records: ["[1]"] });
    const own = [committer.write({ records: ["[2]"] }), committer.write({ records: ["[3]"] })];

    await assert.rejects(outsider, (error) => error instanceof RelayError && error.code === "unavailable");
    assert.notEqual(committer.failing, null);
    world.fail = null;
    await Promise.all(own);

    assert.deepEqual(await world.lines(), ["[2]", "[3]"]);
    assert.equal(committer.failing, null);
  }));

Deno.test("a full queue is busy for outsiders, and holds adapters back until there is room", () =>
  watched(async ({ committer }) => {
    const waiting = committer.write({ records: ["x".repeat(600)] });
    await assert.rejects(
      committer.accept({ records: [ONE] }),
      (error) => error instanceof RelayError && error.code === "busy" && (error.retryAfterMs ?? 0) > 0,
    );
    await committer.room();
    await waiting;
    await committer.accept({ records: [ONE] });
  }, 500));

Deno.test("what could never fit is refused, and nothing else with it", () =>
  watched(async ({ committer, lines }) => {
    const huge = committer.accept({ records: ["x".repeat(800_000)] });
    const small = committer.accept({ records: [ONE] });
    await assert.rejects(huge, RelayError);
    await small;
    assert.deepEqual(await lines(), [ONE]);
  }));

Deno.test("whoever lost the session writes nothing more", () =>
  watched(async (world) => {
    await takeSession(kvStore(world.kv), "another");
    await assert.rejects(world.committer.accept({ records: [ONE] }));
    await assert.rejects(world.committer.write({ records: [ONE] }));
    assert.equal(world.fenced, true);
    assert.deepEqual(await world.lines(), []);
  }));

Deno.test("a line of the journal that is no record is refused", () => {
  assert.throws(() => readLine('["x",1]'));
  assert.equal(readLine(line(["e", "not a group" as never])), null);
});

Deno.test("a store that takes writes again is found out, though nobody writes", () =>
  watched(async (world) => {
    world.fail = new Error("database or disk is full");
    await assert.rejects(world.committer.accept({ records: [ONE] }), RelayError);
    assert.equal(world.committer.failing, "refused");
    world.fail = null;
    await world.committer.idle();
    assert.equal(world.committer.failing, null);
  }));
