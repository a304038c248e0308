/**
 * signal-cli's TCP socket: one JSON-RPC notification a line. While it is open, and only then, signal-cli fetches what
 * people write (`--receive-mode on-connection`). What is written into it counts as received.
 */

/** The longest line that is read: longer ones are passed over, bytes. */
const LINE_MAX = 16 * 1024 * 1024;
const NEWLINE = 10;

/** One open connection. */
export class Stream implements Disposable {
  readonly #connection: Deno.TcpConn;
  #closed = false;

  constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** Connects to `host:port`. @throws where nothing listens */
  static async connect(address: string, signal: AbortSignal): Promise<Stream> {
    const at = address.lastIndexOf(":");
    const hostname = address.slice(0, at).replace(/^\[|\]$/g, "");
    const connection = await Deno.connect({ hostname, port: Number(address.slice(at + 1)), signal });
    // A daemon on another machine may vanish without a word.
    connection.setKeepAlive(true);
    return new Stream(connection);
  }

  /** Whole lines, until the connection ends or is closed. */
  async *lines(): AsyncGenerator<string> {
    const splitter = new LineSplitter();
    try {
      for await (const chunk of this.#connection.readable) yield* splitter.split(chunk);
    } catch {
      // However it ended, it has ended.
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.#connection.close();
    } catch {
      // The reader has closed it.
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Cuts bytes into lines. A line that is too long is left out. */
export class LineSplitter {
  readonly #decoder = new TextDecoder();
  #held: Uint8Array[] = [];
  #bytes = 0;
  #skipping = false;

  *split(chunk: Uint8Array): Generator<string> {
    let rest = chunk;
    for (let at = rest.indexOf(NEWLINE); at >= 0; at = rest.indexOf(NEWLINE)) {
      this.#hold(rest.subarray(0, at));
      if (!this.#skipping && this.#bytes > 0) yield this.#decoder.decode(joined(this.#held, this.#bytes));
      this.#drop();
      this.#skipping = false;
      rest = rest.subarray(at + 1);
    }
    this.#hold(rest);
  }

  #hold(part: Uint8Array): void {
    if (this.#skipping || part.length === 0) return;
    this.#held.push(part);
    this.#bytes += part.length;
    if (this.#bytes <= LINE_MAX) return;
    this.#drop();
    this.#skipping = true;
  }

  #drop(): void {
    this.#held = [];
    this.#bytes = 0;
  }
}

function joined(parts: readonly Uint8Array[], bytes: number): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
