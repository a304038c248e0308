/** The fence: whoever starts writes the session key, and every commit of anybody else is refused from then on. */
import { type Seq, SEQS_PER_EPOCH } from "../model/mod.ts";
import type { Check, Store } from "../ports/mod.ts";
import { key, SessionRow } from "./keys.ts";
import { decodeRow, encodeRow } from "./rows.ts";

/** This process's right to write. */
export interface Session {
  /** One more than the session before: the high part of every order number. */
  readonly epoch: number;
  readonly check: Check;
}

/** Takes the session from whoever had it. `owner` tells processes apart. */
export async function takeSession(store: Store, owner: string): Promise<Session> {
  for (;;) {
    const row = await store.get(key.session());
    const epoch = row === null ? 1 : decodeRow(SessionRow, row.value).epoch + 1;
    const check = { key: key.session(), version: row?.version ?? null };
    const value = encodeRow({ v: 1, epoch, owner });
    await store.commit([check], [{ key: key.session(), value }]);
    // Over a network a false answer can still have been written: what stands there decides.
    const now = await store.get(key.session());
    if (now === null) continue;
    const written = decodeRow(SessionRow, now.value);
    if (written.epoch === epoch && written.owner === owner) {
      return { epoch, check: { key: key.session(), version: now.version } };
    }
  }
}

/** Whether `session` is still the one that may write. */
export async function holdsSession(store: Store, session: Session): Promise<boolean> {
  const row = await store.get(session.check.key);
  return row !== null && row.version === session.check.version;
}

/** Hands out order numbers: strictly increasing across restarts, as every session has a higher epoch. */
export class Sequence {
  #next: Seq;

  constructor(epoch: number) {
    this.#next = epoch * SEQS_PER_EPOCH;
  }

  next(): Seq {
    return this.#next++;
  }
}
