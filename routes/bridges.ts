/** Bridges of a group: which messengers share it. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { Messenger } from "../actors/model/mod.ts";
import { ownGroup } from "./access.ts";
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
import { requireKnown } from "./messengers.ts";
import { notFound } from "./problem.ts";
import { GroupJson, groupJson } from "./shapes.ts";

const add = createRoute({
  method: "post",
  path: "/api/groups/{id}/bridges",
  summary: "Share the group on one more messenger",
  description: "With `adopt`, an existing chat is brought in: the bridge's `action` says how.",
  security: SIGNED_IN,
  request: {
    params: GroupPath,
    body: jsonBody(z.object({ messenger: Messenger, adopt: z.boolean().optional() })),
  },
  responses: {
    201: jsonAnswer("The group with its new bridge", GroupJson),
    ...USUAL_PROBLEMS,
    409: problemAnswer("It has a bridge to this messenger, or this messenger cannot adopt"),
    503: problemAnswer("Nothing was accepted: try again"),
  },
});

const remove = createRoute({
  method: "delete",
  path: "/api/groups/{id}/bridges/{messenger}",
  summary: "Stop sharing the group on a messenger",
  security: SIGNED_IN,
  request: { params: GroupPath.extend({ messenger: z.string() }) },
  responses: { 200: jsonAnswer("The group without it", GroupJson), ...USUAL_PROBLEMS },
});

/** `/api/groups/:id/bridges`. */
export function bridgeRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  const { relay, settings } = deps;
  const app = resource();

  app.openapi(add, async (c) => {
    const { id } = await ownGroup(c, deps);
    const { messenger, adopt } = c.req.valid("json");
    requireKnown([messenger], settings, "messenger");
    const group = await relay.ask.addBridge(id, messenger, { adopt: adopt ?? false });
    return c.json(groupJson(group, settings), 201);
  });

  app.openapi(remove, async (c) => {
    const { id, bridges } = await ownGroup(c, deps);
    const bridge = bridges.find(({ messenger }) => messenger === c.req.param("messenger"));
    if (bridge === undefined) throw notFound("bridge");
    const group = await relay.ask.removeBridge(id, bridge.messenger);
    return c.json(groupJson(group, settings), 200);
  });

  return app;
}
