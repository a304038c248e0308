/** Every variable of the environment: what it may be, and how it is read. */
import { z } from "zod";
import { MEDIA_URL_FORM, type MediaAddress, parseMediaUrl } from "./media/address.ts";

/** One variable that is wrong; `message` says what is wanted and what is there. */
export interface ConfigIssue {
  readonly name: string;
  readonly message: string;
}

/** How a file named by a `*_FILE` variable is read. */
export type ReadFile = (path: string) => string;

/** What a variable is. */
interface Variable<T = unknown> {
  readonly schema: z.ZodType<T>;
  /** Completes "it must be …". */
  readonly wanted: string;
  /** Its value is never repeated, and can come from the file that `<name>_FILE` names. */
  readonly secret?: true;
}

const HTTP = { protocol: /^https?$/ };
// A transform only sees what has passed so far; a refinement would be asked of texts that are no address too.
const ADDRESS = z.url(HTTP).transform((text) => new URL(text));

const BY_NAME = {
  PORT: variable(whole(0, 65_535), "a whole number from 0 to 65535"),
  PUBLIC_URL: variable(
    ADDRESS.refine((url) => url.pathname === "/" && plainUrl(url)).transform((url) => url.origin),
    "an http or https address without a path",
  ),
  DATA_DIR: variable(z.string().transform((path) => path.replace(/(?<=.)\/+$/, "")), "a path"),
  KV_PATH: variable(z.string(), "a path"),
  KV_URL: variable(z.url(HTTP), "an http or https address"),
  SECRET_KEY: variable(z.string().min(32), "at least 32 characters long", true),
  ROLE: choice("all", "edge", "worker"),
  SANDBOX: choice("auto", "on", "off"),
  OPERATOR_EMAIL: variable(z.email(), "an e-mail address"),
  TELEGRAM_BOT_TOKEN: variable(
    z.string().regex(/^\d+:[\w-]+$/),
    "a bot token as @BotFather gives it, digits:letters",
    true,
  ),
  TELEGRAM_API_ROOT: variable(
    ADDRESS.refine(plainUrl).transform((url) => url.href.replace(/\/+$/, "")),
    "an http or https address",
  ),
  TELEGRAM_MODE: choice("polling", "webhook"),
  TELEGRAM_API_ID: variable(whole(1, 2 ** 31 - 1), "a whole number as my.telegram.org gives it"),
  TELEGRAM_API_HASH: variable(z.string().regex(/^[0-9a-f]{32}$/i), "32 hexadecimal digits", true),
  TELEGRAM_SESSION: variable(z.string().min(1), "a session as `deno task telegram-login` prints it", true),
  WHATSAPP_ENABLED: variable(
    z.stringbool({ truthy: ["true", "on", "1"], falsy: ["false", "off", "0"] }),
    "true or false",
  ),
  WHATSAPP_WS_URL: variable(z.url({ protocol: /^wss?$/ }), "a ws or wss address"),
  // A phone number is nobody's business in a log, so it counts as a secret.
  WHATSAPP_HELPER: variable(
    z.string().regex(/^\+\d{7,15}$/).transform((number) => number.slice(1)),
    "+ and digits",
    true,
  ),
  SIGNAL_RPC_URL: variable(z.url(HTTP), "an http or https address"),
  SIGNAL_TCP: variable(z.string().regex(/^(\[[0-9a-f:]+\]|[\w.-]+):\d{1,5}$/i), "host:port"),
  // A phone number is nobody's business in a log, so it counts as a secret.
  SIGNAL_ACCOUNT: variable(
    z.string().regex(/^\+\d{6,15}$|^[0-9a-f-]{36}$/i),
    "+ and digits, or an ACI",
    true,
  ),
  SIGNAL_CLI: variable(z.string(), "a path"),
  RETENTION_DAYS: variable(whole(1, 365), "a whole number from 1 to 365"),
  // It can hold the key of a bucket.
  MEDIA_URL: variable(z.string().transform(mediaAddress), MEDIA_URL_FORM, true),
  LOG_LEVEL: choice("debug", "info", "warn", "error"),
};

/** The variables by name. */
export const VARIABLES: Readonly<Record<string, Variable | undefined>> = BY_NAME;

/** What was set, checked one by one. */
export type Raw = { readonly [Name in keyof typeof BY_NAME]?: z.output<(typeof BY_NAME)[Name]["schema"]> };

const AllSet: z.ZodType<Raw> = z.custom<Raw>((value) => typeof value === "object" && value !== null);

/** Reads and checks every variable by itself. An empty one counts as not set, as compose files write them. */
export function readVariables(
  env: Readonly<Record<string, string | undefined>>,
  readFile: ReadFile,
): { readonly raw: Raw; readonly issues: ConfigIssue[] } {
  const issues: ConfigIssue[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, { schema, wanted, secret }] of Object.entries<Variable>(BY_NAME)) {
    const text = secret ? secretText(name, { env, readFile, issues }) : env[name]?.trim() ?? "";
    if (text === "") continue;
    const result = schema.safeParse(text);
    if (result.success) values[name] = result.data;
    else {issues.push({
        name,
        message: `Cannot use ${name} as it must be ${wanted}: ${present(text, secret)}`,
      });}
  }
  return { raw: AllSet.parse(values), issues };
}

function present(text: string, secret: true | undefined): string {
  if (secret) return `current length is ${text.length}`;
  // An address can hold a password.
  const shown = text.replace(/\/\/[^/@]*@/, "//…@").slice(0, 80);
  return `current value is ${JSON.stringify(shown)}`;
}

interface Source {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: ReadFile;
  readonly issues: ConfigIssue[];
}

/** A secret's text, from the variable or from the file that its `_FILE` twin names. */
function secretText(name: string, { env, readFile, issues }: Source): string {
  const text = env[name]?.trim() ?? "";
  const twin = `${name}_FILE`;
  const path = env[twin]?.trim() ?? "";
  if (path === "") return text;
  if (text !== "") {
    issues.push({ name: twin, message: `Cannot use ${twin} as ${name} is set too: keep one of them` });
    return "";
  }
  try {
    const inside = readFile(path).trim();
    if (inside === "") {
      issues.push({ name: twin, message: `Cannot use ${twin} as the file that it names is empty` });
    }
    return inside;
  } catch (error) {
    const why = error instanceof Error ? error.name : "unknown error";
    issues.push({ name: twin, message: `Cannot read the file that ${twin} names: ${why}` });
    return "";
  }
}

function variable<T>(schema: z.ZodType<T>, wanted: string, secret?: true): Variable<T> {
  return { schema, wanted, secret };
}

function choice<const Names extends readonly [string, ...string[]]>(
  ...names: Names
): Variable<Names[number]> {
  return { schema: z.enum(names), wanted: `one of ${names.join(", ")}` };
}

function whole(min: number, max: number): z.ZodType<number> {
  return z.string().regex(/^\d{1,10}$/).transform(Number).pipe(z.number().min(min).max(max));
}

function mediaAddress(text: string, context: z.RefinementCtx): MediaAddress {
  const address = parseMediaUrl(text);
  if (address !== null) return address;
  context.addIssue("neither form");
  return z.NEVER;
}

function plainUrl(url: URL): boolean {
  return url.search === "" && url.hash === "" && url.username === "" && url.password === "";
}
