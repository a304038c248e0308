/**
 * `deno task test`: every test, in an order that suits a small machine, and one sum at the end.
 * Arguments that are paths (or parts of paths) choose files; options go to `deno test` as they are.
 * With REQUIRE_ALL=1 a skipped test fails the run: nothing may be missing where it counts. Excepted are those whose
 * names begin with MAY_SKIP, for what a machine cannot have.
 */
// deno-lint-ignore-file no-console -- a runner on the command line
import { missingOf, realSignal } from "./real_signal.ts";

/** What one run of `deno test` came to. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Of the skipped ones, those that may be. */
  readonly excused: number;
}

interface Group {
  readonly name: string;
  readonly folders: readonly string[];
  readonly parallel: boolean;
}

const ROOT = new URL("../", import.meta.url);
const NOTHING: Counts = { passed: 0, failed: 0, skipped: 0, excused: 0 };

/** Small tests side by side; browsers and killed processes one at a time, so that they do not starve each other. */
const GROUPS: readonly Group[] = [
  { name: "unit, contract, house", folders: ["unit", "contract", "house"], parallel: true },
  { name: "e2e", folders: ["e2e"], parallel: false },
  { name: "faults", folders: ["faults"], parallel: false },
];

/**
 * Tests (not their steps) of a JUnit report, as `deno test --junit-path` writes it. Those whose names begin with
 * `maySkip` are excused where they are skipped; with "" none is.
 */
export function countCases(report: string, maySkip = ""): Counts {
  const cases = [
    ...report.matchAll(/<testcase name="([^"]*)" classname="([^"]*)"[^>]*>([\s\S]*?)<\/testcase>/g),
  ]
    .map(([, name = "", file = "", inside = ""]) => ({ id: `${file}\n${name}`, name, inside }));
  const ids = new Set(cases.map(({ id }) => id));
  const tests = cases.filter(({ id }) => !isStep(id, ids));
  const failed = tests.filter(({ inside }) => /<(failure|error)\b/.test(inside)).length;
  const skipped = tests.filter(({ inside }) => /<skipped\b/.test(inside));
  const excused = skipped.filter(({ name }) => maySkip !== "" && name.startsWith(maySkip)).length;
  return { passed: tests.length - failed - skipped.length, failed, skipped: skipped.length, excused };
}

/** The sum as it is printed, and whether the run is good. */
export function verdict(
  counts: Counts,
  requireAll: boolean,
): { readonly lines: string[]; readonly good: boolean } {
  const counted = requireAll ? counts.skipped - counts.excused : 0;
  const failed = counts.failed + counted;
  const skipped = `${counts.skipped} skipped${requireAll ? meaningOf(counts) : ""}`;
  return {
    lines: [skipped, `${counts.passed} passed, ${failed} failed`],
    good: failed === 0 && counts.passed > 0,
  };
}

/** What it means where everything is required that some were skipped. */
function meaningOf({ skipped, excused }: Counts): string {
  if (skipped === 0) return "";
  if (excused === 0) return ", which count as failed here";
  return `, of which ${excused} may be${skipped > excused ? "; the others count as failed" : ""}`;
}

/** Whether a file is meant by one of the paths on the command line; all are when there is none. */
export function isChosen(path: string, wanted: readonly string[]): boolean {
  return wanted.length === 0 || wanted.some((part) => path.includes(part.replace(/^\.\//, "")));
}

/** A step's name is its test's name, " > " and its own. A test's own name may hold " > " too. */
function isStep(id: string, ids: ReadonlySet<string>): boolean {
  const separator = " &gt; ";
  for (let at = id.indexOf(separator); at >= 0; at = id.indexOf(separator, at + 1)) {
    if (ids.has(id.slice(0, at))) return true;
  }
  return false;
}

async function testFiles(folder: string): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const entry of Deno.readDir(new URL(`${folder}/`, ROOT))) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory) found.push(...await testFiles(path));
      else if (/_test\.tsx?$/.test(entry.name)) found.push(path);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found.toSorted();
}

async function runGroup(
  group: Group,
  wanted: readonly string[],
  options: readonly string[],
): Promise<Counts> {
  const files = (await Promise.all(group.folders.map((folder) => testFiles(`tests/${folder}`)))).flat()
    .filter((path) => isChosen(path, wanted));
  if (files.length === 0) return NOTHING;
  console.log(`\n== ${group.name}: ${files.length} files`);
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    const parallel = group.parallel ? ["--parallel"] : [];
    const args = ["test", "-A", ...parallel, `--junit-path=${report}`, ...options, ...files];
    const { success } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT, stdin: "null" }).spawn()
      .status;
    const counts = countCases(await Deno.readTextFile(report), Deno.env.get("MAY_SKIP"));
    // A file that does not load or type-check has no cases in the report.
    return success || counts.failed > 0 ? counts : { ...counts, failed: 1 };
  } finally {
    await Deno.remove(report);
  }
}

async function main(): Promise<number> {
  const options = Deno.args.filter((arg) => arg.startsWith("-"));
  const wanted = Deno.args.filter((arg) => !arg.startsWith("-"));
  const missing = missingOf(realSignal());
  let sum = NOTHING;
  for (const group of GROUPS) {
    const counts = await runGroup(group, wanted, options);
    sum = {
      passed: sum.passed + counts.passed,
      failed: sum.failed + counts.failed,
      skipped: sum.skipped + counts.skipped,
      excused: sum.excused + counts.excused,
    };
  }
  // At the end, where it is read.
  if (missing !== null && sum.skipped > 0) console.log(`\n!!!! ${missing} !!!!`);
  const { lines, good } = verdict(sum, Deno.env.get("REQUIRE_ALL") === "1");
  console.log(`\n${lines.join("\n")}`);
  return good ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main());
