/** Keys of a client or a phone that live as long as the process. */
import type { SignalDataSet, SignalDataTypeMap, SignalKeyStore } from "@whiskeysockets/baileys";

/** A key store in memory. */
export class MemoryKeys implements SignalKeyStore {
  readonly #rows = new Map<string, unknown>();

  get<T extends keyof SignalDataTypeMap>(type: T, ids: string[]): { [id: string]: SignalDataTypeMap[T] } {
    const found: { [id: string]: SignalDataTypeMap[T] } = {};
    for (const id of ids) {
      const value = this.#rows.get(`${type} ${id}`);
      // What is in a row was set under the same type.
      if (value !== undefined) found[id] = value as SignalDataTypeMap[T];
    }
    return found;
  }

  set(data: SignalDataSet): void {
    for (const [type, rows] of Object.entries(data)) {
      for (const [id, value] of Object.entries(rows)) {
        if (value === null) this.#rows.delete(`${type} ${id}`);
        else this.#rows.set(`${type} ${id}`, value);
      }
    }
  }

  /** The same keys again: what a backup would hold. */
  copy(): MemoryKeys {
    const copy = new MemoryKeys();
    for (const [row, value] of this.#rows) copy.#rows.set(row, structuredClone(value));
    return copy;
  }

  /** Forgets every row of a type whose id is meant. */
  forget(type: keyof SignalDataTypeMap, isMeant: (id: string) => boolean): void {
    for (const row of [...this.#rows.keys()]) {
      if (row.startsWith(`${type} `) && isMeant(row.slice(type.length + 1))) this.#rows.delete(row);
    }
  }
}
