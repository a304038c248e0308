/** The whole HTTP side: one small file per resource, mounted here in the order in which calls meet them. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Hono } from "hono";
import { requireSomebody } from "./access.ts";
import { accountLinkRoutes } from "./account_link.ts";
import { accountRoutes } from "./accounts.ts";
import { bridgeRoutes } from "./bridges.ts";
import { sameSiteOnly } from "./csrf.ts";
import type { AppDeps, AppEnv } from "./deps.ts";
import { eventRoutes } from "./events.ts";
import { fileRoutes } from "./files.ts";
import { groupRoutes } from "./groups.ts";
import { bodyMax, limitBody, neverStored, observe, ownHeaders, requireJson } from "./guards.ts";
import { healthRoutes } from "./health.ts";
import { inviteRoutes } from "./invites.ts";
import { memberRoutes } from "./members.ts";
import { messageRoutes } from "./messages.ts";
import { metricsRoutes } from "./metrics.ts";
import { answerMissing } from "./missing.ts";
import { serveOpenApi } from "./openapi.ts";
import { pages } from "./pages/mod.tsx";
import { postRoutes } from "./posting.ts";
import { answerError } from "./problem.ts";
import { sandboxRoutes } from "./sandbox.ts";
import { readSession } from "./session.ts";
import { signupRoutes } from "./signup.ts";
import { staticFiles } from "./static_files.ts";
import { webhookRoutes } from "./webhooks.ts";

/** The app to serve: `Deno.serve(app.fetch)`. An `edge` process only takes the messengers' calls. */
export function createApp(deps: AppDeps): Hono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>();
  app.onError((error, c) => answerError(c, deps, error));
  app.notFound(answerMissing(app));
  app.use("*", observe(deps), ownHeaders(deps.settings));
  app.route("/", healthRoutes(deps));
  app.route("/", webhookRoutes(deps));
  if (deps.settings.role !== "edge") mountForPeople(app, deps);
  return app;
}

function mountForPeople(app: OpenAPIHono<AppEnv>, deps: AppDeps): void {
  app.route("/", staticFiles());
  serveOpenApi(app, deps);
  app.use("*", sameSiteOnly(deps.settings), readSession(deps));
  app.use("/api/groups/*", requireSomebody);
  app.use("/api/*", neverStored, limitBody(bodyMax), requireJson());
  app.route("/", metricsRoutes(deps));
  app.route("/", signupRoutes(deps));
  app.route("/", groupRoutes(deps));
  app.route("/", bridgeRoutes(deps));
  app.route("/", inviteRoutes(deps));
  app.route("/", memberRoutes(deps));
  app.route("/", messageRoutes(deps));
  app.route("/", postRoutes(deps));
  app.route("/", fileRoutes(deps));
  app.route("/", eventRoutes(deps));
  app.route("/", accountRoutes(deps));
  app.route("/", accountLinkRoutes(deps));
  app.route("/", sandboxRoutes(deps));
  app.route("/", pages(deps));
}
