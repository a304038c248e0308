/** `/healthz`: the process lives. `/readyz`: it can accept. */
import { Hono } from "hono";
import type { AppDeps, AppEnv } from "./deps.ts";

/** For load balancers and supervisors; open to everybody, so it counts and names nobody. */
export function healthRoutes({ relay, settings }: AppDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.get("/healthz", (c) => c.json({ status: "ok", version: settings.version }, 200, NO_STORE));
  app.get("/readyz", (c) => {
    const { ready, detail } = relay.health();
    return c.json(
      { ready, detail },
      ready ? 200 : 503,
      ready ? NO_STORE : { ...NO_STORE, "Retry-After": "1" },
    );
  });
  return app;
}

const NO_STORE = { "Cache-Control": "no-store" };
