/**
 * A Bot API server for tests, written from Telegram's documentation and typed by `@grammyjs/types`. It knows one bot.
 * `world` is what people do and see, `calls` what the bot asked for, `faults` what goes wrong.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { type Fault, Faults } from "./faults.ts";
import { METHODS } from "./methods.ts";
import { type Multipart, parseMultipart } from "./multipart.ts";
import { World } from "./people.ts";
import { Refusal } from "./refusal.ts";
import { State } from "./world.ts";

export type { Fault, FaultRule } from "./faults.ts";
export type { SeenMessage, World } from "./people.ts";
export type { SaidFile } from "./posts.ts";

/** One call, in the order in which they came. */
export interface BotCall {
  /** As it was written. */
  readonly method: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly atMs: number;
  /** The status of the answer; 0 where the line was cut or is still open. */
  status: number;
}

/** What a fake can be started with. */
export interface FakeTelegramOptions {
  readonly token?: string;
  readonly username?: string;
}

/** A running server. */
export interface FakeTelegram extends AsyncDisposable {
  readonly apiRoot: string;
  readonly token: string;
  readonly bot: { readonly id: number; readonly username: string };
  readonly world: World;
  readonly faults: Faults;
  /** getUpdates is left out: it comes all the time. */
  readonly calls: readonly BotCall[];
  readonly webhook: { readonly url: string | null; readonly made: number; readonly failed: number };
  /** Updates that the bot has not confirmed. */
  readonly unconfirmed: number;
  /** How many bytes came in so far, of all calls. */
  readonly receivedBytes: number;
  /** Puts any object into the queue as an update. */
  pushRaw(update: object): void;
  /** Lets the updates go on at another number, as after a week of silence. */
  jumpTo(updateId: number): void;
  /** Names files by their place in `dir`, as a Bot API server of one's own does. */
  keepFilesIn(dir: string): void;
  /** Cuts the line in the middle of every file from now on. */
  cutFiles(): void;
  /** Moves Telegram's clock. */
  pass(ms: number): void;
  close(): Promise<void>;
}

const Payload = z.record(z.string(), z.unknown());
const DEFAULT_TOKEN = "7000000001:fake-token_of-the-fake-server";

/** Starts a server on a port that the system chooses. */
export async function startTelegram(options: FakeTelegramOptions = {}): Promise<FakeTelegram> {
  const { token = DEFAULT_TOKEN, username = "plenum_test_bot" } = options;
  const id = Number(token.slice(0, token.indexOf(":")));
  const state = new State({ id, is_bot: true, first_name: "Plenum", username });
  const fake = {
    state,
    token,
    faults: new Faults(),
    calls: [] as BotCall[],
    received: { bytes: 0 },
    filesCut: false,
  };
  const server = createServer((request, response) => void answer(fake, request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    state.updates.close();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  return {
    apiRoot: `http://127.0.0.1:${port}`,
    token,
    bot: { id, username },
    world: new World(state),
    faults: fake.faults,
    calls: fake.calls,
    get webhook() {
      return { url: state.updates.webhookUrl, ...state.updates.webhookCalls };
    },
    get unconfirmed() {
      return state.updates.unconfirmed;
    },
    get receivedBytes() {
      return fake.received.bytes;
    },
    pushRaw: (update) => state.updates.pushRaw(0, update),
    keepFilesIn: (dir) => {
      state.localDir = dir;
    },
    cutFiles: () => {
      fake.filesCut = true;
    },
    jumpTo: (updateId) => state.updates.jumpTo(updateId),
    pass: (ms) => state.pass(ms),
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Fake {
  readonly filesCut: boolean;
  readonly state: State;
  readonly token: string;
  readonly faults: Faults;
  readonly calls: BotCall[];
  readonly received: { bytes: number };
}

interface Answer {
  readonly status: number;
  readonly body: string | Uint8Array;
}

async function answer(fake: Fake, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  try {
    const { pathname } = new URL(request.url ?? "/", "http://fake");
    const made = pathname.startsWith("/file/")
      ? fileAnswer(fake, pathname)
      : await callAnswer(fake, request, { pathname, signal: gone.signal });
    if (made === null) return void request.socket.destroy();
    response.writeHead(made.status, {
      "Content-Type": typeof made.body === "string" ? "application/json" : "application/octet-stream",
      "Content-Length": typeof made.body === "string"
        ? new TextEncoder().encode(made.body).length
        : made.body.length,
    });
    if (fake.filesCut && typeof made.body !== "string") {
      return void response.write(made.body.subarray(1), () => request.socket.destroy());
    }
    response.end(made.body);
  } catch (error) {
    // A bug of the fake: said where the test sees it.
    response.writeHead(500).end(JSON.stringify({ ok: false, error_code: 500, description: String(error) }));
  }
}

/** null: the line is to be cut. */
async function callAnswer(
  fake: Fake,
  request: IncomingMessage,
  { pathname, signal }: { readonly pathname: string; readonly signal: AbortSignal },
): Promise<Answer | null> {
  const [, token, written = ""] = /^\/bot([^/]+)\/(\w+)$/.exec(pathname) ?? [];
  const { payload, files } = await bodyOf(fake, request);
  if (token === undefined) return refused(new Refusal(404, "Not Found"));
  if (token !== fake.token) return refused(new Refusal(401, "Unauthorized"));
  const method = written.toLowerCase();
  const call: BotCall = { method: written, payload, atMs: Date.now(), status: 0 };
  if (method !== "getupdates") fake.calls.push(call);
  fake.state.changes.notify();
  const chat = payload["chat_id"] === undefined ? null : String(payload["chat_id"]);
  const fault = fake.faults.take(method, chat);
  const early = fault === null ? undefined : beforeEffect(fault);
  const made = early === undefined ? await effect(fake, { method, payload, files, signal }) : early;
  const final = fault !== null && early === undefined ? afterEffect(fault) : made;
  call.status = final?.status ?? 0;
  fake.state.changes.notify();
  return final;
}

async function effect(
  { state }: Fake,
  { method, payload, files, signal }: Multipart & { readonly method: string; readonly signal: AbortSignal },
): Promise<Answer> {
  const run = METHODS.get(method);
  if (run === undefined) return refused(new Refusal(404, "Not Found: method not found"));
  try {
    return {
      status: 200,
      body: JSON.stringify({ ok: true, result: await run(state, { payload, files, signal }) }),
    };
  } catch (error) {
    if (error instanceof Refusal) return refused(error);
    throw error;
  }
}

/** undefined: the call shall have its effect. */
function beforeEffect(fault: Fault): Answer | null | undefined {
  switch (fault.kind) {
    case "flood": {
      const seconds = fault.retryAfterSeconds;
      return refused(new Refusal(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds }));
    }
    case "refuse":
      return refused(new Refusal(fault.code, fault.description));
    case "error":
    case "cut":
      return fault.when === "before" ? afterEffect(fault) : undefined;
    default:
      return fault satisfies never;
  }
}

function afterEffect(fault: Fault): Answer | null {
  if (fault.kind !== "error") return null;
  return refused(new Refusal(fault.status, "Internal Server Error"));
}

function refused({ code, description, parameters }: Refusal): Answer {
  return { status: code, body: JSON.stringify({ ok: false, error_code: code, description, parameters }) };
}

function fileAnswer({ state, token }: Fake, pathname: string): Answer {
  const [, given, id = ""] = /^\/file\/bot([^/]+)\/files\/(\w+)$/.exec(pathname) ?? [];
  const file = given === token ? state.files.get(id) : undefined;
  return file === undefined ? refused(new Refusal(404, "Not Found")) : { status: 200, body: file.bytes };
}

async function bodyOf(fake: Fake, request: IncomingMessage): Promise<Multipart> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) {
    chunks.push(z.instanceof(Uint8Array).parse(chunk));
    fake.received.bytes += chunk.length;
    fake.state.changes.notify();
  }
  const body = concat(chunks);
  const type = request.headers["content-type"] ?? "";
  if (type.startsWith("multipart/form-data")) return parseMultipart(type, body);
  const text = new TextDecoder().decode(body);
  return { payload: text === "" ? {} : Payload.parse(JSON.parse(text)), files: new Map() };
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only;
  const all = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
