import assert from "node:assert/strict";
import de from "../../static/locales/de.json" with { type: "json" };
import en from "../../static/locales/en.json" with { type: "json" };
import { sourceFiles } from "./source_files.ts";

const EN: Readonly<Record<string, string>> = en;
const DE: Readonly<Record<string, string>> = de;
const AREAS = new Set(Object.keys(EN).map((key) => key.split(".")[0] ?? ""));
const CALL = /\b(?:t|text)\(\s*(?:[\w.]+,\s*)?"([^"]+)"/g;
/** Names of events of other people's libraries that look like ours. */
const FOREIGN = new Set(["groups.update"]);
const KEY = /"([a-z][a-z-]*)\.([a-z][a-z-]*)"/g;

function placeholders(text: string): string[] {
  return [...text.matchAll(/\{([^}]*)\}/g)].map(([, name = ""]) => name).toSorted();
}

Deno.test("both languages have the same keys", () => {
  assert.deepEqual(Object.keys(DE).toSorted(), Object.keys(EN).toSorted());
});

Deno.test("a text has the same placeholders in both languages", () => {
  for (const [key, text] of Object.entries(EN)) {
    assert.deepEqual([...new Set(placeholders(DE[key] ?? ""))], [...new Set(placeholders(text))], key);
  }
});

Deno.test("keys are flat, lower case and start with an area; texts are not empty and not padded", () => {
  for (const [key, text] of [...Object.entries(EN), ...Object.entries(DE)]) {
    assert.match(key, /^[a-z][a-z-]*\.[a-z][a-z-]*$/);
    assert.ok(text !== "" && text === text.trim(), key);
    for (const name of placeholders(text)) assert.match(name, /^[a-z][a-zA-Z]*$/, key);
  }
});

Deno.test("every text that the sources ask for exists", async () => {
  const missing: string[] = [];
  for (const { path, text } of await sourceFiles()) {
    if (!/^(actors|adapters|routes)\/.*\.tsx?$|^main\.ts$/.test(path)) continue;
    const asked = [...text.matchAll(CALL)].map(([, key = ""]) => key);
    const named = [...text.matchAll(KEY)].filter(([, area = ""]) => AREAS.has(area)).map((match) =>
      match[0].slice(1, -1)
    );
    for (const key of new Set([...asked, ...named]).difference(FOREIGN)) {
      if (!Object.hasOwn(EN, key)) missing.push(`${path}: ${key}`);
    }
  }

  assert.deepEqual(missing, []);
});

Deno.test("the quotation marks of a text are those of its language", () => {
  const straight = [...Object.entries(EN), ...Object.entries(DE)].filter(([, text]) => text.includes('"'));

  assert.deepEqual(straight, []);
});
