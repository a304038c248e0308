/** Who is registered: numbers, their devices and the keys under which these can be written to. */
import { Curve, type KeyPair } from "@whiskeysockets/baileys";
import { type Addressing, type BinaryNode, jidOf } from "./node.ts";

/** What someone needs to write to a device for the first time. */
export interface KeyBundle {
  readonly registrationId: number;
  readonly identity: Uint8Array;
  readonly signedPreKey: { readonly id: number; readonly key: Uint8Array; readonly signature: Uint8Array };
  /** Given away once; absent when there are none left. */
  readonly preKey?: { readonly id: number; readonly key: Uint8Array };
}

/** A phone (0) or something that was linked to it. */
export interface Device {
  readonly account: Account;
  readonly id: number;
  /** Which of the account's keys vouches for it. */
  readonly keyIndex: number;
  /** Takes a key away. */
  bundle(): KeyBundle;
  /** Hands over a stanza, now or when the device is back. */
  deliver(node: BinaryNode): void;
}

/** Someone with a number. */
export class Account {
  readonly number: string;
  /** The user part of the other address. */
  readonly lid: string;
  readonly identity: KeyPair = Curve.generateKeyPair();
  readonly devices = new Map<number, Device>();
  name: string;
  /** false: others see only the id that says nothing. */
  showsNumber = true;
  /** false: nobody can bring the person into a group. */
  addable = true;
  picture: { readonly id: string; readonly bytes: Uint8Array } | null = null;
  /** The device that will be linked next. */
  nextDevice = 1;

  constructor(number: string, lid: string, name: string) {
    this.number = number;
    this.lid = lid;
    this.name = name;
  }

  /** The address of a device; device 0 stands for the person too. */
  jid(mode: Addressing, device = 0): string {
    return jidOf({ user: mode === "lid" ? this.lid : this.number, device, mode });
  }

  /** The address under which others know the person in a group of this kind. */
  shown(mode: Addressing, device = 0): string {
    return this.jid(this.showsNumber ? mode : "lid", device);
  }

  /** The attribute that says the person's other address, where it may be said. */
  other(mode: Addressing): { readonly pn: string | undefined; readonly lid: string | undefined } {
    const byLid = mode === "lid" || !this.showsNumber;
    return {
      pn: byLid && this.showsNumber ? this.jid("pn") : undefined,
      lid: byLid ? undefined : this.jid("lid"),
    };
  }
}
