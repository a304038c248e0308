/** Sealed bytes on disk: a file each. What is written lies beside until it is whole. */
import type { ByteRange } from "../../actors/ports/mod.ts";
import type { Kept, MediaStore } from "./store.ts";

const READ_BYTES = 256 * 1024;

/** A store in `root`, made where it is missing. `now` is what files are dated by. */
export class DiskStore implements MediaStore {
  readonly #root: string;
  readonly #now: () => number;

  constructor(root: string, now: () => number) {
    this.#root = root;
    this.#now = now;
  }

  async adopt(key: string, path: string): Promise<void> {
    const to = await this.#place(key);
    try {
      await Deno.rename(path, to);
    } catch (error) {
      // Another file system: brought over under a name that nothing reads, then put in its place.
      if (!(error instanceof Error && "code" in error && error.code === "EXDEV")) throw error;
      const beside = await this.#beside();
      await Deno.copyFile(path, beside);
      await Deno.rename(beside, to);
      await Deno.remove(path);
    }
    await this.#date(to);
  }

  async write(key: string, bytes: Uint8Array): Promise<void> {
    const to = await this.#place(key);
    const beside = await this.#beside();
    await Deno.writeFile(beside, bytes, { mode: 0o600, createNew: true });
    await Deno.rename(beside, to);
    await this.#date(to);
  }

  async open(key: string, range?: ByteRange): Promise<ReadableStream<Uint8Array> | null> {
    const file = await orNull(Deno.open(this.#path(key)));
    if (file === null) return null;
    if (range !== undefined) await file.seek(range.start, Deno.SeekMode.Start);
    let left = range === undefined ? Infinity : range.end - range.start + 1;
    return new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        const buffer = new Uint8Array(Math.min(READ_BYTES, left));
        const read = left === 0 ? null : await file.read(buffer);
        if (read === null) {
          file.close();
          return controller.close();
        }
        left -= read;
        controller.enqueue(buffer.subarray(0, read));
      },
      cancel: () => file.close(),
    }, { highWaterMark: 0 });
  }

  async find(key: string): Promise<Kept | null> {
    const info = await orNull(Deno.stat(this.#path(key)));
    return info === null ? null : { key, bytes: info.size, at: info.mtime?.getTime() ?? 0 };
  }

  async touch(key: string): Promise<boolean> {
    return await orNull(this.#date(this.#path(key)).then(() => true)) ?? false;
  }

  async *list(prefix: string): AsyncIterable<Kept> {
    for (const { name, isDirectory } of await namesIn(this.#path(prefix))) {
      const key = prefix === "" ? name : `${prefix}/${name}`;
      if (prefix === "" && !isDirectory) continue;
      if (isDirectory) yield* key === "new" || key === "work" ? [] : this.list(key);
      else {
        const kept = await this.find(key);
        if (kept !== null) yield kept;
      }
    }
  }

  async delete(key: string): Promise<void> {
    await orNull(Deno.remove(this.#path(key)));
  }

  async erase(folder: string): Promise<void> {
    await orNull(Deno.remove(this.#path(folder), { recursive: true }));
  }

  async tidy(olderThanMs: number): Promise<void> {
    await removeOld(`${this.#root}/new`, olderThanMs);
  }

  #path(key: string): string {
    return `${this.#root}/${key}`;
  }

  async #beside(): Promise<string> {
    await Deno.mkdir(`${this.#root}/new`, { recursive: true, mode: 0o700 });
    return `${this.#root}/new/${crypto.randomUUID()}`;
  }

  async #place(key: string): Promise<string> {
    const path = this.#path(key);
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true, mode: 0o700 });
    return path;
  }

  #date(path: string): Promise<void> {
    const at = new Date(this.#now());
    return Deno.utime(path, at, at);
  }
}

/** Removes the files of a folder that nobody has written to for so long. */
export async function removeOld(folder: string, olderThanMs: number): Promise<void> {
  for (const { name } of await namesIn(folder)) {
    const path = `${folder}/${name}`;
    const written = (await orNull(Deno.stat(path)))?.mtime?.getTime() ?? 0;
    if (Date.now() - written >= olderThanMs) await orNull(Deno.remove(path, { recursive: true }));
  }
}

async function namesIn(folder: string): Promise<readonly Deno.DirEntry[]> {
  return await orNull(Array.fromAsync(Deno.readDir(folder))) ?? [];
}

/** What is not there is no error. */
async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
