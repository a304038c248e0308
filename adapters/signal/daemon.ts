/** signal-cli as a process of ours: started, watched, ended; and what was left of the one before. */
import { pause } from "../shared/reconnect.ts";
import { Rpc } from "./rpc.ts";
import { Spool } from "./spool.ts";

/** How long it may take until it answers, ms: a small machine that starts a JVM. */
const READY_MS = 90_000;
const LOOK_MS = 100;
/** How long it has to end by itself, ms. */
const END_MS = 10_000;
/** Lines of what it said last, by which we know why it ended. */
const SAID_MAX = 60;

/** Settings of ours that signal-cli has no business with. */
const SECRETS = [
  "SECRET_KEY",
  "TELEGRAM_BOT_TOKEN",
  "TELEGRAM_API_HASH",
  "TELEGRAM_SESSION",
  "SIGNAL_ACCOUNT",
];

/** Why it does not run: a key of the locale files. */
export type DaemonTrouble =
  | "signal.no-cli"
  | "signal.no-java"
  | "signal.old-java"
  | "signal.port-taken"
  | "signal.locked"
  | "signal.ended";

/** It could not be started. */
export class DaemonFailed extends Error {
  constructor(readonly trouble: DaemonTrouble) {
    super(`Cannot start signal-cli: ${trouble}`);
  }
}

/** Where a daemon is. */
export interface DaemonOptions {
  /** The path of signal-cli. */
  readonly cli: string;
  /** Its folder: config, spool, and a note of its process. */
  readonly dir: string;
}

/** One process, from its start to its end. */
export class Daemon implements AsyncDisposable {
  readonly rpcUrl: string;
  readonly tcp: string;
  readonly spool: Spool;
  /** What the one before had in hand when it was killed: when it was sent, ms since 1970. */
  readonly inHand: readonly number[];
  /** Resolves when it has ended, whyever. */
  readonly ended: Promise<DaemonTrouble>;
  readonly #process: Deno.ChildProcess;
  readonly #dir: string;

  constructor(
    process: Deno.ChildProcess,
    at: {
      readonly dir: string;
      readonly http: number;
      readonly tcp: number;
      readonly inHand: readonly number[];
    },
  ) {
    this.#process = process;
    this.#dir = at.dir;
    this.inHand = at.inHand;
    this.rpcUrl = `http://127.0.0.1:${at.http}`;
    this.tcp = `127.0.0.1:${at.tcp}`;
    this.spool = new Spool(spoolPath(at.dir));
    const said = lastLines(process.stderr);
    this.ended = process.status.then(async () => troubleIn(await said));
  }

  /** Ends what is left of the one before, and starts one. Resolves when it answers. @throws {DaemonFailed} */
  static async start({ cli, dir }: DaemonOptions, signal: AbortSignal): Promise<Daemon> {
    await Deno.mkdir(`${dir}/config`, { recursive: true, mode: 0o700 });
    await endOrphan(dir);
    await new Spool(spoolPath(dir)).prepare();
    const inHand = await cached(`${dir}/config/data`);
    const ports = freePorts();
    const process = spawn(cli, dir, ports);
    await Deno.writeTextFile(pidPath(dir), String(process.pid), { mode: 0o600 });
    const daemon = new Daemon(process, { dir, inHand, ...ports });
    if (await daemon.#ready(signal)) return daemon;
    await daemon[Symbol.asyncDispose]();
    throw new DaemonFailed(await daemon.ended);
  }

  /** Ends it: it has a few seconds to finish what it writes. */
  async [Symbol.asyncDispose](): Promise<void> {
    endProcess(this.#process, "SIGTERM");
    const over = new AbortController();
    const late = pause(END_MS, over.signal).then(() => {
      if (!over.signal.aborted) endProcess(this.#process, "SIGKILL");
    });
    await this.ended;
    over.abort();
    await late;
    await Deno.remove(pidPath(this.#dir)).catch(() => undefined);
  }

  /** Whether it answers before it ends, `signal` aborts, or the time is over. */
  async #ready(signal: AbortSignal): Promise<boolean> {
    const rpc = new Rpc(this.rpcUrl);
    const over = new AbortController();
    const until = AbortSignal.any([signal, over.signal]);
    const late = pause(READY_MS, over.signal).then(() => over.abort());
    void this.ended.then(() => over.abort());
    const answers = (): Promise<boolean> =>
      rpc.call("version", {}, { signal: until, timeoutMs: END_MS }).then(() => true, () => false);
    while (!until.aborted && !await answers()) await pause(LOOK_MS, until);
    const ready = !until.aborted;
    over.abort();
    await late;
    return ready;
  }
}

/** Its output goes to the spool by way of a shell, which is signal-cli itself from then on: no pipe of ours may break. */
function spawn(
  cli: string,
  dir: string,
  { http, tcp }: { readonly http: number; readonly tcp: number },
): Deno.ChildProcess {
  const script = `unset ${SECRETS.join(" ")}; exec "$0" "$@" >>"$PLENUM_SPOOL"`;
  const options = ["-o", "json", "--trust-new-identities", "always", "--config", `${dir}/config`];
  const daemon = ["daemon", "--http", `127.0.0.1:${http}`, "--tcp", `127.0.0.1:${tcp}`];
  return new Deno.Command("sh", {
    args: ["-c", script, cli, ...options, ...daemon, "--receive-mode", "on-connection"],
    env: { PLENUM_SPOOL: spoolPath(dir) },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
}

/** The one that outlived a process of ours which was killed. */
async function endOrphan(dir: string): Promise<void> {
  const pid = Number(await Deno.readTextFile(pidPath(dir)).catch(() => ""));
  if (!Number.isInteger(pid) || pid <= 1 || !await isOurs(pid, dir)) return;
  await shell(`kill -TERM ${pid}`);
  for (let waited = 0; await isOurs(pid, dir); waited += LOOK_MS) {
    if (waited >= END_MS) await shell(`kill -KILL ${pid}`);
    await pause(LOOK_MS, new AbortController().signal);
  }
}

/** Whether the process of that number, which may be anybody's by now, is signal-cli on our folder. */
async function isOurs(pid: number, dir: string): Promise<boolean> {
  const { output } = await shell(
    `tr '\\0' ' ' </proc/${pid}/cmdline 2>/dev/null || ps -p ${pid} -o command=`,
  );
  return output.includes(`${dir}/config`);
}

/** signal-cli keeps what it has acknowledged, and not handed out, in files that are called `<ms>_<sent at>`. */
async function cached(folder: string): Promise<number[]> {
  const { output } = await shell(`find '${folder}' -path '*/msg-cache/*' -type f 2>/dev/null`);
  return output.split("\n").flatMap((path) => Number(/\/\d+_(\d+)$/.exec(path)?.[1]) || []);
}

async function shell(script: string): Promise<{ readonly output: string }> {
  const { stdout } = await new Deno.Command("sh", { args: ["-c", script], stderr: "null", stdin: "null" })
    .output();
  return { output: new TextDecoder().decode(stdout) };
}

function endProcess(process: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    process.kill(signal);
  } catch {
    // It has ended already.
  }
}

/** Two ports that nobody has. Another may take one before signal-cli does: then it is started again. */
function freePorts(): { readonly http: number; readonly tcp: number } {
  using http = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using tcp = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return { http: http.addr.port, tcp: tcp.addr.port };
}

async function lastLines(stream: ReadableStream<Uint8Array>): Promise<string> {
  const lines: string[] = [];
  const decoder = new TextDecoder();
  for await (const bytes of stream) {
    lines.push(...decoder.decode(bytes, { stream: true }).split("\n"));
    lines.splice(0, Math.max(0, lines.length - SAID_MAX));
  }
  return lines.join("\n");
}

/** What it said before it ended, as something to do about it. */
function troubleIn(said: string): DaemonTrouble {
  if (/no 'java' command could be found|JAVA_HOME is set to an invalid/i.test(said)) return "signal.no-java";
  if (/UnsupportedClassVersionError/.test(said)) return "signal.old-java";
  if (/Address already in use|BindException/i.test(said)) return "signal.port-taken";
  if (/in use by another instance/i.test(said)) return "signal.locked";
  if (/not found|No such file|Permission denied|cannot execute/i.test(said)) return "signal.no-cli";
  return "signal.ended";
}

function pidPath(dir: string): string {
  return `${dir}/signal-cli.pid`;
}

function spoolPath(dir: string): string {
  return `${dir}/received.jsonl`;
}
