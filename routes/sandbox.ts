/** The simulated phones over REST, while the sandbox is on. No account needed. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { jsonAnswer, jsonBody, problemAnswer, resource } from "./api.ts";
import type { MediaStream } from "../actors/ports/mod.ts";
import type { AppDeps, AppEnv } from "./deps.ts";
import { chatJson, orderOf, PhoneChatJson, PhoneSend } from "./phone_shapes.ts";
import type { SandboxPhones } from "./phones.ts";
import { HttpProblem } from "./problem.ts";
import { rateLimit } from "./rate.ts";
import { answerFile } from "./served_file.ts";
import { phoneLink } from "./sandbox_links.ts";
import { cleanName, requireLine } from "./title.ts";

const CALLS = { count: 3000, perMs: 60_000 };

const PhonePath = z.object({ id: z.string() });
const ChatPath = PhonePath.extend({ chatId: z.string() });
const FilePath = ChatPath.extend({ messageId: z.string() });
const Phone = z.object({
  phoneId: z.string(),
  messenger: z.string(),
  name: z.string(),
  chats: z.array(z.object({ chatId: z.string(), title: z.string() })),
}).openapi("Phone");

const PROBLEMS = {
  400: problemAnswer("The request is malformed"),
  404: problemAnswer("There is none, or the sandbox is off"),
  422: problemAnswer("The phone cannot do that"),
};

const list = createRoute({
  method: "get",
  path: "/api/sandbox/phones",
  summary: "The simulated phones",
  responses: { 200: jsonAnswer("Newest last", z.object({ phones: z.array(Phone) })), 404: PROBLEMS[404] },
});
const add = createRoute({
  method: "post",
  path: "/api/sandbox/phones",
  summary: "Pick up a new phone",
  request: { body: jsonBody(z.object({ messenger: z.string().min(1).max(20), name: z.string() })) },
  responses: { 201: jsonAnswer("A phone", z.object({ phoneId: z.string() })), ...PROBLEMS },
});
const join = createRoute({
  method: "post",
  path: "/api/sandbox/phones/{id}/join",
  summary: "Open an invite link on a phone, or the invite page that holds it",
  request: { params: PhonePath, body: jsonBody(z.object({ inviteUrl: z.string().min(1).max(2048) })) },
  responses: { 200: jsonAnswer("The chat that it is in now", z.object({ chatId: z.string() })), ...PROBLEMS },
});
const send = createRoute({
  method: "post",
  path: "/api/sandbox/phones/{id}/send",
  summary: "Write on a phone, send what else people send, or change what is there",
  request: { params: PhonePath, body: jsonBody(PhoneSend) },
  responses: { 201: jsonAnswer("Sent", z.object({ messageId: z.string() })), ...PROBLEMS },
});
const view = createRoute({
  method: "get",
  path: "/api/sandbox/phones/{id}/chats/{chatId}",
  summary: "What a phone shows",
  request: { params: ChatPath },
  responses: {
    200: jsonAnswer("Oldest message first", PhoneChatJson),
    404: PROBLEMS[404],
    422: PROBLEMS[422],
  },
});

const file = createRoute({
  method: "get",
  path: "/api/sandbox/phones/{id}/chats/{chatId}/messages/{messageId}/file",
  summary: "The file of a message on a phone; `icon`: the picture of the chat",
  request: { params: FilePath },
  responses: {
    200: {
      description: "The file",
      content: { "*/*": { schema: z.string().openapi({ format: "binary" }) } },
    },
    404: PROBLEMS[404],
  },
});

/** `/api/sandbox/phones`. */
export function sandboxRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  const { sandbox, host } = deps;
  const app = resource();
  app.use("/api/sandbox/*", rateLimit({ ...CALLS, now: host.now }));

  app.openapi(list, (c) => {
    const phones = on(sandbox).phones().map((phone) => ({
      ...phone,
      chats: phone.chats.map((chat) => ({ ...chat })),
    }));
    return c.json({ phones }, 200);
  });

  app.openapi(add, async (c) => {
    const { messenger, name } = c.req.valid("json");
    const phones = on(sandbox);
    const cleaned = requireLine(cleanName(name), "name");
    return c.json(await told(() => phones.addPhone({ messenger, name: cleaned })), 201);
  });

  app.openapi(join, async (c) => {
    const phones = on(sandbox);
    const { id } = c.req.valid("param");
    const messenger = phones.phones().find(({ phoneId }) => phoneId === id)?.messenger ?? "";
    const link = await phoneLink(deps, messenger, c.req.valid("json").inviteUrl);
    return c.json(await told(() => phones.join(id, link)), 200);
  });

  app.openapi(send, async (c) => {
    const phones = on(sandbox);
    const { id } = c.req.valid("param");
    const order = orderOf(c.req.valid("json"));
    return c.json(await told(() => phones.send(id, order)), 201);
  });

  app.openapi(view, async (c) => {
    const phones = on(sandbox);
    const { id, chatId } = c.req.valid("param");
    return c.json(chatJson(await told(() => phones.view(id, chatId)), { id, chatId }), 200);
  });

  app.openapi(file, async (c) => {
    const phones = on(sandbox);
    const { id, chatId, messageId } = c.req.valid("param");
    const found = await told(() => phones.file(id, chatId, messageId));
    if (found === null) throw new HttpProblem(404, "not-found", "Cannot find the file on this phone");
    const { mime, body } = found;
    const cache = "private, no-cache";
    // The file of a message stays the same; the picture of a chat does not.
    const tag = messageId === "icon" ? crypto.randomUUID() : messageId;
    const open = (): Promise<MediaStream> => Promise.resolve({ mime, bytes: null, body });
    return await answerFile(c, { mime, bytes: null, name: "file", tag, shown: true, cache, open });
  });

  return app;
}

function on(sandbox: SandboxPhones | null): SandboxPhones {
  if (sandbox === null) {
    throw new HttpProblem(404, "not-found", "Cannot use the sandbox as it is off on this server");
  }
  return sandbox;
}

/** The sandbox's own errors as problems; everything else goes on as it is. */
async function told<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    if (error.code === "not-found") throw new HttpProblem(404, "not-found", error.message);
    if (error.code === "invalid") throw new HttpProblem(422, "invalid", error.message);
    throw error;
  }
}
