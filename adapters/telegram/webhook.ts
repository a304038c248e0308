/** Telegram's calls: checked, read with a limit, and answered only once everything in them is durable. */
import type { Api } from "grammy";
import { RelayError } from "../../actors/ports/mod.ts";
import { untilAborted } from "../shared/reconnect.ts";
import type { Connection } from "./connection.ts";
import { asked } from "./failures.ts";
import type { Inbox } from "./inbox.ts";
import type { ALLOWED_UPDATES } from "./polling.ts";
import { callSignal } from "./signal.ts";

const SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token";
/** Updates are a few KiB; nothing of Telegram's comes near this. */
const MAX_BYTES = 1024 * 1024;
/** When Telegram shall try again where the core named no time; it has a backoff of its own besides. */
const RETRY_SECONDS = 5;

/** A caller that hangs up early changes nothing: what was begun is finished, so that the next try finds it done. */
const NEVER = new AbortController().signal;

/** What answers need. */
export interface WebhookDeps {
  readonly secret: string;
  readonly inbox: Inbox;
}

/** What telling Telegram where to call needs. */
export interface CallsDeps {
  readonly api: Api;
  readonly connection: Connection;
  readonly secret: string;
  /** No trailing slash. */
  readonly publicUrl: string;
  readonly allowed: typeof ALLOWED_UPDATES;
}

/** Tells Telegram where to call and stays until `signal` aborts. The address stays set: calls go on without us. */
export async function receiveCalls(deps: CallsDeps, signal: AbortSignal): Promise<void> {
  const { api, connection, secret, publicUrl, allowed } = deps;
  const url = `${publicUrl}/webhooks/telegram`;
  const set = (): Promise<true> =>
    asked(api.setWebhook(url, { secret_token: secret, allowed_updates: allowed }, callSignal(signal)), {
      repeatable: true,
    });
  if (await connection.persist(set, { signal, refused: "telegram.webhook-refused" }) === null) return;
  connection.connected();
  await untilAborted(signal);
}

/** Answers one call. Anything but 2xx makes Telegram call again with the same update. */
export async function answerWebhook(request: Request, { secret, inbox }: WebhookDeps): Promise<Response> {
  if (request.method !== "POST") return refuse(request, 405, { Allow: "POST" });
  if (!await sameSecret(request.headers.get(SECRET_HEADER) ?? "", secret)) return refuse(request, 401);
  const [type] = (request.headers.get("Content-Type") ?? "").split(";");
  if (type?.trim().toLowerCase() !== "application/json") return refuse(request, 415);
  const body = await readBody(request);
  if (body === null) return refuse(request, 413);
  const update = parse(body);
  if (update === undefined) return new Response(null, { status: 400 });
  try {
    await inbox.take([update], NEVER);
    return new Response(null, { status: 200 });
  } catch (error) {
    // The core has told its log; Telegram only needs to know that it must come again.
    const wanted = error instanceof RelayError ? error.retryAfterMs : null;
    const seconds = wanted === null ? RETRY_SECONDS : Math.ceil(wanted / 1000);
    return new Response(null, { status: 503, headers: { "Retry-After": String(seconds) } });
  }
}

/** A body that nobody reads would keep the connection busy. */
async function refuse(request: Request, status: number, headers: HeadersInit = {}): Promise<Response> {
  await request.body?.cancel().catch(() => {});
  return new Response(null, { status, headers });
}

/** Compares digests, all of them to the end: how long it takes tells nothing of the secret. */
async function sameSecret(given: string, wanted: string): Promise<boolean> {
  const [one, other] = await Promise.all([digest(given), digest(wanted)]);
  let difference = 0;
  for (const [at, byte] of one.entries()) difference |= byte ^ (other[at] ?? 0);
  return difference === 0;
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

/** null: it is too long, whatever its header says. */
async function readBody(request: Request): Promise<string | null> {
  if (Number(request.headers.get("Content-Length") ?? 0) > MAX_BYTES || request.body === null) {
    return request.body === null ? "" : null;
  }
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of request.body) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** undefined: this is no JSON object. */
function parse(body: string): object | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
