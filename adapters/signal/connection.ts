/** Stays connected: signal-cli is running, our account is in it, and what it hands out is taken. */
import type { AccountId } from "../../actors/model/mod.ts";
import { AccountGone, type AdapterHost, type Health } from "../../actors/ports/mod.ts";
import { Backoff, pause } from "../shared/reconnect.ts";
import type { SignalConfig } from "./config.ts";
import { DaemonFailed } from "./daemon.ts";
import { type Endpoint, openEndpoint } from "./endpoint.ts";
import { accountGone, isGone, isUnknownAccount } from "./failures.ts";
import { Feed } from "./feed.ts";
import { Rpc } from "./rpc.ts";
import { isOlder, VERSION_MIN } from "./version.ts";

const FIRST_MS = 500;
const MAX_MS = 60_000;

/** The account on a daemon that answers. */
export interface Line {
  /** Calls under our account. */
  readonly rpc: Rpc;
  /** As signal-cli names the account. */
  readonly number: string;
  /** Our own ACI. */
  readonly me: string;
  /** Of signal-cli. */
  readonly version: string;
}

/** What is odd although we are connected, for the operator. */
export type Odd = Omit<Health, "status">;

/** What a connection works with. */
export interface ConnectionDeps {
  readonly config: SignalConfig;
  readonly account: AccountId;
  readonly host: AdapterHost;
  /** As signal-cli names the account; null where it is linked to none. */
  readonly number: () => Promise<string | null>;
  /** Takes one message as it was handed out. Resolves when it is durable. */
  readonly take: (line: Line, received: unknown, signal: AbortSignal) => Promise<void>;
  /** What signal-cli was killed with. Resolves when that is kept. */
  readonly inHand: (sentAt: readonly number[]) => Promise<void>;
  /** Work beside, while the connection stands. */
  readonly beside: (line: Line, signal: AbortSignal) => Promise<void>;
  /** What is odd although we are connected. */
  readonly odd: () => Odd | null;
}

/** The connection of one account. */
export class Connection {
  readonly #deps: ConnectionDeps;
  readonly #backoff = new Backoff({ firstMs: FIRST_MS, maxMs: MAX_MS });
  #line: Line | null = null;
  #told = "";

  constructor(deps: ConnectionDeps) {
    this.#deps = deps;
  }

  /** Null while there is none. */
  get line(): Line | null {
    return this.#line;
  }

  /** Stays until `signal` aborts. @throws {AccountGone} where only people can help */
  async run(signal: AbortSignal): Promise<void> {
    this.#tell("starting");
    const number = await this.#deps.number();
    if (number === null) throw this.#gone("signal.not-linked");
    while (!signal.aborted) {
      try {
        await this.#once(number, signal);
      } catch (error) {
        if (error instanceof AccountGone) throw error;
        if (isGone(error)) throw this.#gone("signal.logged-out");
        if (!signal.aborted) this.#trouble(error);
      }
      await pause(this.#backoff.next(), signal);
    }
  }

  /** Looks again at what is odd. */
  look(): void {
    if (this.#line !== null) this.#connected(this.#line);
  }

  /** From the start of signal-cli, where that is ours, to its end. */
  async #once(number: string, signal: AbortSignal): Promise<void> {
    const { config, account } = this.#deps;
    await using endpoint = await openEndpoint(config, account, signal);
    await this.#deps.inHand(endpoint.inHand);
    const over = new AbortController();
    const until = AbortSignal.any([signal, over.signal]);
    const ended = endpoint.ended.then((trouble) => {
      over.abort();
      return trouble;
    });
    while (!until.aborted) {
      await this.#session(endpoint, number, until);
      if (!until.aborted) await pause(this.#backoff.next(), until);
    }
    if (signal.aborted) return;
    throw new DaemonFailed(await ended ?? "signal.ended");
  }

  /** One connection to the socket. */
  async #session(endpoint: Endpoint, number: string, signal: AbortSignal): Promise<void> {
    const line = await this.#hello(endpoint, number, signal);
    const feed = new Feed(endpoint, (received) => this.#deps.take(line, received, signal));
    const over = new AbortController();
    const until = AbortSignal.any([signal, over.signal]);
    // Sends go out while what waited is still taken.
    this.#line = line;
    const beside = this.#deps.beside(line, until).catch(() => undefined);
    try {
      await feed.run(until, () => {
        this.#backoff.reset();
        this.#connected(line);
      });
    } finally {
      this.#line = null;
      over.abort();
      await beside;
    }
    if (!signal.aborted) this.#tell("waiting", "signal.waiting-daemon");
  }

  /** Who we are there. @throws {AccountGone} where it has no such account */
  async #hello({ rpcUrl }: Endpoint, account: string, signal: AbortSignal): Promise<Line> {
    const open = new Rpc(rpcUrl);
    const { version } = await open.call("version", {}, { signal });
    const rpc = new Rpc(rpcUrl, account);
    const asking = rpc.call("listContacts", { recipient: [account], allRecipients: true }, { signal });
    const [own] = await asking.catch((error) => {
      if (isUnknownAccount(error)) return [];
      throw error;
    });
    if (!own?.uuid) throw this.#gone("signal.no-account");
    return { rpc, version, number: own.number ?? account, me: own.uuid };
  }

  #trouble(error: unknown): void {
    const failed = error instanceof DaemonFailed;
    const key = failed ? error.trouble : "signal.waiting-daemon";
    const lasting = failed && error.trouble !== "signal.ended" && error.trouble !== "signal.port-taken";
    this.#tell(lasting ? "failed" : "waiting", key);
  }

  #gone(key: string): AccountGone {
    this.#tell("logged-out", key);
    return accountGone();
  }

  #connected({ version }: Line): void {
    const odd = this.#deps.odd();
    if (odd !== null) return this.#report({ status: "connected", ...odd });
    if (!isOlder(version, VERSION_MIN)) return this.#report({ status: "connected" });
    this.#tell("connected", "signal.old-version", { version, wanted: VERSION_MIN });
  }

  #tell(status: Health["status"], key?: string, values?: Readonly<Record<string, string>>): void {
    this.#report(key === undefined ? { status } : { status, text: this.#deps.host.text(key, values) });
  }

  /** Health changes; the same twice is no news. */
  #report(health: Health): void {
    const told = `${health.status} ${health.text ?? ""}`;
    if (told === this.#told) return;
    this.#told = told;
    this.#deps.host.report(health);
  }
}
