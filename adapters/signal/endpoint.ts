/** Where signal-cli is: a process of ours, or a daemon that somebody else runs. */
import type { AccountId } from "../../actors/model/mod.ts";
import { untilAborted } from "../shared/reconnect.ts";
import type { SignalConfig } from "./config.ts";
import { Daemon, type DaemonTrouble } from "./daemon.ts";
import type { Spool } from "./spool.ts";

/** One daemon that answers, or did a moment ago. */
export interface Endpoint extends AsyncDisposable {
  readonly rpcUrl: string;
  readonly tcp: string;
  /** What it has handed out; null where only its socket tells. */
  readonly spool: Spool | null;
  /** What signal-cli had in hand when it was killed: when it was sent, ms since 1970. */
  readonly inHand: readonly number[];
  /** Resolves when it is over with it: null where it was us who ended it. */
  readonly ended: Promise<DaemonTrouble | null>;
}

/** The folder of one account's signal-cli. */
export function folderOf(dir: string, account: AccountId): string {
  return `${dir}/${account.replaceAll(/[^\w.-]/g, "_")}`;
}

/** Where it reads files that we send, below the folder of an account. */
export function sendingOf(folder: string): string {
  return `${folder}/sending`;
}

/** Starts signal-cli where that is up to us. @throws {DaemonFailed} */
export async function openEndpoint(
  config: SignalConfig,
  account: AccountId,
  signal: AbortSignal,
): Promise<Endpoint> {
  if ("cli" in config) {
    const dir = folderOf(config.dir, account);
    // What was on its way when we were killed.
    await Deno.remove(sendingOf(dir), { recursive: true }).catch(() => undefined);
    return await Daemon.start({ cli: config.cli, dir }, signal);
  }
  const { rpcUrl, tcp } = config;
  const closed = new AbortController();
  return {
    rpcUrl,
    tcp,
    spool: null,
    inHand: [],
    ended: untilAborted(closed.signal).then(() => null),
    [Symbol.asyncDispose]: () => {
      closed.abort();
      return Promise.resolve();
    },
  };
}
