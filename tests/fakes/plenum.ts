/** Nothing fake: the whole of Plenum, for tests. As a process of its own, or in this one on a real socket and database. */
import { createHash } from "node:crypto";
import { createHost, createTexts, type Linkable, openKvStore, startRelay } from "../../actors/mod.ts";
import type { Relay } from "../../actors/ports/mod.ts";
import { readConfig } from "../../adapters/config.ts";
import { accountsOf, mediaOf } from "../../adapters/mod.ts";
import { createApp } from "../../routes/app.ts";
import { ACCOUNT_COLLECTIONS, createAuth } from "../../routes/auth.ts";
import { createMetrics } from "../../routes/metrics.ts";
import de from "../../static/locales/de.json" with { type: "json" };
import en from "../../static/locales/en.json" with { type: "json" };

/** How long a process may take to listen, ms. */
const START_MAX_MS = 30_000;

/**
 * The same composition as `main.ts`, in this process: an empty database in memory, the port chosen by the system.
 * `more`: messengers whose accounts operators link, besides those of the environment.
 */
export async function plenumHere(
  env: Readonly<Record<string, string>> = {},
  more: readonly Linkable[] = [],
): Promise<{ readonly url: string; readonly relay: Relay; stop(): Promise<void> }> {
  const dataDir = await Deno.makeTempDir({ prefix: "plenum-" });
  const config = readConfig({
    PORT: "0",
    KV_PATH: ":memory:",
    DATA_DIR: dataDir,
    OPERATOR_EMAIL: "operator@example.org",
    ...env,
  }, () => "");
  const quiet = { debug: noop, info: noop, warn: noop, error: noop };
  const secret = createHash("sha256").update("test").digest();
  const host = createHost({
    secret,
    log: quiet,
    metrics: createMetrics(),
    text: createTexts({ en, de }),
  });
  const { accounts, linkable, phones, messengers } = await accountsOf({
    config,
    webhookSecret: "webhook-secret-of-tests",
  });
  const linked = [...linkable, ...more];
  const store = await openKvStore(config.kvTarget);
  const { publicUrl, role, retentionDays, operatorEmail, locale } = config;
  const collections = ACCOUNT_COLLECTIONS;
  const relay = await startRelay({
    store,
    host,
    accounts,
    linkable: linked,
    ...await mediaOf(config, { secret, host }),
    publicUrl,
    locale,
    retentionDays,
    role,
    collections,
  });
  const settings = { publicUrl, operatorEmail, retentionDays, role, messengers, version: "0.0.0-test" };
  const auth = createAuth({ records: relay.records, host, settings });
  const app = createApp({ relay, auth, host, settings, sandbox: phones });
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: noop }, app.fetch);
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    relay,
    stop: async () => {
      const drained = server.shutdown();
      await relay.stop();
      await drained;
      await Deno.remove(dataDir, { recursive: true });
    },
  };
}

function noop(): void {}

/** A Plenum in a process of its own. */
export interface PlenumProcess {
  readonly url: string;
  readonly pid: number;
  readonly dataDir: string;
  /** Its exit code, once it has ended by itself or by us. */
  readonly ended: Promise<number>;
  /** Ends it as an operator would, and answers its exit code. */
  terminate(): Promise<number>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
}

/** Starts `main.ts` with the permissions of `deno task start`; `preload` is what a fake has loaded before it. */
export async function plenumProcess(
  env: Readonly<Record<string, string>> & { readonly DATA_DIR: string },
  preload: readonly string[] = [],
): Promise<PlenumProcess> {
  const fakes = preload.map((module) => `--preload=${module}`);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--v8-flags=--max-semi-space-size=64", "--permission-set=start", ...fakes, "main.ts"],
    cwd: new URL("../..", import.meta.url),
    env: { PORT: "0", LOG_LEVEL: "info", ...env },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const lines = linesOf(child.stderr);
  const port = await portFrom(lines);
  const drained = drain(lines);
  const ended = Promise.all([child.status, drained]).then(([{ code }]) => code);
  const end = async (signal: Deno.Signal): Promise<number> => {
    child.kill(signal);
    return await ended;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid,
    dataDir: env.DATA_DIR,
    ended,
    terminate: () => end("SIGTERM"),
    kill: async () => void await end("SIGKILL"),
  };
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

async function portFrom(lines: AsyncGenerator<string>): Promise<number> {
  const said: string[] = [];
  const deadline = Date.now() + START_MAX_MS;
  for (;;) {
    const next = await lines.next();
    if (next.done === true || Date.now() > deadline) break;
    said.push(next.value);
    const port = /"event":"listening","port":(\d+)/.exec(next.value)?.[1];
    if (port !== undefined) return Number(port);
  }
  throw new Error(`Cannot start Plenum: ${said.join("\n")}`);
}

async function drain(lines: AsyncGenerator<string>): Promise<void> {
  for await (const _ of lines) {
    // Nobody reads it, but a full pipe would hold the process.
  }
}
