/** A process that takes in a file that never ends, and says how much of it has come: to be killed in the middle. */
import { openMediaLibrary } from "../../adapters/media/mod.ts";
import { GroupId } from "../../actors/model/mod.ts";

const PIECE = new Uint8Array(256 * 1024).fill(65);

async function* endless(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let bytes = 0;; bytes += PIECE.length) {
    await Deno.stdout.write(new TextEncoder().encode(`${bytes}\n`));
    yield PIECE;
  }
}

if (import.meta.main) {
  const [dir = ""] = Deno.args;
  const quiet = (): void => {};
  const library = await openMediaLibrary({
    address: { type: "disk", dir: `${dir}/media` },
    workDir: `${dir}/work`,
    secret: new Uint8Array(32).fill(7),
    host: { now: () => Date.now(), log: { debug: quiet, info: quiet, warn: quiet, error: quiet } },
    publicUrl: "https://plenum.example",
    retentionDays: 30,
  });
  const group = GroupId.parse("g_AAAAAAAAAAAAAAAAAAAAAA");
  const upload = { body: ReadableStream.from(endless()), mime: "", name: "a.bin", voice: false };
  await library.take(group, upload, { signal: new AbortController().signal });
}
