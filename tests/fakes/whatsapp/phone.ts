/** A person's phone. */
import { Curve, signedKeyPair } from "@whiskeysockets/baileys";
import type { Account, Device, KeyBundle } from "./accounts.ts";
import type { BinaryNode } from "./node.ts";
import type { World } from "./world.ts";

/** A person's phone. */
export class Phone implements Device {
  readonly id = 0;
  readonly keyIndex = 0;
  readonly account: Account;
  readonly #world: World;
  readonly #signed: ReturnType<typeof signedKeyPair>;

  constructor(world: World, account: Account) {
    this.#world = world;
    this.account = account;
    this.#signed = signedKeyPair(account.identity, 1);
    account.devices.set(0, this);
  }

  /** Scans the picture that a client shows. @returns the device that was linked. */
  async scan(qr: string): Promise<number> {
    const [ref, , , secret] = qr.slice(qr.indexOf("#") + 1).split(",");
    const pairing = [...this.#world.pairings].find(({ refs }) => ref !== undefined && refs.includes(ref));
    if (pairing === undefined || secret === undefined) throw new Error("Cannot scan: the picture is too old");
    return (await pairing.scanned(this.account, secret)).id;
  }

  /** Types in the code that a client shows. @returns the device that was linked. */
  async enterCode(code: string): Promise<number> {
    const pairing = await this.#world.changes.until(
      () => [...this.#world.pairings].find(({ hello }) => hello?.jid === this.account.jid("pn")),
      "a client that asks for a code",
    );
    return (await pairing.entered(this.account, code)).id;
  }

  bundle(): KeyBundle {
    const { keyPair, keyId, signature } = this.#signed;
    return {
      registrationId: 1,
      identity: this.account.identity.public,
      signedPreKey: { id: keyId, key: keyPair.public, signature },
      preKey: { id: 1, key: Curve.generateKeyPair().public },
    };
  }

  deliver(_node: BinaryNode): void {}
}
