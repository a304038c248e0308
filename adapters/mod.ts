/** Which accounts this server runs: messenger → module, loaded only where it is configured. */
import { AccountId, type Messenger } from "../actors/model/mod.ts";
import type { AdapterDefinition, Host, MediaLibrary } from "../actors/ports/mod.ts";
import type { Config } from "./config.ts";
import type { Phones } from "./sandbox/mod.ts";

/** One account to run, as the core asks for it. */
export interface Account<AccountConfig = unknown> {
  readonly definition: AdapterDefinition<AccountConfig>;
  readonly account: AccountId;
  readonly config: AccountConfig;
}

/** A messenger whose accounts operators make and link. */
export type Linkable = Omit<Account, "account">;

/** What the composition root needs to know of adapters. */
export interface Accounts {
  readonly accounts: readonly Account[];
  readonly linkable: readonly Linkable[];
  /** null: the sandbox is off. */
  readonly phones: Phones | null;
  /** What a new group gets when no messengers are named, `web` included. */
  readonly messengers: readonly Messenger[];
}

/** What `accountsOf` is given. */
export interface AccountsOptions {
  readonly config: Config;
  /** By which Telegram's webhook calls are told from anybody else's; derived from SECRET_KEY. */
  readonly webhookSecret: string;
}

/** How an account is made of the settings; null where it is not configured. */
type Maker = (options: AccountsOptions) => Promise<Account | null>;

/** Real messengers, in the order in which people are shown them. A new one is one more line. */
const MAKERS: readonly Maker[] = [telegramAccount, signalAccount];

/** Loads what is configured. Opens nothing and connects to nothing. */
export async function accountsOf(options: AccountsOptions): Promise<Accounts> {
  const made = await Promise.all(MAKERS.map((make) => make(options)));
  const real = made.filter((account) => account !== null);
  const linkable = await linkableOf(options.config);
  const taken = [...real, ...linkable];
  const sandbox = options.config.sandbox ? await sandboxAccounts(options.config, taken) : null;
  const accounts = [...sandbox?.accounts ?? [], ...real, await webAccount()];
  const messengers = [...new Set([...linkable, ...accounts].map(({ definition }) => definition.messenger))];
  return { accounts, linkable, phones: sandbox?.phones ?? null, messengers };
}

/** Opens the place for files. The edge has none: it would empty that of the worker beside it. */
export async function mediaOf(
  { media: address, dataDir, role, publicUrl, retentionDays }: Config,
  { secret, host }: { readonly secret: Uint8Array; readonly host: Pick<Host, "now" | "log"> },
): Promise<{ readonly media?: MediaLibrary }> {
  if (role === "edge") return {};
  const { openMediaLibrary } = await import("./media/mod.ts");
  const workDir = `${dataDir}/media-work`;
  return { media: await openMediaLibrary({ address, workDir, secret, host, publicUrl, retentionDays }) };
}

/** The edge has no connection that stays up. */
async function linkableOf({ whatsapp: ofWhatsapp, signal: ofSignal, role }: Config): Promise<Linkable[]> {
  const linkable: Linkable[] = [];
  if (role === "edge") return linkable;
  if (ofWhatsapp !== null) {
    const { whatsapp } = await import("./whatsapp/mod.ts");
    linkable.push({ definition: whatsapp, config: whatsapp.config.parse(ofWhatsapp) });
  }
  if (ofSignal !== null && ofSignal.account === undefined) {
    const { signal } = await import("./signal/mod.ts");
    linkable.push({ definition: signal, config: signal.config.parse(ofSignal) });
  }
  return linkable;
}

/** The one that signal-cli has already. */
async function signalAccount(
  { config: { signal: settings, role } }: AccountsOptions,
): Promise<Account | null> {
  if (settings?.account === undefined || role === "edge") return null;
  const { signal } = await import("./signal/mod.ts");
  return accountOf({ ...signal, linked: false }, "signal", settings);
}

async function telegramAccount({ config, webhookSecret }: AccountsOptions): Promise<Account | null> {
  if (config.telegram === null) return null;
  const { telegram } = await import("./telegram/mod.ts");
  const { publicUrl } = config;
  return accountOf(telegram, "telegram", { ...config.telegram, publicUrl, webhookSecret });
}

async function webAccount(): Promise<Account> {
  const { web } = await import("./web/mod.ts");
  return accountOf(web, "web", {});
}

/** Simulates the messengers that no real account is configured for: a group has one chat of each messenger. */
async function sandboxAccounts(
  { publicUrl }: Config,
  taken: readonly Linkable[],
): Promise<{ readonly accounts: readonly Account[]; readonly phones: Phones }> {
  const { createSandbox } = await import("./sandbox/mod.ts");
  const { SIGNAL: signal } = await import("./signal/capabilities.ts");
  const { TELEGRAM: telegram } = await import("./telegram/capabilities.ts");
  const { WHATSAPP: whatsapp } = await import("./whatsapp/capabilities.ts");
  const except = taken.map(({ definition }) => definition.messenger);
  const { definitions, phones } = createSandbox({
    publicUrl,
    tables: { telegram, whatsapp, signal },
    except,
  });
  const accounts = definitions.map((one) => accountOf(one, `sandbox-${one.messenger}`, {}));
  return { accounts, phones };
}

/** Checks the configuration by the adapter's own schema, so that no adapter runs on what it did not ask for. */
function accountOf<T>(definition: AdapterDefinition<T>, account: string, config: unknown): Account<T> {
  return { definition, account: AccountId.parse(account), config: definition.config.parse(config) };
}
