import assert from "node:assert/strict";
import { z } from "zod";
import { sourceFiles, textOf } from "./source_files.ts";

const Manifest = z.object({ imports: z.record(z.string(), z.string()) });
const EXACT = /^npm:\/?(@[a-z0-9-]+\/)?[a-z0-9.-]+@\d+\.\d+\.\d+(-[a-z0-9.]+)?(\/.*)?$/;

/** Split, so that this file does not find itself. */
const MACHINE_PATHS = new RegExp(
  ["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/[a-z]", "/Us" + "ers/[A-Za-z]"].join("|"),
);
const REGISTRIES = new RegExp(
  ["registry" + "\\.npmjs\\.org", "registry" + "\\.yarnpkg\\.com", "npm" + "\\.jsr\\.io"].join("|"),
);
const SECRETS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\bgh[pousr]_[A-Za-z0-9]{30,}/,
  /\bxox[abp]-[A-Za-z0-9-]{10,}/,
  /\bAKIA[A-Z0-9]{16}\b/,
  /\b\d{8,10}:AA[A-Za-z0-9_-]{33}\b/,
];

function findings(text: string, pattern: RegExp): string[] {
  return text.split("\n").flatMap((line, index) => pattern.test(line) ? [String(index + 1)] : []);
}

Deno.test("packages are pinned to one exact version", async () => {
  const { imports } = Manifest.parse(JSON.parse(await textOf("deno.json")));

  const loose = Object.entries(imports).filter(([, target]) =>
    !target.startsWith("./") && !EXACT.test(target)
  );

  assert.deepEqual(loose, []);
});

Deno.test("the lock file names packages and checksums, never a place to load them from", async () => {
  const lock = await textOf("deno.lock");

  assert.deepEqual(findings(lock, /https?:\/\/|"tarball"/), []);
});

Deno.test("no file holds a path of somebody's machine or the address of a registry", async () => {
  const found = (await sourceFiles()).flatMap(({ path, text }) =>
    [...findings(text, MACHINE_PATHS), ...findings(text, REGISTRIES)].map((line) => `${path}:${line}`)
  );

  assert.deepEqual(found, []);
});

Deno.test("no file holds what looks like a real secret", async () => {
  const found = (await sourceFiles()).flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, index) =>
      SECRETS.some((pattern) => pattern.test(line)) && !/fake|example/i.test(line)
        ? [`${path}:${index + 1}`]
        : []
    )
  );

  assert.deepEqual(found, []);
});

Deno.test("no module is loaded from an address in a text file of ours that browsers read", async () => {
  const found = (await sourceFiles()).filter(({ path }) => /^static\/.*\.(js|css|html)$/.test(path))
    .flatMap(({ path, text }) =>
      findings(text, /\bfrom\s+["']https?:|import\(["']https?:|url\(["']?https?:|src=["']https?:/).map((
        line,
      ) => `${path}:${line}`)
    );

  assert.deepEqual(found, []);
});
