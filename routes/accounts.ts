/** Service accounts, for the operator: how they are, and what could not be delivered. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { requireOperator } from "./access.ts";
import { AccountId, Messenger } from "../actors/model/mod.ts";
import { type AccountView, RelayError } from "../actors/ports/mod.ts";
import { jsonAnswer, jsonBody, problemAnswer, resource, SIGNED_IN, USUAL_PROBLEMS } from "./api.ts";
import type { AppDeps, AppEnv } from "./deps.ts";
import { HttpProblem } from "./problem.ts";

const LETTERS_MAX = 200;

const Account = z.object({
  id: z.string(),
  messenger: z.string(),
  health: z.object({
    status: z.enum(["starting", "connected", "waiting", "logged-out", "failed"]),
    text: z.string().optional(),
    /** What the operator can give to mend it, by POST /api/accounts/{id}/link. */
    asks: z.enum(["captcha"]).optional(),
  }),
  /** Operators link and remove it; the others come from the environment. */
  linkable: z.boolean(),
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
  summary: "Add an account of a messenger whose accounts are linked here: it is to be linked next",
  security: SIGNED_IN,
  request: { body: jsonBody(z.object({ messenger: Messenger })) },
  responses: {
    201: jsonAnswer("The new account", Account),
    400: USUAL_PROBLEMS[400],
    ...PROBLEMS,
    409: BY_ENVIRONMENT,
  },
});

const remove = createRoute({
  method: "delete",
  path: "/api/accounts/{id}",
  summary: "Remove an account: it is logged out, and what it kept is erased",
  security: SIGNED_IN,
  request: { params: AccountPath },
  responses: {
    204: { description: "It is gone" },
    ...PROBLEMS,
    404: USUAL_PROBLEMS[404],
    409: BY_ENVIRONMENT,
  },
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
    return c.json({ accounts: relay.read.accounts().map(accountJson) }, 200);
  });

  app.openapi(add, async (c) => {
    requireOperator(c);
    const { messenger } = c.req.valid("json");
    const account = await changing(() => relay.ask.addAccount(messenger));
    return c.json(accountJson(account), 201);
  });

  app.openapi(remove, async (c) => {
    requireOperator(c);
    await changing(() => relay.ask.removeAccount(accountId(c.req.valid("param").id)));
    return c.body(null, 204);
  });

  app.openapi(letters, async (c) => {
    requireOperator(c);
    const found = await relay.read.deadLetters(c.req.valid("query").limit);
    return c.json({ deadLetters: found.map((letter) => ({ ...letter })) }, 200);
  });

  return app;
}

function accountJson({ id, messenger, health, linkable }: AccountView): z.infer<typeof Account> {
  return { id, messenger, health: { ...health }, linkable };
}

/** What an address names. @throws {HttpProblem} 404 */
export function accountId(text: string): AccountId {
  const id = AccountId.safeParse(text);
  if (id.success) return id.data;
  throw new HttpProblem(404, "not-found", "Cannot find this account");
}

/** Where only whoever runs the server can change it, the answer says so. */
async function changing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RelayError) || error.code !== "conflict") throw error;
    throw new HttpProblem(
      409,
      "configured-by-environment",
      `${error.message}: see the README, then restart it`,
    );
  }
}
