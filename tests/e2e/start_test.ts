/** The process as an operator meets it: what is wrong with its environment is said at once, all of it. */
import assert from "node:assert/strict";

Deno.test("a wrong environment ends the process with 2, and names every variable", async () => {
  const dir = await Deno.makeTempDir();
  const wrong = {
    PORT: "abc",
    PUBLIC_URL: "nope",
    SANDBOX: "maybe",
    RETENTION_DAYS: "-1",
    TELEGRAM_MODE: "carrier-pigeon",
    TELEGRAM_BOT_TOKEN: "a-secret-that-is-no-token",
  };
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--permission-set=start", "main.ts"],
    cwd: new URL("../..", import.meta.url),
    env: { ...wrong, DATA_DIR: `${dir}/data` },
    stdout: "null",
    stderr: "piped",
  }).output();
  const said = new TextDecoder().decode(stderr);

  assert.equal(code, 2);
  for (const name of Object.keys(wrong)) assert.ok(said.includes(`${name}: Cannot use ${name} as`), name);
  assert.ok(!said.includes(wrong.TELEGRAM_BOT_TOKEN), "a secret is never shown");
  assert.deepEqual(await Array.fromAsync(Deno.readDir(dir)), [], "nothing was written");
  await Deno.remove(dir, { recursive: true });
});
