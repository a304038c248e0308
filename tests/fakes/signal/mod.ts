/**
 * The wire of signal-cli's daemon with a small Signal behind it: JSON-RPC over HTTP, and over TCP the messages that came
 * in, as with `--receive-mode on-connection`: while nobody is connected they wait, in order. Shapes are those of the
 * recorded samples. People are played by `person`; `faults` says what goes wrong.
 */
import { Cut, Faults, withFault } from "./faults.ts";
import { CALLS, isKnown, Refusal, SINCE } from "./methods.ts";
import { Person } from "./person.ts";
import { type FakeGroup, type Someone, World } from "./world.ts";

export { sendFailed } from "./faults.ts";
export type { Person } from "./person.ts";
export type { Shown, ShownFile } from "./world.ts";

export interface SignalOptions {
  /** Of signal-cli. */
  readonly version?: string;
  /** Registering a number needs this. */
  readonly captcha?: string;
  /** Somebody protected the number by it. */
  readonly pin?: string;
}

interface Request {
  readonly id: unknown;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Starts it on ports of its own. */
export function startSignal(options: SignalOptions = {}): FakeSignal {
  return new FakeSignal(options);
}

/** One daemon. */
export class FakeSignal implements AsyncDisposable {
  readonly rpcUrl: string;
  readonly tcp: string;
  readonly faults = new Faults();
  /** Calls that were made, oldest first. */
  readonly calls: Request[] = [];
  /** Parameters that signal-cli would pass over. */
  readonly unknown: string[] = [];
  /** The most sends that were under way at a time. */
  concurrent = 0;
  readonly #world: World;
  readonly #options: SignalOptions;
  /** Of its own choice at first, and the same later on. */
  #ports = { http: 0, tcp: 0 };
  readonly #clients = new Set<Deno.TcpConn>();
  readonly #linking = new Map<string, (account: Someone) => void>();
  #http: Deno.HttpServer | null = null;
  #listener: Deno.TcpListener | null = null;
  #handing: Promise<void> = Promise.resolve();
  #sends = 0;

  constructor(options: SignalOptions) {
    this.#options = options;
    this.#world = new World(options.version ?? "0.14.6");
    this.up();
    this.rpcUrl = `http://127.0.0.1:${this.#ports.http}`;
    this.tcp = `127.0.0.1:${this.#ports.tcp}`;
  }

  /** An account that signal-cli is linked to already, or is as soon as its phone scans. */
  account(name = "Bridge", linked = true): Someone {
    const account = this.#world.person(name);
    if (linked) this.#world.waiting.set(account.aci, []);
    return account;
  }

  person(name: string): Person {
    return new Person(this.#world, this.#world.person(name));
  }

  /** What somebody calls themselves. */
  nameOf(aci: string): string {
    return this.#world.someone.get(aci)?.name ?? "";
  }

  /** The account's own phone: what it sends its other devices hear of. */
  phoneSays(account: Someone, groupId: string, message: string): number {
    const timestamp = this.#world.now();
    const sentMessage = {
      timestamp,
      message,
      groupInfo: { groupId, revision: this.group(groupId).revision },
    };
    const source = { sourceUuid: account.aci, sourceName: account.name, sourceDevice: 1, timestamp };
    this.#world.queue(account.aci, { ...source, syncMessage: { sentMessage } });
    return timestamp;
  }

  /** The phone of `account` reads a QR code. */
  scan(uri: string, account: Someone): void {
    this.#linking.get(uri)?.(account);
  }

  group(id: string): FakeGroup {
    return this.#world.group(id);
  }

  /** Its link, or null. */
  linkOf(id: string): string | null {
    return this.#world.linkOf(this.group(id));
  }

  /** A file as signal-cli has downloaded it; empty: the download failed. */
  file(id: string, data: Uint8Array): void {
    this.#world.files.set(id, data);
  }

  /** A sticker of a pack that signal-cli has downloaded. */
  sticker(packId: string, id: number, data: Uint8Array): void {
    this.#world.stickers.set(`${packId}:${id}`, data);
  }

  /** How many wait to be handed out. */
  get waiting(): number {
    return [...this.#world.waiting.values()].reduce((sum, { length }) => sum + length, 0);
  }

  until(holds: () => boolean, what: string): Promise<void> {
    return this.#world.until(holds, what);
  }

  /** Ends all TCP connections. */
  cut(): void {
    for (const client of this.#clients) client.close();
    this.#clients.clear();
  }

  /** Nobody listens any more; all that is known stays. */
  async down(): Promise<void> {
    this.#listener?.close();
    this.#listener = null;
    this.cut();
    await this.#http?.shutdown();
    this.#http = null;
    this.#world.notify();
    await this.#handing;
  }

  /** Listens again, on the same ports. */
  up(): void {
    const hostname = "127.0.0.1";
    const serve = { hostname, port: this.#ports.http, onListen: () => undefined };
    const http = Deno.serve(serve, (request) => this.#serve(request));
    const listener = Deno.listen({ hostname, port: this.#ports.tcp });
    this.#ports = { http: http.addr.port, tcp: listener.addr.port };
    this.#http = http;
    this.#listener = listener;
    void this.#accept(listener);
    void this.#handOut(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.down();
    this.#world.notify();
    await this.#handing;
  }

  async #accept(listener: Deno.TcpListener): Promise<void> {
    try {
      for await (const client of listener) {
        this.#clients.add(client);
        void this.#drain(client);
        this.#world.notify();
      }
    } catch {
      // It is down.
    }
  }

  /** What a client writes is of no use; that it has gone is. */
  async #drain(client: Deno.TcpConn): Promise<void> {
    const buffer = new Uint8Array(1024);
    const ended = async (): Promise<boolean> => await client.read(buffer).catch(() => null) === null;
    while (!await ended());
    if (this.#clients.delete(client)) client.close();
  }

  /** While somebody is connected, all that waits, in order. */
  #handOut(listener: Deno.TcpListener): Promise<void> {
    this.#handing = (async () => {
      const over = (): boolean => this.#listener !== listener;
      while (!over()) {
        const ready = (): boolean => over() || (this.#clients.size > 0 && this.waiting > 0);
        await this.#world.until(ready, "something to hand out", 2 ** 31 - 1);
        if (!over()) { for (const queue of this.#world.waiting.values()) await this.#handOne(queue); }
      }
    })();
    return this.#handing;
  }

  async #handOne(queue: unknown[]): Promise<void> {
    const [params] = queue;
    if (params === undefined || this.#clients.size === 0) return;
    const line = new TextEncoder().encode(
      `${JSON.stringify({ jsonrpc: "2.0", method: "receive", params })}\n`,
    );
    const written = await Promise.all(
      [...this.#clients].map((client) => client.write(line).then(() => true, () => false)),
    );
    if (written.includes(true)) queue.shift();
    this.#world.notify();
  }

  async #serve(request: globalThis.Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/api/v1/check") return new Response(null);
    if (pathname !== "/api/v1/rpc") return new Response(null, { status: 404 });
    if (request.headers.get("Content-Type") !== "application/json") {
      return new Response(null, { status: 415 });
    }
    // A call that was broken off is none.
    const { id, method, params = {} } = await request.json().catch(() => ({}));
    if (method === undefined) return new Response(null, { status: 400 });
    this.calls.push({ id, method, params });
    this.#world.notify();
    try {
      return Response.json({ jsonrpc: "2.0", result: await this.#call(method, params), id });
    } catch (error) {
      if (error instanceof Cut) return new Response("{");
      if (!(error instanceof Refusal)) throw error;
      const { code, message, data } = error;
      return Response.json({ jsonrpc: "2.0", error: { code, message, data }, id });
    }
  }

  async #call(method: string, { account, ...params }: Request["params"]): Promise<unknown> {
    this.unknown.push(...Object.keys(params).filter((name) => !isKnown(this.#world, method, name)));
    const open = await this.#openCall(method, params, account);
    if (open !== null) return open;
    const me = [...this.#world.someone.values()].find(({ aci, number }) =>
      number === account || aci === account
    );
    if (!me || !this.#world.waiting.has(me.aci)) {
      throw new Refusal(-32602, "Specified account does not exist");
    }
    const call = this.#world.since(SINCE[method] ?? "0.13") ? CALLS[method] : undefined;
    if (call === undefined) throw new Refusal(-32601, "Method not implemented");
    this.#sends += method.startsWith("send") ? 1 : 0;
    this.concurrent = Math.max(this.concurrent, this.#sends);
    try {
      const fault = this.faults.take(method);
      // As a real one, it takes its time.
      await Promise.resolve();
      if (fault === "old-kind") return { groupId: this.#world.newGroup(me.aci, "old", 16).id, results: [] };
      return withFault(fault, () => call({ world: this.#world, me, params }));
    } finally {
      this.#sends -= method.startsWith("send") ? 1 : 0;
    }
  }

  /** Calls that need no account, or none yet. */
  async #openCall(method: string, params: Request["params"], account: unknown): Promise<unknown> {
    const { captcha, pin } = this.#options;
    switch (method) {
      case "version":
        return { version: this.#world.version };
      case "listAccounts":
        return [...this.#world.waiting.keys()].map((aci) => ({
          number: this.#world.someone.get(aci)?.number,
        }));
      case "startLink":
        return { deviceLinkUri: `sgnl://linkdevice?uuid=${crypto.randomUUID()}&pub_key=BU` };
      case "finishLink":
        return await this.#finishLink(String(params["deviceLinkUri"]));
      case "register": {
        withFault(this.faults.take(method), () => undefined);
        if (captcha !== undefined && params["captcha"] !== captcha) {
          throw new Refusal(-1, "Captcha required for verification, use --captcha CAPTCHA");
        }
        return {};
      }
      case "verify": {
        if (params["verificationCode"] !== "123456") throw new Refusal(-3, "Invalid verification code");
        if (pin !== undefined && params["pin"] !== pin) {
          throw new Refusal(-1, "Verification failed! PIN is required");
        }
        const one = this.#world.person("");
        this.#world.someone.set(one.aci, { ...one, number: String(account) });
        this.#world.waiting.set(one.aci, []);
        return {};
      }
      default:
        return null;
    }
  }

  async #finishLink(uri: string): Promise<unknown> {
    const fault = this.faults.take("finishLink");
    const { promise, resolve } = Promise.withResolvers<Someone>();
    this.#linking.set(uri, resolve);
    this.#world.notify();
    if (fault !== undefined) return withFault(fault, () => ({}));
    const account = await promise;
    this.#world.waiting.set(account.aci, []);
    return { number: account.number };
  }
}
