/** The pages of a real process, in a real browser. */
import { plenumProcess } from "../fakes/plenum.ts";
import { contentsStory } from "./contents_story.ts";
import { type PagesServer, pagesStory } from "./pages_story.ts";
import { phonesStory } from "./phones_story.ts";

pagesStory("Plenum as it starts", start);
contentsStory("Plenum as it starts", start);
phonesStory("Plenum as it starts", start);

async function start(): Promise<PagesServer> {
  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  const dataDir = await Deno.makeTempDir();
  const plenum = await plenumProcess({ DATA_DIR: dataDir, PORT: String(port), PUBLIC_URL: url });
  return {
    url,
    stop: async () => {
      await plenum.terminate();
      await Deno.remove(dataDir, { recursive: true });
    },
  };
}

/** Links carry the public address, so the port has to be known before the start. */
function freePort(): number {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return listener.addr.port;
}
