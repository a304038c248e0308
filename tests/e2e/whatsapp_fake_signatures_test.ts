/** The faster check of signatures says what the library's own check says. */
import assert from "node:assert/strict";
import { Curve } from "@whiskeysockets/baileys";
import { verify } from "curve25519-js";
import { isSigned } from "../fakes/whatsapp/fast_signatures.ts";

Deno.test("signatures that were checked fast are right where the slow check finds them right", () => {
  for (let size = 1; size <= 8; size++) {
    const keys = Curve.generateKeyPair();
    const message = crypto.getRandomValues(new Uint8Array(size));
    const signature = Curve.sign(keys.private, message);
    const wrong = signature.map((byte, at) => at === size ? byte ^ 1 : byte);

    for (const [shown, right] of [[signature, true], [wrong, false]] as const) {
      assert.equal(verify(keys.public, message, shown), right);
      assert.equal(isSigned(keys.public, message, shown), right);
    }
  }
});
