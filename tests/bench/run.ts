/** `deno task bench [relay] [growth] [http] [burst] [whatsapp] [signal] [media]`: each in a process of its own. BENCH_SECONDS (5) sets how long. */
// deno-lint-ignore-file no-console -- a runner on the command line

const ALL = ["relay", "growth", "http", "burst", "whatsapp", "signal", "media"];
const wanted = Deno.args.length > 0 ? Deno.args : ALL;

for (const name of wanted) {
  if (!ALL.includes(name)) {
    console.error(`Cannot bench "${name}": there are ${ALL.join(", ")}`);
    Deno.exit(2);
  }
  console.log(`\n== ${name} ==`);
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--v8-flags=--max-semi-space-size=64",
      new URL(`${name}.ts`, import.meta.url).pathname,
    ],
    stdin: "null",
  }).spawn().status;
  if (code !== 0) Deno.exit(code);
}
