/** compose.yaml, as far as it can be read line by line. */
import assert from "node:assert/strict";
import { readConfig } from "../../adapters/config.ts";
import { VARIABLES } from "../../adapters/config_variables.ts";
import { textOf } from "./source_files.ts";

/** The one that is for Docker and not for Plenum. */
const IMAGE = "IMAGE_SIGNAL_CLI";

/** The lines below a key, by how far they are indented. */
function below(lines: readonly string[], key: string): string[] {
  const at = lines.findIndex((line) => line.trim() === `${key}:`);
  assert.ok(at >= 0, key);
  const indent = indentOf(lines[at] ?? "");
  const rest = lines.slice(at + 1);
  const end = rest.findIndex((line) => indentOf(line) <= indent);
  return rest.slice(0, end < 0 ? undefined : end);
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** What is neither empty nor a remark. */
async function composeLines(): Promise<string[]> {
  return (await textOf("compose.yaml")).split("\n").filter((line) => !/^\s*(#|$)/.test(line));
}

function environmentOf(service: readonly string[]): Record<string, string> {
  const entries = below(service, "environment").map((line) => /^ *([A-Z_]+): "?(.*?)"?$/.exec(line));
  return Object.fromEntries(entries.map((entry) => [entry?.[1] ?? "", entry?.[2] ?? ""]));
}

Deno.test("compose.yaml is indented by twos, without tabs, and has two services", async () => {
  const lines = await composeLines();

  assert.deepEqual(lines.filter((line) => /\t/.test(line) || indentOf(line) % 2 !== 0), []);
  const services = below(lines, "services").filter((line) => indentOf(line) === 2);
  assert.deepEqual(services.map((line) => line.trim()), ["plenum:", "signal-cli:"]);
});

Deno.test("compose.yaml names variables that there are, and Plenum starts with what it sets", async () => {
  const lines = await composeLines();
  const env = environmentOf(below(lines, "plenum"));
  const inserted = [...lines.join("\n").matchAll(/\$\{?(\w+)/g)].map(([, name = ""]) => name);

  const names = [...Object.keys(env), ...inserted.filter((name) => name !== IMAGE)];
  assert.deepEqual(names.filter((name) => VARIABLES[name] === undefined), []);
  const config = readConfig({ ...env, [IMAGE]: "some/image" }, () => "");
  assert.deepEqual(config.signal, { rpcUrl: "http://signal-cli:8080", tcp: "signal-cli:7583" });
  assert.deepEqual(config.warnings, []);
});

Deno.test("compose.yaml publishes no port of signal-cli, and it listens where Plenum looks for it", async () => {
  const service = below(await composeLines(), "signal-cli");
  const command = below(service, "command").map((line) => line.replace(/^ *- /, ""));

  assert.equal(service.some((line) => /^ *(ports|network_mode):/.test(line)), false);
  assert.deepEqual(
    ["--http", "--tcp", "--receive-mode"].map((option) => command[command.indexOf(option) + 1]),
    ["0.0.0.0:8080", "0.0.0.0:7583", "on-connection"],
  );
});

Deno.test("compose.yaml keeps what has to last in volumes that it declares", async () => {
  const lines = await composeLines();
  const { DATA_DIR } = environmentOf(below(lines, "plenum"));
  const mounted = [...lines.join("\n").matchAll(/- ([a-z-]+):(\/\S+)$/gm)].map(([, name = "", at = ""]) => ({
    name,
    at,
  }));
  const last = lines.lastIndexOf("volumes:");
  const declared = lines.slice(last + 1).map((line) => line.trim().replace(/:$/, ""));

  assert.deepEqual(mounted.map(({ name }) => name).toSorted(), declared.toSorted());
  for (const path of [DATA_DIR, "/var/lib/signal-cli"]) {
    assert.ok(mounted.some(({ at }) => at === path), path);
  }
});
