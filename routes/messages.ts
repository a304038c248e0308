/** Messages of a group: read, and written from the browser by the owner or a guest. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { MessageId, plain, textContent, type WebAction } from "../actors/model/mod.ts";
import type { Content, GroupView, MemberId } from "../actors/model/mod.ts";
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
import type { AppDeps, AppEnv } from "./deps.ts";
import { HttpProblem, notFound } from "./problem.ts";
import { MessageJson, messageJson } from "./shapes.ts";
import { cleanText, EmojiField } from "./text.ts";

const PAGE_MAX = 200;
const PAGE = 50;

const TextField = z.string().max(TEXT_MAX);
const Written = z.object({ messageId: z.string() }).openapi("Written");
const MessagePath = GroupPath.extend({ messageId: z.string() });
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

const post = createRoute({
  method: "post",
  path: "/api/groups/{id}/messages",
  summary: "Say something to everybody",
  security: SIGNED_IN,
  request: {
    params: GroupPath,
    body: jsonBody(z.object({
      text: TextField,
      replyTo: z.string().optional(),
      attachments: z.array(z.unknown()).max(100).optional(),
    })),
  },
  responses: {
    201: jsonAnswer("Accepted: it arrives on every bridge", Written),
    ...USUAL_PROBLEMS,
    403: FORBIDDEN,
    422: problemAnswer("`text-empty`, `not-supported-yet`"),
    503: problemAnswer("Nothing was accepted: try again"),
  },
});

const edit = createRoute({
  method: "patch",
  path: "/api/groups/{id}/messages/{messageId}",
  summary: "Change what you said",
  security: SIGNED_IN,
  request: { params: MessagePath, body: jsonBody(z.object({ text: TextField })) },
  responses: { 200: jsonAnswer("Accepted", Written), ...USUAL_PROBLEMS, 403: FORBIDDEN },
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

/** `/api/groups/:id/messages`. */
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

  app.openapi(post, async (c) => {
    const { group, member } = await asMember(c, deps);
    const { messageId } = await act(group, postAction(member, c.req.valid("json")));
    return c.json({ messageId }, 201);
  });

  app.openapi(edit, async (c) => {
    const { group, member } = await asMember(c, deps);
    const target = messageOf(c.req.valid("param").messageId);
    const content = contentOf(c.req.valid("json").text);
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

  return app;
}

function postAction(
  member: MemberId,
  body: { readonly text: string; readonly replyTo?: string; readonly attachments?: readonly unknown[] },
): WebAction {
  if (body.attachments !== undefined && body.attachments.length > 0) {
    throw new HttpProblem(422, "not-supported-yet", "Cannot take attachments yet: send text only");
  }
  const content = contentOf(body.text);
  if (body.replyTo === undefined) return { type: "message", member, content };
  return { type: "message", member, content, replyTo: messageOf(body.replyTo) };
}

function contentOf(entered: string): Content {
  const text = cleanText(entered);
  if (text !== "") return textContent(plain(text));
  throw new HttpProblem(422, "text-empty", "Cannot send an empty message: write at least one character");
}

function messageOf(id: string): MessageId {
  const message = MessageId.safeParse(id);
  if (!message.success) throw notFound("message");
  return message.data;
}
