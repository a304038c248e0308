/** A device that was linked to a phone and talks over the line: its keys, and what waits for it. */
import type { Account, Device, KeyBundle } from "./accounts.ts";
import { Mailbox } from "./mailbox.ts";
import { type BinaryNode, el, freshId, SERVER } from "./node.ts";
import type { Session } from "./session.ts";

/** A key that others sign with or agree on, and its number. */
export interface NumberedKey {
  readonly id: number;
  readonly key: Uint8Array;
}

/** What a device says of itself when it wants to be linked. */
export interface Registration {
  readonly noiseKey: Uint8Array;
  readonly registrationId: number;
  readonly identity: Uint8Array;
  readonly signedPreKey: NumberedKey & { readonly signature: Uint8Array };
}

/** How many one-time keys are too few. */
const FEW_KEYS = 5;

/** A linked device. */
export class LinkedDevice implements Device {
  readonly account: Account;
  readonly id: number;
  readonly keyIndex: number;
  readonly noiseKey: Uint8Array;
  readonly identity: Uint8Array;
  readonly mailbox: Mailbox;
  readonly #preKeys: NumberedKey[] = [];
  registrationId: number;
  signedPreKey: Registration["signedPreKey"];
  session: Session | null = null;
  /** It was logged in at least once. */
  greeted = false;

  constructor(
    account: Account,
    { id, registration, changed }: {
      readonly id: number;
      readonly registration: Registration;
      readonly changed: () => void;
    },
  ) {
    this.account = account;
    this.id = id;
    this.keyIndex = id;
    this.noiseKey = registration.noiseKey;
    this.identity = registration.identity;
    this.registrationId = registration.registrationId;
    this.signedPreKey = registration.signedPreKey;
    this.mailbox = new Mailbox(changed);
  }

  get preKeysLeft(): number {
    return this.#preKeys.length;
  }

  /** The ids of the one-time keys that are left. */
  get preKeyIds(): readonly number[] {
    return this.#preKeys.map(({ id }) => id);
  }

  /** Takes over one-time keys; those that it has already stay as they are. */
  addPreKeys(keys: readonly NumberedKey[]): void {
    const known = new Set(this.preKeyIds);
    this.#preKeys.push(...keys.filter(({ id }) => !known.has(id)));
  }

  bundle(): KeyBundle {
    const preKey = this.#preKeys.shift();
    if (this.#preKeys.length === FEW_KEYS - 1) {
      const count = el("count", { value: String(this.#preKeys.length) });
      this.deliver(el("notification", { from: SERVER, type: "encrypt", id: freshId("1"), t: "0" }, [count]));
    }
    const { registrationId, identity, signedPreKey } = this;
    return { registrationId, identity, signedPreKey, ...(preKey === undefined ? {} : { preKey }) };
  }

  /** Forgets the one-time keys: who asks for one gets none. */
  dropPreKeys(): void {
    this.#preKeys.length = 0;
  }

  /** Is no longer linked. */
  unlink(): void {
    this.account.devices.delete(this.id);
    this.session?.end(401, [el("conflict", { type: "device_removed" })]);
  }

  deliver(node: BinaryNode): void {
    this.mailbox.push(node);
  }
}
