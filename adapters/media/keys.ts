/** Keys and names of files, all derived from the server's secret: who has the files alone learns nothing from them. */
import { createHmac, hkdfSync } from "node:crypto";
import type { GroupId } from "../../actors/model/mod.ts";
import { base64Url } from "../../actors/model/mod.ts";

const NAME_BYTES = 16;
/** Groups whose keys are at hand. */
const CACHED_MAX = 256;

/** What one group's files are sealed with and called. */
export interface GroupKeys {
  /** The folder of the group. */
  readonly folder: string;
  /** Seals its files. */
  readonly seal: CryptoKey;
  /** A name, 128 bits, that nobody without the secret can tell the parts from. */
  name(...parts: readonly (string | Uint8Array)[]): string;
}

/** Derives keys when they are first asked for. */
export class MediaKeys {
  readonly #secret: Uint8Array;
  readonly #groups = new Map<GroupId, Promise<GroupKeys>>();

  constructor(secret: Uint8Array) {
    this.#secret = secret.slice();
  }

  /** A key for something that belongs to no group. */
  derive(purpose: string): Uint8Array<ArrayBuffer> {
    return derived(this.#secret, purpose);
  }

  of(group: GroupId): Promise<GroupKeys> {
    const known = this.#groups.get(group);
    if (known !== undefined) return known;
    const [oldest] = this.#groups.size < CACHED_MAX ? [] : this.#groups.keys();
    if (oldest !== undefined) this.#groups.delete(oldest);
    const keys = keysOf(this.#secret, group);
    this.#groups.set(group, keys);
    return keys;
  }
}

async function keysOf(secret: Uint8Array, group: GroupId): Promise<GroupKeys> {
  const naming = derived(secret, `media names ${group}`);
  const sealing = derived(secret, `media files ${group}`);
  const name: GroupKeys["name"] = (...parts) => {
    const mac = createHmac("sha256", naming);
    for (const part of parts) mac.update(`${part.length} `).update(part);
    return base64Url(mac.digest().subarray(0, NAME_BYTES));
  };
  const seal = await crypto.subtle.importKey("raw", sealing, "HKDF", false, ["deriveKey"]);
  return { folder: name("folder"), seal, name };
}

function derived(secret: Uint8Array, purpose: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hkdfSync("sha256", secret, new Uint8Array(32), `plenum ${purpose}`, 32));
}
