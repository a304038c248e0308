/**
 * What signal-cli has handed out. It writes each message to its standard output, which is a file of ours, and to the
 * TCP socket, and counts it as received then: whatever was on its way through the socket when this process died is in
 * the file.
 */
import { LineSplitter } from "./stream.ts";

const CHUNK_BYTES = 64 * 1024;
const NEWLINE = 10;

/** The file of one daemon. */
export class Spool {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Where signal-cli writes. */
  get path(): string {
    return this.#path;
  }

  /**
   * Makes the file, for our eyes only, where there is none. What a signal-cli that was killed began to write stays a
   * line of its own: it hands the message out again.
   */
  async prepare(): Promise<void> {
    using file = await Deno.open(this.#path, { create: true, append: true, mode: 0o600 });
    const { size } = await file.stat();
    if (size === 0 || await this.#endsWhole(size)) return;
    await file.write(new Uint8Array([NEWLINE]));
  }

  async #endsWhole(size: number): Promise<boolean> {
    using file = await Deno.open(this.#path, { read: true });
    await file.seek(size - 1, Deno.SeekMode.Start);
    const last = new Uint8Array(1);
    await file.read(last);
    return last[0] === NEWLINE;
  }

  /** Whole lines from the byte `from` on, as far as they are written now; where the last of them ends. */
  async read(from: number, take: (line: string) => Promise<void>): Promise<number> {
    using file = await Deno.open(this.#path, { read: true });
    await file.seek(from, Deno.SeekMode.Start);
    const splitter = new LineSplitter();
    const buffer = new Uint8Array(CHUNK_BYTES);
    let [at, whole] = [from, from];
    for (let read = await file.read(buffer); read !== null; read = await file.read(buffer)) {
      const chunk = buffer.slice(0, read);
      const newline = chunk.lastIndexOf(NEWLINE);
      for (const line of splitter.split(chunk)) await take(line);
      if (newline >= 0) whole = at + newline + 1;
      at += read;
    }
    return whole;
  }

  /** Bytes that are in it. */
  async size(): Promise<number> {
    return (await Deno.stat(this.#path)).size;
  }

  /** Empties it: all of it is in our mailboxes. What people wrote must not lie about. */
  async empty(): Promise<void> {
    await Deno.truncate(this.#path, 0);
  }
}
