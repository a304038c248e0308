/** A map that forgets what was used longest ago, once it weighs too much. */
export class Cache<K, V> {
  readonly #entries = new Map<K, { value: V; readonly weight: number }>();
  readonly #max: number;
  readonly #evicted: ((key: K, value: V) => void) | null;
  #weight = 0;

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
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  set(key: K, value: V, weight = 1): void {
    this.delete(key);
    this.#entries.set(key, { value, weight });
    this.#weight += weight;
    if (this.#weight > this.#max) this.#evict();
  }

  delete(key: K): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#weight -= entry.weight;
    this.#entries.delete(key);
  }

  #evict(): void {
    for (const [key, { value, weight }] of this.#entries) {
      if (this.#weight <= this.#max || this.#entries.size === 1) break;
      this.#entries.delete(key);
      this.#weight -= weight;
      this.#evicted?.(key, value);
    }
  }
}
