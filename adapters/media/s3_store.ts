/**
 * Sealed bytes with an S3-compatible service: one object each, in parts where they are large. Signed by aws4fetch.
 * Addresses are written with the bucket in the path, which all such services take.
 */
import { AwsClient } from "aws4fetch";
import type { ByteRange } from "../../actors/ports/mod.ts";
import type { BucketAddress } from "./address.ts";
import type { Kept, MediaStore } from "./store.ts";

/** Up to this size at once, larger ones in parts of it: what lies in memory of an upload. The service's least is 5 MiB. */
const PART_BYTES = 8 * 1024 * 1024;
/** How often a request is made that the service could not answer. */
const TRIES = 3;

/** The service did not do what was asked. Holds neither key nor address. */
class S3Refusal extends Error {}

interface Call {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer> | string;
  readonly signal?: AbortSignal;
}

/** A store in one bucket. */
export class S3Store implements MediaStore {
  readonly #address: BucketAddress;
  readonly #client: AwsClient;

  constructor(address: BucketAddress) {
    const { keyId: accessKeyId, secret: secretAccessKey, region } = address;
    this.#address = address;
    this.#client = new AwsClient({ accessKeyId, secretAccessKey, region, service: "s3" });
  }

  async adopt(key: string, path: string, signal: AbortSignal): Promise<void> {
    {
      using file = await Deno.open(path);
      const { size } = await file.stat();
      if (size <= PART_BYTES) await this.#put(key, await partOf(file, size), signal);
      else await this.#putInParts(key, file, { size, signal });
    }
    await Deno.remove(path);
  }

  async write(key: string, bytes: Uint8Array): Promise<void> {
    await this.#put(key, new Uint8Array(bytes));
  }

  async open(key: string, range?: ByteRange): Promise<ReadableStream<Uint8Array> | null> {
    const headers: Record<string, string> = {};
    if (range !== undefined) headers.range = `bytes=${range.start}-${range.end}`;
    const answer = await this.#call({ method: "GET", key, headers });
    if (answer === null) return null;
    if (range !== undefined && answer.status !== 206) {
      await answer.body?.cancel();
      throw new S3Refusal("Cannot read a stretch of a file as the service must know stretches: it does not");
    }
    return answer.body ?? ReadableStream.from<Uint8Array>([]);
  }

  async find(key: string): Promise<Kept | null> {
    const answer = await this.#call({ method: "HEAD", key });
    if (answer === null) return null;
    await answer.body?.cancel();
    const { headers } = answer;
    return {
      key,
      bytes: Number(headers.get("content-length") ?? 0),
      at: Date.parse(headers.get("last-modified") ?? "") || 0,
    };
  }

  /** By a copy onto itself, which the service takes only if something of it is new. */
  async touch(key: string): Promise<boolean> {
    const { bucket, prefix } = this.#address;
    const headers = {
      "x-amz-copy-source": `/${bucket}/${prefix}${key}`,
      "x-amz-metadata-directive": "REPLACE",
    };
    return await this.#done({ method: "PUT", key, headers });
  }

  async *list(folder: string): AsyncIterable<Kept> {
    const { prefix } = this.#address;
    const below = folder === "" ? prefix : `${prefix}${folder}/`;
    for (let token: string | undefined = "";;) {
      const query: Record<string, string> = { "list-type": "2", prefix: below };
      if (token !== "") query["continuation-token"] = token;
      const text = await this.#text({ method: "GET", query });
      for (const [, item = ""] of text.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
        const key = tag(item, "Key") ?? "";
        const at = Date.parse(tag(item, "LastModified") ?? "") || 0;
        yield { key: key.slice(prefix.length), bytes: Number(tag(item, "Size") ?? 0), at };
      }
      token = tag(text, "NextContinuationToken");
      if (token === undefined) return;
    }
  }

  async delete(key: string): Promise<void> {
    await this.#done({ method: "DELETE", key });
  }

  async erase(folder: string): Promise<void> {
    for await (const { key } of this.list(folder)) await this.delete(key);
  }

  /** Uploads that nobody finished cost as much as files, and are seen nowhere. */
  async tidy(olderThanMs: number): Promise<void> {
    const { prefix } = this.#address;
    const text = await this.#text({ method: "GET", query: { uploads: "", prefix } });
    for (const [, item = ""] of text.matchAll(/<Upload>(.*?)<\/Upload>/gs)) {
      const began = Date.parse(tag(item, "Initiated") ?? "") || 0;
      const key = (tag(item, "Key") ?? "").slice(prefix.length);
      const uploadId = tag(item, "UploadId");
      if (uploadId === undefined || Date.now() - began < olderThanMs) continue;
      await this.#done({ method: "DELETE", key, query: { uploadId } });
    }
  }

  async #put(key: string, body: Uint8Array<ArrayBuffer>, signal?: AbortSignal): Promise<void> {
    const aborting = signal === undefined ? {} : { signal };
    if (await this.#done({ method: "PUT", key, body, ...aborting })) return;
    throw new S3Refusal("Cannot keep the file as there must be such a bucket: there is none");
  }

  async #putInParts(
    key: string,
    file: Deno.FsFile,
    { size, signal }: { readonly size: number; readonly signal: AbortSignal },
  ): Promise<void> {
    const begun = await this.#text({ method: "POST", key, query: { uploads: "" }, signal });
    const uploadId = tag(begun, "UploadId");
    if (uploadId === undefined) {
      throw new S3Refusal("Cannot begin an upload as it must get a name: it got none");
    }
    try {
      const parts: string[] = [];
      for (let at = 0; at < size; at += PART_BYTES) {
        const body = await partOf(file, Math.min(PART_BYTES, size - at));
        const query = { partNumber: `${parts.length + 1}`, uploadId };
        const answer = await this.#call({ method: "PUT", key, query, body, signal });
        await answer?.body?.cancel();
        const etag = answer?.headers.get("etag") ?? "";
        parts.push(`<Part><PartNumber>${parts.length + 1}</PartNumber><ETag>${etag}</ETag></Part>`);
      }
      const body = `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`;
      const ended = await this.#text({ method: "POST", key, query: { uploadId }, body, signal });
      // It says 200 before it knows, and what went wrong afterwards.
      if (/<Error>/.test(ended)) {
        throw new S3Refusal("Cannot end the upload as the service must join its parts");
      }
    } catch (error) {
      // What cannot be taken back now is taken back by `tidy`.
      await this.#done({ method: "DELETE", key, query: { uploadId } }).catch(() => false);
      throw error;
    }
  }

  async #text(call: Call): Promise<string> {
    const answer = await this.#call(call);
    if (answer === null) {
      throw new S3Refusal("Cannot ask the service as there must be such a bucket: there is none");
    }
    return await answer.text();
  }

  async #done(call: Call): Promise<boolean> {
    const answer = await this.#call(call);
    await answer?.body?.cancel();
    return answer !== null;
  }

  /** null for what is not there. @throws {S3Refusal} */
  async #call(
    { method, key, query = {}, headers = {}, body, signal }: Call,
  ): Promise<Response | null> {
    const { origin, bucket, prefix } = this.#address;
    const url = new URL(`${origin}/${bucket}${key === undefined ? "" : `/${prefix}${key}`}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    for (let tries = 1;; tries++) {
      const signed = await this.#client.sign(url, {
        method,
        headers,
        body: body ?? null,
        signal: signal ?? null,
      });
      const answer = await reached(signed);
      if (answer?.ok === true) return answer;
      await answer?.body?.cancel();
      if (answer?.status === 404) return null;
      signal?.throwIfAborted();
      if (answer !== null && answer.status < 500 || tries === TRIES) {
        throw new S3Refusal(
          `Cannot ${method} at the service as it must answer well: ${answer?.status ?? "no answer"}`,
        );
      }
    }
  }
}

async function reached(request: Request): Promise<Response | null> {
  try {
    return await fetch(request);
  } catch {
    // Its message would hold the address.
    return null;
  }
}

async function partOf(file: Deno.FsFile, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const part = new Uint8Array(bytes);
  for (let at = 0; at < bytes;) {
    const read = await file.read(part.subarray(at));
    if (read === null) throw new S3Refusal("Cannot read the file to its end as it must stay as it is");
    at += read;
  }
  return part;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

/** What stands in an element of a flat answer. */
function tag(xml: string, name: string): string | undefined {
  const inside = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return inside?.replaceAll(/&(lt|gt|quot|apos|amp);/g, (_, entity) => ENTITIES[entity] ?? "");
}
