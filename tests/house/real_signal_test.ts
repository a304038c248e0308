/** What is needed to test with the real signal-cli, on machines of all kinds. */
import assert from "node:assert/strict";
import { javaHomes, majorOf, missingOf, REAL_SIGNAL, realSignal } from "../real_signal.ts";
import { textOf } from "./source_files.ts";

/** A folder that looks like a JDK; `javac` says this version. */
async function jdk(root: string, name: string, version: string): Promise<string> {
  const home = `${root}/${name}`;
  await Deno.mkdir(`${home}/bin`, { recursive: true });
  await Deno.writeTextFile(`${home}/bin/java`, "");
  await Deno.writeTextFile(`${home}/bin/javac`, `#!/bin/sh\necho "javac ${version}"\n`, { mode: 0o755 });
  return home;
}

async function onMachine(run: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    await run(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("a JDK is looked for where JAVA_HOME says, then on PATH, then where packages put them", () =>
  onMachine(async (root) => {
    const named = await jdk(root, "named", "25");
    const linked = await jdk(root, "linked", "21");
    const packaged = await jdk(`${root}/jvm`, "packaged", "25");
    await Deno.mkdir(`${root}/jvm/empty`);
    await Deno.mkdir(`${root}/path`);
    await Deno.symlink(`${linked}/bin/javac`, `${root}/path/javac`);

    const env = { JAVA_HOME: named, PATH: `/nowhere:${root}/path` };
    assert.deepEqual(javaHomes(env, `${root}/jvm`), [named, linked, packaged]);
    assert.deepEqual(javaHomes({}, `${root}/nothing`), []);
  }));

Deno.test("the version of a JDK is read from what javac says, the old way of counting too", () => {
  assert.deepEqual(["javac 25.0.1\n", "javac 21", "javac 1.8.0_392", ""].map(majorOf), [25, 21, 1, 0]);
});

Deno.test("a test bed is the folder that SIGNAL_TESTBED names, if there is one in it", () =>
  onMachine(async (root) => {
    const named = await jdk(root, "named", "21.0.4");
    const env = { JAVA_HOME: named, SIGNAL_TESTBED: `${root}/bed` };
    assert.deepEqual(realSignal(env), { javaHome: named, bed: null });
    await Deno.mkdir(`${root}/bed`);
    await Deno.writeTextFile(`${root}/bed/testbed.mjs`, "");
    assert.deepEqual(realSignal(env), { javaHome: named, bed: `${root}/bed` });
  }));

Deno.test("what is missing is said, all of it", () => {
  assert.match(missingOf({ javaHome: null, bed: null }) ?? "", /JDK.*test bed/);
  assert.match(missingOf({ javaHome: "/jdk", bed: null }) ?? "", /: no test bed/);
  assert.equal(missingOf({ javaHome: "/jdk", bed: "/bed" }), null);
});

Deno.test("the CI script excuses the tests with the real signal-cli, by how their names begin", async () => {
  const script = await textOf(".ci/run");

  assert.ok(script.includes(`export MAY_SKIP="${REAL_SIGNAL}"`));
  assert.equal(script.split("MAY_SKIP=").length, 2);
});
