/**
 * The adapter actor: runs one Adapter, restarts it with backoff, puts its events into mailboxes and keeps its health.
 */
import type { AccountId, ChatId, Event, Locale, Messenger } from "./model/mod.ts";
import {
  AccountGone,
  type Adapter,
  type AdapterDefinition,
  type AdapterHost,
  type Health,
  type Host,
  type LinkStep,
  RelayError,
  type SessionStore,
  type Store,
} from "./ports/mod.ts";
import type { Groups } from "./group.ts";
import type { LaneAccount } from "./bridge/lane_deps.ts";
import { backoffMs } from "./bridge/outcome.ts";
import { Creations } from "./account/creations.ts";
import { Linking } from "./account/linking.ts";
import { type Leading, Routing } from "./account/routing.ts";
import {
  type Append,
  type Committer,
  createSessionStore,
  eventHash,
  type Seen,
  wellFormed,
} from "./store/mod.ts";
import { Bucket } from "./system/bucket.ts";
import type { Timer } from "./system/timer.ts";

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

export class Account implements LaneAccount {
  readonly id: AccountId;
  readonly messenger: Messenger;
  /** Operators link and remove it. */
  readonly linkable: boolean;
  readonly bucket = new Bucket();
  readonly opened: Adapter;
  readonly #deps: AccountDeps;
  readonly #abort = new AbortController();
  /** Of the present run. */
  #runs = new AbortController();
  readonly creations: Creations;
  readonly #routing: Routing;
  readonly #session: SessionStore;
  readonly #taking = new Map<number, Promise<unknown>>();
  #health: Health = { status: "starting" };
  #notBefore = 0;
  #running: Promise<void> = Promise.resolve();
  #linking: Linking | null = null;
  /** What was last logged of its end. */
  #told: "gone" | "" = "";
  /** Ends the pause between two runs. */
  #wake = (): void => undefined;

  constructor(spec: AccountSpec, deps: AccountDeps) {
    this.#deps = deps;
    this.id = spec.account;
    this.messenger = spec.definition.messenger;
    this.linkable = spec.definition.linked === true;
    this.creations = new Creations(this.id, deps);
    this.#routing = new Routing(deps.store, this.id);
    this.#session = createSessionStore(this.id, deps);
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
    this.#end("logged-out");
    this.#runs.abort(new AccountGone("Cannot send as the account is logged out"));
  }

  start(): void {
    this.#report(this.#health);
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
    await this.opened[Symbol.asyncDispose]();
  }

  /** What the linking that is under way shows; null: there is none. */
  get linking(): readonly LinkStep[] | null {
    return this.#linking?.shown ?? null;
  }

  /**
   * Links the account anew, or joins the linking that is under way: its run ends meanwhile.
   * @throws {RelayError} `conflict` where it is linked: its login would be lost
   */
  link(signal: AbortSignal): AsyncIterable<LinkStep> {
    if (this.#linking === null) {
      const { status } = this.#health;
      if ((status !== "logged-out" && status !== "failed") || this.#abort.signal.aborted) {
        throw new RelayError("conflict", "Cannot link this account as it must be logged out: it is in use");
      }
      this.#linking = new Linking(this.#deps);
      this.#runs.abort(null);
      this.#wake();
    }
    return this.#linking.watch(signal);
  }

  /** To the linking that is under way, or to the account that asks. @throws {RelayError} `conflict` where nobody does */
  answerLink(field: string, value: string): void {
    const { asks } = this.#health;
    if (this.#linking !== null) return this.#linking.answer(field, value);
    if (asks === undefined || asks !== field) {
      throw new RelayError("conflict", "Cannot take this as nothing asks for it");
    }
    this.opened.answer?.(asks, value);
  }

  /** Forgets all that its adapter kept. Only once it is stopped. */
  erase(): Promise<void> {
    return this.#session.clear("");
  }

  /** Forgets where a chat led: it has changed. */
  forget(chat: ChatId): void {
    this.#routing.forget(chat);
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
    await this.#routing.follow(this.#deliver(event, rows, this.#routing.leading));
  }

  async #deliver(event: Event, rows: Append["rows"], earlier: Leading | null = null): Promise<void> {
    const { host, seen, committer } = this.#deps;
    await committer.room();
    const route = await this.#routing.of(event, earlier);
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

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    const { host } = this.#deps;
    await this.creations.load();
    for (let attempt = 0; !signal.aborted; attempt++) {
      if (this.#linking !== null) await this.#link(this.#linking);
      const started = host.elapsed();
      this.#runs = new AbortController();
      const ended = await this.#runOnce(AbortSignal.any([signal, this.#runs.signal]));
      if (signal.aborted) break;
      if (this.#linking !== null) continue;
      const gone = ended instanceof AccountGone;
      this.#end(gone ? "logged-out" : "failed");
      const pauseMs = gone ? GONE_RETRY_MS : 0;
      if (host.elapsed() - started > 60_000) attempt = 0;
      await this.#pause(Math.max(pauseMs, backoffMs(attempt, host.random())));
    }
  }

  /** Somebody links it: nobody else uses its session meanwhile. */
  async #link(linking: Linking): Promise<void> {
    if (this.adapter !== null) this.#report({ status: "starting" });
    const linked = await linking.perform(this.opened, this.#abort.signal);
    // What the login before was told to wait for is no concern of this one.
    if (linked) this.#notBefore = 0;
    this.#linking = null;
  }

  /** A linking ends it early. */
  async #pause(ms: number): Promise<void> {
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    if (this.#linking === null) {
      await this.#deps.timer.pauseUnless(ms, AbortSignal.any([this.#abort.signal, woken.signal]));
    }
    this.#wake = () => undefined;
  }

  /** The run has ended so. What the adapter said of it stands. */
  #end(status: "logged-out" | "failed"): void {
    if (this.#health.status !== status) this.#report({ status });
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
    const known = ended instanceof AccountGone;
    // It is looked at again every few minutes: that it is still so is no news.
    if (!known || this.#told !== "gone") {
      host.log.warn("adapter-stopped", { account: this.messenger, gone: known });
    }
    this.#told = known ? "gone" : "";
    return ended;
  }

  #report(health: Health): void {
    const before = this.adapter;
    if (health.status !== this.#health.status) {
      this.#deps.host.log.info("account-health", { account: this.messenger, status: health.status });
    }
    this.#health = health;
    const { metrics } = this.#deps.host;
    const labels = { messenger: this.messenger, account: this.id };
    metrics.gauge("plenum_account_connected", health.status === "connected" ? 1 : 0, labels);
    if (before === null && this.adapter !== null) this.#deps.ready();
  }

  #host(): AdapterHost {
    const { host, locale } = this.#deps;
    return {
      deliver: (event) => this.deliver(event),
      report: (health) => this.#report(health),
      session: this.#session,
      now: () => host.now(),
      text: (name, values) => host.text(locale, name, values),
    };
  }
}
