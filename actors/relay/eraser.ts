/**
 * Erases what is left of groups that have ended: members, guests' tokens, messages. The ending commit leaves a row
 * that says so; it goes last, so that whatever a crash interrupts is finished by the next start.
 */
import type { GroupId } from "../model/mod.ts";
import type { Host, MediaLibrary, Store } from "../ports/mod.ts";
import { type Committer, dropHistory, dropMembers, Fenced, key } from "../store/mod.ts";
import type { Timer } from "../system/timer.ts";

/** How long after a failure it is tried again, ms. */
const RETRY_MS = 5_000;

export interface EraserDeps {
  readonly store: Store;
  readonly host: Host;
  readonly media: MediaLibrary;
  readonly committer: Committer;
  readonly timer: Timer;
  /** Aborted when the relay stops or has lost its session. */
  readonly signal: AbortSignal;
  /** Resolves when no checkpoint is running: one that is may still hold pages of the group to write. */
  checkpointed(): Promise<void>;
}

export class Eraser {
  readonly #deps: EraserDeps;
  readonly #running = new Map<GroupId, Promise<void>>();

  constructor(deps: EraserDeps) {
    this.#deps = deps;
  }

  /** Goes on with what an earlier process began. Resolves when it is known, not when it is done. */
  async resume(): Promise<void> {
    for await (const { key: [, group] } of this.#deps.store.list({ prefix: key.erases() })) {
      void this.erase(group as GroupId);
    }
  }

  /** Only once the end is durable. Resolves when all is gone, or the attempt failed and another follows. */
  erase(group: GroupId): Promise<void> {
    let running = this.#running.get(group);
    if (running === undefined) {
      running = this.#try(group).finally(() => this.#running.delete(group));
      this.#running.set(group, running);
    }
    return running;
  }

  async #try(group: GroupId): Promise<void> {
    const { host, timer, signal } = this.#deps;
    try {
      await this.#erase(group);
    } catch (error) {
      // Stopped, the row stays: the next start goes on.
      if (error instanceof Fenced || signal.aborted) return;
      host.log.error("erase-failed", {}, error);
      timer.after(RETRY_MS, () => void this.erase(group));
    }
  }

  async #erase(group: GroupId): Promise<void> {
    const { store, committer, media, checkpointed } = this.#deps;
    await checkpointed();
    await media.erase(group);
    for (const slices of [dropMembers(store, group), dropHistory(store, group)]) {
      for await (const rows of slices) await committer.write({ records: [], rows });
    }
    await committer.write({ records: [], rows: [{ key: key.erase(group), value: null }] });
  }
}
