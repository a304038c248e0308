/** The server's side of the Noise XX handshake and of the encryption after it. */
import { Buffer } from "node:buffer";
import {
  aesDecryptGCM,
  aesEncryptGCM,
  Curve,
  hkdf,
  type KeyPair,
  NOISE_MODE,
  NOISE_WA_HEADER,
  proto,
  sha256,
  WA_CERT_DETAILS,
} from "@whiskeysockets/baileys";

const NOTHING = new Uint8Array(0);

/** What a server shows to be the right one. */
export interface ServerIdentity {
  /** Public; clients trust it. */
  readonly rootKey: Uint8Array;
  readonly static: KeyPair;
  /** As it is sent: the static key, signed by a key that the root signed. */
  readonly chain: Uint8Array;
}

/** What the client said in the handshake. */
export interface Greeting {
  readonly staticKey: Uint8Array;
  readonly payload: proto.ClientPayload;
}

/** Makes keys and the certificates that tie them together. */
export function makeServerIdentity(): ServerIdentity {
  const root = Curve.generateKeyPair();
  const intermediate = Curve.generateKeyPair();
  const own = Curve.generateKeyPair();
  const { Details } = proto.CertChain.NoiseCertificate;
  const serial = WA_CERT_DETAILS.SERIAL;
  const vouched = Details.encode({ serial: 1, issuerSerial: serial, key: intermediate.public }).finish();
  const leaf = Details.encode({ serial: 2, issuerSerial: 1, key: own.public }).finish();
  const chain = proto.CertChain.encode({
    intermediate: { details: vouched, signature: Curve.sign(root.private, vouched) },
    leaf: { details: leaf, signature: Curve.sign(intermediate.private, leaf) },
  }).finish();
  return { rootKey: root.public, static: own, chain };
}

/** One line's state. `hello`, then `finish`, then `seal` and `open` for whatever follows. */
export class ServerNoise {
  readonly #identity: ServerIdentity;
  readonly #ephemeral = Curve.generateKeyPair();
  #hash: Uint8Array = Buffer.from(NOISE_MODE);
  #salt: Uint8Array = this.#hash;
  #key: Uint8Array = this.#hash;
  #used = 0;
  #out = { key: NOTHING as Uint8Array, used: 0 };
  #in = { key: NOTHING as Uint8Array, used: 0 };

  constructor(identity: ServerIdentity) {
    this.#identity = identity;
    this.#authenticate(NOISE_WA_HEADER);
  }

  /** Takes the client's first words. @returns what to answer. */
  hello(bytes: Uint8Array): Uint8Array {
    const ephemeral = proto.HandshakeMessage.decode(bytes).clientHello?.ephemeral;
    if (!ephemeral) throw new Error("Cannot greet a client that sent no key");
    this.#authenticate(ephemeral);
    this.#authenticate(this.#ephemeral.public);
    this.#mix(Curve.sharedKey(this.#ephemeral.private, ephemeral));
    const shown = this.#encrypt(this.#identity.static.public);
    this.#mix(Curve.sharedKey(this.#identity.static.private, ephemeral));
    const payload = this.#encrypt(this.#identity.chain);
    const serverHello = { ephemeral: this.#ephemeral.public, static: shown, payload };
    return proto.HandshakeMessage.encode({ serverHello }).finish();
  }

  /** Takes the client's second words. */
  finish(bytes: Uint8Array): Greeting {
    const said = proto.HandshakeMessage.decode(bytes).clientFinish;
    if (!said?.static || !said.payload) throw new Error("Cannot finish a handshake without key and payload");
    const staticKey = this.#decrypt(said.static);
    this.#mix(Curve.sharedKey(this.#ephemeral.private, staticKey));
    const payload = proto.ClientPayload.decode(this.#decrypt(said.payload));
    const [fromClient, toClient] = this.#derive(NOTHING);
    this.#in = { key: fromClient, used: 0 };
    this.#out = { key: toClient, used: 0 };
    return { staticKey, payload };
  }

  /** Encrypts a stanza. */
  seal(bytes: Uint8Array): Uint8Array {
    return aesEncryptGCM(bytes, this.#out.key, ivOf(this.#out.used++), NOTHING);
  }

  /** Decrypts a stanza. */
  open(bytes: Uint8Array): Buffer {
    return aesDecryptGCM(bytes, this.#in.key, ivOf(this.#in.used++), NOTHING);
  }

  #authenticate(bytes: Uint8Array): void {
    this.#hash = sha256(Buffer.concat([this.#hash, bytes]));
  }

  #encrypt(bytes: Uint8Array): Uint8Array {
    const sealed = aesEncryptGCM(bytes, this.#key, ivOf(this.#used++), this.#hash);
    this.#authenticate(sealed);
    return sealed;
  }

  #decrypt(bytes: Uint8Array): Uint8Array {
    const opened = aesDecryptGCM(bytes, this.#key, ivOf(this.#used++), this.#hash);
    this.#authenticate(bytes);
    return opened;
  }

  #derive(bytes: Uint8Array): readonly [Uint8Array, Uint8Array] {
    const key = hkdf(Buffer.from(bytes), 64, { salt: Buffer.from(this.#salt), info: "" });
    return [key.subarray(0, 32), key.subarray(32)];
  }

  #mix(bytes: Uint8Array): void {
    [this.#salt, this.#key] = this.#derive(bytes);
    this.#used = 0;
  }
}

function ivOf(counter: number): Uint8Array {
  const iv = new Uint8Array(12);
  new DataView(iv.buffer).setUint32(8, counter);
  return iv;
}
