/** Files of a group: taken in from the browser, and read back with the message that holds them. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { type GroupId, MediaKind, type MessageId } from "../actors/model/mod.ts";
import type { MessageFile } from "../actors/ports/mod.ts";
import { asMember } from "./access.ts";
import { GroupPath, jsonAnswer, problemAnswer, resource, SIGNED_IN, USUAL_PROBLEMS } from "./api.ts";
import { messageIn, takeFile } from "./composing.ts";
import type { AppDeps, AppEnv } from "./deps.ts";
import { nameFor } from "./file_name.ts";
import { messageOf, MessagePath } from "./messages.ts";
import { HttpProblem, notFound } from "./problem.ts";
import { rateLimit } from "./rate.ts";
import { answerFile, NEVER, type ServedFile } from "./served_file.ts";

const UPLOADS = { count: 120, perMs: 60_000 };
/** What an address of a message leads to never changes, but should not outlive the message for long, s. */
const KEPT_S = 24 * 3600;

const RAW = { content: { "application/octet-stream": { schema: z.string().openapi({ format: "binary" }) } } };

const take = createRoute({
  method: "post",
  path: "/api/groups/{id}/files",
  summary: "Take in a file, to be sent with a message within the day",
  description: "The body is the file itself. What it is decides how it is shown, not what it is said to be.",
  security: SIGNED_IN,
  request: {
    params: GroupPath,
    query: z.object({
      name: z.string().optional(),
      voice: z.enum(["true", "false"]).optional().openapi({ description: "A recording of somebody's voice" }),
    }),
    body: RAW,
  },
  responses: {
    201: jsonAnswer(
      "Taken in: `attachments` of a message take its `fileId`",
      z.object({
        fileId: z.string(),
        kind: MediaKind,
        mime: z.string(),
        bytes: z.number().nullable(),
        name: z.string().optional(),
      }).openapi("File"),
    ),
    ...USUAL_PROBLEMS,
    400: problemAnswer("`file-empty`"),
    413: problemAnswer("`too-large`"),
    429: problemAnswer("Too many files from this address"),
  },
});

const BINARY = { "*/*": { schema: z.string().openapi({ format: "binary" }) } };

const read = createRoute({
  method: "get",
  path: "/api/groups/{id}/messages/{messageId}/file",
  summary: "The file of a message, or a stretch of it",
  description: "Its own content type. `Range` asks for a stretch, `If-None-Match` whether it has changed.",
  security: SIGNED_IN,
  request: { params: MessagePath },
  responses: {
    200: { description: "The whole file", content: BINARY },
    206: { description: "A stretch of it", content: BINARY },
    304: { description: "You have it already" },
    ...USUAL_PROBLEMS,
    410: problemAnswer("`file-gone`"),
    416: problemAnswer("`range`"),
    503: problemAnswer("`file-unavailable`: its messenger cannot be reached, try again"),
  },
});

const icon = createRoute({
  method: "get",
  path: "/api/groups/{id}/icon",
  summary: "The picture of a group, as somebody set it on any messenger",
  security: SIGNED_IN,
  request: { params: GroupPath },
  responses: {
    200: { description: "The picture", content: BINARY },
    206: { description: "A stretch of it", content: BINARY },
    304: { description: "You have it already" },
    ...USUAL_PROBLEMS,
    503: problemAnswer("`file-unavailable`: its messenger cannot be reached, try again"),
  },
});

/** `/api/groups/:id/files`, `/api/groups/:id/icon` and `/api/groups/:id/messages/:messageId/file`. */
export function fileRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  const app = resource();
  app.post("/api/groups/:id/files", rateLimit({ ...UPLOADS, now: deps.host.now }));

  app.openapi(take, async (c) => {
    const { group } = await asMember(c, deps);
    const { name = null, voice } = c.req.valid("query");
    const body = c.req.raw.body ?? new Blob([]).stream();
    const mime = c.req.header("content-type") ?? "application/octet-stream";
    const upload = { body, mime, name, voice: voice === "true" };
    const { kind, media } = await takeFile(deps, group.id, upload);
    const named = media.name === undefined ? {} : { name: media.name };
    return c.json({ fileId: media.native, kind, mime: media.mime, bytes: media.bytes, ...named }, 201);
  });

  app.openAPIRegistry.registerPath(read);
  app.get("/api/groups/:id/messages/:messageId/file", async (c) => {
    const { group } = await asMember(c, deps);
    return await answerOf(c, deps, group.id, messageOf(c.req.param("messageId")));
  });
  app.openAPIRegistry.registerPath(icon);
  app.get("/api/groups/:id/icon", async (c) => {
    const { group } = await asMember(c, deps);
    const file = group.icon === undefined ? null : await deps.relay.media.iconOf(group.id, { signal: NEVER });
    if (file === null) throw notFound("picture");
    // Its address stays while the picture changes.
    const tag = deps.host.keyedHash(`icon ${group.id} ${group.icon}`);
    return await answerFile(c, fileFor(file, tag, "private, no-cache"));
  });
  return app;
}

async function answerOf(
  c: Context<AppEnv>,
  deps: AppDeps,
  group: GroupId,
  message: MessageId,
): Promise<Response> {
  const file = await deps.relay.media.ofMessage(group, message, { signal: NEVER });
  if (file === null) throw await missing(deps, group, message);
  const tag = deps.host.keyedHash(`file ${group} ${file.media.native}`);
  return await answerFile(c, fileFor(file, tag, `private, max-age=${KEPT_S}, immutable`));
}

function fileFor({ kind, media, open }: MessageFile, tag: string, cache: string): ServedFile {
  const { mime, bytes, name = nameFor(kind, mime) } = media;
  return { mime, bytes, name, tag, cache, shown: kind !== "document", open };
}

/** Why there is no file: the message never had one, or it is no longer there. */
async function missing(deps: AppDeps, group: GroupId, message: MessageId): Promise<HttpProblem> {
  const found = await messageIn(deps, group, message);
  if (found === null || !found.deleted && found.content.type !== "media") return notFound("file");
  return new HttpProblem(410, "file-gone", "Cannot show this file as it is no longer there");
}
