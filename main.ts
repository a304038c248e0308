/** The composition root: environment, store, relay, adapters, app, server. The only file that reads Deno.env. */
import { createHash, createHmac, randomBytes } from "node:crypto";
import { createHost, createLog, createTexts, openKvStore, startRelay } from "./actors/mod.ts";
import type { Store } from "./actors/ports/mod.ts";
import { type Config, ConfigError, readConfig } from "./adapters/config.ts";
import { accountsOf, mediaOf } from "./adapters/mod.ts";
import { createApp } from "./routes/app.ts";
import { ACCOUNT_COLLECTIONS, createAuth } from "./routes/auth.ts";
import { createMetrics } from "./routes/metrics.ts";
import de from "./static/locales/de.json" with { type: "json" };
import en from "./static/locales/en.json" with { type: "json" };

const VERSION = "0.1.0";

function configOf(): Config {
  try {
    return readConfig(Deno.env.toObject(), (path) => Deno.readTextFileSync(path));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const lines = error.issues.map(({ name, message }) => `  ${name}: ${message}\n`);
    Deno.stderr.writeSync(
      new TextEncoder().encode(`Cannot start as the environment is wrong:\n${lines.join("")}`),
    );
    Deno.exit(2);
  }
}

/** To whoever starts us, in words. */
function say(lines: readonly string[]): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${lines.join("\n")}\n`));
}

/** SECRET_KEY, or the one that the first start made in DATA_DIR. Whatever its form: 32 bytes of it. */
function secretOf(config: Config): Uint8Array {
  const path = `${config.dataDir}/secret.key`;
  let text = config.secretKey;
  if (text === null) {
    try {
      text = Deno.readTextFileSync(path).trim();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      text = randomBytes(32).toString("base64url");
      Deno.writeTextFileSync(path, `${text}\n`, { mode: 0o600, createNew: true });
    }
  }
  return createHash("sha256").update(text).digest();
}

async function main(): Promise<void> {
  const config = configOf();
  const log = createLog({ level: config.logLevel });
  if (config.warnings.length > 0) say(config.warnings);
  Deno.mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const secret = secretOf(config);
  const host = createHost({ secret, log, metrics: createMetrics(), text: createTexts({ en, de }) });
  const webhookSecret = createHmac("sha256", secret).update("webhook").digest("base64url");
  const { accounts, linkable, phones, messengers } = await accountsOf({ config, webhookSecret });
  const store: Store = await openKvStore(config.kvTarget);
  const { publicUrl, role, retentionDays, operatorEmail, locale } = config;
  const collections = ACCOUNT_COLLECTIONS;
  const { promise: fenced, resolve: onFenced } = Promise.withResolvers<void>();
  const relay = await startRelay({
    store,
    host,
    accounts,
    linkable,
    ...await mediaOf(config, { secret, host }),
    publicUrl,
    locale,
    retentionDays,
    role,
    collections,
    onFenced,
  });
  const settings = { publicUrl, operatorEmail, retentionDays, role, messengers, version: VERSION };
  const auth = createAuth({ records: relay.records, host, settings });
  const app = createApp({ relay, auth, host, settings, sandbox: phones });
  const server = Deno.serve({
    port: config.port,
    onListen: ({ port }) => log.info("listening", { port, sandbox: phones !== null }),
  }, app.fetch);

  let stopping = false;
  const stop = async (code: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    // Takes no more requests; open streams end with the relay.
    void server.shutdown();
    await relay.stop();
    Deno.exit(code);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) Deno.addSignalListener(signal, () => void stop(0));
  await fenced;
  say(["Cannot go on as another Plenum has taken over this database: ending"]);
  await stop(1);
}

if (import.meta.main) await main();
