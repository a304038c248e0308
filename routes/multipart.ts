/** Forms with files (RFC 7578), read part by part as they come: no file is ever held in memory whole. */
import { Buffer } from "node:buffer";
import { HttpProblem } from "./problem.ts";

/** One field of a form. It has to be read before the next one is asked for, or what is left of it is passed over. */
export interface Part {
  readonly name: string;
  /** Null: not a file. Empty: none was chosen. */
  readonly fileName: string | null;
  readonly mime: string;
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
}

const BOUNDARY = /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i;
/** Room for the names of a field and of its file. */
const HEAD_MAX = 32 * 1024;
/** More fields than any form of ours has. */
const PARTS_MAX = 64;
const HEAD_END = Buffer.from("\r\n\r\n");
const LINE = Buffer.from("\r\n");

/** The parts of a form; nothing is read before the first is asked for. @throws {HttpProblem} 400 */
export async function* partsOf(contentType: string, body: ReadableStream<Uint8Array>): AsyncGenerator<Part> {
  const match = BOUNDARY.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) throw malformed();
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const source = new Source(body);
  try {
    // The first one has no line before it.
    source.put(LINE);
    for await (const _ of source.until(delimiter)) { /* what stands before the first part means nothing */ }
    for (let count = 0; await source.take(2) !== "--"; count++) {
      if (count >= PARTS_MAX) throw malformed();
      const head = await source.head();
      const content = source.until(delimiter);
      yield { ...described(head), body: streamOf(content) };
      for await (const _ of content) { /* what nobody wanted */ }
    }
  } finally {
    await source.cancel();
  }
}

function malformed(): HttpProblem {
  return new HttpProblem(400, "invalid", "Cannot read the form as it must be complete multipart/form-data");
}

/** Bytes that have come and have not been used. */
class Source {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #held = Buffer.alloc(0);

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader();
  }

  put(bytes: Uint8Array): void {
    this.#held = Buffer.concat([this.#held, bytes]);
  }

  /** The next `count` bytes as text. */
  async take(count: number): Promise<string> {
    while (this.#held.length < count) await this.#more();
    const text = this.#held.subarray(0, count).toString("latin1");
    this.#held = this.#held.subarray(count);
    return text;
  }

  /** The headers of a part, behind the end of the line before them. */
  async head(): Promise<string> {
    for (;;) {
      const end = this.#held.indexOf(HEAD_END);
      if (end >= 0 && end <= HEAD_MAX) {
        const text = this.#held.subarray(0, end).toString("utf8");
        this.#held = this.#held.subarray(end + HEAD_END.length);
        return text;
      }
      if (this.#held.length > HEAD_MAX) throw malformed();
      await this.#more();
    }
  }

  /** What comes before `delimiter`, which is passed over. */
  async *until(delimiter: Buffer): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    for (;;) {
      const at = this.#held.indexOf(delimiter);
      // Its beginning may stand at the end of what has come.
      const sure = at >= 0 ? at : Math.max(0, this.#held.length - delimiter.length + 1);
      const ready = new Uint8Array(this.#held.subarray(0, sure));
      this.#held = this.#held.subarray(at >= 0 ? at + delimiter.length : sure);
      if (ready.length > 0) yield ready;
      if (at >= 0) return;
      await this.#more();
    }
  }

  async #more(): Promise<void> {
    const { value } = await this.#reader.read();
    if (value === undefined) throw malformed();
    this.put(value);
  }

  async cancel(): Promise<void> {
    await this.#reader.cancel().catch(() => undefined);
  }
}

function described(head: string): Omit<Part, "body"> {
  const lines = head.split("\r\n");
  const disposition = lines.find((line) => /^content-disposition:\s*form-data/i.test(line));
  const type = lines.find((line) => /^content-type:/i.test(line))?.slice("content-type:".length).trim();
  const name = /;\s*name="([^"]*)"/i.exec(disposition ?? "")?.[1];
  if (name === undefined) throw malformed();
  const fileName = /;\s*filename="([^"]*)"/i.exec(disposition ?? "")?.[1];
  return {
    name: unescaped(name),
    fileName: fileName === undefined ? null : unescaped(fileName),
    mime: type ?? "text/plain",
  };
}

/** As browsers write what would end the line or the name. */
function unescaped(text: string): string {
  return text.replaceAll("%22", '"').replaceAll("%0D", "\r").replaceAll("%0A", "\n");
}

function streamOf(chunks: AsyncGenerator<Uint8Array<ArrayBuffer>>): Part["body"] {
  return new ReadableStream({
    async pull(controller): Promise<void> {
      const { value, done } = await chunks.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    // Whatever is left is passed over when the next part is asked for.
  }, { highWaterMark: 0 });
}
