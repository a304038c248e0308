import assert from "node:assert/strict";
import { bareMime, takesMime } from "../../../../adapters/shared/mimes.ts";

Deno.test("a type is told by itself, whatever its parameters and letters are", () => {
  assert.equal(bareMime("Audio/OGG; codecs=opus"), "audio/ogg");
  assert.equal(bareMime(""), "");
});

Deno.test("a table takes a type by its name, by its family or whatever it is", () => {
  assert(takesMime(["audio/ogg; codecs=opus"], "audio/ogg"));
  assert(takesMime(["image/*"], "image/webp"));
  assert(takesMime(["*/*"], "application/pdf"));
  assert(!takesMime(["image/jpeg", "audio/*"], "image/webp"));
  assert(!takesMime(["image/*"], "imagery/webp"));
});
