/** Sealing: AES-256-GCM under a key that is derived from SECRET_KEY. A sealed value is its nonce, then its text. */
import type { Host } from "../ports/mod.ts";

const NONCE_BYTES = 12;
const encoder = new TextEncoder();

/** Seals and opens with `secret`. The key is derived once, when it is first needed. */
export function sealer(
  secret: Uint8Array,
  randomBytes: Host["randomBytes"],
): Pick<Host, "seal" | "unseal"> {
  let key: Promise<CryptoKey> | null = null;
  return {
    seal: async (context, bytes) => {
      key ??= derive(secret);
      const iv = new Uint8Array(randomBytes(NONCE_BYTES));
      const text = await crypto.subtle.encrypt(algorithm(iv, context), await key, new Uint8Array(bytes));
      const sealed = new Uint8Array(NONCE_BYTES + text.byteLength);
      sealed.set(iv);
      sealed.set(new Uint8Array(text), NONCE_BYTES);
      return sealed;
    },
    unseal: async (context, sealed) => {
      key ??= derive(secret);
      const iv = sealed.slice(0, NONCE_BYTES);
      try {
        const text = sealed.slice(NONCE_BYTES);
        return new Uint8Array(await crypto.subtle.decrypt(algorithm(iv, context), await key, text));
      } catch (cause) {
        throw new RangeError(
          "Cannot open what was sealed as SECRET_KEY must be the one that sealed it: it is another, or the data was changed",
          { cause },
        );
      }
    },
  };
}

function algorithm(iv: Uint8Array<ArrayBuffer>, context: string): AesGcmParams {
  return { name: "AES-GCM", iv, additionalData: encoder.encode(context) };
}

async function derive(secret: Uint8Array): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey("raw", secret.slice(), "HKDF", false, ["deriveKey"]);
  const salt = new Uint8Array(32);
  const info = encoder.encode("plenum seal 1");
  const how = { name: "HKDF", hash: "SHA-256", salt, info };
  return await crypto.subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt",
  ]);
}
