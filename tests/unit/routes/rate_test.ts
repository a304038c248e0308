import assert from "node:assert/strict";
import { createWindow, spend } from "../../../routes/rate.ts";

function clock(): { now: () => number; pass(ms: number): void } {
  let at = 1_000;
  return { now: () => at, pass: (ms) => void (at += ms) };
}

Deno.test("a window lets its count through and then says how long to wait", () => {
  const time = clock();
  const window = createWindow({ count: 2, perMs: 60_000, now: time.now });

  assert.equal(window.hit("a"), null);
  assert.equal(window.hit("a"), null);
  time.pass(15_000);
  assert.equal(window.hit("a"), 45_000);
  assert.equal(window.hit("b"), null);
});

Deno.test("a window begins anew when its time is over", () => {
  const time = clock();
  const window = createWindow({ count: 1, perMs: 60_000, now: time.now });
  window.hit("a");

  time.pass(60_000);

  assert.equal(window.hit("a"), null);
  assert.equal(window.hit("a"), 60_000);
});

Deno.test("a window forgets the oldest keys before it holds too many", () => {
  const time = clock();
  const window = createWindow({ count: 1, perMs: 60_000, now: time.now });
  window.hit("first");

  for (let key = 0; key < 50_000; key++) window.hit(String(key));

  assert.equal(window.hit("first"), null);
  assert.equal(window.hit("49999"), 60_000);
});

Deno.test("spending more than there is throws a problem with the seconds to wait", () => {
  const window = createWindow({ count: 0, perMs: 1_500, now: clock().now });
  window.hit("a");

  assert.throws(() => spend(window, "a"), { status: 429, code: "too-many-requests", message: /in 2 s$/ });
});
