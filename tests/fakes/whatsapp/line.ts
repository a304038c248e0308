/**
 * The server's end of a WebSocket, on a bare TCP connection: only so can a test cut it without a word, or leave it
 * open and silent.
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";

const MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const OP = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
const HEAD_END = Buffer.from("\r\n\r\n");

interface Frame {
  readonly op: number;
  readonly last: boolean;
  readonly payload: Buffer;
}

/** One open line. */
export class Line {
  readonly #connection: Deno.TcpConn;
  #bytes: Buffer = Buffer.alloc(0);
  #writes: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Answers the request that opens a WebSocket. @returns false where it was another request. */
  async accept(): Promise<boolean> {
    let end = this.#bytes.indexOf(HEAD_END);
    while (end < 0) {
      if (!await this.#read()) return false;
      end = this.#bytes.indexOf(HEAD_END);
    }
    const head = this.#bytes.subarray(0, end).toString("latin1");
    this.#bytes = this.#bytes.subarray(end + HEAD_END.length);
    const key = /^sec-websocket-key:\s*(\S+)\s*$/im.exec(head)?.[1];
    if (key === undefined) {
      this.#write(Buffer.from("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
      await this.close();
      return false;
    }
    const accepted = createHash("sha1").update(key + MAGIC).digest("base64");
    this.#write(Buffer.from(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
        `Sec-WebSocket-Accept: ${accepted}\r\n\r\n`,
    ));
    return true;
  }

  /** What the client sends, until either side ends it. */
  async *messages(): AsyncGenerator<Buffer> {
    let parts: Buffer[] = [];
    for await (const { op, last, payload } of this.#frames()) {
      if (op === OP.close) return;
      if (op === OP.ping) this.#write(frameOf(OP.pong, payload));
      if (op > OP.binary) continue;
      parts.push(payload);
      if (!last) continue;
      yield Buffer.concat(parts);
      parts = [];
    }
  }

  /** Sends one message; the order is kept. */
  send(bytes: Uint8Array): void {
    this.#write(frameOf(OP.binary, bytes));
  }

  /** Ends the line politely, after what was sent. */
  async close(): Promise<void> {
    this.#write(frameOf(OP.close, Buffer.from([3, 232])));
    await this.#writes;
    this.cut();
  }

  /** Ends the line without a word. */
  cut(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.close();
  }

  async *#frames(): AsyncGenerator<Frame> {
    while (true) {
      const found = frameIn(this.#bytes);
      if (found !== null) {
        this.#bytes = this.#bytes.subarray(found.length);
        yield found.frame;
      } else if (!await this.#read()) return;
    }
  }

  async #read(): Promise<boolean> {
    const space = new Uint8Array(65_536);
    const length = await this.#connection.read(space).catch(() => null);
    if (length === null || this.#closed) return false;
    this.#bytes = Buffer.concat([this.#bytes, space.subarray(0, length)]);
    return true;
  }

  #write(bytes: Uint8Array): void {
    this.#writes = this.#writes.then(async () => {
      if (this.#closed) return;
      let written = 0;
      // A write may fail at any time: the other side can be killed.
      while (written < bytes.length && !this.#closed) {
        written += await this.#connection.write(bytes.subarray(written));
      }
    }).catch(() => this.cut());
  }
}

function frameIn(bytes: Buffer): { readonly frame: Frame; readonly length: number } | null {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return null;
  const short = second & 127;
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const masked = (second & 128) !== 0;
  const start = 2 + lengthBytes + (masked ? 4 : 0);
  if (bytes.length < start) return null;
  const size = lengthBytes === 0
    ? short
    : lengthBytes === 2
    ? bytes.readUInt16BE(2)
    : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < start + size) return null;
  const payload = Buffer.from(bytes.subarray(start, start + size));
  if (masked) {
    const mask = bytes.subarray(start - 4, start);
    for (let at = 0; at < size; at++) payload[at] = (payload[at] ?? 0) ^ (mask[at & 3] ?? 0);
  }
  return { frame: { op: first & 15, last: (first & 128) !== 0, payload }, length: start + size };
}

function frameOf(op: number, payload: Uint8Array): Buffer {
  const size = payload.length;
  const head = Buffer.alloc(size < 126 ? 2 : size < 65_536 ? 4 : 10);
  head[0] = 128 | op;
  head[1] = size < 126 ? size : size < 65_536 ? 126 : 127;
  if (head.length === 4) head.writeUInt16BE(size, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(size), 2);
  return Buffer.concat([head, payload]);
}
