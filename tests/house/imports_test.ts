import assert from "node:assert/strict";
import { circles, type Import, importsOf, isLawful } from "./import_law.ts";
import { typescriptFiles } from "./source_files.ts";

async function allImports(): Promise<Import[]> {
  return (await typescriptFiles()).flatMap(({ path, text }) => importsOf(path, text));
}

Deno.test("every file imports only from where the design lets it", async () => {
  const unlawful = (await allImports()).filter((each) => !isLawful(each)).map(({ from, to }) =>
    `${from} -> ${to}`
  );

  assert.deepEqual(unlawful, []);
});

Deno.test("no files of the sources import each other in a circle", async () => {
  const sources = (await allImports()).filter(({ from }) => !from.startsWith("tests/"));

  assert.deepEqual(circles(sources), []);
});

Deno.test("nothing is imported from an address: packages have a pinned name in deno.json", async () => {
  const addressed = (await allImports()).filter(({ to }) => /^(https?|npm|jsr|data|file):/.test(to));

  assert.deepEqual(addressed, []);
});

Deno.test("the import law refuses a step to the right, across adapters and to a stranger's package", () => {
  const refused: readonly Import[] = [
    { from: "actors/model/text.ts", to: "./actors/ports/mod.ts" },
    { from: "actors/render/mod.ts", to: "./actors/store/mod.ts" },
    { from: "actors/bridge/queue.ts", to: "./actors/group/decide.ts" },
    { from: "actors/group/decide.ts", to: "hono" },
    { from: "adapters/telegram/adapter.ts", to: "./adapters/whatsapp/encode.ts" },
    { from: "adapters/telegram/adapter.ts", to: "./actors/store/mod.ts" },
    { from: "routes/groups.ts", to: "./actors/store/keys.ts" },
    { from: "routes/groups.ts", to: "./tests/fakes/host.ts" },
    { from: "elsewhere/a.ts", to: "zod" },
  ];
  const allowed: readonly Import[] = [
    { from: "actors/group/decide.ts", to: "./actors/render/mod.ts" },
    { from: "actors/mod.ts", to: "./actors/bridge/lane.ts" },
    { from: "adapters/telegram/adapter.ts", to: "grammy" },
    { from: "adapters/telegram/adapter.ts", to: "./adapters/shared/limits.ts" },
    { from: "routes/pages/home.tsx", to: "./routes/deps.ts" },
  ];

  for (const each of refused) assert.ok(!isLawful(each), `${each.from} -> ${each.to}`);
  for (const each of allowed) assert.ok(isLawful(each), `${each.from} -> ${each.to}`);
});

Deno.test("imports are found however they are written", () => {
  const text = [
    'import { a,\n  type B } from "./a.ts";',
    'import type { C } from "../model/mod.ts";',
    'export * from "./b.ts";',
    'import "zod";',
    'const d = await import("./d.ts");',
  ].join("\n");

  assert.deepEqual(importsOf("actors/store/x.ts", text).map(({ to }) => to).toSorted(), [
    "./actors/model/mod.ts",
    "./actors/store/a.ts",
    "./actors/store/b.ts",
    "./actors/store/d.ts",
    "zod",
  ]);
  assert.deepEqual(circles([{ from: "a", to: "./b" }, { from: "b", to: "./a" }]), ["a -> b -> a"]);
});
