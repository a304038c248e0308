import assert from "node:assert/strict";
import { Backoff, pause, untilAborted } from "../../../../adapters/shared/reconnect.ts";

Deno.test("backoff doubles up to its ceiling and begins anew after a success", () => {
  const backoff = new Backoff({ firstMs: 100, maxMs: 450, random: () => 1 });
  assert.deepEqual([1, 2, 3, 4].map(() => backoff.next()), [100, 200, 400, 450]);
  backoff.reset();
  assert.equal(backoff.next(), 100);
});

Deno.test("backoff spreads the second half of each wait", () => {
  assert.equal(new Backoff({ firstMs: 100, maxMs: 400, random: () => 0 }).next(), 50);
});

Deno.test("backoff never comes back earlier than it was asked to", () => {
  assert.equal(new Backoff({ firstMs: 100, maxMs: 400 }).next(60_000), 60_000);
});

Deno.test("backoff stays finite however often it fails", () => {
  const backoff = new Backoff({ firstMs: 100, maxMs: 400, random: () => 1 });
  for (let count = 0; count < 5000; count += 1) backoff.next();
  assert.equal(backoff.next(), 400);
});

Deno.test("a pause ends with its time, or at once when it is aborted", async () => {
  const abort = new AbortController();
  await pause(1, abort.signal);
  const long = pause(60_000, abort.signal);
  abort.abort();
  await long;
  await pause(60_000, abort.signal);
  await untilAborted(abort.signal);
});
