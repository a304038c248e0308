/** Groups of the person who asks. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { Locale, Messenger, Mode } from "../actors/model/mod.ts";
import { ownGroup, requireUser } from "./access.ts";
import {
  GroupPath,
  jsonAnswer,
  jsonBody,
  problemAnswer,
  resource,
  SIGNED_IN,
  USUAL_PROBLEMS,
} from "./api.ts";
import type { AppDeps, AppEnv } from "./deps.ts";
import { CONSENT_VERSION } from "./pages/consent.ts";
import { requireKnown } from "./messengers.ts";
import { HttpProblem } from "./problem.ts";
import { GroupJson, groupJson } from "./shapes.ts";
import { cleanTitle, requireLine } from "./title.ts";

/** "I inform the people I invite", or what a guest says to the notice: only `true` will do. */
export const ConsentField = z.unknown().optional().openapi({
  type: "boolean",
  enum: [true],
  description: "Must be true, else 422 `consent-required`",
});

const TitleField = z.string().openapi({ description: "1 to 32 characters, one line", maxLength: 32 });
const TITLE_PROBLEM = problemAnswer("`title-empty`, `title-too-long`, `title-characters`");

const list = createRoute({
  method: "get",
  path: "/api/groups",
  summary: "My groups",
  security: SIGNED_IN,
  responses: {
    200: jsonAnswer("Mine", z.object({ groups: z.array(GroupJson) })),
    401: USUAL_PROBLEMS[401],
  },
});

const create = createRoute({
  method: "post",
  path: "/api/groups",
  summary: "Make a group and its chats on every messenger",
  security: SIGNED_IN,
  request: {
    headers: z.object({
      "idempotency-key": z.string().min(1).max(255).optional().openapi({
        description: "The same key answers the same group again, for a day",
      }),
    }),
    body: jsonBody(z.object({
      title: TitleField,
      messengers: z.array(Messenger).min(1).max(20).optional(),
      consent: ConsentField,
      locale: Locale.optional(),
      mode: Mode.optional(),
    })),
  },
  responses: {
    201: jsonAnswer("Made; its bridges get ready on their own", GroupJson),
    400: USUAL_PROBLEMS[400],
    401: USUAL_PROBLEMS[401],
    422: problemAnswer("`consent-required` or one of the title's"),
    503: problemAnswer("Nothing was accepted: try again"),
  },
});

const read = createRoute({
  method: "get",
  path: "/api/groups/{id}",
  summary: "One group",
  security: SIGNED_IN,
  request: { params: GroupPath },
  responses: { 200: jsonAnswer("The group", GroupJson), ...USUAL_PROBLEMS },
});

const rename = createRoute({
  method: "patch",
  path: "/api/groups/{id}",
  summary: "Rename it on every messenger",
  security: SIGNED_IN,
  request: { params: GroupPath, body: jsonBody(z.object({ title: TitleField })) },
  responses: { 200: jsonAnswer("The group", GroupJson), ...USUAL_PROBLEMS, 422: TITLE_PROBLEM },
});

const end = createRoute({
  method: "delete",
  path: "/api/groups/{id}",
  summary: "End it: leave its chats and erase what is stored of it",
  security: SIGNED_IN,
  request: { params: GroupPath },
  responses: { 204: { description: "It has ended" }, ...USUAL_PROBLEMS },
});

/** `/api/groups` and `/api/groups/:id`. */
export function groupRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  const { relay, settings } = deps;
  const app = resource();

  app.openapi(list, async (c) => {
    const groups = await relay.read.groupsOf(requireUser(c).id);
    return c.json({ groups: groups.map((group) => groupJson(group, settings)) }, 200);
  });

  app.openapi(create, async (c) => {
    const { id, name, locale } = requireUser(c);
    const body = c.req.valid("json");
    const idempotencyKey = c.req.valid("header")["idempotency-key"];
    const title = requireTitle(body.title);
    requireConsent(body.consent, "as you have to inform the people that you invite");
    const group = await relay.ask.createGroup({
      title,
      owner: { id, name },
      messengers: requireKnown(body.messengers ?? settings.messengers, settings, "messengers"),
      locale: body.locale ?? locale,
      mode: body.mode ?? "notice",
      consentVersion: CONSENT_VERSION,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    });
    return c.json(groupJson(group, settings), 201, { Location: `/api/groups/${group.id}` });
  });

  app.openapi(read, async (c) => c.json(groupJson(await ownGroup(c, deps), settings), 200));

  app.openapi(rename, async (c) => {
    const { id } = await ownGroup(c, deps);
    const group = await relay.ask.renameGroup(id, requireTitle(c.req.valid("json").title));
    return c.json(groupJson(group, settings), 200);
  });

  app.openapi(end, async (c) => {
    const { id } = await ownGroup(c, deps);
    await relay.ask.endGroup(id);
    return c.body(null, 204);
  });

  return app;
}

/** @throws {HttpProblem} 422 unless `consent` is true */
export function requireConsent(consent: unknown, because: string): void {
  if (consent === true) return;
  throw new HttpProblem(422, "consent-required", `Cannot go on ${because}: send "consent": true`);
}

function requireTitle(entered: string): string {
  return requireLine(cleanTitle(entered), "title");
}
