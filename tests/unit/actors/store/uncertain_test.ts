/** A network between us and the store: an answer can be lost, or say nothing. What was acknowledged is there, once. */
import assert from "node:assert/strict";
import { type Mutation, RelayError, type Store } from "../../../../actors/ports/mod.ts";
import { Committer, kvStore, line, readJournal, takeSession } from "../../../../actors/store/mod.ts";
import { fakeHost } from "../../../fakes/host.ts";

type Commit = () => Promise<boolean>;

interface Net {
  readonly committer: Committer;
  /** What becomes of the next commits, one each; then all go well. `commit` is the real one. */
  readonly script: ((commit: Commit) => Promise<boolean>)[];
  /** Whether reads fail. */
  cut: boolean;
  /** What a start would read. */
  lines(): Promise<string[]>;
  chunks(): Promise<number>;
}

async function net(run: (world: Net) => Promise<void>): Promise<void> {
  const kv = await Deno.openKv(":memory:");
  const inner = kvStore(kv);
  const session = await takeSession(inner, "test");
  const host = fakeHost();
  const store: Store = {
    ...inner,
    get: (key) => world.cut ? Promise.reject(new TypeError("connection lost")) : inner.get(key),
    commit: (checks, mutations: readonly Mutation[]) => {
      const commit = (): Promise<boolean> => inner.commit(checks, mutations);
      return (world.script.shift() ?? ((real) => real()))(commit);
    },
  };
  const { log, metrics } = host;
  const pause = (): Promise<void> => Promise.resolve();
  const world: Net = {
    committer: new Committer({
      store,
      session,
      log,
      metrics,
      pause,
      maxWaitingBytes: 1e6,
      onFenced: () => {},
    }),
    script: [],
    cut: false,
    lines: async () => {
      const found: string[] = [];
      await readJournal(inner, (record) => found.push(line(record)));
      return found;
    },
    chunks: async () => (await readJournal(inner, () => {})).flat().length,
  };
  await run(world);
  kv.close();
}

/** Records that differ, of any length. */
function record(until: number, length = 0): string {
  const ids = Array.from({ length: Math.ceil(length / 500) }, () => "x".repeat(497) as never);
  return line(["r", `g_${"A".repeat(22)}` as never, "signal" as never, until, 0, true, null, ids]);
}

async function lost(commit?: Commit): Promise<boolean> {
  await commit?.();
  throw new TypeError("connection lost");
}

function isUnavailable(error: unknown): boolean {
  return error instanceof RelayError && error.code === "unavailable";
}

Deno.test("false with the session intact is tried again: what was acknowledged is there", () =>
  net(async ({ committer, script, lines }) => {
    script.push(() => Promise.resolve(false));

    await committer.accept({ records: [record(1)] });

    assert.deepEqual(await lines(), [record(1)]);
  }));

Deno.test("false after it was written leaves one of it", () =>
  net(async ({ committer, script, lines }) => {
    script.push(async (commit) => !await commit());

    await committer.accept({ records: [record(1)] });

    assert.deepEqual(await lines(), [record(1)]);
  }));

Deno.test("false for ever is told to outsiders, and our own goes on once it ends", () =>
  net(async ({ committer, script, lines }) => {
    script.push(...Array.from({ length: 5 }, () => () => Promise.resolve(false)));
    const outsider = committer.accept({ records: [record(1)] });
    const own = committer.write({ records: [record(2)] });

    await assert.rejects(outsider, isUnavailable);
    await own;

    assert.deepEqual(await lines(), [record(2)]);
  }));

Deno.test("a commit whose answer is lost counts as done when the store shows it", () =>
  net(async ({ committer, script, lines }) => {
    script.push(lost);

    await committer.accept({ records: [record(1, 150_000)] });
    await committer.accept({ records: [record(2)] });

    assert.deepEqual(await lines(), [record(1, 150_000), record(2)]);
  }));

Deno.test("a commit that landed unseen leaves no half of it under a shorter one, and nothing twice", () =>
  net(async (world) => {
    const { committer, script, lines, chunks } = world;
    script.push(lost);
    world.cut = true;
    const outsider = committer.accept({ records: [record(1, 150_000)] });
    const own = committer.write({ records: [record(2)] });

    await assert.rejects(outsider, isUnavailable);
    world.cut = false;
    await own;

    assert.deepEqual(await lines(), [record(2)]);
    assert.equal(await chunks(), 1);
  }));

Deno.test("a commit that lands late overwrites nothing, and the next checkpoint deletes it", () =>
  net(async ({ committer, script, lines, chunks }) => {
    let late: Commit | null = null;
    script.push((commit) => {
      late = commit;
      return lost();
    });
    await assert.rejects(committer.accept({ records: [record(1, 150_000)] }), isUnavailable);
    await committer.accept({ records: [record(2)] });
    assert.ok(late !== null);
    await (late as Commit)();

    assert.ok((await lines()).includes(record(2)));
    const taken = committer.takeJournal().reduce((sum, { chunks }) => sum + chunks, 0);
    assert.equal(taken, await chunks());
  }));
