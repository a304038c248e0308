/** The physical limit in the same run: what the store and SQLite do with nothing of ours in between. */
import { DatabaseSync } from "node:sqlite";
import { openKvStore } from "../../actors/mod.ts";
import { perSecond } from "./figures.ts";

const VALUE = new TextEncoder().encode("x".repeat(200));

/** Deno KV, one set a commit, one after another: commits a second. */
export async function rawCommits(ms: number): Promise<number> {
  return await withStore(async (commit) => {
    const started = performance.now();
    let count = 0;
    while (performance.now() - started < ms) await commit([count++]);
    return perSecond(count, performance.now() - started);
  });
}

/** Deno KV, 500 sets a commit: rows a second. */
export async function rawBatches(ms: number): Promise<number> {
  return await withStore(async (commit) => {
    const started = performance.now();
    let count = 0;
    while (performance.now() - started < ms) {
      await commit(Array.from({ length: 500 }, () => count++));
    }
    return perSecond(count, performance.now() - started);
  });
}

async function withStore(
  run: (commit: (keys: number[]) => Promise<unknown>) => Promise<number>,
): Promise<number> {
  const dir = await Deno.makeTempDir();
  const store = await openKvStore(`${dir}/kv`);
  const rate = await run((keys) => store.commit([], keys.map((key) => ({ key: ["t", key], value: VALUE }))));
  store.close();
  await Deno.remove(dir, { recursive: true });
  return rate;
}

/** node:sqlite, WAL, synchronous FULL, one insert a transaction: appends a second. */
export async function sqliteAppends(ms: number): Promise<number> {
  const dir = await Deno.makeTempDir();
  const db = new DatabaseSync(`${dir}/db`);
  db.exec(
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (id INTEGER PRIMARY KEY, v BLOB)",
  );
  const insert = db.prepare("INSERT INTO t (v) VALUES (?)");
  const started = performance.now();
  let count = 0;
  for (; performance.now() - started < ms; count++) insert.run(VALUE);
  const rate = perSecond(count, performance.now() - started);
  db.close();
  await Deno.remove(dir, { recursive: true });
  return rate;
}
