/**
 * The environment, checked once at start. Every problem is collected before anything is said, so that whoever runs
 * this server mends all of them in one go. Values of secrets are never repeated.
 */
import { checkTogether } from "./config_rules.ts";
import { type ConfigIssue, type Raw, type ReadFile, readVariables, VARIABLES } from "./config_variables.ts";

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
  readonly signal: {
    readonly rpcUrl: string | null;
    readonly tcp: string | null;
    readonly account: string | null;
    readonly cli: string | null;
  };
  readonly retentionDays: number;
  /** null: in `dataDir`. */
  readonly mediaUrl: string | null;
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
    dataDir: raw.DATA_DIR ?? "./data",
    kvTarget: raw.KV_URL ?? raw.KV_PATH ?? `${raw.DATA_DIR ?? "./data"}/plenum.kv`,
    secretKey: raw.SECRET_KEY ?? null,
    role: raw.ROLE ?? "all",
    sandbox: sandboxOf(raw),
    operatorEmail: raw.OPERATOR_EMAIL ?? null,
    telegram,
    whatsapp: whatsappOf(raw),
    signal: {
      rpcUrl: raw.SIGNAL_RPC_URL ?? null,
      tcp: raw.SIGNAL_TCP ?? null,
      account: raw.SIGNAL_ACCOUNT ?? null,
      cli: raw.SIGNAL_CLI ?? null,
    },
    retentionDays: raw.RETENTION_DAYS ?? 30,
    mediaUrl: raw.MEDIA_URL ?? null,
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
function sandboxOf({ SANDBOX = "auto", ROLE, TELEGRAM_BOT_TOKEN, WHATSAPP_ENABLED }: Raw): boolean {
  if (SANDBOX !== "auto") return SANDBOX === "on";
  return TELEGRAM_BOT_TOKEN === undefined && WHATSAPP_ENABLED !== true && ROLE !== "edge";
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

/** Accepted and checked already, so that nothing has to be renamed when this messenger comes. */
const NOT_YET = [{ name: "Signal", prefix: "SIGNAL_" }] as const;

function withoutEffect(raw: Raw): string[] {
  const warnings: string[] = [];
  for (const { name, prefix } of NOT_YET) {
    const set = Object.entries(raw).some(([key, value]) => key.startsWith(prefix) && value !== false);
    if (!set) continue;
    warnings.push(
      `Cannot connect ${name} as it is not in this version yet: ${prefix}* variables have no effect`,
    );
  }
  if (raw.TELEGRAM_BOT_TOKEN === undefined && raw.TELEGRAM_MODE === "webhook") {
    warnings.push("Cannot use TELEGRAM_MODE as TELEGRAM_BOT_TOKEN is not set");
  }
  for (const name of ["WHATSAPP_WS_URL", "WHATSAPP_HELPER"] as const) {
    if (raw.WHATSAPP_ENABLED !== true && raw[name] !== undefined) {
      warnings.push(`Cannot use ${name} as WHATSAPP_ENABLED is not true`);
    }
  }
  if (raw.PORT === 0 && raw.PUBLIC_URL === undefined) {
    warnings.push("Cannot write the port into invite links as PORT is 0 and PUBLIC_URL is not set");
  }
  return warnings;
}
