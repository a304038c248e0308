/** signal-cli as a process: real processes that fail as it does, and one that outlives us. */
import assert from "node:assert/strict";
import { Daemon, DaemonFailed } from "../../../../adapters/signal/daemon.ts";
import { until } from "../../../fakes/people.ts";

/** Answers any call, as far as starting one needs; its ports are the arguments behind --http and --tcp. */
const DAEMON = new URL("./tiny_daemon.ts", import.meta.url).pathname;

async function withCli(script: string, run: (cli: string, dir: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const cli = `${folder}/signal-cli`;
  await Deno.writeTextFile(cli, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  await run(cli, `${folder}/account`);
  await Deno.remove(folder, { recursive: true });
}

const FAILURES: readonly (readonly [what: string, script: string, trouble: string])[] = [
  [
    "no Java",
    `echo "ERROR: JAVA_HOME is not set and no 'java' command could be found in your PATH." >&2; exit 1`,
    "signal.no-java",
  ],
  [
    "a Java that is too old",
    `echo "java.lang.UnsupportedClassVersionError: org/asamk/signal/Main (class file version 69.0)" >&2; exit 1`,
    "signal.old-java",
  ],
  [
    "a port that is taken",
    `echo "java.net.BindException: Address already in use" >&2; exit 1`,
    "signal.port-taken",
  ],
  ["an end without a word", "exit 3", "signal.ended"],
];

for (const [what, script, trouble] of FAILURES) {
  Deno.test(`${what} is told apart, with what to do about it`, async () => {
    await withCli(script, async (cli, dir) => {
      const failed = await Daemon.start({ cli, dir }, new AbortController().signal).catch((error) => error);
      assert.ok(failed instanceof DaemonFailed);
      assert.equal(failed.trouble, trouble);
    });
  });
}

Deno.test("a program that is not there, or may not be run, is told apart", async () => {
  await withCli("exit 0", async (cli, dir) => {
    await Deno.chmod(cli, 0o644);
    for (const path of [`${cli}-missing`, cli]) {
      const failed = await Daemon.start({ cli: path, dir }, new AbortController().signal).catch((error) =>
        error
      );
      assert.equal(failed instanceof DaemonFailed && failed.trouble, "signal.no-cli");
    }
  });
});

Deno.test("another signal-cli on the same folder is told of as soon as we are asked to stop waiting", async () => {
  await withCli(
    'echo "Config file is in use by another instance, waiting…" >&2; exec sleep 60',
    async (cli, dir) => {
      const abort = new AbortController();
      const starting = Daemon.start({ cli, dir }, abort.signal).catch((error) => error);
      const pid = (): Promise<string> => Deno.readTextFile(`${dir}/signal-cli.pid`).catch(() => "");
      await until("it is started", async () => await pid() !== "");
      abort.abort();
      const failed = await starting;
      assert.ok(failed instanceof DaemonFailed);
    },
  );
});

Deno.test("it runs with a folder of its own, knows none of our secrets, and ends with us", async () => {
  const script = `env > "$(dirname "$0")/env"; exec "${Deno.execPath()}" run -A --no-config ${DAEMON} "$@"`;
  await withCli(script, async (cli, dir) => {
    Deno.env.set("TELEGRAM_BOT_TOKEN", "not for others");
    const daemon = await Daemon.start({ cli, dir }, new AbortController().signal);
    Deno.env.delete("TELEGRAM_BOT_TOKEN");
    const env = await Deno.readTextFile(`${cli.slice(0, cli.lastIndexOf("/"))}/env`);
    assert.doesNotMatch(env, /not for others/);
    assert.match(daemon.rpcUrl, /^http:\/\/127\.0\.0\.1:/);
    assert.equal(((await Deno.stat(daemon.spool.path)).mode ?? 0) & 0o777, 0o600);
    await daemon[Symbol.asyncDispose]();
    assert.equal(await daemon.ended, "signal.ended");
  });
});

Deno.test("one that outlived a process of ours is ended before another is started", async () => {
  const script = `exec "${Deno.execPath()}" run -A --no-config ${DAEMON} "$@"`;
  await withCli(script, async (cli, dir) => {
    const orphan = await Daemon.start({ cli, dir }, new AbortController().signal);
    const next = await Daemon.start({ cli, dir }, new AbortController().signal);
    assert.equal(await orphan.ended, "signal.ended");
    await next[Symbol.asyncDispose]();
  });
});

Deno.test("a number that is another program's by now is left alone", async () => {
  const script = `exec "${Deno.execPath()}" run -A --no-config ${DAEMON} "$@"`;
  await withCli(script, async (cli, dir) => {
    const other = new Deno.Command("sleep", { args: ["60"] }).spawn();
    await Deno.mkdir(dir, { recursive: true });
    await Deno.writeTextFile(`${dir}/signal-cli.pid`, String(other.pid));
    const daemon = await Daemon.start({ cli, dir }, new AbortController().signal);
    await daemon[Symbol.asyncDispose]();
    // It can still be ended: nobody has.
    other.kill("SIGTERM");
    assert.equal((await other.status).signal, "SIGTERM");
  });
});

Deno.test("what it had in hand when it was killed is known by when it was sent", async () => {
  const script = `exec "${Deno.execPath()}" run -A --no-config ${DAEMON} "$@"`;
  await withCli(script, async (cli, dir) => {
    await Deno.mkdir(`${dir}/config/data/1.d/msg-cache/7`, { recursive: true });
    await Deno.writeTextFile(`${dir}/config/data/1.d/msg-cache/7/1795495807814_1795495807747`, "");
    await using daemon = await Daemon.start({ cli, dir }, new AbortController().signal);
    assert.deepEqual(daemon.inHand, [1_795_495_807_747]);
  });
});
