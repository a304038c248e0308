/** `multipart/form-data` as grammY writes it: fields, and files that fields name by `attach://`. */

/** A file of an upload. */
export interface Attached {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What a call brought. */
export interface Multipart {
  readonly payload: Readonly<Record<string, unknown>>;
  readonly files: ReadonlyMap<string, Attached>;
}

/** Fields that hold JSON; all others are plain text. */
const JSON_FIELDS: ReadonlySet<string> = new Set([
  "reply_parameters",
  "caption_entities",
  "media",
  "options",
]);
const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** The parts of `body`. @throws where it is cut off, as a server has to see it */
export function parseMultipart(contentType: string, body: Uint8Array): Multipart {
  const boundary = /boundary=([^;]+)/.exec(contentType)?.[1] ?? "";
  const mark = encoder.encode(`--${boundary}`);
  const payload: Record<string, unknown> = {};
  const files = new Map<string, Attached>();
  let at = indexOf(body, mark, 0);
  for (;;) {
    const start = at + mark.length;
    if (at < 0 || start + 2 > body.length) throw new Error("Cannot read the upload as it must have an end");
    if (decoder.decode(body.subarray(start, start + 2)) === "--") return { payload, files };
    const next = indexOf(body, mark, start);
    if (next < 0) throw new Error("Cannot read the upload as it must have an end");
    readPart(body.subarray(start + 2, next - 2), { payload, files });
    at = next;
  }
}

function readPart(
  part: Uint8Array,
  { payload, files }: { readonly payload: Record<string, unknown>; readonly files: Map<string, Attached> },
): void {
  const end = indexOf(part, encoder.encode("\r\n\r\n"), 0);
  const header = decoder.decode(part.subarray(0, end));
  const bytes = part.subarray(end + 4);
  const name = /;\s*name="([^"]*)"/.exec(header)?.[1] ?? "";
  // As Telegram's own reader: without quotes a name goes to the next semicolon.
  const file = /;\s*filename=(?:"([^"]*)"|([^;\r\n]*))/.exec(header);
  if (file !== null) {
    return void files.set(name, { name: file[1] ?? file[2] ?? "", bytes: new Uint8Array(bytes) });
  }
  const text = decoder.decode(bytes);
  payload[name] = JSON_FIELDS.has(name) ? JSON.parse(text) : text;
}

/** Boyer and Moore would be quicker; the native search for the first byte is quick enough. */
function indexOf(body: Uint8Array, mark: Uint8Array, from: number): number {
  const [first = 0] = mark;
  for (let at = body.indexOf(first, from); at >= 0; at = body.indexOf(first, at + 1)) {
    if (mark.every((byte, index) => body[at + index] === byte)) return at;
  }
  return -1;
}
