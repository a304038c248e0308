/** What happens in a group, as server-sent events. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import type { GroupId, LiveEvent, MemberId } from "../actors/model/mod.ts";
import { asMember } from "./access.ts";
import { GroupPath, resource, SIGNED_IN, USUAL_PROBLEMS } from "./api.ts";
import type { AppDeps, AppEnv } from "./deps.ts";
import { bridgeJson, memberJson, messageJson } from "./shapes.ts";

const HEARTBEAT_MS = 15_000;
/** How soon a browser comes back after the line broke. */
const RETRY_MS = 2_000;

const events = createRoute({
  method: "get",
  path: "/api/groups/{id}/events",
  summary: "What happens, as server-sent events",
  description:
    "Events: message, delivery, member, bridge, group, health, reset. Each `data` is JSON; `id` is what " +
    "`Last-Event-ID` (or `after`) resumes behind. `reset`: something cannot be replayed, read the messages again.",
  security: SIGNED_IN,
  request: {
    params: GroupPath,
    headers: z.object({ "last-event-id": z.string().optional() }),
    query: z.object({ after: z.string().optional() }),
  },
  responses: {
    200: { description: "Until one side ends it", content: { "text/event-stream": { schema: z.string() } } },
    ...USUAL_PROBLEMS,
  },
});

/** `/api/groups/:id/events`. */
export function eventRoutes(
  deps: AppDeps,
  { heartbeatMs = HEARTBEAT_MS }: { readonly heartbeatMs?: number } = {},
): OpenAPIHono<AppEnv> {
  const app = resource();
  app.openAPIRegistry.registerPath(events);
  app.get("/api/groups/:id/events", async (c) => {
    const { group, member } = await asMember(c, deps);
    // Nobody would read the stream: it and its sign of life would stay for ever.
    if (c.req.method === "HEAD") return c.body(null, 200, { "Content-Type": "text/event-stream" });
    const after = seqFrom(c);
    return streamSSE(c, (stream) => follow(stream, deps, { group: group.id, member, after, heartbeatMs }));
  });
  return app;
}

interface Following {
  readonly group: GroupId;
  readonly member: MemberId;
  readonly after: number | null;
  readonly heartbeatMs: number;
}

async function follow(stream: SSEStreamingApi, deps: AppDeps, following: Following): Promise<void> {
  const { group, member, after, heartbeatMs } = following;
  const gone = new AbortController();
  stream.onAbort(() => gone.abort());
  const heartbeat = startHeartbeat(stream, heartbeatMs);
  try {
    // Makes the headers go out now, so that the browser knows that it is connected.
    await stream.write(`retry: ${RETRY_MS}\n\n`);
    const options = after === null ? { signal: gone.signal } : { after, signal: gone.signal };
    for await (const event of deps.relay.watch(group, options)) {
      const data = JSON.stringify(dataOf(event));
      await stream.writeSSE({ id: String(event.seq), event: event.type, data });
      if (isFarewell(event, member)) break;
    }
  } catch (error) {
    if (!gone.signal.aborted) deps.host.log.error("event stream failed", {}, error);
  } finally {
    heartbeat();
    gone.abort();
  }
}

/** Says something often enough that no proxy takes the silence for an end. Answers how to stop it. */
export function startHeartbeat(stream: SSEStreamingApi, everyMs: number = HEARTBEAT_MS): () => void {
  const heartbeat = setInterval(() => void stream.write(": still here\n\n"), everyMs);
  return () => clearInterval(heartbeat);
}

/** Who was removed hears of that, and of nothing after it. */
function isFarewell(event: LiveEvent, member: MemberId): boolean {
  return event.type === "member" && event.data.id === member && !event.data.present;
}

function dataOf(event: LiveEvent): object {
  switch (event.type) {
    case "message":
      return messageJson(event.data);
    case "member":
      return { ...memberJson(event.data), present: event.data.present };
    case "bridge":
      return bridgeJson(event.data);
    case "delivery":
    case "group":
    case "health":
    case "reset":
      return event.data;
    default:
      return event satisfies never;
  }
}

function seqFrom(c: Context<AppEnv>): number | null {
  const text = c.req.header("last-event-id") ?? c.req.query("after") ?? "";
  const seq = Number(text);
  return text !== "" && Number.isSafeInteger(seq) && seq >= 0 ? seq : null;
}
