/** The stories of files and polls over the stub world: that pages and scripts work, before any library does. */
import { createApp } from "../../../../routes/app.ts";
import { contentsStory } from "../../../e2e/contents_story.ts";
import { stubDeps } from "./stub_world.ts";

contentsStory("pages over a stub world", async () => {
  await Promise.resolve();
  let fetch = (_request: Request): Response | Promise<Response> => new Response(null, { status: 503 });
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen(): void {} },
    (request) => fetch(request),
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  const app = createApp(stubDeps(url).deps);
  fetch = (request) => app.fetch(request);
  return { url, stop: () => server.shutdown() };
});
