/** The Store port over Deno KV: a local file by default, or any KV Connect address. The only code that sees Deno.Kv. */
import type { Check, Key, ListOptions, Mutation, Row, Store } from "../ports/mod.ts";

/** Deno KV reads at most ten keys in one call (facts of 2026-11-23). */
const GET_MANY_MAX = 10;

/** Opens `target`: a path, `:memory:`, or the address of a KV Connect server. One process opens one file, once. */
export async function openKvStore(target: string): Promise<Store> {
  return kvStore(await Deno.openKv(target));
}

/** Wraps an open database. */
export function kvStore(kv: Deno.Kv): Store {
  return {
    get: async (key) => rowOf(await kv.get<Uint8Array>(key)),
    getMany: (keys) => getMany(kv, keys),
    list: (options) => list(kv, options),
    commit: (checks, mutations) => commit(kv, checks, mutations),
    watch: (key, signal) => watch(kv, key, signal),
    close: () => kv.close(),
  };
}

function rowOf(entry: Deno.KvEntryMaybe<Uint8Array>): Row | null {
  if (entry.versionstamp === null) return null;
  return { key: entry.key as Key, value: entry.value, version: entry.versionstamp };
}

async function getMany(kv: Deno.Kv, keys: readonly Key[]): Promise<(Row | null)[]> {
  const batches: Promise<(Row | null)[]>[] = [];
  for (let at = 0; at < keys.length; at += GET_MANY_MAX) {
    const slice = keys.slice(at, at + GET_MANY_MAX);
    batches.push(kv.getMany<Uint8Array[]>(slice).then((entries) => entries.map(rowOf)));
  }
  return (await Promise.all(batches)).flat();
}

async function* list(kv: Deno.Kv, options: ListOptions): AsyncIterable<Row> {
  const { prefix, start, end, limit, reverse } = options;
  const entries = kv.list<Uint8Array>(selector(prefix, start, end), {
    limit,
    reverse,
    batchSize: Math.min(limit ?? 500, 500),
  });
  for await (const entry of entries) {
    yield { key: entry.key as Key, value: entry.value, version: entry.versionstamp };
  }
}

function selector(prefix: Key, start?: Key, end?: Key): Deno.KvListSelector {
  if (start !== undefined) return end === undefined ? { prefix, start } : { start, end };
  return end === undefined ? { prefix } : { prefix, end };
}

async function commit(
  kv: Deno.Kv,
  checks: readonly Check[],
  mutations: readonly Mutation[],
): Promise<boolean> {
  const op = kv.atomic();
  for (const check of checks) op.check({ key: check.key, versionstamp: check.version });
  for (const { key, value, expireInMs } of mutations) {
    if (value === null) op.delete(key);
    else op.set(key, value, expireInMs === undefined ? undefined : { expireIn: Math.ceil(expireInMs) });
  }
  return (await op.commit()).ok;
}

async function* watch(kv: Deno.Kv, key: Key, signal: AbortSignal): AsyncIterable<void> {
  if (signal.aborted) return;
  const reader = kv.watch([key]).getReader();
  const cancel = (): void => void reader.cancel().catch(() => undefined);
  signal.addEventListener("abort", cancel, { once: true });
  try {
    while (!(await reader.read()).done) yield;
  } finally {
    signal.removeEventListener("abort", cancel);
    cancel();
  }
}
