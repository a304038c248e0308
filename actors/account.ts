/**
 * The adapter actor: runs one Adapter, restarts it with backoff, puts its events into mailboxes and keeps its health.
 */
import type { AccountId, ChatId, Event, GroupId, Locale, Messenger } from "./model/mod.ts";
import {
  AccountGone,
  type Adapter,
  type AdapterDefinition,
  type AdapterHost,
  type Health,
  type Host,
  type SessionStore,
  type Store,
} from "./ports/mod.ts";
import type { Groups } from "./group.ts";
import type { LaneAccount } from "./bridge/lane_deps.ts";
import { backoffMs } from "./bridge/outcome.ts";
import {
  AdoptRow,
  type Append,
  ChatRow,
  type Committer,
  decodeRow,
  eventHash,
  key,
  type Seen,
  wellFormed,
} from "./store/mod.ts";
import { Bucket } from "./system/bucket.ts";
import { Cache } from "./system/cache.ts";
import type { Timer } from "./system/timer.ts";

/** Native chats whose group is remembered. */
const ROUTES_MAX = 100_000;
/** An account that is logged out is tried again after this, ms. */
const GONE_RETRY_MS = 300_000;

/** One account to run: its adapter's definition and its checked configuration. */
export interface AccountSpec<Config = unknown> {
  readonly definition: AdapterDefinition<Config>;
  readonly account: AccountId;
  readonly config: Config;
}

export interface AccountDeps {
  readonly store: Store;
  readonly host: Host;
  readonly committer: Committer;
  readonly seen: Seen;
  readonly timer: Timer;
  readonly locale: Locale;
  readonly groups: () => Groups;
  /** The account can send again. */
  readonly ready: () => void;
}

interface Route {
  readonly group: GroupId;
  readonly messenger: Messenger;
}

/** The ends of events on their way that change where a chat leads. */
type Leading = readonly Promise<void>[];

export class Account implements LaneAccount {
  readonly id: AccountId;
  readonly messenger: Messenger;
  readonly bucket = new Bucket();
  readonly opened: Adapter;
  readonly #deps: AccountDeps;
  readonly #abort = new AbortController();
  /** Of the present run. */
  #runs = new AbortController();
  readonly #routes = new Cache<ChatId, Promise<Route | null>>(ROUTES_MAX);
  /** Events under way that change where a chat leads. */
  readonly #leading = new Set<Promise<void>>();
  readonly #taking = new Map<number, Promise<unknown>>();
  #health: Health = { status: "starting" };
  #notBefore = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(spec: AccountSpec, deps: AccountDeps) {
    this.#deps = deps;
    this.id = spec.account;
    this.messenger = spec.definition.messenger;
    this.opened = spec.definition.open(spec.account, spec.config, this.#host());
  }

  get health(): Health {
    return this.#health;
  }

  get adapter(): Adapter | null {
    return this.#health.status === "connected" || this.#health.status === "waiting" ? this.opened : null;
  }

  get notBefore(): number {
    return this.#notBefore;
  }

  hold(until: number): void {
    this.#notBefore = Math.max(this.#notBefore, until);
  }

  /** A send found that the account is gone: this run ends, another follows after the usual pause. */
  gone(): void {
    this.#report({ status: "logged-out" });
    this.#runs.abort(new AccountGone("Cannot send as the account is logged out"));
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
    await this.opened[Symbol.asyncDispose]();
  }

  /** Forgets where a chat led: it has changed. */
  forget(chat: ChatId): void {
    this.#routes.delete(chat);
  }

  /**
   * Puts an event into its group's mailbox, once. One that changes where a chat leads resolves when that is known,
   * so that what the messenger says there next finds its way.
   * @throws {RelayError} when it was not taken
   */
  async deliver(given: Event, rows?: Append["rows"]): Promise<void> {
    const event = wellFormed(given);
    const leads = event.type === "adopted" || event.type === "chat-moved";
    if (!leads) return await this.#deliver(event, rows);
    // Only for those before it, so that none waits for itself or two for each other.
    const delivered = this.#deliver(event, rows, [...this.#leading]);
    this.#leading.add(delivered);
    try {
      await delivered;
    } finally {
      this.#leading.delete(delivered);
    }
  }

  async #deliver(event: Event, rows: Append["rows"], earlier: Leading | null = null): Promise<void> {
    const { host, seen, committer } = this.#deps;
    await committer.room();
    const route = await this.#routeOf(event, earlier);
    const own = event.type === "message" && event.own === true;
    if (route === null || own) {
      host.metrics.count("plenum_events_ignored_total", { messenger: this.messenger });
      if (rows !== undefined) await committer.write({ records: [], rows });
      return;
    }
    const hash = eventHash(this.id, event.id);
    const taking = this.#taking.get(hash);
    if (taking !== undefined || seen.has(hash)) {
      await taking;
      host.metrics.count("plenum_events_repeated_total", { messenger: this.messenger });
      if (rows !== undefined) await committer.write({ records: [], rows });
      return;
    }
    const mail = { kind: "event", messenger: this.messenger, event } as const;
    const taken = (): void => seen.add(hash);
    const accepted = this.#deps.groups().accept(route.group, mail, {
      hash,
      rows,
      taken,
      settled: earlier !== null,
    });
    this.#taking.set(hash, accepted);
    try {
      await accepted;
    } finally {
      this.#taking.delete(hash);
    }
  }

  /** Always by way of a promise, so that events of one chat keep their order while its route is read. */
  #routeOf(event: Event, earlier: Leading | null): Promise<Route | null> {
    if (event.type === "adopted") return this.#readAdopt(event);
    if (earlier !== null) return this.#findRoute(event.chat, earlier);
    let route = this.#routes.get(event.chat);
    if (route === undefined) {
      route = this.#readRoute(event.chat);
      this.#routes.set(event.chat, route);
    }
    return route;
  }

  async #readRoute(chat: ChatId): Promise<Route | null> {
    try {
      const route = await this.#findRoute(chat, [...this.#leading]);
      if (route === null) this.#routes.delete(chat);
      return route;
    } catch (error) {
      this.#routes.delete(chat);
      throw error;
    }
  }

  /** `leading` as it was before the look-up: one that ends meanwhile may be missing in its answer. */
  async #findRoute(chat: ChatId, leading: Leading): Promise<Route | null> {
    let row = await this.#deps.store.get(key.chat(this.id, chat));
    if (row === null && leading.length > 0) {
      // Perhaps an event that is on its way says where this chat leads.
      await Promise.allSettled(leading);
      row = await this.#deps.store.get(key.chat(this.id, chat));
    }
    return row === null ? null : decodeRow(ChatRow, row.value);
  }

  /** Null also where the chat is another group's already: nobody takes a conversation over. */
  async #readAdopt({ token, chat }: Extract<Event, { type: "adopted" }>): Promise<Route | null> {
    const [row, used] = await this.#deps.store.getMany([key.adopt(token), key.chat(this.id, chat)]);
    if (row === null || row === undefined) return null;
    const route = decodeRow(AdoptRow, row.value);
    if (used === null || used === undefined) return route;
    return decodeRow(ChatRow, used.value).group === route.group ? route : null;
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    const { host, timer } = this.#deps;
    for (let attempt = 0; !signal.aborted; attempt++) {
      const started = host.elapsed();
      this.#runs = new AbortController();
      const ended = await this.#runOnce(AbortSignal.any([signal, this.#runs.signal]));
      if (signal.aborted) break;
      const gone = ended instanceof AccountGone;
      this.#report({ status: gone ? "logged-out" : "failed" });
      const pauseMs = gone ? GONE_RETRY_MS : 0;
      if (host.elapsed() - started > 60_000) attempt = 0;
      await timer.pauseUnless(Math.max(pauseMs, backoffMs(attempt, host.random())), signal);
    }
  }

  /** One run of the adapter. Answers why it ended, null where it gave no reason. */
  async #runOnce(signal: AbortSignal): Promise<unknown> {
    const { host } = this.#deps;
    let ended: unknown = null;
    try {
      await this.opened.run(signal);
    } catch (error) {
      ended = error;
    }
    if (this.#abort.signal.aborted) return null;
    if (this.#runs.signal.aborted) ended = this.#runs.signal.reason;
    if (ended === null) return null;
    host.metrics.count("plenum_adapter_restarts_total", { messenger: this.messenger });
    host.log.warn("adapter-stopped", { account: this.messenger, gone: ended instanceof AccountGone });
    return ended;
  }

  #report(health: Health): void {
    const before = this.adapter;
    if (health.status !== this.#health.status) {
      this.#deps.host.log.info("account-health", { account: this.messenger, status: health.status });
    }
    this.#health = health;
    if (before === null && this.adapter !== null) this.#deps.ready();
  }

  #host(): AdapterHost {
    const { host, locale } = this.#deps;
    return {
      deliver: (event) => this.deliver(event),
      report: (health) => this.#report(health),
      session: sessionStore(this.id, this.#deps),
      now: () => host.now(),
      text: (name, values) => host.text(locale, name, values),
    };
  }
}

/** What an adapter keeps between runs. */
function sessionStore(account: AccountId, deps: AccountDeps): SessionStore {
  return {
    get: async (names) => {
      const rows = await deps.store.getMany(names.map((name) => key.adapter(account, name)));
      return rows.map((row) => row?.value ?? null);
    },
    set: async (entries) => {
      const rows = Object.entries(entries).map(([name, value]) => ({
        key: key.adapter(account, name),
        value,
      }));
      await deps.committer.write({ records: [], rows });
    },
  };
}
