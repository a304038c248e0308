/** The OpenAPI document, and a reader for it that loads nothing from elsewhere. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { serveStatic } from "hono/deno";
import { etag } from "hono/etag";
import { html } from "hono/html";
import swaggerFolder from "swagger-ui-dist/absolute-path.js";
import type { AppDeps, AppEnv } from "./deps.ts";

const ASSETS = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"];
const START =
  `SwaggerUIBundle({ url: "/openapi.json", dom_id: "#reader", deepLinking: true, validatorUrl: null });\n`;

/** Adds `/openapi.json` and `/docs` to `app`, about all routes that `app` has by the time of the first call. */
export function serveOpenApi(app: OpenAPIHono<AppEnv>, { settings }: AppDeps): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer" });
  app.openAPIRegistry.registerComponent("securitySchemes", "cookie", {
    type: "apiKey",
    in: "cookie",
    name: "plenum_session",
  });
  let document: Document | null = null;
  app.get("/openapi.json", (c) => {
    document ??= withErrors(app.getOpenAPI31Document({
      openapi: "3.1.0",
      info: {
        title: "Plenum",
        version: settings.version,
        description:
          "One group chat, every messenger. Errors are `application/problem+json` with a stable `code`.",
      },
      servers: [{ url: settings.publicUrl }],
    }));
    return c.json(document);
  });
  serveReader(app);
}

type Document = ReturnType<OpenAPIHono<AppEnv>["getOpenAPI31Document"]>;

const CALLS = ["get", "put", "post", "delete", "patch"] as const;
const ANY_ERROR = {
  description: "Any other error, such as 413, 415, 429 or 503",
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

/** What every call may be answered, whatever its resource. */
function withErrors(document: Document): Document {
  for (const path of Object.values(document.paths ?? {})) {
    for (const call of CALLS) {
      const operation = path[call];
      if (operation !== undefined) operation.responses = { ...operation.responses, default: ANY_ERROR };
    }
  }
  return document;
}

function serveReader(app: OpenAPIHono<AppEnv>): void {
  app.get("/docs", (c) => c.html(READER));
  app.get("/docs/start.js", (c) => c.body(START, 200, { "content-type": "text/javascript; charset=utf-8" }));
  const folder = swaggerFolder();
  for (const asset of ASSETS) {
    app.get(`/docs/${asset}`, etag(), serveStatic({ root: folder, rewriteRequestPath: () => asset }));
  }
}

const READER = html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>REST interface · Plenum</title>
    <link rel="icon" href="/docs/favicon-32x32.png">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <script defer src="/docs/swagger-ui-bundle.js"></script>
    <script defer src="/docs/start.js"></script>
  </head>
  <body>
    <main id="reader"></main>
    <noscript>This reader needs scripts. The document itself is at <a href="/openapi.json">/openapi.json</a>.</noscript>
  </body>
</html>`;
