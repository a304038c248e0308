/** signal-cli's JSON-RPC over HTTP. Errors come with status 200; a call that got no answer may have been done. */
import { z } from "zod";
import { pause } from "../shared/reconnect.ts";
import { fileIn } from "./answer.ts";
import { bodyOf, type FileString } from "./body.ts";
import { type Method, PARAMS, type Params, type Result, RESULTS } from "./requests.ts";

/** Long enough for a message to a thousand people, ms. */
const TIMEOUT_MS = 180_000;
/** With files, which go to Signal's servers within the call, or come from signal-cli: half an hour, ms. */
const FILE_TIMEOUT_MS = 1_800_000;

const Answer = z.looseObject({
  result: z.unknown().optional(),
  error: z.looseObject({ code: z.number(), message: z.string(), data: z.unknown().optional() }).nullish(),
});

/** signal-cli refused. `said` is its own text: it may name people, so that it must not be shown or logged. */
export class RpcRefused extends Error {
  constructor(readonly method: Method, readonly code: number, readonly said: string, readonly data: unknown) {
    super(`Cannot ${method}: signal-cli answered ${code}`);
  }
}

/** Nobody listens: certainly not done. */
export class RpcUnreachable extends Error {
  constructor(readonly method: Method) {
    super(`Cannot ${method} as signal-cli must be running: nothing listens`);
  }
}

/** The line broke, or no answer came in time: perhaps done. */
export class RpcLost extends Error {
  constructor(readonly method: Method) {
    super(`Cannot tell what ${method} came to: signal-cli did not answer`);
  }
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** What goes where `placeOf` stands in the parameters. */
  readonly files?: readonly FileString[];
}

/** The calls to one daemon, under one account. */
export class Rpc {
  readonly #url: string;
  readonly #account: string | null;
  #calls = 0;

  /** `base` without a path; `account`: whose calls these are, where it matters. */
  constructor(base: string, account: string | null = null) {
    this.#url = `${base.replace(/\/$/, "")}/api/v1/rpc`;
    this.#account = account;
  }

  /**
   * Calls, and checks both ways.
   * @throws {RpcRefused} {RpcUnreachable} {RpcLost}, and what reading one of the files throws: certainly not done
   */
  async call<M extends Method>(method: M, params: Params<M>, options: CallOptions = {}): Promise<Result<M>> {
    const { response, over } = await this.#post(method, params, options);
    try {
      const text = await response.text().catch(() => "");
      return resultIn(method, text);
    } finally {
      over();
    }
  }

  /** Calls for a file. Whoever gets it reads it to its end, or returns it. @throws as `call` */
  async *file<M extends Method>(
    method: M,
    params: Params<M>,
    options: CallOptions = {},
  ): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const { response, over } = await this.#post(method, params, { timeoutMs: FILE_TIMEOUT_MS, ...options });
    try {
      const came = await fileIn(response.body ?? new Blob().stream());
      if ("file" in came) yield* came.file;
      else resultIn(method, came.text);
    } catch (error) {
      throw error instanceof RpcRefused ? error : new RpcLost(method);
    } finally {
      over();
    }
  }

  #bodyFor<M extends Method>(method: M, params: Params<M>): string {
    const checked = PARAMS[method].parse(params);
    const account = this.#account === null ? {} : { account: this.#account };
    this.#calls += 1;
    return JSON.stringify({
      jsonrpc: "2.0",
      id: String(this.#calls),
      method,
      params: { ...account, ...checked },
    });
  }

  /** `over` ends the time that the answer has. */
  async #post<M extends Method>(
    method: M,
    params: Params<M>,
    { signal, files = [], timeoutMs = files.length > 0 ? FILE_TIMEOUT_MS : TIMEOUT_MS }: CallOptions,
  ): Promise<{ readonly response: Response; readonly over: () => void }> {
    const json = this.#bodyFor(method, params);
    const over = new AbortController();
    void pause(timeoutMs, over.signal).then(() => over.abort());
    const signals = [over.signal, ...(signal === undefined ? [] : [signal])];
    const headers = { "Content-Type": "application/json" };
    let unread: { readonly error: unknown } | null = null;
    const body = files.length === 0 ? json : bodyOf(json, files, (error) => unread = { error });
    try {
      const response = await fetch(this.#url, {
        method: "POST",
        headers,
        body,
        signal: AbortSignal.any(signals),
      });
      return { response, over: () => over.abort() };
    } catch (error) {
      over.abort();
      throw lineError(method, error, unread);
    }
  }
}

function lineError(method: Method, error: unknown, unread: { readonly error: unknown } | null): unknown {
  if (unread !== null) return unread.error;
  return isRefusedConnection(error) ? new RpcUnreachable(method) : new RpcLost(method);
}

function resultIn<M extends Method>(method: M, text: string): Result<M> {
  const { result, error } = answerIn(method, text);
  if (error) throw new RpcRefused(method, error.code, error.message, error.data);
  return RESULTS[method].parse(result) as Result<M>;
}

function answerIn(method: Method, text: string): z.infer<typeof Answer> {
  try {
    return Answer.parse(JSON.parse(text));
  } catch {
    throw new RpcLost(method);
  }
}

/** Deno has no class of its own for it: the text tells. */
function isRefusedConnection(error: unknown): boolean {
  if (!(error instanceof TypeError)) return false;
  const said = `${error.message} ${error.cause instanceof Error ? error.cause.message : ""}`;
  return /connection refused|dns error|failed to lookup/i.test(said);
}
