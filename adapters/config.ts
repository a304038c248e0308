/**
 * The environment, checked once at start. Every problem is collected before anything is said, so that whoever runs
 * this server mends all of them in one go. Values of secrets are never repeated.
 */
import { checkTogether } from "./config_rules.ts";
import { type ConfigIssue, type Raw, type ReadFile, readVariables, VARIABLES } from "./config_variables.ts";
import type { MediaAddress } from "./media/address.ts";

export type { ConfigIssue, ReadFile } from "./config_variables.ts";

/** All that is wrong with the environment. */
export class ConfigError extends Error {
  constructor(readonly issues: readonly ConfigIssue[]) {
    super(issues.map(({ message }) => message).join("\n"));
  }
}

/** Telegram's part. `user` is the account that makes groups, where there is one. */
export interface TelegramSettings {
  readonly token: string;
  readonly apiRoot: string;
  readonly mode: "polling" | "webhook";
  readonly user?: { readonly apiId: number; readonly apiHash: string; readonly session: string };
}

/** WhatsApp's part: the accounts themselves are linked by the operator. */
export interface WhatsappSettings {
  readonly wsUrl?: string;
  /** Digits of a number that new groups are made with where WhatsApp makes none without members. */
  readonly helper?: string;
}

/** Signal's part: a signal-cli that is started here, or a daemon of it that runs beside. */
export type SignalSettings =
  & {
    /** Our number or ACI; absent: the operator links accounts. */
    readonly account?: string;
  }
  & (
    | { readonly cli: string; /** Where it keeps its accounts. */ readonly dir: string }
    | { readonly rpcUrl: string; /** host:port, where messages come in. */ readonly tcp: string }
  );

/** What the server runs with. */
export interface Config {
  /** 0 lets the system choose. */
  readonly port: number;
  /** No trailing slash. */
  readonly publicUrl: string;
  readonly dataDir: string;
  /** A path, `:memory:`, or the address of a KV Connect server. */
  readonly kvTarget: string;
  /** null: made in `dataDir` on first start. */
  readonly secretKey: string | null;
  readonly role: "all" | "edge" | "worker";
  readonly sandbox: boolean;
  readonly operatorEmail: string | null;
  readonly telegram: TelegramSettings | null;
  /** null: not enabled. */
  readonly whatsapp: WhatsappSettings | null;
  /** null: not configured. */
  readonly signal: SignalSettings | null;
  readonly retentionDays: number;
  /** Where files are kept. */
  readonly media: MediaAddress;
  readonly logLevel: "debug" | "info" | "warn" | "error";
  /** The language of texts that belong to no group. */
  readonly locale: "en" | "de";
  /** What is odd but does not stop the start: for the log. */
  readonly warnings: readonly string[];
}

/** @throws {ConfigError} with everything that is wrong at once */
export function readConfig(env: Readonly<Record<string, string | undefined>>, readFile: ReadFile): Config {
  const { raw, issues } = readVariables(env, readFile);
  // What is wrong by itself counts as absent there: to hear of it twice would mislead.
  const heard = new Set(issues.map(({ name }) => name.replace(/_FILE$/, "")));
  issues.push(...checkTogether(raw).filter(({ name }) => !heard.has(name)));
  if (issues.length > 0) throw new ConfigError(issues);
  const telegram = telegramOf(raw);
  return {
    port: raw.PORT ?? 8000,
    publicUrl: publicUrlOf(raw),
    dataDir: dataDirOf(raw),
    kvTarget: raw.KV_URL ?? raw.KV_PATH ?? `${dataDirOf(raw)}/plenum.kv`,
    secretKey: raw.SECRET_KEY ?? null,
    role: raw.ROLE ?? "all",
    sandbox: sandboxOf(raw),
    operatorEmail: raw.OPERATOR_EMAIL ?? null,
    telegram,
    whatsapp: whatsappOf(raw),
    signal: signalOf(raw),
    retentionDays: raw.RETENTION_DAYS ?? 30,
    media: raw.MEDIA_URL ?? { type: "disk", dir: `${dataDirOf(raw)}/media` },
    logLevel: raw.LOG_LEVEL ?? "info",
    locale: "en",
    warnings: [...unknownNames(env), ...withoutEffect(raw)],
  };
}

function publicUrlOf({ PUBLIC_URL, PORT = 8000 }: Raw): string {
  if (PUBLIC_URL !== undefined) return PUBLIC_URL;
  return PORT === 0 ? "http://localhost" : `http://localhost:${PORT}`;
}

/** The edge has nobody to simulate: it takes webhooks only. */
function sandboxOf(raw: Raw): boolean {
  const { SANDBOX = "auto", ROLE, TELEGRAM_BOT_TOKEN, WHATSAPP_ENABLED } = raw;
  if (SANDBOX !== "auto") return SANDBOX === "on";
  const real = TELEGRAM_BOT_TOKEN !== undefined || WHATSAPP_ENABLED === true || signalOf(raw) !== null;
  return !real && ROLE !== "edge";
}

function dataDirOf({ DATA_DIR = "./data" }: Raw): string {
  return DATA_DIR;
}

function signalOf(raw: Raw): SignalSettings | null {
  const { SIGNAL_CLI: cli, SIGNAL_RPC_URL: rpcUrl, SIGNAL_TCP: tcp, SIGNAL_ACCOUNT: account } = raw;
  const whose = account === undefined ? {} : { account };
  if (cli !== undefined) return { ...whose, cli, dir: `${dataDirOf(raw)}/signal` };
  return rpcUrl === undefined || tcp === undefined ? null : { ...whose, rpcUrl, tcp };
}

function whatsappOf(
  { WHATSAPP_ENABLED, WHATSAPP_WS_URL: wsUrl, WHATSAPP_HELPER: helper }: Raw,
): Config["whatsapp"] {
  if (WHATSAPP_ENABLED !== true) return null;
  return { ...(wsUrl === undefined ? {} : { wsUrl }), ...(helper === undefined ? {} : { helper }) };
}

function telegramOf(raw: Raw): TelegramSettings | null {
  const { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ID: apiId, TELEGRAM_API_HASH: apiHash } = raw;
  const { TELEGRAM_SESSION: session } = raw;
  if (token === undefined) return null;
  const known = apiId !== undefined && apiHash !== undefined && session !== undefined;
  return {
    token,
    apiRoot: raw.TELEGRAM_API_ROOT ?? "https://api.telegram.org",
    mode: raw.TELEGRAM_MODE ?? "polling",
    ...(known ? { user: { apiId, apiHash, session } } : {}),
  };
}

const OURS = /^(TELEGRAM|WHATSAPP|SIGNAL|SANDBOX|RETENTION)_|^PLENUM/;

/** Names that were probably meant for us: a typing error there would go unseen otherwise. */
function unknownNames(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(env).filter((name) => OURS.test(name) && !isKnown(name)).toSorted()
    .map((name) =>
      `Cannot use ${name} as there is no such variable: see .env.example for those that there are`
    );
}

function isKnown(name: string): boolean {
  if (Object.hasOwn(VARIABLES, name)) return true;
  return name.endsWith("_FILE") && VARIABLES[name.slice(0, -"_FILE".length)]?.secret === true;
}

function withoutEffect(raw: Raw): string[] {
  const warnings: string[] = [];
  if (raw.TELEGRAM_BOT_TOKEN === undefined && raw.TELEGRAM_MODE === "webhook") {
    warnings.push("Cannot use TELEGRAM_MODE as TELEGRAM_BOT_TOKEN is not set");
  }
  for (const name of ["WHATSAPP_WS_URL", "WHATSAPP_HELPER"] as const) {
    if (raw.WHATSAPP_ENABLED !== true && raw[name] !== undefined) {
      warnings.push(`Cannot use ${name} as WHATSAPP_ENABLED is not true`);
    }
  }
  if (raw.SIGNAL_ACCOUNT !== undefined && signalOf(raw) === null) {
    warnings.push(
      "Cannot use SIGNAL_ACCOUNT as neither SIGNAL_CLI nor SIGNAL_RPC_URL with SIGNAL_TCP is set",
    );
  }
  if (raw.PORT === 0 && raw.PUBLIC_URL === undefined) {
    warnings.push("Cannot write the port into invite links as PORT is 0 and PUBLIC_URL is not set");
  }
  return warnings;
}
