/** Files that are sent as they are: our own under `/static`. */
import { fileURLToPath } from "node:url";
import { Hono } from "hono";
import { serveStatic } from "hono/deno";
import { etag } from "hono/etag";
import type { AppEnv } from "./deps.ts";

/** `/static/*`, from the folder `static` beside this one, wherever the process was started. */
export function staticFiles(): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const folder = fileURLToPath(new URL("..", import.meta.url));
  // Names carry no version, so every use asks whether the file is still the same.
  app.use("/static/*", etag(), async (c, next) => {
    await next();
    if (c.res.ok) c.header("Cache-Control", "no-cache");
  });
  app.get("/static/*", serveStatic({ root: folder }));
  return app;
}
