/** A bounded map: what is used stays, what is not goes, and it never weighs more than it may. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Cache } from "../../../../actors/system/cache.ts";

Deno.test("what is used stays, what is not goes first", () => {
  const gone: string[] = [];
  const cache = new Cache<string, number>(3, (key) => gone.push(key));
  for (const [at, key] of ["a", "b", "c"].entries()) cache.set(key, at);
  cache.get("a");
  cache.set("d", 3);
  cache.get("a");
  cache.set("e", 4);
  assert.deepEqual(gone, ["b", "c"]);
  assert.equal(cache.get("a"), 0);
  assert.equal(cache.get("b"), undefined);
});

Deno.test("one entry that weighs more than everything may is kept alone", () => {
  const cache = new Cache<string, string>(10);
  cache.set("small", "s", 4);
  cache.set("large", "l", 50);
  assert.deepEqual([cache.get("small"), cache.get("large"), cache.size], [undefined, "l", 1]);
  cache.set("next", "n", 4);
  assert.deepEqual([cache.get("large"), cache.get("next")], [undefined, "n"]);
});

const step = fc.record({
  what: fc.constantFrom("get", "set", "delete"),
  key: fc.integer({ min: 0, max: 20 }),
  weight: fc.integer({ min: 1, max: 5 }),
});

Deno.test("whatever is done, it holds what a map would, less what it said to be gone, within its weight", () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const model = new Map<number, { value: number; weight: number }>();
    const cache = new Cache<number, number>(25, (key) => model.delete(key));
    for (const [value, { what, key, weight }] of steps.entries()) {
      if (what === "get") assert.equal(cache.get(key), model.get(key)?.value);
      if (what === "delete") {
        cache.delete(key);
        model.delete(key);
      }
      if (what === "set") {
        model.set(key, { value, weight });
        cache.set(key, value, weight);
      }
      const weighs = [...model.values()].reduce((sum, entry) => sum + entry.weight, 0);
      assert.equal(cache.size, model.size);
      assert.ok(weighs <= 25, `It weighs ${weighs}`);
    }
  }));
});
