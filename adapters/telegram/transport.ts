/**
 * The line to the Bot API. Deno's fetch sends a request silently again when a kept-alive connection closes before the
 * answer (2.9.6, seen in tests/e2e): a post would stand there twice and nobody would have counted it. It can only do so
 * with a body that it can read twice, so calls that must not be made twice get one that it cannot.
 */
import { Api } from "grammy";

/** Longer than a long poll, which grammY would otherwise cut. */
const CALL_SECONDS = 60;

/** The calls that make something new each time and are seen by people. */
const ONCE = /\/sendMessage$/;

/** grammY's client for one bot. Performs no I/O. */
export function botApi(token: string, apiRoot: string): Api {
  return new Api(token, { apiRoot, timeoutSeconds: CALL_SECONDS, fetch: fetchOnce });
}

function fetchOnce(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const { body } = init ?? {};
  if (typeof body !== "string" || !ONCE.test(String(input))) return fetch(input, init);
  const stream = ReadableStream.from([new TextEncoder().encode(body)]);
  // `duplex` is what the standard asks for with a stream; the types of some runtimes do not know it.
  const streamed: RequestInit & { readonly duplex: "half" } = { ...init, body: stream, duplex: "half" };
  return fetch(input, streamed);
}
