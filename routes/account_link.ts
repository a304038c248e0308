/** Linking a service account to its phone, for the operator: what is shown, as server-sent events. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import type { LinkStep } from "../actors/ports/mod.ts";
import { requireOperator } from "./access.ts";
import { accountId } from "./accounts.ts";
import { jsonBody, problemAnswer, resource, SIGNED_IN, USUAL_PROBLEMS } from "./api.ts";
import type { AppDeps, AppEnv } from "./deps.ts";
import { startHeartbeat } from "./events.ts";
import { answersOf, LinkAnswer } from "./link_answers.ts";

const PROBLEMS = {
  401: USUAL_PROBLEMS[401],
  403: problemAnswer("You are not the operator"),
  404: USUAL_PROBLEMS[404],
  409: problemAnswer("`conflict`: it is linked, it comes from the environment, or nothing asks for this"),
};
const AccountPath = z.object({ id: z.string() });

const link = createRoute({
  method: "get",
  path: "/api/accounts/{id}/link",
  summary: "Link an account, as server-sent events",
  description:
    "Events: `qr` and `code` {data} to be scanned or typed on the phone, `text` {data}, `ask` {field} where an answer " +
    "is possible, and at the end `done` {} or `failed` {text}. Closing the stream gives the linking up.",
  security: SIGNED_IN,
  request: { params: AccountPath },
  responses: {
    200: { description: "Until it is linked", content: { "text/event-stream": { schema: z.string() } } },
    ...PROBLEMS,
  },
});

const answer = createRoute({
  method: "post",
  path: "/api/accounts/{id}/link",
  summary: "Answer what a linking asks for",
  description:
    "Exactly one field, the one of an `ask` event: `number` gets a code that is typed on the phone, instead of the " +
    "QR code; `register` registers a new number, and what follows asks for `captcha`, `code` and `pin`. Also the " +
    "`captcha` that the health of a linked account asks for. Handed to the messenger and kept nowhere.",
  security: SIGNED_IN,
  request: { params: AccountPath, body: jsonBody(LinkAnswer) },
  responses: {
    204: { description: "What comes of it follows as events" },
    400: USUAL_PROBLEMS[400],
    ...PROBLEMS,
  },
});

/** `/api/accounts/:id/link`. */
export function accountLinkRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  const app = resource();
  const { relay } = deps;
  app.openAPIRegistry.registerPath(link);
  app.get("/api/accounts/:id/link", (c) => {
    requireOperator(c);
    const id = accountId(c.req.param("id"));
    if (c.req.method === "HEAD") return c.body(null, 200, { "Content-Type": "text/event-stream" });
    const gone = new AbortController();
    // Refused here, it is an answer; refused inside the stream, it would be none.
    const steps = relay.ask.linkAccount(id, { signal: gone.signal });
    return streamSSE(c, (stream) => follow(stream, { deps, steps, gone }));
  });
  app.openapi(answer, (c) => {
    requireOperator(c);
    const id = accountId(c.req.valid("param").id);
    for (const { field, value } of answersOf(c.req.valid("json"))) relay.ask.answerLink(id, field, value);
    return c.body(null, 204);
  });
  return app;
}

interface Following {
  readonly deps: AppDeps;
  readonly steps: AsyncIterable<LinkStep>;
  readonly gone: AbortController;
}

async function follow(stream: SSEStreamingApi, { deps, steps, gone }: Following): Promise<void> {
  stream.onAbort(() => gone.abort());
  const heartbeat = startHeartbeat(stream);
  try {
    await stream.write(": linking\n\n");
    for await (const { type, ...data } of steps) {
      await stream.writeSSE({ event: type, data: JSON.stringify(data) });
    }
  } catch (error) {
    if (!gone.signal.aborted) deps.host.log.error("link stream failed", {}, error);
  } finally {
    heartbeat();
    gone.abort();
  }
}
