/** Links to files: an address that nobody can guess or change, and that ends some day. All it says is sealed in it. */
import { createCipheriv, createDecipheriv, createHmac } from "node:crypto";
import { z } from "zod";
import { base64Url, GroupId, NativeId } from "../../actors/model/mod.ts";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Longer ones are none of ours. */
const TOKEN_MAX = 1024;

/** What a link leads to. */
const Link = z.tuple([GroupId, NativeId, z.number()]);

export interface Target {
  readonly group: GroupId;
  readonly native: NativeId;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Makes and reads links, by a key of 32 bytes. */
export class Links {
  readonly #key: Uint8Array;

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** The same for the same target: a message that is sent again has the same link. */
  seal({ group, native, expiresAt }: Target): string {
    const text = new TextEncoder().encode(JSON.stringify([group, native, expiresAt]));
    const nonce = createHmac("sha256", this.#key).update("nonce").update(text).digest().subarray(
      0,
      NONCE_BYTES,
    );
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce);
    const sealed = new Uint8Array([
      ...nonce,
      ...cipher.update(text),
      ...cipher.final(),
      ...cipher.getAuthTag(),
    ]);
    return base64Url(sealed);
  }

  /** null where it is none of ours. */
  open(token: string): Target | null {
    if (token.length > TOKEN_MAX || !/^[\w-]+$/.test(token)) return null;
    try {
      const sealed = Uint8Array.fromBase64(token, { alphabet: "base64url" });
      const decipher = createDecipheriv("aes-256-gcm", this.#key, sealed.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      const text = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES), undefined, "utf8") +
        decipher.final("utf8");
      const [group, native, expiresAt] = Link.parse(JSON.parse(text));
      return { group, native, expiresAt };
    } catch {
      // Whatever is wrong with it: nobody made it here.
      return null;
    }
  }
}
