import assert from "node:assert/strict";
import { createHost, nullMetrics } from "../../../../actors/observe/host.ts";
import type { Host } from "../../../../actors/ports/mod.ts";
import { fakeHost } from "../../../fakes/host.ts";

function hostWith(secret: Uint8Array): Host {
  const { log, text } = fakeHost();
  return createHost({ secret, log, metrics: nullMetrics(), text });
}

Deno.test("a keyed hash is 16 characters, the same for the same key and value, another for any other", () => {
  const host = hostWith(new Uint8Array(32).fill(7));
  const other = hostWith(new Uint8Array(32).fill(8));

  assert.match(host.keyedHash("491701234567"), /^[A-Za-z0-9_-]{16}$/);
  assert.equal(host.keyedHash("a"), host.keyedHash("a"));
  assert.notEqual(host.keyedHash("a"), host.keyedHash("b"));
  assert.notEqual(host.keyedHash("a"), other.keyedHash("a"));
});

Deno.test("a keyed hash is HMAC-SHA-256, so that another program can make the same", () => {
  const secret = new TextEncoder().encode("key".padEnd(32, "."));

  // From Python: base64.urlsafe_b64encode(hmac.new(b"key".ljust(32, b"."), b"value", "sha256").digest()[:12])
  assert.equal(hostWith(secret).keyedHash("value"), "CIe5HL9cn-UCS-ZW");
});

Deno.test("a host keeps its secret when the caller wipes the bytes that it passed", () => {
  const secret = new Uint8Array(32).fill(7);
  const host = hostWith(secret);
  const before = host.keyedHash("a");

  secret.fill(0);

  assert.equal(host.keyedHash("a"), before);
});

Deno.test("a host refuses a secret that is too short, and does not say it", () => {
  assert.throws(() => hostWith(new TextEncoder().encode("hunter2")), (error: Error) => {
    return error instanceof RangeError && /32 bytes: it has 7/.test(error.message) &&
      !error.message.includes("hunter2");
  });
});

Deno.test("a host draws as many random bytes as asked for and fractions below one", () => {
  const host = hostWith(new Uint8Array(32));

  assert.equal(host.randomBytes(16).length, 16);
  assert.notDeepEqual(host.randomBytes(16), host.randomBytes(16));
  assert.ok(host.random() >= 0 && host.random() < 1);
  assert.ok(Math.abs(host.now() - Date.now()) < 5000);
});

Deno.test("the fake host's time stands still until it is advanced, and its randomness repeats by seed", () => {
  const host = fakeHost({ now: 1000, seed: 5 });

  host.clock.advance(500);
  host.metrics.count("sent", { messenger: "signal" }, 2);

  assert.equal(host.now(), 1500);
  assert.deepEqual(host.randomBytes(8), fakeHost({ seed: 5 }).randomBytes(8));
  assert.equal(host.counts.get("sent"), 2);
  assert.equal(host.counts.get('sent{messenger="signal"}'), 2);
  assert.equal(host.text("de", "messenger.signal"), "Signal");
});
