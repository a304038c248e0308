import assert from "node:assert/strict";
import { bytesOf, filesBelow, GROUP, NEVER, openedLibrary } from "../unit/adapters/media/opened.ts";

const ENOUGH_BYTES = 8_000_000;

/** Writes until so much has come, then is killed as by a power cut. */
async function killedWriter(dir: string): Promise<void> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", new URL("../fakes/media_writer.ts", import.meta.url).pathname, dir],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let said = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    said += text;
    const last = said.split("\n").at(-2) ?? "";
    if (Number(last) >= ENOUGH_BYTES) break;
  }
  child.kill("SIGKILL");
  await child.status;
}

Deno.test("kill -9 in the middle of a write leaves no half file, and nothing of it after the next start", async () => {
  await using opened = await openedLibrary();
  const body = new TextEncoder().encode("all of it");
  const upload = { body: new Blob([body]).stream(), mime: "", name: null, voice: false };
  const { media } = await opened.library.take(GROUP, upload, { signal: NEVER });
  const before = await filesBelow(opened.dir);

  await killedWriter(opened.dir);

  const left = (await filesBelow(opened.dir)).filter((path) => !before.includes(path));
  assert.deepEqual(left.map((path) => path.slice(opened.dir.length).split("/").at(1)), ["work"]);
  assert.ok((await Deno.stat(left[0] ?? "")).size > 1_000_000);
  assert.equal(
    new TextDecoder("latin1").decode(await Deno.readFile(left[0] ?? "")).includes("AAAAAAAA"),
    false,
  );
  const library = await opened.again();
  assert.deepEqual(await filesBelow(opened.dir), before);
  assert.deepEqual(await bytesOf(await library.open(GROUP, media.native, { signal: NEVER })), body);
});
