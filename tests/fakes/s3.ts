/**
 * The wire of an S3-compatible service on a real socket: one bucket in memory. It checks signatures as such services
 * do, and serves objects, stretches, copies onto themselves, lists in pages and uploads in parts.
 */
import { AwsClient } from "aws4fetch";

/** Few, so that lists have pages. */
const PAGE = 3;
/** What the real services ask of all parts but the last. */
const PART_MIN_BYTES = 5 * 1024 * 1024;
const BUCKET = "files";

interface Thing {
  bytes: Uint8Array<ArrayBuffer>;
  at: number;
}

interface Parts {
  readonly key: string;
  readonly began: number;
  readonly parts: Map<number, Uint8Array<ArrayBuffer>>;
}

/** The service as a test sees it. */
export interface FakeS3 extends AsyncDisposable {
  /** As MEDIA_URL names it. */
  readonly url: string;
  readonly things: ReadonlyMap<string, Thing>;
  readonly uploads: ReadonlyMap<string, Parts>;
  /** What was asked, as "METHOD key?query". */
  readonly asked: string[];
  /** How many bytes went out. */
  sent: number;
  /** Answers the next requests, as long as it says with what status. */
  fail: ((asked: string) => number | null) | null;
  /** By which it dates things. */
  now: () => number;
}

const KEY = "a key";
const SECRET = "a/secret+with:signs@in-it";

/** Starts it; the system chooses the port. */
export function fakeS3({ secret = SECRET }: { readonly secret?: string } = {}): FakeS3 {
  const bucket = new Bucket(secret);
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => bucket.answer(request),
  );
  const { port } = server.addr;
  const [key, word] = [KEY, SECRET].map(encodeURIComponent);
  return Object.assign(bucket, {
    url: `s3://${key}:${word}@127.0.0.1:${port}/${BUCKET}/plenum?region=eu-central-1&tls=off`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  });
}

class Bucket {
  readonly things = new Map<string, Thing>();
  readonly uploads = new Map<string, Parts>();
  readonly asked: string[] = [];
  sent = 0;
  fail: ((asked: string) => number | null) | null = null;
  now: () => number = () => Date.now();
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  async answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const body = new Uint8Array(await request.arrayBuffer());
    const [, bucket, ...rest] = url.pathname.split("/");
    const key = decodeURIComponent(rest.join("/"));
    const asked = `${request.method} ${key}${url.search}`;
    this.asked.push(asked);
    const failing = this.fail?.(asked) ?? null;
    if (failing !== null) return new Response("<Error/>", { status: failing });
    if (!await this.#isSigned(request, body)) return new Response("<Error/>", { status: 403 });
    if (bucket !== BUCKET) return new Response("<Error/>", { status: 404 });
    if (request.headers.get("transfer-encoding") === "chunked") {
      return new Response("<Error/>", { status: 411 });
    }
    return key === "" ? this.#list(url) : this.#object(request, { url, key, body });
  }

  #object(
    request: Request,
    { url, key, body }: { readonly url: URL; readonly key: string; readonly body: Uint8Array<ArrayBuffer> },
  ): Response {
    if (url.searchParams.has("uploads")) return this.#begin(key);
    const upload = url.searchParams.get("uploadId");
    if (upload !== null) return this.#upload(request.method, { id: upload, url, body });
    switch (request.method) {
      case "PUT":
        return this.#put(request, key, body);
      case "DELETE":
        this.things.delete(key);
        return new Response(null, { status: 204 });
      default:
        return this.#get(request, key);
    }
  }

  #put(request: Request, key: string, body: Uint8Array<ArrayBuffer>): Response {
    const source = request.headers.get("x-amz-copy-source");
    if (source === null) {
      this.things.set(key, { bytes: body, at: this.now() });
      return new Response(null, { headers: { etag: '"1"' } });
    }
    const thing = this.things.get(decodeURIComponent(source).replace(`/${BUCKET}/`, ""));
    if (thing === undefined) return new Response("<Error/>", { status: 404 });
    // A copy onto itself that changes nothing is refused.
    if (request.headers.get("x-amz-metadata-directive") !== "REPLACE") {
      return new Response("<Error/>", { status: 400 });
    }
    this.things.set(key, { ...thing, at: this.now() });
    return new Response("<CopyObjectResult/>");
  }

  #get(request: Request, key: string): Response {
    const thing = this.things.get(key);
    if (thing === undefined) return new Response(null, { status: 404 });
    const headers: Record<string, string> = { "last-modified": new Date(thing.at).toUTCString() };
    if (request.method === "HEAD") {
      return new Response(null, { headers: { ...headers, "content-length": `${thing.bytes.length}` } });
    }
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get("range") ?? "");
    if (range === null) return this.#send(thing.bytes, { status: 200, headers });
    const [start, end] = [Number(range[1]), Number(range[2])];
    if (start >= thing.bytes.length) return new Response("<Error/>", { status: 416 });
    return this.#send(thing.bytes.slice(start, end + 1), { status: 206, headers });
  }

  #send(bytes: Uint8Array<ArrayBuffer>, init: ResponseInit): Response {
    this.sent += bytes.length;
    return new Response(bytes, init);
  }

  #list(url: URL): Response {
    const prefix = url.searchParams.get("prefix") ?? "";
    if (url.searchParams.has("uploads")) {
      const open = [...this.uploads].filter(([, { key }]) => key.startsWith(prefix)).map((
        [id, { key, began }],
      ) =>
        `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${
          new Date(began).toISOString()
        }</Initiated></Upload>`
      );
      return new Response(`<ListMultipartUploadsResult>${open.join("")}</ListMultipartUploadsResult>`);
    }
    const after = url.searchParams.get("continuation-token") ?? "";
    const keys = [...this.things.keys()].filter((key) => key.startsWith(prefix) && key > after).toSorted();
    const page = keys.slice(0, PAGE).map((key) => {
      const { bytes, at } = this.things.get(key) ?? { bytes: new Uint8Array(), at: 0 };
      const [size, when] = [bytes.length, new Date(at).toISOString()];
      return `<Contents><Key>${key}</Key><LastModified>${when}</LastModified><Size>${size}</Size></Contents>`;
    });
    const next = keys.length > PAGE ? `<NextContinuationToken>${keys[PAGE - 1]}</NextContinuationToken>` : "";
    return new Response(`<ListBucketResult>${page.join("")}${next}</ListBucketResult>`);
  }

  #begin(key: string): Response {
    const id = `upload ${this.asked.length}`;
    this.uploads.set(id, { key, began: this.now(), parts: new Map() });
    return new Response(
      `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
    );
  }

  #upload(
    method: string,
    { id, url, body }: { readonly id: string; readonly url: URL; readonly body: Uint8Array<ArrayBuffer> },
  ): Response {
    const upload = this.uploads.get(id);
    if (upload === undefined) return new Response("<Error/>", { status: 404 });
    if (method === "PUT") {
      const part = Number(url.searchParams.get("partNumber"));
      upload.parts.set(part, body);
      return new Response(null, { headers: { etag: `"part ${part}"` } });
    }
    this.uploads.delete(id);
    if (method === "DELETE") return new Response(null, { status: 204 });
    const named = [
      ...new TextDecoder().decode(body).matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>"part (\d+)"/g),
    ];
    const parts = named.map(([, number]) => upload.parts.get(Number(number)) ?? new Uint8Array());
    const short = parts.slice(0, -1).some(({ length }) => length < PART_MIN_BYTES);
    // Said with 200, as the real ones do once they have begun to join.
    if (short || parts.length !== upload.parts.size) {
      return new Response("<Error><Code>EntityTooSmall</Code></Error>");
    }
    const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    this.things.set(upload.key, { bytes, at: this.now() });
    return new Response("<CompleteMultipartUploadResult/>");
  }

  /** Whether whoever knows the secret asks exactly this. */
  async #isSigned(request: Request, body: Uint8Array<ArrayBuffer>): Promise<boolean> {
    const given = request.headers.get("authorization") ?? "";
    const signed = /SignedHeaders=([^,]+)/.exec(given)?.[1]?.split(";") ?? [];
    const client = new AwsClient({
      accessKeyId: KEY,
      secretAccessKey: this.#secret,
      service: "s3",
      region: "eu-central-1",
    });
    const headers = new Headers();
    for (const name of signed) if (name !== "host") headers.set(name, request.headers.get(name) ?? "");
    const { method, url } = request;
    const mine = await client.sign(url, {
      method,
      headers,
      body: method === "GET" || method === "HEAD" ? null : body,
      aws: { datetime: request.headers.get("x-amz-date") ?? "" },
    });
    return mine.headers.get("authorization") === given;
  }
}
