/** What is sealed can be opened with the same key, for the same purpose, unchanged; and not otherwise. */
import assert from "node:assert/strict";
import { sealer as sealerWith } from "../../../../actors/observe/seal.ts";
import type { Host } from "../../../../actors/ports/mod.ts";

const SECRET = new TextEncoder().encode("a secret of tests, 32 bytes long");
const OTHER = new TextEncoder().encode("another secret of tests, 32 long");
const TEXT = new TextEncoder().encode("a ratchet");

function sealer(secret: Uint8Array): Pick<Host, "seal" | "unseal"> {
  return sealerWith(secret, (count) => crypto.getRandomValues(new Uint8Array(count)));
}

Deno.test("what was sealed opens again, and looks different each time", async () => {
  const { seal, unseal } = sealer(SECRET);

  const [one, other] = [await seal("a", TEXT), await seal("a", TEXT)];

  assert.notDeepEqual(one, other);
  assert.deepEqual(await unseal("a", one), TEXT);
  assert.deepEqual(await sealer(SECRET).unseal("a", other), TEXT);
});

Deno.test("what was sealed opens with no other key, for no other purpose, and not once changed", async () => {
  const sealed = await sealer(SECRET).seal("a", TEXT);
  const changed = sealed.slice();
  changed[20] = (changed[20] ?? 0) ^ 1;

  await assert.rejects(sealer(OTHER).unseal("a", sealed), /SECRET_KEY must be the one that sealed it/);
  await assert.rejects(sealer(SECRET).unseal("b", sealed), RangeError);
  await assert.rejects(sealer(SECRET).unseal("a", changed), RangeError);
  await assert.rejects(sealer(SECRET).unseal("a", sealed.subarray(0, 5)), RangeError);
});
