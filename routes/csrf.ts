/** Keeps other sites from using the cookies of people who visit them. */
import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv, AppSettings } from "./deps.ts";
import { HttpProblem } from "./problem.ts";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses unsafe calls that a browser says come from another site. A call with neither header does not come from
 * a browser (they all send one of them), so no cookie can have been lent to it; with a bearer token no cookie counts.
 */
export function sameSiteOnly(settings: AppSettings): MiddlewareHandler<AppEnv> {
  const home = new URL(settings.publicUrl).origin;
  return async function refuseOtherSites(c, next): Promise<void> {
    if (!SAFE.has(c.req.method) && c.req.header("authorization") === undefined && !isOurs(c, home)) {
      throw new HttpProblem(
        403,
        "cross-site",
        "Cannot accept this from another site: send it from our own pages",
      );
    }
    await next();
  };
}

function isOurs(c: Context<AppEnv>, home: string): boolean {
  const site = c.req.header("sec-fetch-site");
  if (site === "same-origin" || site === "none") return true;
  const origin = c.req.header("origin");
  if (origin === undefined) return site === undefined;
  // The second way is for visits by another name of this server than PUBLIC_URL, such as localhost.
  return origin === home || hostOf(origin) === c.req.header("host");
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
