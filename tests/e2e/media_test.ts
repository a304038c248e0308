import assert from "node:assert/strict";
import sharp from "sharp";
import { z } from "zod";
import { signUp } from "../fakes/people.ts";
import { type PlenumProcess, plenumProcess } from "../fakes/plenum.ts";
import { when } from "../fakes/scripted.ts";
import { sampleFile, type SampleName } from "../fixtures/files.ts";
import { filesBelow } from "../unit/adapters/media/opened.ts";

const Taken = z.object({ fileId: z.string(), kind: z.string(), mime: z.string() });
const Sent = z.object({ messageId: z.string() });

type Ask = (path: string, init?: RequestInit) => Promise<Response>;

/** Whoever has the token, at one group. */
function caller({ url }: PlenumProcess, group: string, token: string): Ask {
  return async (path, init = {}) => {
    const headers = { authorization: `Bearer ${token}`, ...init.headers };
    const answer = await fetch(`${url}/api/groups/${group}${path}`, { ...init, headers });
    assert.ok(answer.ok, `${path}: ${answer.status}`);
    return answer;
  };
}

async function send(ask: Ask, sample: SampleName, voice = false): Promise<[kind: string, message: string]> {
  const { body, name } = await sampleFile(sample);
  const path = `/files?name=${name}&voice=${voice}`;
  const headers = { "content-type": voice ? "audio/mp4" : "application/octet-stream" };
  const { kind, fileId } = Taken.parse(await (await ask(path, { method: "POST", headers, body })).json());
  const message = JSON.stringify({ attachments: [{ fileId }] });
  const json = { "content-type": "application/json" };
  const sent = await ask("/messages", { method: "POST", headers: json, body: message });
  return [kind, Sent.parse(await sent.json()).messageId];
}

Deno.test("files with the permissions of the start: cleaned, there after kill -9, and gone with their group", async () => {
  const dir = await Deno.makeTempDir({ prefix: "plenum-" });
  const env = { DATA_DIR: dir, SANDBOX: "off" };
  const first = await plenumProcess(env);
  const owner = await signUp(first.url);
  const { id } = await owner.createGroup("Files", ["web"]);
  const [photo, message] = await send(caller(first, id, owner.token), "jpeg");
  const [voice] = await send(caller(first, id, owner.token), "m4a", true);
  await first.kill();

  const second = await plenumProcess(env);
  try {
    const ask = caller(second, id, owner.token);
    const seen = new Uint8Array(await (await ask(`/messages/${message}/file`)).arrayBuffer());
    const { exif, orientation, width, height } = await sharp(seen).metadata();

    assert.deepEqual([photo, voice], ["photo", "voice"]);
    assert.deepEqual([exif, orientation, width, height], [undefined, undefined, 480, 640]);
    assert.deepEqual(await filesBelow(`${dir}/media-work`), []);
    assert.ok((await filesBelow(`${dir}/media`)).length >= 4);

    await (await ask("", { method: "DELETE" })).body?.cancel();
    await when("all files are gone", async () => (await filesBelow(`${dir}/media`)).length === 0);
  } finally {
    await second.terminate();
    await Deno.remove(dir, { recursive: true });
  }
});
