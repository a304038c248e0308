import assert from "node:assert/strict";
import { type Config, ConfigError, readConfig } from "../../../adapters/config.ts";

const SECRET = "0123456789abcdef0123456789abcdef";
const TOKEN = "123456:AAbbCCddEEff";
const HASH = "0123456789abcdef0123456789abcdef";

function noFile(): string {
  throw new Deno.errors.NotFound("there is none");
}

function config(env: Record<string, string>): Config {
  return readConfig(env, noFile);
}

function issues(
  env: Record<string, string>,
  readFile: (path: string) => string = noFile,
): Record<string, string> {
  try {
    readConfig(env, readFile);
  } catch (error) {
    assert(error instanceof ConfigError);
    return Object.fromEntries(error.issues.map(({ name, message }) => [name, message]));
  }
  return {};
}

Deno.test("an empty environment is the sandbox on port 8000", () => {
  assert.deepEqual(config({}), {
    port: 8000,
    publicUrl: "http://localhost:8000",
    dataDir: "./data",
    kvTarget: "./data/plenum.kv",
    secretKey: null,
    role: "all",
    sandbox: true,
    operatorEmail: null,
    telegram: null,
    whatsapp: null,
    signal: null,
    retentionDays: 30,
    media: { type: "disk", dir: "./data/media" },
    logLevel: "info",
    locale: "en",
    warnings: [],
  });
});

Deno.test("the example file names every variable and changes nothing", () => {
  const example = Deno.readTextFileSync(new URL("../../../.env.example", import.meta.url));
  const lines = example.split("\n").filter((line) => /^[A-Z]/.test(line));
  const env = Object.fromEntries(
    lines.map((line) => [line.split("=", 1)[0] ?? "", line.replace(/^\w+=/, "")]),
  );

  assert.deepEqual(config(env), config({}));
  const asked: string[] = [];
  readConfig(new Proxy({}, { get: (_, name) => void asked.push(String(name)) }), noFile);
  const named = asked.filter((name) => /^[A-Z]/.test(name) && !name.endsWith("_FILE"));
  assert.deepEqual(Object.keys(env).toSorted(), [...new Set(named)].toSorted());
});

Deno.test("every variable is read", () => {
  const all = config({
    PORT: "0",
    PUBLIC_URL: "https://plenum.test/",
    DATA_DIR: "/srv/plenum/",
    KV_URL: "https://kv.test/",
    SECRET_KEY: SECRET,
    ROLE: "worker",
    SANDBOX: "on",
    OPERATOR_EMAIL: "ada@plenum.test",
    TELEGRAM_BOT_TOKEN: TOKEN,
    TELEGRAM_API_ROOT: "http://127.0.0.1:8081/",
    TELEGRAM_MODE: "webhook",
    TELEGRAM_API_ID: "12345",
    TELEGRAM_API_HASH: HASH,
    TELEGRAM_SESSION: "a session",
    WHATSAPP_ENABLED: "true",
    WHATSAPP_WS_URL: "wss://whatsapp.test",
    SIGNAL_RPC_URL: "http://127.0.0.1:8080",
    SIGNAL_TCP: "127.0.0.1:7583",
    SIGNAL_ACCOUNT: "+15550100100",
    RETENTION_DAYS: "7",
    MEDIA_URL: "file:///srv/media",
    LOG_LEVEL: "debug",
  });

  assert.deepEqual({ ...all, warnings: [] }, {
    port: 0,
    publicUrl: "https://plenum.test",
    dataDir: "/srv/plenum",
    kvTarget: "https://kv.test/",
    secretKey: SECRET,
    role: "worker",
    sandbox: true,
    operatorEmail: "ada@plenum.test",
    telegram: {
      token: TOKEN,
      apiRoot: "http://127.0.0.1:8081",
      mode: "webhook",
      user: { apiId: 12345, apiHash: HASH, session: "a session" },
    },
    whatsapp: { wsUrl: "wss://whatsapp.test" },
    signal: { rpcUrl: "http://127.0.0.1:8080", tcp: "127.0.0.1:7583", account: "+15550100100" },
    retentionDays: 7,
    media: { type: "disk", dir: "/srv/media" },
    logLevel: "debug",
    locale: "en",
    warnings: [],
  });
});

Deno.test("every problem is told at once, with the variable, what is wanted and what is there", () => {
  const told = issues({
    PORT: "70000",
    PUBLIC_URL: "plenum.test",
    ROLE: "boss",
    RETENTION_DAYS: "0",
    OPERATOR_EMAIL: "nobody",
    LOG_LEVEL: "loud",
    WHATSAPP_ENABLED: "maybe",
  });

  assert.deepEqual(Object.keys(told).toSorted(), [
    "LOG_LEVEL",
    "OPERATOR_EMAIL",
    "PORT",
    "PUBLIC_URL",
    "RETENTION_DAYS",
    "ROLE",
    "WHATSAPP_ENABLED",
  ]);
  assert.equal(
    told.PORT,
    'Cannot use PORT as it must be a whole number from 0 to 65535: current value is "70000"',
  );
  assert.equal(told.ROLE, 'Cannot use ROLE as it must be one of all, edge, worker: current value is "boss"');
});

const WRONG: readonly (readonly [string, string])[] = [
  ["PORT", "-1"],
  ["PORT", "80.5"],
  ["PORT", "65536"],
  ["PORT", "eighty"],
  ["PUBLIC_URL", "ftp://plenum.test"],
  ["PUBLIC_URL", "https://plenum.test/path"],
  ["PUBLIC_URL", "https://plenum.test/?a=b"],
  ["KV_URL", "./data"],
  ["SECRET_KEY", "short"],
  ["TELEGRAM_BOT_TOKEN", "not a token"],
  ["TELEGRAM_API_ROOT", "api.telegram.org"],
  ["TELEGRAM_MODE", "push"],
  ["SANDBOX", "yes"],
  ["SIGNAL_TCP", "localhost"],
  ["SIGNAL_ACCOUNT", "0151"],
  ["WHATSAPP_WS_URL", "https://web.test"],
  ["RETENTION_DAYS", "366"],
  ["MEDIA_URL", "https://media.test"],
  ["MEDIA_URL", "file://elsewhere/srv/media"],
  ["MEDIA_URL", "s3://media.test/bucket"],
  ["MEDIA_URL", "s3://key:secret@media.test"],
  ["MEDIA_URL", "s3://key:secret@media.test/bucket?tls=maybe"],
  ["MEDIA_URL", "s3://key:secret@media.test/bucket?acl=public"],
];
for (const [name, value] of WRONG) {
  Deno.test(`${name} cannot be ${JSON.stringify(value)}`, () => {
    assert.deepEqual(Object.keys(issues({ [name]: value })), [name]);
  });
}

/** What does not go together, and which variable is named for it. */
const TOGETHER: readonly (readonly [string, Record<string, string>, readonly string[]])[] = [
  ["KV_PATH beside KV_URL", { KV_PATH: "a.kv", KV_URL: "https://kv.test" }, ["KV_URL"]],
  ["an API id without its hash and session", { TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_API_ID: "1" }, [
    "TELEGRAM_API_HASH",
    "TELEGRAM_SESSION",
  ]],
  [
    "a user account without a bot",
    { TELEGRAM_API_ID: "1", TELEGRAM_API_HASH: HASH, TELEGRAM_SESSION: "s" },
    ["TELEGRAM_BOT_TOKEN"],
  ],
  ["webhooks without an address", { TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_MODE: "webhook" }, ["PUBLIC_URL"]],
  [
    "webhooks over http",
    { TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_MODE: "webhook", PUBLIC_URL: "http://plenum.test" },
    ["PUBLIC_URL"],
  ],
  ["an edge that has nothing", { ROLE: "edge" }, [
    "KV_URL",
    "SECRET_KEY",
    "TELEGRAM_BOT_TOKEN",
    "TELEGRAM_MODE",
  ]],
  ["a wrong secret is not called missing too", { ROLE: "edge", SECRET_KEY: "short" }, [
    "KV_URL",
    "SECRET_KEY",
    "TELEGRAM_BOT_TOKEN",
    "TELEGRAM_MODE",
  ]],
  ["signal-cli here and beside", { SIGNAL_CLI: "signal-cli", SIGNAL_RPC_URL: "http://a.test" }, [
    "SIGNAL_CLI",
    "SIGNAL_TCP",
  ]],
  ["signal-cli here and all of one beside", {
    SIGNAL_CLI: "signal-cli",
    SIGNAL_RPC_URL: "http://a.test",
    SIGNAL_TCP: "a.test:7583",
  }, ["SIGNAL_CLI"]],
  ["a daemon of Signal that takes no messages", { SIGNAL_RPC_URL: "http://a.test" }, ["SIGNAL_TCP"]],
  ["a daemon of Signal that takes no commands", { SIGNAL_TCP: "a.test:7583" }, ["SIGNAL_RPC_URL"]],
];
for (const [what, env, names] of TOGETHER) {
  Deno.test(`the environment is refused: ${what}`, () => {
    assert.deepEqual(Object.keys(issues(env)).toSorted(), names);
  });
}

Deno.test("an edge with all that it shares with its worker is fine, and simulates nobody", () => {
  const edge = config({
    ROLE: "edge",
    KV_URL: "https://kv.test",
    SECRET_KEY: SECRET,
    PUBLIC_URL: "https://plenum.test",
    TELEGRAM_BOT_TOKEN: TOKEN,
    TELEGRAM_MODE: "webhook",
  });

  assert.equal(edge.sandbox, false);
});

Deno.test("secrets come from files, without the line's end", () => {
  const read = (path: string): string => path === "/run/secrets/bot" ? `${TOKEN}\n` : noFile();
  const { telegram } = readConfig({ TELEGRAM_BOT_TOKEN_FILE: "/run/secrets/bot" }, read);

  assert.equal(telegram?.token, TOKEN);
});

Deno.test("a secret's file that is missing, empty or one too many is told by its own variable", () => {
  assert.match(issues({ SECRET_KEY_FILE: "/nowhere" }).SECRET_KEY_FILE ?? "", /NotFound/);
  assert.match(issues({ SECRET_KEY_FILE: "/empty" }, () => "\n").SECRET_KEY_FILE ?? "", /empty/);
  const both = { SECRET_KEY: SECRET, SECRET_KEY_FILE: "/some" };
  assert.match(issues(both, () => SECRET).SECRET_KEY_FILE ?? "", /keep one/);
});

Deno.test("no message repeats a secret, wherever it came from", () => {
  const told = JSON.stringify([
    issues({ SECRET_KEY: "hunter2", TELEGRAM_BOT_TOKEN: "hunter2", SIGNAL_ACCOUNT: "hunter2" }),
    issues({ TELEGRAM_API_HASH_FILE: "/hash" }, () => "hunter2"),
    issues({ KV_URL: "kv://ada:hunter2@kv.test" }),
    issues({ PUBLIC_URL: "https://ada:hunter2@plenum.test" }),
  ]);

  assert(!told.includes("hunter2"));
});

Deno.test("the sandbox is on while no real account is there, unless it is told otherwise", () => {
  assert.equal(config({ TELEGRAM_BOT_TOKEN: TOKEN }).sandbox, false);
  assert.equal(config({ TELEGRAM_BOT_TOKEN: TOKEN, SANDBOX: "on" }).sandbox, true);
  assert.equal(config({ SANDBOX: "off" }).sandbox, false);
  assert.equal(config({ WHATSAPP_ENABLED: "true" }).sandbox, false);
  assert.equal(config({ WHATSAPP_ENABLED: "false" }).sandbox, true);
});

Deno.test("Signal is started here with its accounts beside the rest, or is a daemon that runs already", () => {
  const cli = "/opt/signal-cli/bin/signal-cli";
  assert.deepEqual(config({ SIGNAL_CLI: cli, DATA_DIR: "/srv/" }).signal, { cli, dir: "/srv/signal" });
  const daemon = config({ SIGNAL_RPC_URL: "http://signal.test:8080", SIGNAL_TCP: "signal.test:7583" });
  assert.deepEqual(daemon.signal, { rpcUrl: "http://signal.test:8080", tcp: "signal.test:7583" });
  const own = config({ SIGNAL_CLI: cli, SIGNAL_ACCOUNT: "+15550100100" });
  assert.deepEqual(own.signal, { cli, dir: "./data/signal", account: "+15550100100" });
  assert.deepEqual([own.sandbox, daemon.sandbox, own.warnings], [false, false, []]);
});

Deno.test("an account of Signal alone connects nothing, and is not repeated", () => {
  const alone = config({ SIGNAL_ACCOUNT: "+15550100100" });

  assert.deepEqual([alone.signal, alone.sandbox, alone.warnings.length], [null, true, 1]);
  assert.match(alone.warnings[0] ?? "", /SIGNAL_ACCOUNT.*SIGNAL_CLI.*SIGNAL_RPC_URL/);
  assert(!alone.warnings[0]?.includes("15550100100"));
});

Deno.test("what is odd is told as a warning, without its value", () => {
  const { warnings } = config({
    TELEGRAM_TOKEN: "hunter2",
    PLENUM_PORT: "1",
    WHATSAPP_WS_URL: "wss://whatsapp.test",
    SIGNAL_ACCOUNT: "+15550100100",
    TELEGRAM_MODE: "webhook",
    PORT: "0",
    HOME: "/root",
  });

  assert.equal(warnings.length, 6);
  const all = warnings.join("\n");
  for (
    const part of [
      "TELEGRAM_TOKEN",
      "PLENUM_PORT",
      "WHATSAPP_WS_URL",
      "SIGNAL_ACCOUNT",
      "TELEGRAM_MODE",
      "PORT is 0",
    ]
  ) {
    assert(all.includes(part), part);
  }
  assert(!all.includes("hunter2"));
});

Deno.test("WhatsApp that is switched off is nothing to warn of", () => {
  assert.deepEqual(config({ WHATSAPP_ENABLED: "false" }).warnings, []);
});

Deno.test("empty variables count as not set", () => {
  assert.deepEqual(config({ PORT: "", PUBLIC_URL: " ", TELEGRAM_BOT_TOKEN: "" }), config({}));
});
