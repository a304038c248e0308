/** The Lane: the outgoing order of one bridge. It owns every wait, retry and fallback, so that adapters have none. */
import {
  type Bridge,
  type ChatId,
  type Fact,
  type GroupId,
  type Messenger,
  type NativeId,
  opIdOf,
} from "./model/mod.ts";
import type { Adapter } from "./ports/mod.ts";
import { type LaneItem, line } from "./store/mod.ts";
import { Bucket } from "./system/bucket.ts";
import { type End, type LaneAccount, type LaneDeps, type LaneRoute, SENT } from "./bridge/lane_deps.ts";
import { deadLetter } from "./bridge/dead_letter.ts";
import { Guard } from "./bridge/guard.ts";
import { Lowering } from "./bridge/lower_item.ts";
import { manage } from "./bridge/manage.ts";
import { type Next, nextAfter } from "./bridge/outcome.ts";
import { LaneQueue } from "./bridge/queue.ts";

/** Receipts that may wait for their commit: what a crash can at most make a lane send twice. */
const UNSETTLED_MAX = 32;
/** Waits longer than this are written down. */
const WAIT_WRITTEN_MS = 5_000;

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
  readonly #guard: Guard;
  readonly #lowering = new Lowering();

  constructor(group: GroupId, messenger: Messenger, deps: LaneDeps) {
    this.group = group;
    this.messenger = messenger;
    this.#deps = deps;
    this.#guard = new Guard(deps.dog);
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

  /** Has nothing to do: the bridge may change meanwhile. */
  rest(): void {
    this.#route = null;
    this.#lowering.forget();
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
    const buckets = [[pace.chat, this.#bucket], [pace.account, account.bucket]] as const;
    const paced = buckets.map(([rate, bucket]) => rate === null ? 0 : bucket.waitMs(rate, now));
    const wait = Math.max(this.#notBefore - now, account.notBefore - now, ...paced);
    if (wait > 0) return this.#waitMs(wait);
    for (const [rate, bucket] of buckets) if (rate !== null) bucket.take(rate, now);
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
        const { host, publicUrl } = this.#deps;
        const fact = await this.#guard.run((signal) =>
          manage(op, { route, adapter, host, publicUrl, opId: opIdOf(item.seq, 0), signal })
        );
        return fact === null ? this.#setAside(item, "invalid") : this.#finish(item, "delivered", fact);
      }
      const { chat } = route.bridge;
      const { host, map } = this.#deps;
      const around = { host, map, group: this.group, route, adapter, refused: this.#refused };
      const lowered = this.#lowering.parts(item, around);
      const parts = lowered instanceof Promise ? await lowered : lowered;
      const part = parts[this.queue.part];
      if (part === undefined || chat === null) return this.#finish(item, "delivered");
      const opId = opIdOf(item.seq, this.queue.part);
      const receipt = await this.#guard.run((signal) => adapter.send(chat, part.op, { opId, signal }));
      this.#attempt = 0;
      if (op.type === "leave") return this.#left(item);
      return this.#settle(item, part.names ? receipt.ids : [], this.queue.part + 1 >= parts.length);
    } catch (error) {
      return this.#failed(error, item, account);
    }
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
    this.#change({ chat });
    return this.#learn({ type: "bridge-moved", messenger: this.messenger, chat });
  }

  /** We are out of the chat: what waits is kept until somebody brings us in again. */
  #lost(reason: string): boolean {
    this.#change({ status: "failed" });
    return !this.#learn({ type: "bridge-failed", messenger: this.messenger, reason });
  }

  #change(change: Partial<Bridge>): void {
    if (this.#route !== null) this.#route = { ...this.#route, bridge: { ...this.#route.bridge, ...change } };
  }

  #learn(fact: Fact): true {
    this.#deps.learn(this.group, fact, { records: [] }, () => undefined);
    return true;
  }

  #left(item: LaneItem): boolean {
    return this.#finish(item, "delivered", { type: "bridge-left", messenger: this.messenger });
  }

  /** It will never be sent: kept as a dead letter for a while, and said. */
  #setAside(item: LaneItem, reason: string): boolean {
    const { host } = this.#deps;
    host.metrics.count("plenum_dead_letters_total", { messenger: this.messenger, reason });
    host.log.warn("dead-letter", { messenger: this.messenger, op: item.op.type, reason });
    const row = deadLetter(item, { group: this.group, messenger: this.messenger, reason, at: host.now() });
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
    end: End = SENT,
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
