/** signal-cli's JSON-RPC over HTTP. Errors come with status 200; a call that got no answer may have been done. */
import { z } from "zod";
import { pause } from "../shared/reconnect.ts";
import { type Method, PARAMS, type Params, type Result, RESULTS } from "./requests.ts";

/** Long enough for a message to a thousand people, ms. */
const TIMEOUT_MS = 180_000;

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

  /** Calls, and checks both ways. @throws {RpcRefused} {RpcUnreachable} {RpcLost} */
  async call<M extends Method>(method: M, params: Params<M>, options: CallOptions = {}): Promise<Result<M>> {
    const checked = PARAMS[method].parse(params);
    const account = this.#account === null ? {} : { account: this.#account };
    this.#calls += 1;
    const body = JSON.stringify({
      jsonrpc: "2.0",
      id: String(this.#calls),
      method,
      params: { ...account, ...checked },
    });
    const { result, error } = await this.#post(method, body, options);
    if (error) throw new RpcRefused(method, error.code, error.message, error.data);
    return RESULTS[method].parse(result) as Result<M>;
  }

  async #post(method: Method, body: string, options: CallOptions): Promise<z.infer<typeof Answer>> {
    const { signal, timeoutMs = TIMEOUT_MS } = options;
    const over = new AbortController();
    const timeout = new AbortController();
    void pause(timeoutMs, over.signal).then(() => timeout.abort());
    const signals = [timeout.signal, ...(signal === undefined ? [] : [signal])];
    const headers = { "Content-Type": "application/json" };
    try {
      const response = await fetch(this.#url, {
        method: "POST",
        headers,
        body,
        signal: AbortSignal.any(signals),
      });
      return Answer.parse(await response.json());
    } catch (error) {
      throw isRefusedConnection(error) ? new RpcUnreachable(method) : new RpcLost(method);
    } finally {
      over.abort();
    }
  }
}

/** Deno has no class of its own for it: the text tells. */
function isRefusedConnection(error: unknown): boolean {
  if (!(error instanceof TypeError)) return false;
  const said = `${error.message} ${error.cause instanceof Error ? error.cause.message : ""}`;
  return /connection refused|dns error|failed to lookup/i.test(said);
}
