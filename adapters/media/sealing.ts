/**
 * Files at rest: AES-256-GCM in chunks, so that any stretch can be read by itself. Each file has a key of its own (its
 * group's key and a random salt); a chunk's nonce is its place and whether it is the last. Whatever is changed, cut
 * off, moved or taken from another file does not open.
 */

const MAGIC = new TextEncoder().encode("PLM1");
const SALT_BYTES = 16;
const TAG_BYTES = 16;
const KEY_BITS = 256;

/** Plain bytes in a chunk. */
export const CHUNK_BYTES = 64 * 1024;
/** What stands before the first chunk: the format's name and the salt. */
export const HEADER_BYTES = MAGIC.length + SALT_BYTES;

const SEALED_CHUNK = CHUNK_BYTES + TAG_BYTES;

/** The stretch of a file, both ends included. */
interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** How a sealed file is read. */
export type ReadSealed = (range: Stretch) => Promise<AsyncIterable<Uint8Array>>;

/** How large a file is once it is sealed. */
export function sealedSize(bytes: number): number {
  return HEADER_BYTES + bytes + TAG_BYTES * chunksOf(bytes);
}

/** Seals what comes, chunk by chunk. `base` is the group's key, for HKDF. */
export async function* seal(
  body: AsyncIterable<Uint8Array>,
  base: CryptoKey,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const header = new Uint8Array(HEADER_BYTES);
  header.set(MAGIC);
  crypto.getRandomValues(header.subarray(MAGIC.length));
  const key = await fileKey(base, header);
  yield header;
  let at = 0;
  for await (const { bytes, last } of inBlocks(body, CHUNK_BYTES)) {
    yield new Uint8Array(await crypto.subtle.encrypt(algorithm(header, at++, last), key, bytes));
  }
}

/**
 * Opens a stretch of a file of `bytes` (plain) bytes, reading no more than the chunks that it lies in.
 * @throws {RangeError} where it was changed, cut off or sealed with another key
 */
export async function* unseal(
  read: ReadSealed,
  base: CryptoKey,
  { bytes, range }: { readonly bytes: number; readonly range?: Stretch },
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { start, end } = range ?? { start: 0, end: Math.max(0, bytes - 1) };
  const [first, final] = [Math.floor(start / CHUNK_BYTES), chunksOf(bytes) - 1];
  const until = Math.min(Math.floor(end / CHUNK_BYTES), final);
  const header = await headerOf(read);
  const key = await fileKey(base, header);
  const from = HEADER_BYTES + first * SEALED_CHUNK;
  const to = Math.min(HEADER_BYTES + (until + 1) * SEALED_CHUNK, sealedSize(bytes)) - 1;
  let at = first;
  for await (const block of inBlocks(await read({ start: from, end: to }), SEALED_CHUNK)) {
    const plain = await open(key, algorithm(header, at, at === final), block.bytes);
    const offset = at * CHUNK_BYTES;
    yield plain.subarray(Math.max(0, start - offset), Math.max(0, end + 1 - offset));
    at++;
  }
  if (at !== until + 1) throw refusal();
}

async function headerOf(read: ReadSealed): Promise<Uint8Array<ArrayBuffer>> {
  const [header] = await Array.fromAsync(
    inBlocks(await read({ start: 0, end: HEADER_BYTES - 1 }), HEADER_BYTES),
  );
  if (header?.bytes.length !== HEADER_BYTES || MAGIC.some((byte, at) => header.bytes[at] !== byte)) {
    throw refusal();
  }
  return header.bytes;
}

async function open(
  key: CryptoKey,
  how: AesGcmParams,
  sealed: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await crypto.subtle.decrypt(how, key, sealed));
  } catch (cause) {
    throw refusal(cause);
  }
}

function refusal(cause?: unknown): RangeError {
  return new RangeError(
    "Cannot open the file as it must be as it was sealed: it was changed, cut off or sealed with another key",
    { cause },
  );
}

function chunksOf(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / CHUNK_BYTES));
}

/** Twelve bytes: place, then whether it is the last. No key seals two chunks of one place. */
function algorithm(header: Uint8Array<ArrayBuffer>, at: number, last: boolean): AesGcmParams {
  const iv = new Uint8Array(12);
  new DataView(iv.buffer).setBigUint64(0, BigInt(at));
  iv[11] = last ? 1 : 0;
  return { name: "AES-GCM", iv, additionalData: header };
}

async function fileKey(base: CryptoKey, header: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const info = new TextEncoder().encode("plenum media file 1");
  const how = { name: "HKDF", hash: "SHA-256", salt: header.slice(MAGIC.length), info };
  return await crypto.subtle.deriveKey(how, base, { name: "AES-GCM", length: KEY_BITS }, false, [
    "encrypt",
    "decrypt",
  ]);
}

/** Blocks of one size, the last as long as it comes: one at least, be it empty. Each is good until the next is asked for. */
async function* inBlocks(
  body: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly last: boolean }> {
  const block = new Uint8Array(size);
  let filled = 0;
  for await (const piece of body) {
    for (let at = 0; at < piece.length;) {
      // A full block goes out when more comes: only then it is not the last.
      if (filled === size) {
        yield { bytes: block, last: false };
        filled = 0;
      }
      const part = piece.subarray(at, at + size - filled);
      block.set(part, filled);
      filled += part.length;
      at += part.length;
    }
  }
  yield { bytes: block.slice(0, filled), last: true };
}
