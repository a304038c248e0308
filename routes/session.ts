/** Reads who asks: a bearer token (of a session or of a browser guest) or the cookies of the pages. */
import type { Context, MiddlewareHandler } from "hono";
import { getCookie } from "hono/cookie";
import type { Locale } from "../actors/model/mod.ts";
import type { AppDeps, AppEnv, GuestSession, SessionUser } from "./deps.ts";

/** The cookie of the pages that holds a session token. */
export const SESSION_COOKIE = "plenum_session";
/** Begins the names of cookies that hold a guest token; the group id follows. */
export const GUEST_COOKIE_PREFIX = "plenum_guest_";

const TOKEN_MAX = 512;
const GROUP_PATH = /^\/api\/groups\/([^/]+)/;
const BEARER = /^bearer +(\S+)$/i;

/** Sets `user`, `token`, `guest` and `locale` for all that follows; refuses nobody. */
export function readSession(deps: AppDeps): MiddlewareHandler<AppEnv> {
  return async function readsSession(c, next): Promise<void> {
    const bearer = bearerOf(c);
    const token = bearer ?? cookieOf(c, SESSION_COOKIE);
    const user = token === null ? null : await deps.auth.userOf(token);
    c.set("user", user);
    c.set("token", user === null ? null : token);
    c.set("guest", await guestOf(c, deps, { bearer, user }));
    c.set("locale", user?.locale ?? acceptedLocale(c.req.header("accept-language")));
    await next();
  };
}

async function guestOf(
  c: Context<AppEnv>,
  deps: AppDeps,
  { bearer, user }: { readonly bearer: string | null; readonly user: SessionUser | null },
): Promise<GuestSession | null> {
  // A header says who asks; only without one do the cookies of the browser count.
  if (bearer !== null) return user === null ? await deps.relay.read.guest(bearer) : null;
  const group = GROUP_PATH.exec(c.req.path)?.[1];
  const token = group === undefined ? null : cookieOf(c, GUEST_COOKIE_PREFIX + group);
  return token === null ? null : await deps.relay.read.guest(token);
}

function bearerOf(c: Context<AppEnv>): string | null {
  const token = BEARER.exec(c.req.header("authorization") ?? "")?.[1];
  return token === undefined || token.length > TOKEN_MAX ? null : token;
}

function cookieOf(c: Context<AppEnv>, name: string): string | null {
  const value = getCookie(c)[name];
  return value === undefined || value === "" || value.length > TOKEN_MAX ? null : value;
}

/** The first language of an `Accept-Language` header that we have. */
export function acceptedLocale(header: string | undefined): Locale {
  for (const part of (header ?? "").split(",")) {
    const language = part.trim().slice(0, 2).toLowerCase();
    if (language === "de" || language === "en") return language;
  }
  return "en";
}
