/**
 * The body of a call that carries files: JSON in which a file stands as base64. It is made while it is sent: no file is
 * ever held whole.
 */

/** A string of a call that is as long as a file. */
export interface FileString {
  /** What it begins with; it needs no escaping in JSON. */
  readonly head: string;
  /** The bytes that follow in base64. */
  open(): Promise<ReadableStream<Uint8Array>>;
}

/** What stands in a call's parameters where the file of that number goes. */
export function placeOf(index: number): string {
  return `plenum-file-${RANDOM}-${index}`;
}

/** Nobody can write it into a message. */
const RANDOM = crypto.randomUUID();
const PLACE = new RegExp(`"plenum-file-${RANDOM}-(\\d+)"`);

/** `json` with the files in their places. `failed` is told what reading one came to, where it went wrong. */
export function bodyOf(
  json: string,
  files: readonly FileString[],
  failed: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  async function* parts(): AsyncGenerator<Uint8Array> {
    try {
      // Every second piece is the number of a file.
      for (const [at, piece] of json.split(PLACE).entries()) {
        const file = at % 2 === 1 ? files[Number(piece)] : undefined;
        if (file === undefined) {
          yield encoder.encode(piece);
          continue;
        }
        yield encoder.encode(`"${file.head}`);
        for await (const text of base64Of(await file.open())) yield encoder.encode(text);
        yield encoder.encode('"');
      }
    } catch (error) {
      failed(error);
      throw error;
    }
  }
  return ReadableStream.from(parts());
}

/** Three bytes are four characters: what does not come out even waits for the next part. */
async function* base64Of(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = new Uint8Array();
  for await (const part of body) {
    const bytes = new Uint8Array(rest.length + part.length);
    bytes.set(rest);
    bytes.set(part, rest.length);
    const even = bytes.length - bytes.length % 3;
    if (even > 0) yield bytes.subarray(0, even).toBase64();
    rest = bytes.slice(even);
  }
  if (rest.length > 0) yield rest.toBase64();
}
