/** A small REST client for the contract: real sockets, and every error checked to be a problem. */
import assert from "node:assert/strict";
import { z } from "zod";
import { type CheckAnswer, readDocument } from "./rest_document.ts";

/** What `start` of the suite answers. */
export interface RestServer {
  /** No trailing slash. */
  readonly url: string;
  stop(): Promise<void>;
}

/** The e-mail address that the server under test must have as OPERATOR_EMAIL. */
export const OPERATOR_EMAIL = "operator@example.org";
/** A password that is good enough. */
export const PASSWORD = "correct horse battery";

export interface CallOptions {
  readonly token?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: BodyInit;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Null for an empty body, the text for what is not JSON. */
  readonly body: unknown;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export const GroupShape = z.strictObject({
  id: z.string(),
  title: z.string(),
  inviteCode: z.string(),
  inviteUrl: z.string(),
  mode: z.enum(["notice", "opt-in"]),
  createdAt: z.number(),
  bridges: z.array(z.strictObject({
    messenger: z.string(),
    status: z.enum(["creating", "needs-action", "ready", "paused", "failed"]),
    inviteUrl: z.string().nullable(),
    action: z.object({ kind: z.string(), url: z.string().optional(), text: z.string() }).optional(),
    reason: z.string().optional(),
  })),
  description: z.string().optional(),
});
export type GroupShape = z.infer<typeof GroupShape>;

export const MessagesShape = z.object({
  messages: z.array(z.object({
    id: z.string(),
    at: z.number(),
    author: z.strictObject({ memberId: z.string(), name: z.string(), messenger: z.string() }),
    text: z.string(),
    spans: z.array(z.looseObject({ type: z.string(), start: z.number(), length: z.number() })),
    content: z.looseObject({ type: z.string() }),
    replyTo: z.string().nullable(),
    reactions: z.array(z.strictObject({ memberId: z.string(), emoji: z.string() })),
    edited: z.boolean(),
    deleted: z.boolean(),
    delivery: z.record(z.string(), z.enum(["waiting", "delivered", "failed"])),
  })),
});

const Problem = z.object({
  type: z.string(),
  title: z.string().min(1),
  status: z.number(),
  detail: z.string().min(1),
  code: z.string().regex(/^[a-z][a-z-]+$/),
});
const LoggedIn = z.object({ accountId: z.string().min(1), token: z.string().min(1) });
const Guest = z.object({ memberId: z.string().min(1), token: z.string().min(1) });

/** Methods that follow from the others. */
const UNDOCUMENTED = new Set(["HEAD", "OPTIONS"]);

/** One server under test. */
export class RestClient {
  #document: Promise<CheckAnswer> | null = null;

  constructor(readonly url: string) {}

  async call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const headers = new Headers(options.headers);
    if (options.token !== undefined) headers.set("authorization", `Bearer ${options.token}`);
    if (options.body !== undefined) headers.set("content-type", "application/json");
    const body = options.raw ?? (options.body === undefined ? null : JSON.stringify(options.body));
    const response = await fetch(this.url + path, { method, headers, body, redirect: "manual" });
    const bytes = await response.bytes();
    const text = new TextDecoder().decode(bytes);
    const isJson = response.headers.get("content-type")?.includes("json") === true;
    const answer = {
      status: response.status,
      headers: response.headers,
      bytes,
      body: text === "" ? null : isJson ? JSON.parse(text) : text,
    };
    if (path.startsWith("/api")) {
      if (answer.status >= 400) checkProblem(answer);
      assert.notEqual(answer.headers.get("cache-control") ?? "", "", "no cache has to guess");
      this.#document ??= readDocument(this.url);
      if (!UNDOCUMENTED.has(method)) (await this.#document)(method, path, answer);
    }
    return answer;
  }

  /** Calls and expects success with `status`. */
  async expect(status: number, method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const answer = await this.call(method, path, options);
    assert.equal(answer.status, status, `${method} ${pattern(path)}: ${JSON.stringify(answer.body)}`);
    return answer;
  }

  /** Calls and expects a problem with `status` and `code`; answers its detail. */
  async refuse(
    [status, code]: readonly [number, string],
    method: string,
    path: string,
    options: CallOptions = {},
  ): Promise<string> {
    const answer = await this.expect(status, method, path, options);
    const problem = Problem.parse(answer.body);
    assert.equal(problem.code, code, `${method} ${pattern(path)}`);
    return problem.detail;
  }

  /** Signs somebody up and answers their token. */
  async signUp(name = "Ada", email = `${name.toLowerCase()}@example.org`): Promise<string> {
    const body = { email, password: PASSWORD, name };
    return LoggedIn.parse((await this.expect(201, "POST", "/api/signup", { body })).body).token;
  }

  async createGroup(token: string, more: Readonly<Record<string, unknown>> = {}): Promise<GroupShape> {
    const body = { title: "Lake weekend", consent: true, ...more };
    return GroupShape.parse((await this.expect(201, "POST", "/api/groups", { token, body })).body);
  }

  async joinGuest(code: string, name = "Ben"): Promise<z.infer<typeof Guest>> {
    const body = { name, consent: true };
    return Guest.parse((await this.expect(201, "POST", `/api/invites/${code}/guests`, { body })).body);
  }

  async post(group: string, token: string, text: string, replyTo?: string): Promise<string> {
    const answer = await this.expect(201, "POST", `/api/groups/${group}/messages`, {
      token,
      body: { text, ...(replyTo === undefined ? {} : { replyTo }) },
    });
    return z.object({ messageId: z.string() }).parse(answer.body).messageId;
  }

  async messages(
    group: string,
    token: string,
    query = "",
  ): Promise<z.infer<typeof MessagesShape>["messages"]> {
    const answer = await this.expect(200, "GET", `/api/groups/${group}/messages${query}`, { token });
    return MessagesShape.parse(answer.body).messages;
  }
}

/** Asks again until `condition` answers something, for at most ten seconds. */
export async function eventually<T>(
  what: string,
  condition: () => Promise<T | null | undefined | false>,
): Promise<T> {
  const until = Date.now() + 10_000;
  while (Date.now() < until) {
    const found = await condition();
    if (found !== null && found !== undefined && found !== false) return found;
  }
  throw new Error(`Cannot go on as this did not happen in 10 s: ${what}`);
}

function checkProblem({ status, headers, body }: Answer): void {
  assert.equal(headers.get("content-type"), "application/problem+json");
  assert.equal(Problem.parse(body).status, status);
  assert.doesNotMatch(JSON.stringify(body), /\.ts\b|\bat .*:\d+:\d+/, "a problem shows no stack");
}

function pattern(path: string): string {
  return path.replace(/g_[\w-]{22}/, ":id");
}

/** Registers a test that has a server of its own. */
export type GivenServer = (behaviour: string, test: (client: RestClient) => Promise<void>) => void;
