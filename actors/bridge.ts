/**
 * The Lane: the outgoing order of one bridge. One send at a time: pace, lower, send, receipt. It owns every wait,
 * retry and fallback, so that adapters have none.
 */
import type { Bridge, ChatId, Fact, GroupId, Locale, Messenger, NativeId, Op } from "./model/mod.ts";
import { opIdOf } from "./model/mod.ts";
import { type Adapter, type Host, OutcomeUnknown, type Store } from "./ports/mod.ts";
import { lower, type Part } from "./render/mod.ts";
import {
  type Append,
  DEAD_LETTER_LIFETIME_MS,
  encodeRow,
  key,
  type LaneItem,
  line,
  type MessageEntry,
  type MessageMap,
} from "./store/mod.ts";
import type { Timer } from "./system/timer.ts";
import { Bucket } from "./system/bucket.ts";
import { LaneQueue } from "./bridge/queue.ts";
import { type Next, nextAfter } from "./bridge/outcome.ts";

/** Receipts that may wait for their commit: what a crash can at most make a lane send twice. */
const UNSETTLED_MAX = 32;
/** Waits longer than this are written down. */
const WAIT_WRITTEN_MS = 5_000;

/** Where a lane leads. */
export interface LaneRoute {
  readonly bridge: Bridge;
  readonly locale: Locale;
}

/** An account as its lanes see it. */
export interface LaneAccount {
  /** Null while it is not connected. */
  readonly adapter: Adapter | null;
  /** The account sends nothing before this time, ms. */
  readonly notBefore: number;
  readonly bucket: Bucket;
  hold(until: number): void;
  gone(): void;
}

export interface LaneDeps {
  readonly host: Host;
  readonly map: MessageMap;
  readonly timer: Timer;
  readonly store: Store;
  readonly lifetimeMs: number;
  readonly publicUrl: string;
  append(append: Append, done: () => void): void;
  /** Writes a fact into the group's mailbox, in the same commit as `records`. */
  learn(group: GroupId, fact: Fact, append: Append, done: () => void): void;
  account(bridge: Bridge): LaneAccount | null;
  route(group: GroupId, messenger: Messenger): Promise<LaneRoute | null>;
  /** How the send of an item ended. */
  settled(group: GroupId, messenger: Messenger, op: Op, status: "delivered" | "failed"): void;
  /** A send is running: `bail` ends it when it takes too long. Answers what to call when it is over. */
  watch(bail: () => void): () => void;
  idle(lane: Lane): void;
}

export class Lane {
  readonly group: GroupId;
  readonly messenger: Messenger;
  readonly queue: LaneQueue;
  readonly #deps: LaneDeps;
  readonly #bucket = new Bucket();
  #route: LaneRoute | null = null;
  #running = false;
  #again = false;
  #stopped = false;
  #unsettled = 0;
  #attempt = 0;
  #refused = false;
  #notBefore = 0;
  #wake: (() => void) | null = null;
  #abort = new AbortController();
  #parts: { readonly seq: number; readonly refused: boolean; readonly parts: readonly Part[] } | null = null;

  constructor(group: GroupId, messenger: Messenger, deps: LaneDeps) {
    this.group = group;
    this.messenger = messenger;
    this.#deps = deps;
    const kick = (): void => this.kick();
    this.queue = new LaneQueue(group, messenger, {
      store: deps.store,
      lifetimeMs: deps.lifetimeMs,
      append: deps.append,
      kick,
    });
  }

  get notBefore(): number {
    return this.#notBefore;
  }

  /** Nothing is sent before `at` (ms). */
  holdUntil(at: number): void {
    this.#notBefore = Math.max(this.#notBefore, at);
  }

  reroute(route: LaneRoute): void {
    this.#route = route;
    this.kick();
  }

  /** Something changed that it may have waited for. */
  kick(): void {
    this.#again = true;
    if (this.#running || this.#stopped) return;
    this.#running = true;
    void this.#run();
  }

  stop(): void {
    this.#stopped = true;
    this.#wake?.();
  }

  async #run(): Promise<void> {
    try {
      while (this.#again && !this.#stopped) {
        this.#again = false;
        for (let more = true; more && !this.#stopped;) {
          const step = this.#step();
          more = typeof step === "boolean" ? step : await step;
        }
      }
    } catch (cause) {
      this.#deps.host.log.error("lane-failed", { messenger: this.messenger }, cause);
      this.#waitMs(1_000);
    }
    this.#running = false;
    if (this.queue.empty && this.#unsettled === 0) this.#deps.idle(this);
  }

  /** Sends one part of the next item. False: there is nothing to do until the next kick. */
  #step(): boolean | Promise<boolean> {
    if (this.#unsettled >= UNSETTLED_MAX) return false;
    const next = this.queue.next();
    if (next === null || next === "wait") return false;
    const { host } = this.#deps;
    const route = this.#route;
    if (route === null) return this.#findRoute(next.item);
    const { bridge } = route;
    const leaving = next.item.op.type === "leave";
    if (bridge.chat === null && next.item.op.type !== "create") {
      if (leaving) return this.#left(next.item);
      return bridge.status === "failed" ? this.#setAside(next.item, "no-chat") : false;
    }
    const account = this.#deps.account(bridge);
    if (leaving && (account === null || bridge.status === "failed")) return this.#left(next.item);
    if (account === null || account.adapter === null || bridge.status === "failed") return false;
    const now = host.now();
    const { pace } = account.adapter.capabilities(bridge.chat);
    const wait = Math.max(
      this.#notBefore - now,
      account.notBefore - now,
      pace.chat === null ? 0 : this.#bucket.waitMs(pace.chat, now),
      pace.account === null ? 0 : account.bucket.waitMs(pace.account, now),
    );
    if (wait > 0) return this.#waitMs(wait);
    if (pace.chat !== null) this.#bucket.take(pace.chat, now);
    if (pace.account !== null) account.bucket.take(pace.account, now);
    return this.#perform(next.item, route, account, account.adapter);
  }

  async #findRoute(item: LaneItem): Promise<boolean> {
    const route = await this.#deps.route(this.group, this.messenger);
    if (route === null) return this.#finish(item, "failed");
    this.#route ??= route;
    return true;
  }

  async #perform(item: LaneItem, route: LaneRoute, account: LaneAccount, adapter: Adapter): Promise<boolean> {
    const { op } = item;
    try {
      if (op.type === "create" || op.type === "setup" || op.type === "rotate") {
        return await this.#manage(item, op, route, adapter);
      }
      const { chat } = route.bridge;
      const lowered = this.#lower(item, route, adapter);
      const parts = lowered instanceof Promise ? await lowered : lowered;
      const part = parts[this.queue.part];
      if (part === undefined || chat === null) return this.#finish(item, "delivered");
      const opId = opIdOf(item.seq, this.queue.part);
      const receipt = await this.#guarded((signal) => adapter.send(chat, part.op, { opId, signal }));
      this.#attempt = 0;
      if (op.type === "leave") return this.#left(item);
      return this.#settle(item, part.names ? receipt.ids : [], this.queue.part + 1 >= parts.length);
    } catch (error) {
      return this.#failed(error, item, account);
    }
  }

  /** A call that ends: one that takes over a minute counts as perhaps sent. */
  async #guarded<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const over = this.#deps.watch(() => {
      this.#abort.abort();
      this.#abort = new AbortController();
      reject(new OutcomeUnknown("Cannot wait longer for the messenger to answer"));
    });
    call(this.#abort.signal).then(resolve, reject);
    try {
      return await promise;
    } finally {
      over();
    }
  }

  async #manage(
    item: LaneItem,
    op: Extract<Op, { type: "create" | "setup" | "rotate" }>,
    { bridge, locale }: LaneRoute,
    adapter: Adapter,
  ): Promise<boolean> {
    const { messenger } = this;
    const opId = opIdOf(item.seq, 0);
    if (op.type === "rotate") {
      const { chat } = bridge;
      if (chat === null) return this.#finish(item, "delivered");
      const inviteUrl = await this.#guarded((signal) => adapter.revokeInvite(chat, { signal }));
      return this.#finish(item, "delivered", { type: "bridge-invite", messenger, inviteUrl });
    }
    const description = this.#deps.host.text(locale, "group.description", { url: this.#deps.publicUrl });
    const spec = { title: op.title, description, opId };
    const made = await this.#guarded(async (signal) => {
      if (op.type === "setup" && bridge.chat !== null) {
        return await adapter.setupGroup?.(bridge.chat, spec, { signal });
      }
      return await adapter.createGroup?.(spec, { signal });
    });
    if (made === undefined) return this.#setAside(item, "invalid");
    return this.#finish(item, "delivered", { type: "bridge-ready", messenger, ...made });
  }

  /** The parts of an item; the same again while it is being sent. Waits only where the map has to be read. */
  #lower(item: LaneItem, route: LaneRoute, adapter: Adapter): readonly Part[] | Promise<readonly Part[]> {
    const held = this.#parts;
    if (held?.seq === item.seq && held.refused === this.#refused) return held.parts;
    const { op } = item;
    const { map } = this.#deps;
    const wanted = op.type === "post" ? op.replyTo?.message : "message" in op ? op.message : undefined;
    if (wanted === undefined) return this.#lowerWith(item, route, adapter, null);
    const entry = map.recallEntry(wanted);
    if (entry !== null) return this.#lowerWith(item, route, adapter, entry);
    return map.entries(this.group, [wanted]).then((found) =>
      this.#lowerWith(item, route, adapter, found.get(wanted) ?? null)
    );
  }

  #lowerWith(
    { op, seq }: LaneItem,
    { locale, bridge }: LaneRoute,
    adapter: Adapter,
    entry: MessageEntry | null,
  ): readonly Part[] {
    const { host } = this.#deps;
    const parts = lower(op, {
      capabilities: adapter.capabilities(bridge.chat),
      messenger: this.messenger,
      natives: (message): readonly NativeId[] =>
        message === entry?.id ? entry.copies.get(this.messenger) ?? [] : [],
      ageMs: (message) => message === entry?.id ? host.now() - entry.at : null,
      text: (name, values) => host.text(locale, name, values),
      refused: this.#refused,
    });
    this.#parts = { seq, refused: this.#refused, parts };
    return parts;
  }

  #failed(error: unknown, item: LaneItem, account: LaneAccount): boolean {
    const { host } = this.#deps;
    const { op } = item;
    const native = !this.#refused && (op.type === "edit" || op.type === "delete" || op.type === "react");
    const next = nextAfter(error, { attempt: this.#attempt++, random: host.random(), native });
    const kind = next.do === "wait" ? next.why : next.do;
    host.metrics.count("plenum_send_failures_total", { messenger: this.messenger, kind });
    if (kind === "adapter-error") {
      host.log.error("send-failed", { messenger: this.messenger, op: op.type }, error);
    }
    return this.#after(next, item, account);
  }

  #after(next: Next, item: LaneItem, account: LaneAccount): boolean {
    switch (next.do) {
      case "wait":
        return this.#pause(next.ms, next.scope, account);
      case "words":
        this.#refused = true;
        this.queue.part = 0;
        return true;
      case "set-aside":
        return item.op.type === "leave" ? this.#left(item) : this.#setAside(item, next.reason);
      case "move":
        return this.#moved(next.chat);
      case "chat-gone":
        if (item.op.type === "leave") return this.#left(item);
        return this.#lost(next.reason);
      case "account-gone":
        account.gone();
        return false;
      default:
        next satisfies never;
        return false;
    }
  }

  #pause(ms: number, scope: "chat" | "account", account: LaneAccount): boolean {
    const until = this.#deps.host.now() + ms;
    if (scope === "account") account.hold(until);
    else this.#notBefore = until;
    if (ms >= WAIT_WRITTEN_MS && scope === "chat") {
      this.#deps.append({ records: [line(["w", this.group, this.messenger, until])] }, () => undefined);
    }
    return this.#waitMs(ms);
  }

  #waitMs(ms: number): false {
    this.#wake?.();
    this.#wake = this.#deps.timer.at(this.#deps.host.now() + ms, () => this.kick());
    return false;
  }

  #moved(chat: ChatId): boolean {
    const route = this.#route;
    if (route !== null) this.#route = { ...route, bridge: { ...route.bridge, chat } };
    const fact = { type: "bridge-moved", messenger: this.messenger, chat } as const;
    this.#deps.learn(this.group, fact, { records: [] }, () => undefined);
    return true;
  }

  /** We are out of the chat: what waits is kept until somebody brings us in again. */
  #lost(reason: string): boolean {
    const route = this.#route;
    if (route !== null) this.#route = { ...route, bridge: { ...route.bridge, status: "failed" } };
    this.#deps.learn(
      this.group,
      { type: "bridge-failed", messenger: this.messenger, reason },
      { records: [] },
      () => undefined,
    );
    return false;
  }

  #left(item: LaneItem): boolean {
    return this.#finish(item, "delivered", { type: "bridge-left", messenger: this.messenger });
  }

  /** It will never be sent: kept as a dead letter for a while, and said. */
  #setAside(item: LaneItem, reason: string): boolean {
    const { host } = this.#deps;
    host.metrics.count("plenum_dead_letters_total", { messenger: this.messenger, reason });
    host.log.warn("dead-letter", { messenger: this.messenger, op: item.op.type, reason });
    const value = encodeRow({
      v: 1,
      group: this.group,
      messenger: this.messenger,
      op: item.op.type,
      reason,
      at: host.now(),
    });
    const row = { key: key.dead(item.seq), value, expireInMs: DEAD_LETTER_LIFETIME_MS };
    const failed = item.op.type === "create" || item.op.type === "setup";
    const fact: Fact | null = failed
      ? { type: "bridge-failed", messenger: this.messenger, reason: "bridge.create-failed" }
      : null;
    return this.#settle(item, [], true, { status: "failed", fact, rows: [row] });
  }

  #finish(item: LaneItem, status: "delivered" | "failed", fact: Fact | null = null): boolean {
    return this.#settle(item, [], true, { status, fact, rows: [] });
  }

  /** Writes the receipt of one part. The next send does not wait for that commit. */
  #settle(
    item: LaneItem,
    ids: readonly NativeId[],
    last: boolean,
    end: {
      readonly status: "delivered" | "failed";
      readonly fact: Fact | null;
      readonly rows: Append["rows"];
    } = {
      status: "delivered",
      fact: null,
      rows: [],
    },
  ): boolean {
    const { op, seq } = item;
    const message = ids.length > 0 && "message" in op ? op.message : null;
    if (message !== null) this.#deps.map.name(this.group, message, this.messenger, ids);
    const record = line(["r", this.group, this.messenger, seq, this.queue.part, last, message, [...ids]]);
    const { rows, after } = last ? this.queue.finish(item) : { rows: [], after: () => undefined };
    if (last) this.#refused = false;
    else this.queue.part++;
    this.#attempt = 0;
    this.#unsettled++;
    const done = (): void => {
      this.#unsettled--;
      after();
      if (last) this.#deps.settled(this.group, this.messenger, op, end.status);
      if (!this.#running) this.kick();
    };
    const append = { records: [record], rows: [...rows, ...(end.rows ?? [])] };
    if (end.fact === null) this.#deps.append(append, done);
    else this.#deps.learn(this.group, end.fact, append, done);
    return true;
  }
}
