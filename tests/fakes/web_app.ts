/** The app over the fake relay and real accounts, in process or on a port that the system chooses. */
import type { Hono } from "hono";
import type { AppDeps, AppEnv } from "../../routes/deps.ts";
import { Messenger } from "../../actors/model/mod.ts";
import { createApp } from "../../routes/app.ts";
import { ACCOUNT_COLLECTIONS, createAuth } from "../../routes/auth.ts";
import { createMetrics } from "../../routes/metrics.ts";
import { memoryRecords } from "./records.ts";
import { type FakeRelay, fakeRelay } from "./relay.ts";
import { type LogLine, webHost } from "./web_host.ts";

export interface WebApp {
  readonly app: Hono<AppEnv>;
  readonly deps: AppDeps;
  readonly relay: FakeRelay;
  readonly lines: readonly LogLine[];
}

/** An app with nothing in it yet. */
export function webApp(
  options: Partial<AppDeps["settings"]> & { readonly sandbox?: AppDeps["sandbox"] } = {},
): WebApp {
  const { sandbox = null, ...settings } = options;
  const { host, lines } = webHost({ metrics: createMetrics() });
  const relay = fakeRelay(memoryRecords(ACCOUNT_COLLECTIONS));
  const all: AppDeps["settings"] = {
    publicUrl: "http://localhost:8000",
    operatorEmail: "operator@example.org",
    retentionDays: 30,
    role: "all",
    messengers: ["telegram", "whatsapp", "signal", "web"].map((one) => Messenger.parse(one)),
    version: "0.0.0-test",
    ...settings,
  };
  const auth = createAuth({ records: relay.records, host, settings: all });
  const deps: AppDeps = { relay, auth, host, settings: all, sandbox };
  return { app: createApp(deps), deps, relay, lines };
}

/** Serves `app` on this machine until it is stopped. */
export function serveWeb({ app, relay }: WebApp): { readonly url: string; stop(): Promise<void> } {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, app.fetch);
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    async stop(): Promise<void> {
      await relay.stop();
      await server.shutdown();
    },
  };
}
