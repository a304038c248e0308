/**
 * The folder where files are worked on: sealed ones until they are whole, and plain ones for the moment in which a
 * program needs them. Only we can read it; it is emptied at the start, and each file goes as soon as it was used.
 */
import { removeOld } from "./disk_store.ts";

/** A path for one file, taken away at the end of its use. */
export interface WorkFile extends AsyncDisposable {
  readonly path: string;
}

/** How long a file can be in work, ms: what is older was forgotten. */
const FORGOTTEN_MS = 6 * 3_600_000;

export class Workspace {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the folder, and empties it of what a killed process left. */
  static async open(folder: string): Promise<Workspace> {
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    await Deno.chmod(folder, 0o700);
    await removeOld(folder, 0);
    return new Workspace(folder);
  }

  /** A path that nothing is at yet. */
  file(extension = "bin"): WorkFile {
    const path = `${this.#folder}/${crypto.randomUUID()}.${extension}`;
    return {
      path,
      [Symbol.asyncDispose]: async () => {
        try {
          await Deno.remove(path);
        } catch (error) {
          if (!(error instanceof Deno.errors.NotFound)) throw error;
        }
      },
    };
  }

  /** Writes what comes to a file. @throws whatever `body` throws */
  async spool(body: AsyncIterable<Uint8Array>, extension?: string): Promise<WorkFile> {
    const file = this.file(extension);
    try {
      await writeAll(file.path, body);
      return file;
    } catch (error) {
      await file[Symbol.asyncDispose]();
      throw error;
    }
  }

  async tidy(): Promise<void> {
    await removeOld(this.#folder, FORGOTTEN_MS);
  }
}

/** Writes a new file that only we can read, and waits until it is on the disk. */
export async function writeAll(path: string, body: AsyncIterable<Uint8Array>): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
  for await (const piece of body) {
    for (let at = 0; at < piece.length;) at += await file.write(piece.subarray(at));
  }
  await file.sync();
}
