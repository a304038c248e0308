/** What variables of the environment ask of each other. */
import type { ConfigIssue, Raw } from "./config_variables.ts";

/** One rule: broken where `broken` says so. */
interface Rule {
  readonly name: keyof Raw;
  readonly broken: (raw: Raw) => boolean;
  readonly message: string;
}

const USER_ACCOUNT = ["TELEGRAM_API_ID", "TELEGRAM_API_HASH", "TELEGRAM_SESSION"] as const;

const RULES: readonly Rule[] = [
  {
    name: "KV_URL",
    broken: ({ KV_PATH, KV_URL }) => KV_PATH !== undefined && KV_URL !== undefined,
    message: "Cannot use KV_URL as KV_PATH is set too: keep one of them",
  },
  {
    name: "KV_URL",
    broken: ({ ROLE, KV_URL }) => ROLE === "edge" && KV_URL === undefined,
    message: "Cannot run with ROLE=edge as KV_URL must name the store shared with the worker: it is not set",
  },
  {
    name: "SECRET_KEY",
    broken: ({ ROLE, SECRET_KEY }) => ROLE === "edge" && SECRET_KEY === undefined,
    message: "Cannot run with ROLE=edge as SECRET_KEY must be the same as the worker's: it is not set",
  },
  {
    name: "TELEGRAM_BOT_TOKEN",
    broken: ({ ROLE, TELEGRAM_BOT_TOKEN }) => ROLE === "edge" && TELEGRAM_BOT_TOKEN === undefined,
    message:
      "Cannot run with ROLE=edge as TELEGRAM_BOT_TOKEN must name whose webhooks to take: it is not set",
  },
  {
    name: "TELEGRAM_MODE",
    broken: ({ ROLE, TELEGRAM_MODE }) => ROLE === "edge" && TELEGRAM_MODE !== "webhook",
    message: "Cannot run with ROLE=edge as TELEGRAM_MODE must be webhook: it is polling or not set",
  },
  {
    name: "SANDBOX",
    broken: ({ ROLE, SANDBOX }) => ROLE === "edge" && SANDBOX === "on",
    message: "Cannot run with ROLE=edge as SANDBOX must be auto or off: current value is on",
  },
  {
    name: "PUBLIC_URL",
    broken: ({ TELEGRAM_MODE, TELEGRAM_BOT_TOKEN, PUBLIC_URL }) =>
      TELEGRAM_MODE === "webhook" && TELEGRAM_BOT_TOKEN !== undefined &&
      PUBLIC_URL?.startsWith("https:") !== true,
    message: "Cannot run with TELEGRAM_MODE=webhook as PUBLIC_URL must be an https address: it is not",
  },
  {
    name: "TELEGRAM_BOT_TOKEN",
    broken: (raw) =>
      raw.TELEGRAM_BOT_TOKEN === undefined && USER_ACCOUNT.some((name) => raw[name] !== undefined),
    message: "Cannot use the TELEGRAM_API_* account alone as it makes groups for the bot: " +
      "TELEGRAM_BOT_TOKEN is not set",
  },
  {
    name: "SIGNAL_CLI",
    broken: ({ SIGNAL_CLI, SIGNAL_RPC_URL, SIGNAL_TCP }) =>
      SIGNAL_CLI !== undefined && (SIGNAL_RPC_URL !== undefined || SIGNAL_TCP !== undefined),
    message: "Cannot use SIGNAL_CLI as SIGNAL_RPC_URL or SIGNAL_TCP is set too: keep SIGNAL_CLI to have " +
      "signal-cli started here, or the other two for a daemon that runs beside",
  },
  {
    name: "SIGNAL_TCP",
    broken: ({ SIGNAL_RPC_URL, SIGNAL_TCP }) => SIGNAL_RPC_URL !== undefined && SIGNAL_TCP === undefined,
    message: "Cannot use SIGNAL_RPC_URL as SIGNAL_TCP must name where messages come in: it is not set",
  },
  {
    name: "SIGNAL_RPC_URL",
    broken: ({ SIGNAL_RPC_URL, SIGNAL_TCP }) => SIGNAL_TCP !== undefined && SIGNAL_RPC_URL === undefined,
    message: "Cannot use SIGNAL_TCP as SIGNAL_RPC_URL must name where commands are taken: it is not set",
  },
];

/** What is wrong between variables that are right by themselves. */
export function checkTogether(raw: Raw): ConfigIssue[] {
  const issues = RULES.filter(({ broken }) => broken(raw)).map(({ name, message }) => ({ name, message }));
  const missing = USER_ACCOUNT.filter((name) => raw[name] === undefined);
  if (missing.length === USER_ACCOUNT.length) return issues;
  for (const name of missing) {
    const others = USER_ACCOUNT.filter((other) => other !== name).join(" and ");
    issues.push({ name, message: `Cannot use ${others} as ${name} belongs to them: it is not set` });
  }
  return issues;
}
