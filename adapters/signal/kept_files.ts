/**
 * Files that a signal-cli of ours has downloaded. It keeps them for ever, readable for whoever reads the disk: what was read
 * whole goes soon, and what nobody asks for goes after a while.
 */
import { pause } from "../shared/reconnect.ts";

/** How long a file waits to be read: as long as a bridge may be down, ms. */
const KEPT_MS = 7 * 24 * 3_600_000;
/** Once it was read: whoever has it may not have stored it, ms. */
const READ_MS = 3_600_000;
/** How often it is looked, ms. */
const LOOK_MS = 600_000;
/** Names of files as signal-cli gives them. */
const NAME = /^[\w-][\w.-]{0,254}$/;

/** The parts of a file, or null where there is none of that name. `folder` is that of the account, `now` ms since 1970. */
export async function keptFile(
  folder: string,
  name: string,
  now: number,
): Promise<AsyncGenerator<Uint8Array> | null> {
  if (!NAME.test(name)) return null;
  const path = `${attachmentsOf(folder)}/${name}`;
  try {
    return partsOf(await Deno.open(path, { read: true }), path, now);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

async function* partsOf(file: Deno.FsFile, path: string, now: number): AsyncGenerator<Uint8Array> {
  yield* file.readable;
  // Its age says when it goes, also after a restart.
  const age = (now - KEPT_MS + READ_MS) / 1_000;
  await Deno.utime(path, age, age).catch(() => undefined);
}

/** Takes away what is no longer needed, until `signal` aborts. */
export async function tidy(folder: string, now: () => number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await tidyOnce(folder, now()).catch(() => undefined);
    await pause(LOOK_MS, signal);
  }
}

/** Takes away what is no longer needed. `now`: ms since 1970. */
export async function tidyOnce(folder: string, now: number): Promise<void> {
  for await (const { name, isFile } of Deno.readDir(attachmentsOf(folder))) {
    const path = `${attachmentsOf(folder)}/${name}`;
    const changed = isFile ? (await Deno.stat(path)).mtime?.getTime() ?? now : now;
    if (changed <= now - KEPT_MS) await Deno.remove(path).catch(() => undefined);
  }
}

function attachmentsOf(folder: string): string {
  return `${folder}/config/attachments`;
}
