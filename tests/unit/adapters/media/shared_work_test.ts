import assert from "node:assert/strict";
import { SharedWork, Slots } from "../../../../adapters/media/shared_work.ts";

const NEVER = new AbortController().signal;

/** Work that ends when a test says so. */
function gate(): {
  readonly work: () => Promise<void>;
  readonly open: () => void;
  readonly running: () => boolean;
} {
  const { promise, resolve } = Promise.withResolvers<void>();
  let begun = false;
  let ended = false;
  const work = async (): Promise<void> => {
    begun = true;
    await promise;
    ended = true;
  };
  return { work, open: resolve, running: () => begun && !ended };
}

/** What is ready to run has run. */
async function settled(): Promise<void> {
  for (let at = 0; at < 20; at++) await Promise.resolve();
}

Deno.test("slots run so many at once, in order, and keep one free of what is long", async () => {
  const slots = new Slots(2);
  const [film, other, photo, voice] = [gate(), gate(), gate(), gate()];

  const all = [
    slots.run(film.work, { long: true }),
    slots.run(other.work, { long: true }),
    slots.run(photo.work),
    slots.run(voice.work),
  ];
  await settled();
  assert.deepEqual([film, other, photo, voice].map(({ running }) => running()), [true, false, true, false]);

  photo.open();
  await settled();
  assert.deepEqual([film, other, photo, voice].map(({ running }) => running()), [true, false, false, true]);

  film.open();
  await settled();
  assert.deepEqual([film, other, photo, voice].map(({ running }) => running()), [false, true, false, true]);
  other.open();
  voice.open();
  await Promise.all(all);
});

Deno.test("a slot is free again after work that failed", async () => {
  const slots = new Slots(1);

  await assert.rejects(() => slots.run(() => Promise.reject(new Error("broken"))));

  assert.equal(await slots.run(() => Promise.resolve("next")), "next");
});

Deno.test("work for one key is done once, ends when all who waited are gone, and begins anew after that", async () => {
  const shared = new SharedWork<string>();
  const signals: AbortSignal[] = [];
  const never = Promise.withResolvers<string>();
  const work = (signal: AbortSignal): Promise<string> => {
    signals.push(signal);
    return signals.length === 1 ? never.promise : Promise.resolve("anew");
  };
  const [one, two] = [new AbortController(), new AbortController()];

  const waiting = [one, two].map(({ signal }) => shared.run("key", signal, work));
  one.abort(new Error("gone"));
  await assert.rejects(async () => await waiting[0]);
  assert.deepEqual(signals.map(({ aborted }) => aborted), [false]);
  two.abort(new Error("gone"));
  await assert.rejects(async () => await waiting[1]);
  assert.deepEqual(signals.map(({ aborted }) => aborted), [true]);

  assert.equal(await shared.run("key", NEVER, work), "anew");
});
