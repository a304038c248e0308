/** One commit to the store, until it is known what came of it: over a network that takes more than one answer. */
import type { Key, Log, Mutation, Store } from "../ports/mod.ts";
import { holdsSession, type Session } from "./session.ts";

/** How often an answer that says nothing is answered by trying again. */
const TRIES_MAX = 5;
const PAUSE_MS = 20;

/** `failed`: most likely not written. `locked`: not written, and the same may be tried at once. */
export type Tried = "ok" | "fenced" | "failed" | "locked";

export interface TryDeps {
  readonly store: Store;
  readonly session: Session;
  readonly log: Log;
  readonly pause: (ms: number) => Promise<void>;
}

/** `witness`: a key that only this commit writes; it tells whether a commit that failed has landed. */
export async function tryCommit(
  { store, session, log, pause }: TryDeps,
  mutations: readonly Mutation[],
  witness: Key | null,
): Promise<Tried> {
  try {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      if (tries > 0) await pause(PAUSE_MS * 2 ** tries);
      if (await store.commit([session.check], mutations)) return "ok";
      if (!await holdsSession(store, session)) return "fenced";
      // False without a lost session: written or not, nobody knows. Written twice it is the same.
    }
    log.warn("commit-unclear", { mutations: mutations.length });
    return "failed";
  } catch (cause) {
    const locked = cause instanceof TypeError && cause.message.includes("locked");
    log.warn("commit-failed", { locked, mutations: mutations.length });
    if (locked) return "locked";
    return await exists(store, witness) ? "ok" : "failed";
  }
}

async function exists(store: Store, witness: Key | null): Promise<boolean> {
  try {
    return witness !== null && await store.get(witness) !== null;
  } catch {
    return false;
  }
}
