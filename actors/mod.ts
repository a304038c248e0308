/** The core's only door. */
import type { AccountId, Locale } from "./model/mod.ts";
import type { AdapterDefinition, Host, Relay, Store } from "./ports/mod.ts";

/** One account to run: its adapter's definition and its checked configuration. */
export interface AccountSpec<Config = unknown> {
  readonly definition: AdapterDefinition<Config>;
  readonly account: AccountId;
  readonly config: Config;
}

export interface RelayDeps {
  readonly store: Store;
  readonly host: Host;
  readonly accounts: readonly AccountSpec[];
  /** Where invites live, for texts: no trailing slash. */
  readonly publicUrl: string;
  readonly locale: Locale;
  readonly retentionDays: number;
  /** `edge` only takes webhooks and stores them for the worker that shares its store. */
  readonly role: "all" | "edge" | "worker";
}

/** Takes the session, replays what was accepted and not finished, opens the adapters. */
export async function startRelay(_deps: RelayDeps): Promise<Relay> {
  await Promise.resolve();
  throw new Error("being built");
}
