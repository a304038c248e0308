/** Members of a group over all messengers. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { MemberId } from "../actors/model/mod.ts";
import { asMember, ownGroup } from "./access.ts";
import { GroupPath, jsonAnswer, problemAnswer, resource, SIGNED_IN, USUAL_PROBLEMS } from "./api.ts";
import type { AppDeps, AppEnv } from "./deps.ts";
import { notFound } from "./problem.ts";
import { MemberJson, memberJson } from "./shapes.ts";

const Moderation = z.object({ action: z.enum(["remove", "mute", "unmute"]).optional() });

const list = createRoute({
  method: "get",
  path: "/api/groups/{id}/members",
  summary: "Everybody in the group, on every messenger",
  security: SIGNED_IN,
  request: { params: GroupPath },
  responses: {
    200: jsonAnswer("Who is in it", z.object({ members: z.array(MemberJson) })),
    ...USUAL_PROBLEMS,
  },
});

const moderate = createRoute({
  method: "delete",
  path: "/api/groups/{id}/members/{memberId}",
  summary: "Remove somebody, or mute or unmute them with `action`",
  security: SIGNED_IN,
  request: {
    params: GroupPath.extend({ memberId: z.string() }),
    body: { content: { "application/json": { schema: Moderation } }, required: false },
  },
  responses: {
    200: jsonAnswer("As they are now", MemberJson),
    ...USUAL_PROBLEMS,
    403: problemAnswer("Not this member"),
  },
});

/** `/api/groups/:id/members`. */
export function memberRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  const { relay } = deps;
  const app = resource();

  app.openapi(list, async (c) => {
    const { group } = await asMember(c, deps);
    const members = await relay.read.members(group.id);
    return c.json({ members: members.map(memberJson) }, 200);
  });

  app.openapi(moderate, async (c) => {
    const { id } = await ownGroup(c, deps);
    const member = MemberId.safeParse(c.req.valid("param").memberId);
    if (!member.success) throw notFound("member");
    const action = c.req.valid("json").action ?? "remove";
    return c.json(memberJson(await relay.ask.moderate(id, member.data, action)), 200);
  });

  return app;
}
