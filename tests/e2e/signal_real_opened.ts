/** Tests with the real signal-cli, where the test bed and a JDK are there; else a loud skip. */
// deno-lint-ignore-file no-console -- a skip that nobody sees would be a lie
import { linkAccount } from "../fakes/linking.ts";
import { type Owner, signUp } from "../fakes/people.ts";
import { type PlenumProcess, plenumProcess } from "../fakes/plenum.ts";
import { REAL_SIGNAL } from "../real_signal.ts";
import { missing, type Person, SignalBed } from "../fakes/signal_bed/mod.ts";

/** Registers a test that needs the real signal-cli. */
export function realSignalTest(name: string, fn: () => Promise<void>): void {
  const why = missing();
  if (why !== null) console.warn(`\n!!!! ${why}: SKIPPED ${name} !!!!\n`);
  Deno.test({ name: `${REAL_SIGNAL} ${name}`, ignore: why !== null, fn });
}

/** A Plenum with a real Signal account that is linked, and an operator. */
export interface Stage extends AsyncDisposable {
  readonly bed: SignalBed;
  readonly own: Person;
  readonly operator: Owner;
  readonly url: string;
  readonly dataDir: string;
  /** The one that runs. */
  plenum: PlenumProcess;
  /** Starts it again, after it has ended. */
  start(): Promise<void>;
  /** Ends signal-cli as a power cut would. */
  killSignalCli(): Promise<void>;
}

/** Starts all of it. Telegram and WhatsApp are simulated. */
export async function openStage(): Promise<Stage> {
  const bed = await SignalBed.start();
  const dataDir = await Deno.makeTempDir();
  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  const start = (): Promise<PlenumProcess> =>
    plenumProcess({
      DATA_DIR: dataDir,
      PORT: port,
      PUBLIC_URL: url,
      SANDBOX: "on",
      OPERATOR_EMAIL: "operator@example.org",
      SIGNAL_CLI: bed.cli,
    });
  const own = await bed.account();
  const plenum = await start();
  const operator = await signUp(url, "operator@example.org");
  await linkAccount(url, operator.token, { account: "signal", scan: (uri) => bed.scan(uri, own) });
  const stage: Stage = {
    bed,
    own,
    operator,
    url,
    dataDir,
    plenum,
    async start(): Promise<void> {
      stage.plenum = await start();
    },
    killSignalCli: async () => {
      const pid = Number(await Deno.readTextFile(`${dataDir}/signal/signal/signal-cli.pid`));
      Deno.kill(pid, "SIGKILL");
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await stage.plenum.terminate().catch(() => undefined);
      await bed[Symbol.asyncDispose]();
      await Deno.remove(dataDir, { recursive: true });
    },
  };
  return stage;
}

function freePort(): string {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return String(listener.addr.port);
}
