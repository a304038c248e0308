/** A file in an answer: base64 in JSON, read while it comes. */

/** Where the file begins in `{"result":{"data":"…"}}`. */
const BEGINNING = /"result"\s*:\s*\{\s*"data"\s*:\s*"/;
/** An answer without a file is no longer, characters. */
const SHORT_MAX = 64 * 1024;

/** What came: a file, or an answer of another kind as text. */
export type Came =
  | { readonly file: AsyncGenerator<Uint8Array<ArrayBuffer>> }
  | { readonly text: string };

/** Reads as far as it is known which. @throws where the line breaks */
export async function fileIn(body: ReadableStream<Uint8Array>): Promise<Came> {
  const chunks = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>);
  const reader = chunks[Symbol.asyncIterator]();
  let text = "";
  for (let next = await reader.next(); next.done !== true; next = await reader.next()) {
    text += next.value;
    const beginning = BEGINNING.exec(text);
    if (beginning !== null) {
      return { file: decoded(text.slice(beginning.index + beginning[0].length), reader) };
    }
    if (text.length <= SHORT_MAX) continue;
    await reader.return?.();
    throw new Error("Cannot read the answer as it must hold a file: it does not");
  }
  return { text };
}

/** Up to the quotation mark. Four characters are three bytes. */
async function* decoded(
  first: string,
  reader: AsyncIterator<string>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let rest = "";
  try {
    for (let text: string = first;;) {
      const end = text.indexOf('"');
      const known = rest + (end < 0 ? text : text.slice(0, end));
      const even = end < 0 ? known.length - known.length % 4 : known.length;
      if (even > 0) yield Uint8Array.fromBase64(known.slice(0, even));
      if (end >= 0) return;
      rest = known.slice(even);
      const next = await reader.next();
      if (next.done === true) throw new Error("Cannot read the file as the answer must end: it was cut off");
      text = next.value;
    }
  } finally {
    await reader.return?.();
  }
}
