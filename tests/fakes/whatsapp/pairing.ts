/** How a device is linked to a phone: by a QR code that the phone scans, or by a code that is typed into it. */
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import {
  aesDecryptCTR,
  aesDecryptGCM,
  aesEncryptCTR,
  Curve,
  derivePairingCodeKey,
  hkdf,
  type KeyPair,
  proto,
  WA_ADV_ACCOUNT_SIG_PREFIX,
  WA_ADV_DEVICE_SIG_PREFIX,
} from "@whiskeysockets/baileys";
import type { Account } from "./accounts.ts";
import { isSigned } from "./fast_signatures.ts";
import { LinkedDevice, type Registration } from "./linked_device.ts";
import { type BinaryNode, bytesIn, bytesOf, childOf, el, freshId, seconds, SERVER } from "./node.ts";
import type { Session } from "./session.ts";

/** A client that wants a code instead of a picture. */
interface Hello {
  readonly jid: string;
  readonly ref: string;
  readonly wrappedKey: Buffer;
}

/** What the phone keeps between its two words to the client. */
interface Handover {
  readonly account: Account;
  readonly shared: Buffer;
}

/** One client that wants to be linked. */
export class Pairing {
  readonly session: Session;
  readonly registration: Registration;
  readonly refs: string[] = [];
  hello: Hello | null = null;
  #finish: ((node: BinaryNode) => void) | null = null;

  constructor(session: Session, registration: Registration) {
    this.session = session;
    this.registration = registration;
  }

  /** What a client says of itself before anyone knows it. */
  static registrationOf(
    noiseKey: Uint8Array,
    data: proto.ClientPayload.IDevicePairingRegistrationData | null | undefined,
  ): Registration | null {
    if (!data?.eIdent || !data.eRegid || !data.eSkeyId || !data.eSkeyVal || !data.eSkeySig) return null;
    return {
      noiseKey,
      registrationId: Buffer.from(data.eRegid).readUInt32BE(),
      identity: data.eIdent,
      signedPreKey: {
        id: Buffer.from(data.eSkeyId).readUIntBE(0, data.eSkeyId.length),
        key: data.eSkeyVal,
        signature: data.eSkeySig,
      },
    };
  }

  /** Gives the client what its pictures are made of; each is shown for a while. */
  showRefs(count: number): void {
    for (let at = 0; at < count; at++) this.refs.push(`2@${freshId("")}${freshId("")}`);
    const refs = this.refs.map((ref) => el("ref", {}, ref));
    const asked = el("iq", { from: SERVER, type: "set", xmlns: "md" }, [el("pair-device", {}, refs)]);
    void this.session.ask(asked);
  }

  /** The client asks for a code that it made itself to be accepted. */
  takeHello(words: BinaryNode): BinaryNode {
    const ref = freshId("");
    const wrappedKey = bytesOf(words, "link_code_pairing_wrapped_companion_ephemeral_pub");
    this.hello = { jid: words.attrs["jid"] ?? "", ref, wrappedKey };
    return el("link_code_companion_reg", { stage: "companion_hello" }, [
      el("link_code_pairing_ref", {}, ref),
    ]);
  }

  /** The client answers the phone. */
  takeFinish(words: BinaryNode): void {
    this.#finish?.(words);
  }

  /** The phone scanned the picture. */
  async scanned(account: Account, advSecret: string): Promise<LinkedDevice> {
    return await this.#link(account, Buffer.from(advSecret, "base64"));
  }

  /** Someone typed the code into the phone. */
  async entered(account: Account, code: string): Promise<LinkedDevice> {
    if (this.hello === null) throw new Error("Cannot enter a code that nobody asked for");
    const ephemeral = Curve.generateKeyPair();
    const companionKey = await unwrap(this.hello.wrappedKey, code);
    const shared = Curve.sharedKey(ephemeral.private, companionKey);
    const finished = Promise.withResolvers<BinaryNode>();
    this.#finish = finished.resolve;
    const words = el("link_code_companion_reg", { stage: "primary_hello" }, [
      el("link_code_pairing_wrapped_primary_ephemeral_pub", {}, await wrap(ephemeral, code)),
      el("primary_identity_pub", {}, account.identity.public),
      el("link_code_pairing_ref", {}, this.hello.ref),
    ]);
    const attrs = { from: SERVER, type: "link_code_companion_reg", id: freshId("1"), t: seconds() };
    this.session.send(el("notification", attrs, [words]));
    return await this.#link(account, secretOf(await finished.promise, { account, shared }));
  }

  /** Vouches for the client's key, and lets it come back as a device. */
  async #link(account: Account, secret: Buffer): Promise<LinkedDevice> {
    const { world } = this.session;
    const id = account.nextDevice++;
    const { details, signed } = vouch(account, { id, identity: this.registration.identity });
    const hmac = createHmac("sha256", secret).update(signed).digest();
    const identity = proto.ADVSignedDeviceIdentityHMAC.encode({ details: signed, hmac }).finish();
    const success = el("pair-success", {}, [
      el("device-identity", {}, identity),
      el("device", { jid: account.jid("pn", id), lid: account.jid("lid", id) }),
      el("platform", { name: "android" }),
    ]);
    const attrs = { from: SERVER, type: "set", id: freshId("1"), t: seconds(), xmlns: "md" };
    const reply = await this.session.ask(el("iq", attrs, [success]));
    const shown = bytesIn(childOf(childOf(reply, "pair-device-sign"), "device-identity"));
    const { deviceSignature } = proto.ADVSignedDeviceIdentity.decode(shown);
    const own = this.registration.identity;
    const said = Buffer.concat([WA_ADV_DEVICE_SIG_PREFIX, details, own, account.identity.public]);
    if (!deviceSignature || !isSigned(own, said, deviceSignature)) {
      throw new Error("Cannot link a device that signs wrongly");
    }
    const changed = (): void => world.changes.notify();
    const device = new LinkedDevice(account, { id, registration: this.registration, changed });
    account.devices.set(id, device);
    this.session.end(515);
    return device;
  }
}

/** The account's word for a device, and the bytes that both sign. */
function vouch(
  account: Account,
  { id, identity }: { readonly id: number; readonly identity: Uint8Array },
): { readonly details: Uint8Array; readonly signed: Uint8Array } {
  const details = proto.ADVDeviceIdentity.encode({ rawId: id, timestamp: Number(seconds()), keyIndex: id })
    .finish();
  const said = Buffer.concat([WA_ADV_ACCOUNT_SIG_PREFIX, details, identity]);
  const signed = proto.ADVSignedDeviceIdentity.encode({
    details,
    accountSignatureKey: account.identity.public,
    accountSignature: Curve.sign(account.identity.private, said),
  }).finish();
  return { details, signed };
}

async function unwrap(wrapped: Buffer, code: string): Promise<Buffer> {
  const key = await derivePairingCodeKey(code, wrapped.subarray(0, 32));
  return aesDecryptCTR(wrapped.subarray(48, 80), key, wrapped.subarray(32, 48));
}

async function wrap(keys: KeyPair, code: string): Promise<Buffer> {
  const salt = Buffer.from(crypto.getRandomValues(new Uint8Array(32)));
  const iv = Buffer.from(crypto.getRandomValues(new Uint8Array(16)));
  return Buffer.concat([salt, iv, aesEncryptCTR(keys.public, await derivePairingCodeKey(code, salt), iv)]);
}

/** @throws where the code was another one: then the bundle does not open. */
function secretOf(finish: BinaryNode, { account, shared }: Handover): Buffer {
  const bundle = bytesOf(finish, "link_code_pairing_wrapped_key_bundle");
  const info = "link_code_pairing_key_bundle_encryption_key";
  const key = hkdf(shared, 32, { salt: bundle.subarray(0, 32), info });
  const opened = aesDecryptGCM(bundle.subarray(44), key, bundle.subarray(32, 44), Buffer.alloc(0));
  const own = Curve.sharedKey(account.identity.private, opened.subarray(0, 32));
  const material = Buffer.concat([shared, own, opened.subarray(64, 96)]);
  return Buffer.from(hkdf(material, 32, { info: "adv_secret" }));
}
