/** Service accounts, for the operator: how they are, and what could not be delivered. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { requireOperator } from "./access.ts";
import { jsonAnswer, problemAnswer, resource, SIGNED_IN, USUAL_PROBLEMS } from "./api.ts";
import type { AppDeps, AppEnv } from "./deps.ts";
import { HttpProblem } from "./problem.ts";

const LETTERS_MAX = 200;

const Account = z.object({
  id: z.string(),
  messenger: z.string(),
  health: z.object({
    status: z.enum(["starting", "connected", "waiting", "logged-out", "failed"]),
    text: z.string().optional(),
  }),
}).openapi("Account");
const DeadLetter = z.object({
  group: z.string(),
  messenger: z.string(),
  op: z.string(),
  reason: z.string(),
  at: z.number(),
}).openapi("DeadLetter");

const PROBLEMS = { 401: USUAL_PROBLEMS[401], 403: problemAnswer("You are not the operator") };
const BY_ENVIRONMENT = problemAnswer("`configured-by-environment`");
const AccountPath = z.object({ id: z.string() });

const list = createRoute({
  method: "get",
  path: "/api/accounts",
  summary: "Our accounts on the messengers",
  security: SIGNED_IN,
  responses: { 200: jsonAnswer("With how they are", z.object({ accounts: z.array(Account) })), ...PROBLEMS },
});

const add = createRoute({
  method: "post",
  path: "/api/accounts",
  summary: "Add an account: for now only by the environment",
  security: SIGNED_IN,
  responses: { ...PROBLEMS, 409: BY_ENVIRONMENT },
});

const link = createRoute({
  method: "get",
  path: "/api/accounts/{id}/link",
  summary: "Link an account: for now only by the environment",
  security: SIGNED_IN,
  request: { params: AccountPath },
  responses: { ...PROBLEMS, 409: BY_ENVIRONMENT },
});

const remove = createRoute({
  method: "delete",
  path: "/api/accounts/{id}",
  summary: "Remove an account: for now only by the environment",
  security: SIGNED_IN,
  request: { params: AccountPath },
  responses: { ...PROBLEMS, 409: BY_ENVIRONMENT },
});

const letters = createRoute({
  method: "get",
  path: "/api/dead-letters",
  summary: "What no messenger would take",
  security: SIGNED_IN,
  request: { query: z.object({ limit: z.coerce.number().int().min(1).max(LETTERS_MAX).default(50) }) },
  responses: {
    200: jsonAnswer("Newest first", z.object({ deadLetters: z.array(DeadLetter) })),
    400: USUAL_PROBLEMS[400],
    ...PROBLEMS,
  },
});

/** `/api/accounts` and `/api/dead-letters`. */
export function accountRoutes({ relay }: AppDeps): OpenAPIHono<AppEnv> {
  const app = resource();

  app.openapi(list, (c) => {
    requireOperator(c);
    const accounts = relay.read.accounts().map(({ id, messenger, health }) => ({
      id,
      messenger,
      health: { ...health },
    }));
    return c.json({ accounts }, 200);
  });

  for (const route of [add, link, remove]) {
    app.openapi(route, (c): never => {
      requireOperator(c);
      throw new HttpProblem(
        409,
        "configured-by-environment",
        "Cannot change accounts here as this server reads them from its environment: see the README, then restart it",
      );
    });
  }

  app.openapi(letters, async (c) => {
    requireOperator(c);
    const found = await relay.read.deadLetters(c.req.valid("query").limit);
    return c.json({ deadLetters: found.map((letter) => ({ ...letter })) }, 200);
  });

  return app;
}
