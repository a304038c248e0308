/** Sign-up, login, logout, and who am I. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { Locale } from "../actors/model/mod.ts";
import { requireUser } from "./access.ts";
import { addressOf } from "./address.ts";
import { jsonAnswer, jsonBody, problemAnswer, resource, SIGNED_IN, USUAL_PROBLEMS } from "./api.ts";
import type { AppDeps, AppEnv } from "./deps.ts";
import { rateLimit } from "./rate.ts";

const SIGNUPS = { count: 20, perMs: 60_000 };
const LOGINS = { count: 60, perMs: 60_000 };

const LoggedIn = z.object({ accountId: z.string(), token: z.string() }).openapi("LoggedIn");
const Me = z.object({
  accountId: z.string(),
  email: z.string(),
  name: z.string(),
  locale: Locale,
  operator: z.boolean(),
}).openapi("Me");

const Credentials = { email: z.string().max(254), password: z.string().max(1000) };

const signup = createRoute({
  method: "post",
  path: "/api/signup",
  summary: "Sign up",
  request: { body: jsonBody(z.object({ ...Credentials, name: z.string(), locale: Locale.optional() })) },
  responses: {
    201: jsonAnswer("Signed up and logged in", LoggedIn),
    400: problemAnswer("`invalid-email`, `weak-password` or malformed"),
    409: problemAnswer("`email-taken`"),
    429: problemAnswer("Too many sign-ups from this address"),
  },
});

const login = createRoute({
  method: "post",
  path: "/api/login",
  summary: "Log in",
  request: { body: jsonBody(z.object(Credentials)) },
  responses: {
    200: jsonAnswer("Logged in", LoggedIn),
    400: USUAL_PROBLEMS[400],
    401: problemAnswer("Wrong e-mail address or password"),
    429: problemAnswer("Too many logins"),
  },
});

const logout = createRoute({
  method: "post",
  path: "/api/logout",
  summary: "End the token that is sent",
  security: SIGNED_IN,
  responses: { 204: { description: "The token has ended" }, 401: USUAL_PROBLEMS[401] },
});

const me = createRoute({
  method: "get",
  path: "/api/me",
  summary: "Who am I",
  security: SIGNED_IN,
  responses: { 200: jsonAnswer("Whose token it is", Me), 401: USUAL_PROBLEMS[401] },
});

/** `/api/signup`, `/api/login`, `/api/logout`, `/api/me`. */
export function signupRoutes({ auth, host }: AppDeps): OpenAPIHono<AppEnv> {
  const app = resource();
  app.post("/api/signup", rateLimit({ ...SIGNUPS, now: host.now }));
  app.post("/api/login", rateLimit({ ...LOGINS, now: host.now }));

  app.openapi(signup, async (c) => {
    const { locale, ...body } = c.req.valid("json");
    const { user, token } = await auth.signUp({ ...body, locale: locale ?? c.var.locale });
    return c.json({ accountId: user.id, token }, 201);
  });

  app.openapi(login, async (c) => {
    const { user, token } = await auth.login({ ...c.req.valid("json"), address: addressOf(c) ?? "unknown" });
    return c.json({ accountId: user.id, token }, 200);
  });

  app.openapi(logout, async (c) => {
    requireUser(c);
    if (c.var.token !== null) await auth.logout(c.var.token);
    return c.body(null, 204);
  });

  app.openapi(me, (c) => {
    const { id, email, name, locale, operator } = requireUser(c);
    return c.json({ accountId: id, email, name, locale, operator }, 200);
  });

  return app;
}
