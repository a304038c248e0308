/** Groups in memory: busy ones as objects, idle ones as text, the rest as rows. What is not yet durable never leaves. */
import type { GroupId } from "../model/mod.ts";
import type { Store } from "../ports/mod.ts";
import { type GroupState, loadGroup, packGroup, unpackGroup } from "../store/mod.ts";
import { Cache } from "../system/cache.ts";

/** Groups kept as objects. */
const ACTIVE_MAX = 4_096;
/** Characters of groups kept as text. */
const WARM_MAX = 64 * 1024 * 1024;

export class GroupStates {
  readonly #store: Store;
  readonly #warm = new Cache<GroupId, string>(WARM_MAX);
  readonly #active = new Cache<GroupId, GroupState>(ACTIVE_MAX, (group, state) => {
    if (this.#warm.get(group) !== undefined) return;
    const text = packGroup(state);
    this.#warm.set(group, text, text.length);
  });
  /** Written to but not yet durable: rows would be out of date. Null: deleted. */
  readonly #unsaved = new Map<GroupId, { state: GroupState | null; writes: number }>();
  readonly #loads = new Map<GroupId, Promise<GroupState | null>>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** A group that memory holds; undefined where it has to be read. */
  recall(group: GroupId): GroupState | null | undefined {
    const unsaved = this.#unsaved.get(group);
    if (unsaved !== undefined) return unsaved.state;
    const active = this.#active.get(group);
    if (active !== undefined) return active;
    const text = this.#warm.get(group);
    if (text === undefined) return undefined;
    const state = unpackGroup(text);
    this.#active.set(group, state);
    return state;
  }

  async load(group: GroupId): Promise<GroupState | null> {
    const known = this.recall(group);
    if (known !== undefined) return known;
    let load = this.#loads.get(group);
    if (load === undefined) {
      load = loadGroup(this.#store, group).finally(() => this.#loads.delete(group));
      this.#loads.set(group, load);
    }
    const state = await load;
    const now = this.recall(group);
    if (now !== undefined) return now;
    if (state !== null) this.#active.set(group, state);
    return state;
  }

  /** A group as it is from now on; call the answer when that is durable. */
  save(group: GroupId, state: GroupState | null): () => void {
    const unsaved = this.#unsaved.get(group) ?? { state, writes: 0 };
    unsaved.state = state;
    unsaved.writes++;
    this.#unsaved.set(group, unsaved);
    return () => {
      if (--unsaved.writes > 0) return;
      this.#unsaved.delete(group);
      this.#warm.delete(group);
      if (unsaved.state === null) this.#active.delete(group);
      else this.#active.set(group, unsaved.state);
    };
  }
}
