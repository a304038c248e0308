/**
 * The line to the Bot API. Deno's fetch sends a request silently again when a kept-alive connection closes before the
 * answer (2.9.6, seen in tests/e2e): a post would stand there twice and nobody would have counted it. It can only do so
 * with a body that it can read twice, so calls that must not be made twice get one that it cannot.
 */
import { Api } from "grammy";

/** Longer than a long poll, which grammY would otherwise cut. */
const CALL_SECONDS = 60;
/** 50 MB at a megabit a second. */
const UPLOAD_SECONDS = 420;

/** The calls that make something new each time and are seen by people. */
const ONCE = /\/send\w+$/;

/** grammY's clients for one bot. */
export interface BotApis {
  readonly api: Api;
  /** The same for calls with files, which may take their time. */
  readonly uploading: Api;
}

/** Performs no I/O. */
export function botApis(token: string, apiRoot: string): BotApis {
  const withTimeout = (timeoutSeconds: number): Api =>
    new Api(token, { apiRoot, timeoutSeconds, fetch: fetchOnce });
  return { api: withTimeout(CALL_SECONDS), uploading: withTimeout(UPLOAD_SECONDS) };
}

function fetchOnce(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const { body } = init ?? {};
  if (typeof body !== "string" || !ONCE.test(String(input))) return fetch(input, init);
  const stream = ReadableStream.from([new TextEncoder().encode(body)]);
  // `duplex` is what the standard asks for with a stream; the types of some runtimes do not know it.
  const streamed: RequestInit & { readonly duplex: "half" } = { ...init, body: stream, duplex: "half" };
  return fetch(input, streamed);
}
