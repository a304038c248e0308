/** A real store whose process can die at any moment: what was not committed by then never is. */
import type { Mutation, Row, Store } from "../../actors/ports/mod.ts";
import { kvStore } from "../../actors/store/kv_store.ts";
import { type ScriptedRelay, when } from "./scripted.ts";

const MINUTE_MS = 61_000;

export interface CrashingStore {
  readonly kv: Deno.Kv;
  /** For one life of the process. */
  readonly store: Store;
  /** kill -9: no commit ends any more. */
  crash(): void;
  /** Resolves when it crashes. */
  readonly crashed: Promise<void>;
  /** Takes the rest of a crashed life away, once the next one has begun. */
  bury(world: ScriptedRelay): Promise<void>;
  /** Runs before each commit, which waits for it. */
  before: (mutations: readonly Mutation[]) => void | Promise<void>;
  /** Runs with the rows of each listing, which waits for it. */
  listed: (prefix: unknown, rows: readonly Row[]) => void | Promise<void>;
}

/** Opens one over `kv`: the next life over the same `kv` finds what the last one left. */
export function crashingStore(kv: Deno.Kv): CrashingStore {
  const base = kvStore(kv);
  const end = Promise.withResolvers<void>();
  const grave = Promise.withResolvers<void>();
  let dead = false;
  const world: CrashingStore = {
    kv,
    crash: () => {
      dead = true;
      end.resolve();
    },
    crashed: end.promise,
    bury: async ({ relay }) => {
      grave.resolve();
      await relay.stop();
    },
    before: () => {},
    listed: () => {},
    store: {
      ...base,
      close: () => {},
      commit: async (checks, mutations) => {
        if (!dead) await world.before(mutations);
        if (!dead) return await base.commit(checks, mutations);
        await grave.promise;
        return false;
      },
      list: async function* (selector): AsyncGenerator<Row> {
        const rows = await Array.fromAsync(base.list(selector));
        await world.listed(selector.prefix[0], rows);
        yield* rows;
      },
    },
  };
  return world;
}

/** Lets a minute pass and waits for the checkpoint that it brings: something has to be in the journal. */
export async function checkpoint(kv: Deno.Kv, world: ScriptedRelay): Promise<void> {
  const before = await journalOf(kv);
  world.pass(MINUTE_MS);
  await when("the old journal is gone", async () => {
    const now = await journalOf(kv);
    return before.every((chunk) => !now.includes(chunk));
  });
}

/** Keys of the journal's chunks. */
export async function journalOf(kv: Deno.Kv): Promise<string[]> {
  const chunks: string[] = [];
  for await (const { key } of kv.list({ prefix: ["journal"] })) chunks.push(key.join("/"));
  return chunks;
}

/** How many rows begin with `first`. */
export async function countOf(kv: Deno.Kv, first: string): Promise<number> {
  let count = 0;
  for await (const _ of kv.list({ prefix: [first] })) count++;
  return count;
}
