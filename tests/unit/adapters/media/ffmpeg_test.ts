import assert from "node:assert/strict";
import type { MediaTable } from "../../../../actors/model/mod.ts";
import { bytesOf, filesBelow, GROUP, NEVER, openedLibrary, sampleSource } from "./opened.ts";

const TABLE: MediaTable = {
  gif: { support: "full", mimes: ["video/mp4"], maxBytes: 50_000_000, caption: true },
  document: { support: "full", mimes: ["*/*"], maxBytes: 50_000_000, caption: true },
};

/** A program that is called as ffmpeg is; `then` is what it does as a shell script, with `$out` as the file to write. */
async function program(then: string): Promise<{ readonly path: string; readonly dir: string }> {
  const dir = await Deno.makeTempDir({ prefix: "plenum-ffmpeg-" });
  const path = `${dir}/ffmpeg`;
  await Deno.writeTextFile(path, `#!/bin/sh\nfor out; do :; done\n${then}\n`, { mode: 0o755 });
  const probe = '{"format":{"duration":"1"},"streams":[{"codec_type":"video","codec_name":"gif"}]}';
  await Deno.writeTextFile(`${dir}/ffprobe`, `#!/bin/sh\necho '${probe}'\n`, { mode: 0o755 });
  return { path, dir };
}

Deno.test("ffmpeg has limits on memory, time and size, reads local files only, and sees nothing of our environment", async () => {
  Deno.env.set("PLENUM_TEST_SECRET", "not to be seen");
  const { path, dir } = await program(
    `{ ulimit -v; ulimit -t; ulimit -f; nice; env; echo "args: $*"; } > "${"$"}{0%/*}/said"; cp "${"$"}{0%/*}/said" "$out"`,
  );
  await using opened = await openedLibrary({ ffmpeg: path });
  try {
    const fitted = await opened.library.fit(await sampleSource("gif", "gif"), TABLE, { signal: NEVER });
    const said = await Deno.readTextFile(`${dir}/said`);
    const [memory, seconds, blocks, nice] = said.split("\n");

    assert.equal(fitted.form, "file");
    assert.ok(Number(memory) <= 4_000_000 && Number(seconds) <= 900 && Number(blocks) <= 4_200_000, said);
    assert.ok(Number(nice) >= 10);
    assert.equal(said.includes("not to be seen"), false);
    assert.match(said, /args: -nostdin .*-protocol_whitelist file,pipe -f gif -i \S+\/work\/\S+\.gif /);
    assert.match(said, /-map_metadata -1/);
  } finally {
    Deno.env.delete("PLENUM_TEST_SECRET");
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("no more than two conversions run at once, each file is converted once, and nothing plain stays", async () => {
  const { path, dir } = await program(
    `here="${"$"}{0%/*}"; echo x >> "$here/began"; mkdir -p "$here/on"; touch "$here/on/$$"
     ls "$here/on" | wc -l >> "$here/counts"; sleep 0.1; rm "$here/on/$$"; echo film > "$out"`,
  );
  await using opened = await openedLibrary({ ffmpeg: path });
  try {
    const sources = await Promise.all([1, 2, 3, 4, 5].map(() => sampleSource("gif", "gif")));
    const names = sources.map((source, at) => ({ ...source, media: { ...source.media, name: `${at}.gif` } }));

    const all = await Promise.all(
      [...names, ...names].map((source) => opened.library.fit(source, TABLE, { signal: NEVER })),
    );

    assert.equal((await Deno.readTextFile(`${dir}/began`)).trim().split("\n").length, 5);
    const counts = (await Deno.readTextFile(`${dir}/counts`)).trim().split("\n").map(Number);
    assert.ok(Math.max(...counts) <= 2, counts.join(" "));
    assert.deepEqual(new Set(all.map((fitted) => fitted.form)), new Set(["file"]));
    assert.deepEqual(await filesBelow(`${opened.dir}/work`), []);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("a conversion that crashes or writes nothing costs one step of the ladder, and is not tried again", async () => {
  for (const then of ["exit 1", "kill -11 $$", ': > "$out"', "true"]) {
    const { path, dir } = await program(`echo x >> "${"$"}{0%/*}/began"; ${then}`);
    await using opened = await openedLibrary({ ffmpeg: path });
    try {
      const source = await sampleSource("gif", "gif");
      for (const _ of [1, 2]) {
        const fitted = await opened.library.fit(source, TABLE, { signal: NEVER });
        assert.ok(fitted.form === "file" && fitted.kind === "document", then);
        assert.deepEqual(
          await bytesOf(await opened.library.open(GROUP, fitted.media.native, { signal: NEVER })),
          await bytesOf(await source.open({ signal: NEVER })),
        );
      }
      assert.equal((await Deno.readTextFile(`${dir}/began`)).trim().split("\n").length, 1, then);
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  }
});

Deno.test("a conversion ends with whoever waits for it", async () => {
  const { path, dir } = await program(
    `echo $$ > "${"$"}{0%/*}/pid.new"; mv "${"$"}{0%/*}/pid.new" "${"$"}{0%/*}/pid"; exec sleep 100`,
  );
  await using opened = await openedLibrary({ ffmpeg: path });
  try {
    const leaving = new AbortController();
    const seen = Deno.watchFs(dir);
    const fitting = opened.library.fit(await sampleSource("gif", "gif"), TABLE, { signal: leaving.signal });
    for await (const { paths } of seen) if (paths.some((path) => path.endsWith("/pid"))) break;
    leaving.abort();

    await assert.rejects(() => fitting, { kind: "retry-later" });
    const pid = Number(await Deno.readTextFile(`${dir}/pid`));
    const gone = (): boolean => {
      try {
        return /\) Z/.test(Deno.readTextFileSync(`/proc/${pid}/stat`));
      } catch {
        return true;
      }
    };
    const deadline = Date.now() + 5000;
    while (!gone() && Date.now() < deadline) await filesBelow(dir);
    assert.ok(gone());
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
