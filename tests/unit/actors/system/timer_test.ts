/** One timer for all: rings in order, forgets what was cancelled, holds no more than waits. */
import assert from "node:assert/strict";
import { Alarm } from "../../../../actors/system/alarm.ts";
import { Timer } from "../../../../actors/system/timer.ts";

async function withTimer(run: (timer: Timer) => Promise<void>): Promise<void> {
  const timer = new Timer(() => performance.now());
  try {
    await run(timer);
  } finally {
    timer.stop();
  }
}

Deno.test("what waits rings in the order of its time, and what was cancelled does not", () =>
  withTimer(async (timer) => {
    const rung: number[] = [];
    for (const ms of [30, 10, 20]) timer.after(ms, () => rung.push(ms));
    timer.after(15, () => rung.push(15))();
    await timer.pause(35);
    assert.deepEqual(rung, [10, 20, 30]);
  }));

Deno.test("what was cancelled by the thousand takes no room, and the rest still rings", () =>
  withTimer(async (timer) => {
    const rung: number[] = [];
    for (let n = 0; n < 10_000; n++) timer.after(3_600_000, () => rung.push(n))();
    for (const ms of [20, 10]) timer.after(ms, () => rung.push(ms));
    assert.ok(timer.size < 1_000, `It holds ${timer.size}`);
    await timer.pause(30);
    assert.deepEqual(rung, [10, 20]);
  }));

Deno.test("an alarm that is set many times rings at the earliest, once", () =>
  withTimer(async (timer) => {
    const rung: number[] = [];
    const started = performance.now();
    const alarm = new Alarm(timer, () => rung.push(performance.now() - started));
    for (const ms of [3_600_000, 20, 40, 3_600_000]) alarm.in(ms);
    await timer.pause(80);
    assert.equal(rung.length, 1);
    assert.ok((rung[0] ?? 0) >= 19 && timer.size <= 1);
  }));
