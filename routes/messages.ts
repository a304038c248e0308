/** Messages of a group: read, and changed from the browser by the owner or a guest. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type GroupView, MessageId, type WebAction } from "../actors/model/mod.ts";
import { asMember } from "./access.ts";
import {
  GroupPath,
  jsonAnswer,
  jsonBody,
  problemAnswer,
  resource,
  SIGNED_IN,
  TEXT_MAX,
  USUAL_PROBLEMS,
} from "./api.ts";
import { messageIn, reworded } from "./composing.ts";
import type { AppDeps, AppEnv } from "./deps.ts";
import { notFound } from "./problem.ts";
import { MessageJson, messageJson } from "./shapes.ts";
import { EmojiField, richText, SpansField } from "./text.ts";

const PAGE_MAX = 200;
const PAGE = 50;

const TextField = z.string().max(TEXT_MAX);
const Written = z.object({ messageId: z.string() }).openapi("Written");
/** A path that names a message of a group. */
export const MessagePath = GroupPath.extend({ messageId: z.string() });
/** As many as any messenger's polls have. */
const OPTIONS_MAX = 32;
const CLOSED = problemAnswer("The poll has ended");
const NO_POLL = problemAnswer("It is no poll, or has no such option");
const FORBIDDEN = problemAnswer("Not your message, or you are muted");

const list = createRoute({
  method: "get",
  path: "/api/groups/{id}/messages",
  summary: "Recent messages, newest last",
  security: SIGNED_IN,
  request: {
    params: GroupPath,
    query: z.object({
      before: MessageId.optional().openapi({ description: "Older than this message", type: "string" }),
      limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE),
    }),
  },
  responses: {
    200: jsonAnswer(
      "With how far each has come on each bridge",
      z.object({ messages: z.array(MessageJson) }),
    ),
    ...USUAL_PROBLEMS,
  },
});

const edit = createRoute({
  method: "patch",
  path: "/api/groups/{id}/messages/{messageId}",
  summary: "Change what you said, or the words under a file",
  security: SIGNED_IN,
  request: { params: MessagePath, body: jsonBody(z.object({ text: TextField, spans: SpansField })) },
  responses: {
    200: jsonAnswer("Accepted", Written),
    ...USUAL_PROBLEMS,
    403: FORBIDDEN,
    409: problemAnswer("It has no words of its own: a poll, a location, a contact"),
    422: problemAnswer("`text-empty`, `spans`"),
  },
});

const remove = createRoute({
  method: "delete",
  path: "/api/groups/{id}/messages/{messageId}",
  summary: "Take back what you said",
  security: SIGNED_IN,
  request: { params: MessagePath },
  responses: { 204: { description: "Accepted" }, ...USUAL_PROBLEMS, 403: FORBIDDEN },
});

const react = createRoute({
  method: "put",
  path: "/api/groups/{id}/messages/{messageId}/reaction",
  summary: "React with an emoji, or with null take your reaction back",
  security: SIGNED_IN,
  request: {
    params: MessagePath,
    body: jsonBody(z.object({ emoji: EmojiField.nullable() })),
  },
  responses: { 200: jsonAnswer("Accepted", Written), ...USUAL_PROBLEMS, 403: FORBIDDEN },
});

const vote = createRoute({
  method: "post",
  path: "/api/groups/{id}/messages/{messageId}/votes",
  summary: "Vote in a poll: your whole choice by place, or none to take it back",
  security: SIGNED_IN,
  request: {
    params: MessagePath,
    body: jsonBody(z.object({ options: z.array(z.number().int().nonnegative()).max(OPTIONS_MAX) })),
  },
  responses: {
    200: jsonAnswer("Accepted", Written),
    ...USUAL_PROBLEMS,
    403: FORBIDDEN,
    409: CLOSED,
    422: NO_POLL,
  },
});

const close = createRoute({
  method: "post",
  path: "/api/groups/{id}/messages/{messageId}/close",
  summary: "End a poll",
  security: SIGNED_IN,
  request: { params: MessagePath },
  responses: {
    200: jsonAnswer("Accepted", Written),
    ...USUAL_PROBLEMS,
    403: FORBIDDEN,
    409: CLOSED,
    422: NO_POLL,
  },
});

/** `/api/groups/:id/messages`, without saying something. */
export function messageRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  const app = resource();
  const act = (group: GroupView, action: WebAction): Promise<{ readonly messageId: MessageId }> =>
    deps.relay.ask.act(group.id, action);

  app.openapi(list, async (c) => {
    const { group } = await asMember(c, deps);
    const { before, limit } = c.req.valid("query");
    const options = before === undefined ? { limit } : { before, limit };
    const messages = await deps.relay.read.messages(group.id, options);
    return c.json({ messages: messages.map(messageJson) }, 200);
  });

  app.openapi(edit, async (c) => {
    const { group, member } = await asMember(c, deps);
    const target = messageOf(c.req.valid("param").messageId);
    const { text, spans } = c.req.valid("json");
    const content = reworded(await messageIn(deps, group.id, target), richText(text, spans));
    const { messageId } = await act(group, { type: "edit", member, target, content });
    return c.json({ messageId }, 200);
  });

  app.openapi(remove, async (c) => {
    const { group, member } = await asMember(c, deps);
    await act(group, { type: "delete", member, target: messageOf(c.req.valid("param").messageId) });
    return c.body(null, 204);
  });

  app.openapi(react, async (c) => {
    const { group, member } = await asMember(c, deps);
    const target = messageOf(c.req.valid("param").messageId);
    const { emoji } = c.req.valid("json");
    const all = emoji === null ? [] : [emoji];
    const { messageId } = await act(group, { type: "reaction", member, target, emoji: all });
    return c.json({ messageId }, 200);
  });

  app.openapi(vote, async (c) => {
    const { group, member } = await asMember(c, deps);
    const target = messageOf(c.req.valid("param").messageId);
    const options = [...new Set(c.req.valid("json").options)].sort((a, b) => a - b);
    const { messageId } = await act(group, { type: "vote", member, target, options });
    return c.json({ messageId }, 200);
  });

  app.openapi(close, async (c) => {
    const { group, member } = await asMember(c, deps);
    const target = messageOf(c.req.valid("param").messageId);
    const { messageId } = await act(group, { type: "close-poll", member, target });
    return c.json({ messageId }, 200);
  });

  return app;
}

/** The message of a path. @throws {HttpProblem} 404 */
export function messageOf(id: string): MessageId {
  const message = MessageId.safeParse(id);
  if (!message.success) throw notFound("message");
  return message.data;
}
