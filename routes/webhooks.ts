/** Calls of messengers, handed to their adapters. */
import { Hono } from "hono";
import { Messenger } from "../actors/model/mod.ts";
import type { AppDeps, AppEnv } from "./deps.ts";
import { limitBody } from "./guards.ts";
import { notFound } from "./problem.ts";

/** No messenger sends more in one call. */
const UPDATE_MAX_BYTES = 1024 * 1024;

/** `POST /webhooks/:messenger`. The adapter checks that it really is the messenger who calls. */
export function webhookRoutes({ relay }: AppDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.post("/webhooks/:messenger", limitBody(() => UPDATE_MAX_BYTES), async (c) => {
    const messenger = Messenger.safeParse(c.req.param("messenger"));
    if (!messenger.success) throw notFound("messenger");
    return await relay.webhook(messenger.data, c.req.raw);
  });
  return app;
}
