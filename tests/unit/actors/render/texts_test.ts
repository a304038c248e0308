import assert from "node:assert/strict";
import { createTexts } from "../../../../actors/render/mod.ts";

const texts = createTexts({
  en: { "notice.joined": "{name} joined on {messenger}." },
  de: { "notice.joined": "{name} ist über {messenger} dabei." },
});

Deno.test("texts fill their placeholders in the language asked for", () => {
  assert.equal(texts("en", "notice.joined", { name: "Ben", messenger: "Signal" }), "Ben joined on Signal.");
  assert.equal(
    texts("de", "notice.joined", { name: "Ben", messenger: "Signal" }),
    "Ben ist über Signal dabei.",
  );
});

Deno.test("texts never fill a value that looks like a placeholder or a replacement pattern", () => {
  const values = { name: "{messenger} $& $1", messenger: "Signal" };

  assert.equal(texts("en", "notice.joined", values), "{messenger} $& $1 joined on Signal.");
});

Deno.test("texts keep a placeholder that has no value visible", () => {
  assert.equal(texts("en", "notice.joined", { name: "Ben" }), "Ben joined on {messenger}.");
});

Deno.test("texts refuse a key that does not exist, by name, also one that every object has", () => {
  assert.throws(() => texts("en", "notice.nothing"), /notice\.nothing/);
  assert.throws(() => texts("en", "constructor"), /constructor/);
});
