/** Errors as `application/problem+json` (RFC 9457): one class, one table, one place that writes them. */
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import {
  type DeliveryFailure,
  isDeliveryFailure,
  type RejectReason,
  RelayError,
  type RelayErrorCode,
} from "../actors/ports/mod.ts";
import type { AppDeps, AppEnv } from "./deps.ts";

/** One field of a request that is wrong. `path` is dotted. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** What a route refuses. `code` is stable, the message is for people and holds no value that they sent. */
export class HttpProblem extends Error {
  constructor(
    readonly status: ContentfulStatusCode,
    readonly code: string,
    message: string,
    readonly options: {
      readonly errors?: readonly FieldError[];
      readonly retryAfterMs?: number;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(message);
  }
}

const STATUS_OF: Readonly<Record<RelayErrorCode, ContentfulStatusCode>> = {
  "not-found": 404,
  gone: 410,
  taken: 409,
  conflict: 409,
  forbidden: 403,
  invalid: 422,
  busy: 503,
  unavailable: 503,
};

/** Why a file cannot be taken in or read. */
const FILE_REFUSALS: Readonly<Record<RejectReason, readonly [ContentfulStatusCode, string]>> = {
  "too-large": [413, "too-large"],
  invalid: [400, "file-empty"],
  "no-target": [410, "file-gone"],
  "too-old": [410, "file-gone"],
  forbidden: [410, "file-gone"],
};

/** How soon a file may be there whose messenger cannot be reached and does not say, ms. */
const FILE_RETRY_MS = 10_000;

/** Said when the relay asks to come back and does not say when. */
const RETRY_AFTER_MS = 1000;

const TITLES: Readonly<Record<number, string>> = {
  400: "The request is wrong",
  401: "Not logged in",
  403: "Not allowed",
  404: "Not found",
  405: "Method not allowed",
  409: "In conflict with what is there",
  410: "No longer there",
  413: "Too large",
  415: "Wrong content type",
  416: "No such stretch",
  422: "The request cannot be carried out",
  429: "Too many requests",
  500: "Internal error",
  503: "Not available for now",
};

/** The codes of what Hono itself refuses. */
const CODE_OF: Readonly<Record<number, string>> = {
  400: "invalid-json",
  401: "unauthorized",
  403: "forbidden",
  404: "not-found",
  413: "too-large",
};

/** "There is no such thing", in the words that every unknown or foreign id gets. */
export function notFound(what: string): HttpProblem {
  return new HttpProblem(404, "not-found", `Cannot find the ${what}: there is none with this id here`);
}

/** What `error` means for the caller; null for a bug. */
export function problemOf(error: unknown): HttpProblem | null {
  if (error instanceof HttpProblem) return error;
  if (error instanceof RelayError) return ofRelay(error);
  if (error instanceof HTTPException) return ofHono(error);
  if (isDeliveryFailure(error)) return ofFile(error);
  return null;
}

function ofRelay(error: RelayError): HttpProblem {
  const status = STATUS_OF[error.code];
  const retryAfterMs = error.retryAfterMs ?? (status === 503 ? RETRY_AFTER_MS : null);
  return new HttpProblem(status, error.code, error.message, retryAfterMs === null ? {} : { retryAfterMs });
}

/** Only files are read and written while somebody waits for the answer. */
function ofFile(error: DeliveryFailure): HttpProblem {
  if (error.kind === "rejected") {
    const [status, code] = FILE_REFUSALS[error.reason];
    return new HttpProblem(status, code, error.message);
  }
  if (error.kind === "chat-gone") return new HttpProblem(410, "file-gone", error.message);
  const retryAfterMs = error.kind === "retry-later" ? error.afterMs : FILE_RETRY_MS;
  return new HttpProblem(503, "file-unavailable", error.message, { retryAfterMs });
}

function ofHono(error: HTTPException): HttpProblem | null {
  if (error.status >= 500) return null;
  const { status } = error;
  const detail = status === 400 ? "Cannot read the body as it is not JSON" : TITLES[status] ?? "Refused";
  return new HttpProblem(status, CODE_OF[status] ?? "refused", detail);
}

/** Answers `problem` as JSON. */
export function answerProblem(c: Context<AppEnv>, problem: HttpProblem): Response {
  const { status, code, message, options } = problem;
  const headers: Record<string, string> = {
    "content-type": "application/problem+json",
    "cache-control": "no-store",
    ...options.headers,
  };
  if (status === 401) headers["www-authenticate"] = "Bearer";
  if (options.retryAfterMs !== undefined) {
    headers["retry-after"] = String(Math.max(1, Math.ceil(options.retryAfterMs / 1000)));
  }
  const title = TITLES[status] ?? "Refused";
  const body = { type: `urn:plenum:problem:${code}`, title, status, detail: message, code };
  const errors = options.errors === undefined ? {} : { errors: options.errors };
  return c.body(JSON.stringify({ ...body, ...errors }), status, headers);
}

/** Answers any error. A bug is logged with its cause and shows nothing but the id of the request. */
export function answerError(c: Context<AppEnv>, deps: AppDeps, error: unknown): Response {
  const problem = problemOf(error);
  if (problem !== null) return answerProblem(c, problem);
  const id = c.var.requestId;
  deps.host.log.error("request failed", { request: id, method: c.req.method }, error);
  deps.host.metrics.count("plenum_http_bugs_total");
  return answerProblem(
    c,
    new HttpProblem(
      500,
      "internal",
      `Cannot answer as something is broken here: tell us the request id ${id}`,
    ),
  );
}
