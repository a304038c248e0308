/** What every call passes before it reaches its resource: size, content type, headers, log. */
import type { Context, MiddlewareHandler, Next } from "hono";
import { routePath } from "hono/route";
import { secureHeaders } from "hono/secure-headers";
import type { AppDeps, AppEnv, AppSettings } from "./deps.ts";
import { HttpProblem } from "./problem.ts";

/** Largest JSON body. */
export const JSON_MAX_BYTES = 64 * 1024;

const JSON_TYPE = /^application\/(json|[\w.+-]+\+json)\s*(;|$)/i;
/** Callers may invent methods; a label may not grow with that. */
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
const WITH_BODY = new Set(["POST", "PUT", "PATCH", "DELETE"]);

/** Largest JSON body of a message, which may hold small files: 5 MiB of them, as base64. */
export const MESSAGE_MAX_BYTES = 7 * 1024 * 1024;

const MESSAGES = /^\/api\/(groups\/[^/]+\/messages|sandbox\/phones\/[^/]+\/send)$/;
const FILES = /^\/api\/groups\/[^/]+\/files$/;

/** How large the body of a call may be; null: a file, which is read as it comes by whoever takes it in. */
export function bodyMax(path: string): number | null {
  if (FILES.test(path)) return null;
  return MESSAGES.test(path) ? MESSAGE_MAX_BYTES : JSON_MAX_BYTES;
}

/** 413 for bodies over `maxBytes`. Those that do not say their length are read first, and no further than that. */
export function limitBody(maxBytesOf: (path: string) => number | null): MiddlewareHandler<AppEnv> {
  return async function limitsBody(c, next): Promise<void> {
    const { body, method, headers, url } = c.req.raw;
    const maxBytes = maxBytesOf(c.req.path);
    // Nobody reads the body of another, and a request like TRACE cannot even be made again with one.
    if (maxBytes === null || !WITH_BODY.has(method)) return await next();
    const length = c.req.header("content-length");
    const isSized = length !== undefined && c.req.header("transfer-encoding") === undefined;
    if (isSized && Number(length) > maxBytes) throw tooLarge(maxBytes);
    if (body !== null && !isSized) {
      c.req.raw = new Request(url, { method, headers, body: await readUpTo(body, maxBytes) });
    }
    await next();
  };
}

function tooLarge(maxBytes: number): HttpProblem {
  return new HttpProblem(413, "too-large", `Cannot read the body as it may have at most ${maxBytes} bytes`);
}

// Not `hono/body-limit`: it leaves the rest of a body that is too large open, and with it Deno's resource.
async function readUpTo(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    parts.push(new Uint8Array(part));
  }
  return new Blob(parts);
}

/** 415 for bodies that do not say that they are JSON, and should be. */
export function requireJson(): MiddlewareHandler<AppEnv> {
  return async function requiresJson(c, next): Promise<void> {
    const type = c.req.header("content-type");
    // The body itself does not tell: Deno has one, if an empty one, for every DELETE.
    const length = c.req.header("content-length") ??
      (c.req.header("transfer-encoding") === undefined ? "0" : "?");
    const isOther = type === undefined ? length !== "0" : !JSON_TYPE.test(type);
    if (WITH_BODY.has(c.req.method) && isOther && bodyMax(c.req.path) !== null) {
      throw new HttpProblem(
        415,
        "content-type",
        "Cannot read the body: send it as Content-Type: application/json",
      );
    }
    await next();
  };
}

/** What is about a person or a group stays out of every cache, unless its route says more. */
export async function neverStored(c: Context<AppEnv>, next: Next): Promise<void> {
  await next();
  if (!c.res.headers.has("cache-control")) c.header("Cache-Control", "no-store");
}

const POLICY = "content-security-policy";

/** Scripts, styles and connections from ourselves only; nobody may frame us. */
export function ownHeaders(settings: AppSettings): MiddlewareHandler<AppEnv> {
  const isHttps = settings.publicUrl.startsWith("https:");
  const secure = secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      imgSrc: ["'self'", "data:"],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
    referrerPolicy: "same-origin",
    xFrameOptions: "DENY",
    strictTransportSecurity: isHttps ? "max-age=15552000" : false,
  });
  return async function setsHeaders(c, next): Promise<void> {
    let own: string | null = null;
    await secure(c, async () => {
      await next();
      own = c.res.headers.get(POLICY);
    });
    // A file's is stricter.
    if (own !== null) c.res.headers.set(POLICY, own);
  };
}

/** A new id per request, and one line and one measurement with the pattern of the route: never the path itself. */
export function observe({ host }: AppDeps): MiddlewareHandler<AppEnv> {
  return async function observes(c, next): Promise<void> {
    const begun = host.now();
    const requestId = host.randomBytes(9).toBase64({ alphabet: "base64url" });
    c.set("requestId", requestId);
    await next();
    c.header("X-Request-Id", requestId);
    const ms = host.now() - begun;
    const route = c.res.status === 404 ? "none" : routePath(c);
    const method = METHODS.has(c.req.method) ? c.req.method : "other";
    const status = String(c.res.status);
    host.metrics.observe("plenum_http_seconds", ms / 1000, { method, route, status });
    host.log.debug("request", { request: requestId, method, route, status, ms });
  };
}
