import assert from "node:assert/strict";
import { textOf } from "./source_files.ts";

const RUNTIME = /deno@(\d+\.\d+\.\d+)/g;

function variablesOf(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name = ""]) => name).toSorted();
}

Deno.test("the README's configuration table and .env.example name the same variables", async () => {
  const table = variablesOf(await textOf("README.md"), /^\| `([A-Z_]+)` +\|/gm);
  const example = variablesOf(await textOf(".env.example"), /^([A-Z_]+)=/gm);

  assert.deepEqual(table, example);
});

Deno.test("the README, the CI script and compose.yaml run the same version of Deno", async () => {
  const texts = await Promise.all(["README.md", ".ci/run", "compose.yaml"].map(textOf));
  const versions = texts.flatMap((text) => variablesOf(text, RUNTIME));

  assert.ok(versions.length > 3);
  assert.equal(new Set(versions).size, 1);
});

Deno.test("the license is the GNU Affero General Public License, version 3, word for word", async () => {
  const text = new TextEncoder().encode((await textOf("LICENSE")).replace(/\s+/g, " ").trim());
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text)).toHex();

  assert.equal(digest, "0a7e77a9ebe3fa59cc00696f2180ffc7e0834b7445213b59eb4232c1a1b75746");
});
