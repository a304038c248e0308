import assert from "node:assert/strict";
import { countCases, isChosen, verdict } from "../run.ts";

const REPORT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="6" failures="3" errors="0" time="0.056">
    <testsuite name="./a_test.ts" tests="6" disabled="1" errors="0" failures="3">
        <testcase name="lane keeps a &gt; b" classname="./a_test.ts" time="0.001" line="1" col="6">
        </testcase>
        <testcase name="needs a browser" classname="./a_test.ts" time="0.000" line="2" col="6">
            <skipped/>
        </testcase>
        <testcase name="steps" classname="./a_test.ts" time="0.000" line="4" col="6">
            <failure message="1 test step failed">1 test step failed.</failure>
        </testcase>
        <testcase name="steps &gt; inner" classname="./a_test.ts" time="0.000" line="4" col="45">
            <failure message="Uncaught Error: y">Error: y</failure>
        </testcase>
    </testsuite>
</testsuites>`;

Deno.test("the test runner counts tests, not their steps", () => {
  assert.deepEqual(countCases(REPORT), { passed: 1, failed: 1, skipped: 1, excused: 0 });
  assert.deepEqual(countCases(""), { passed: 0, failed: 0, skipped: 0, excused: 0 });
});

Deno.test("the test runner ends with passed and failed, and names skipped ones apart", () => {
  assert.deepEqual(verdict({ passed: 3, failed: 0, skipped: 1, excused: 0 }, false), {
    lines: ["1 skipped", "3 passed, 0 failed"],
    good: true,
  });
});

Deno.test("a skipped test fails the run where everything is required, and so does a run of nothing", () => {
  const strict = verdict({ passed: 3, failed: 0, skipped: 1, excused: 0 }, true);

  assert.ok(!strict.good);
  assert.equal(strict.lines.at(-1), "3 passed, 1 failed");
  assert.ok(!verdict({ passed: 0, failed: 0, skipped: 0, excused: 0 }, false).good);
});

Deno.test("the test runner excuses skipped tests by how their names begin, and no others", () => {
  assert.equal(countCases(REPORT, "needs a").excused, 1);
  // It passed: there is nothing to excuse.
  assert.equal(countCases(REPORT, "lane").excused, 0);
  assert.equal(countCases(REPORT, "real signal:").excused, 0);
});

Deno.test("an excused test may be skipped where everything is required, the others may not", () => {
  const all = verdict({ passed: 3, failed: 0, skipped: 2, excused: 2 }, true);
  const some = verdict({ passed: 3, failed: 0, skipped: 2, excused: 1 }, true);

  assert.deepEqual(all, { lines: ["2 skipped, of which 2 may be", "3 passed, 0 failed"], good: true });
  assert.deepEqual(some, {
    lines: ["2 skipped, of which 1 may be; the others count as failed", "3 passed, 1 failed"],
    good: false,
  });
});

Deno.test("a path on the command line chooses files by any part of it", () => {
  assert.ok(isChosen("tests/unit/actors/render/split_test.ts", ["render/split"]));
  assert.ok(isChosen("tests/unit/actors/render/split_test.ts", ["./tests/unit"]));
  assert.ok(isChosen("tests/unit/actors/render/split_test.ts", []));
  assert.ok(!isChosen("tests/unit/actors/render/split_test.ts", ["tests/faults"]));
});
