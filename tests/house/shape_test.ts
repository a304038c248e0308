import assert from "node:assert/strict";
import { violations } from "./house_rules.ts";
import { rootNames, sourceFiles, typescriptFiles } from "./source_files.ts";

const FILE_MAX = 300;
const TEST_FILE_MAX = 400;
const MAIN_MAX = 100;
const TOP_LEVEL = ["actors/", "adapters/", "deno.json", "main.ts", "routes/", "static/", "tests/"];
const VAGUE = /(^|\/)(utils?|helpers?|index|types|common|misc)\.(ts|tsx|js)$/;

function maxLines(path: string): number {
  if (path === "main.ts") return MAIN_MAX;
  return path.startsWith("tests/") ? TEST_FILE_MAX : FILE_MAX;
}

Deno.test("no source folder stands beside the seven names of the house", async () => {
  const folders = (await rootNames()).filter((name) => name.endsWith("/") && !name.startsWith("."));
  const extra = folders.filter((name) =>
    !TOP_LEVEL.includes(name) && !["data/", "node_modules/"].includes(name)
  );

  assert.deepEqual(extra, []);
});

Deno.test("files stay short enough to be read in one go", async () => {
  const long = (await sourceFiles())
    .filter(({ path }) => /\.(tsx?|js)$/.test(path))
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split("\n").length }))
    .filter(({ path, lines }) => lines > maxLines(path))
    .map(({ path, lines }) => `${path}: ${lines} lines, at most ${maxLines(path)}`);

  assert.deepEqual(long, []);
});

Deno.test("file names are snake_case and say what is inside", async () => {
  const wrong = (await sourceFiles()).map(({ path }) => path)
    .filter((path) => /\.(tsx?|js)$/.test(path))
    .filter((path) => !/^([a-z0-9_]+\/)*[a-z0-9_]+\.(ts|tsx|js)$/.test(path) || VAGUE.test(path));

  assert.deepEqual(wrong, []);
});

Deno.test("sources keep the rules of the house", async () => {
  const found = (await typescriptFiles()).flatMap(({ path, text }) => violations(path, text));

  assert.deepEqual(found, []);
});

Deno.test("an open task names the issue that it belongs to", async () => {
  const open = (await typescriptFiles()).flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, index) =>
      /\b(TODO|FIXME|XXX)\b/.test(line) && !/TODO\(#\d+\)/.test(line) && !path.startsWith("tests/house/")
        ? [`${path}:${index + 1}`]
        : []
    )
  );

  assert.deepEqual(open, []);
});

const DOC = "/** Something. */\n";

const BROKEN: readonly (readonly [rule: string, path: string, text: string])[] = [
  ["any", "routes/a.ts", "let a: any;"],
  ["assertion", "tests/a.ts", "a!.b();"],
  ["enum", "routes/a.ts", "enum A { B }"],
  ["default export", "routes/a.ts", "export default 1;"],
  ["private", "routes/a.ts", "class A { private b = 1; }"],
  ["top-level arrow", "routes/a.ts", `${DOC}export const a = () => 1;`],
  ["console", "routes/a.ts", "console.log(1);"],
  ["Deno.env", "adapters/a.ts", "Deno.env.get('A');"],
  ["Deno.readFile", "actors/group/a.ts", "Deno.readFile('a');"],
  ["Date.now", "actors/a.ts", "Date.now();"],
  ["new Date()", "actors/a.ts", "new Date();"],
  ["Math.random", "actors/a.ts", "Math.random();"],
  ["setTimeout", "actors/a.ts", "setTimeout(f, 1);"],
  ["setTimeout", "tests/a.ts", "await new Promise((done) => setTimeout(done, 50));"],
  ["key literal", "actors/store/rows.ts", "store.list({ prefix: ['mail', group] });"],
  ["function of 61 lines", "routes/a.ts", `function a(): void {${"\n".repeat(60)}}`],
  ["file without a doc line", "routes/a.ts", "/* not a doc line */\nconst a = 1;"],
  ["export without a doc line: b", "routes/a.ts", `${DOC}export const a = 1;\nexport const b = 2;`],
  [
    "export without a doc line: a",
    "routes/a.ts",
    `${DOC}import "b";\n/* not a doc line */\nexport function a(): void {}`,
  ],
];

const FINE: readonly (readonly [path: string, text: string])[] = [
  ["routes/a.ts", "// any enum console.log Date.now()\nconst a = 'let a: any';"],
  ["actors/observe/host.ts", `${DOC}export function a(): number { return Date.now(); }`],
  ["actors/store/kv_store.ts", "Deno.openKv('a');"],
  ["actors/a.ts", "new Date(now).toISOString();"],
  [
    "actors/model/a.ts",
    `${DOC}export const A = z.string();\nexport type A = z.infer<typeof A>;\nexport interface B {}`,
  ],
  ["tests/a.ts", "const timer = setTimeout(() => deadline.reject(new Error('late')), 500);"],
  ["routes/a.ts", `function a(): void {${"\n".repeat(59)}}`],
  ["routes/a.ts", `${DOC}// deno-lint-ignore some-rule\nexport const a = 1;`],
];

Deno.test("the rules of the house find what they forbid and nothing else", () => {
  for (const [rule, path, text] of BROKEN) {
    const found = violations(path, text.startsWith("/*") ? text : `${DOC}${text}`);

    assert.ok(found.length === 1 && found[0]?.includes(rule), `${rule}: ${text} gives ${found.join(", ")}`);
  }
  for (const [path, text] of FINE) {
    assert.deepEqual(violations(path, text.startsWith("/*") ? text : `${DOC}${text}`), [], text);
  }
});
