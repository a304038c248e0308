/**
 * A map that forgets what has not been used for long, once it weighs too much: the CLOCK algorithm. A hand goes round
 * the entries; what was used since it last came by stays. A hit changes no order, so it costs what a plain map's does.
 */
export class Cache<K, V> {
  readonly #entries = new Map<K, { value: V; readonly weight: number; used: boolean }>();
  readonly #max: number;
  readonly #evicted: ((key: K, value: V) => void) | null;
  #weight = 0;
  #hand = this.#entries.entries();

  /** `max` in the unit of the weights given to `set`; `evicted` hears of what is forgotten for weight. */
  constructor(max: number, evicted: ((key: K, value: V) => void) | null = null) {
    this.#max = max;
    this.#evicted = evicted;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    entry.used = true;
    return entry.value;
  }

  set(key: K, value: V, weight = 1): void {
    this.delete(key);
    this.#entries.set(key, { value, weight, used: false });
    this.#weight += weight;
    if (this.#weight > this.#max) this.#evict(key);
  }

  delete(key: K): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#weight -= entry.weight;
    this.#entries.delete(key);
  }

  /** Never the one that was just put in. */
  #evict(newest: K): void {
    while (this.#weight > this.#max && this.#entries.size > 1) {
      const next = this.#hand.next();
      if (next.done === true) {
        this.#hand = this.#entries.entries();
        continue;
      }
      const [key, entry] = next.value;
      if (key === newest) continue;
      if (entry.used) {
        entry.used = false;
        continue;
      }
      this.delete(key);
      this.#evicted?.(key, entry.value);
    }
  }
}
