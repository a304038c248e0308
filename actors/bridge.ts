/** The Lane: the outgoing order of one bridge. It owns every wait, retry and fallback, so that adapters have none. */
import { type Bridge, type Fact, type GroupId, type Messenger, type NativeId, opIdOf } from "./model/mod.ts";
import type { Adapter } from "./ports/mod.ts";
import { type LaneItem, line } from "./store/mod.ts";
import { Alarm } from "./system/alarm.ts";
import { Bucket } from "./system/bucket.ts";
import { type End, type LaneAccount, type LaneDeps, type LaneRoute, SENT } from "./bridge/lane_deps.ts";
import { deadLetter } from "./bridge/dead_letter.ts";
import { Guard } from "./bridge/guard.ts";
import { Lowering } from "./bridge/lower_item.ts";
import { manage } from "./bridge/manage.ts";
import { inWords, keepable, type Kind, kindOf, type Next, nextAfter } from "./bridge/outcome.ts";
import { LaneQueue } from "./bridge/queue.ts";
import { turnOf } from "./bridge/turn.ts";

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
  #unsettled = 0;
  /** How often the next send failed, by kind. */
  readonly #tries = new Map<Kind, number>();
  #refused = false;
  #waiting: string | null = null;
  /** As `Host.elapsed`. */
  #notBefore = 0;
  readonly #alarm: Alarm;
  readonly #guard: Guard;
  readonly #lowering = new Lowering();

  constructor(group: GroupId, messenger: Messenger, deps: LaneDeps) {
    this.group = group;
    this.messenger = messenger;
    this.#deps = deps;
    this.#guard = new Guard(deps.dog);
    const kick = (): void => this.kick();
    this.#alarm = new Alarm(deps.timer, kick);
    this.queue = new LaneQueue(group, messenger, {
      store: deps.store,
      lifetimeMs: deps.lifetimeMs,
      append: deps.append,
      kick,
      failed: (cause) => this.#broken(cause),
    });
  }

  /** For how long nothing is sent, ms. */
  get heldFor(): number {
    return Math.max(0, this.#notBefore - this.#deps.host.elapsed());
  }

  /** Nothing is sent before `until`, written down at `since` (ms since 1970): the clock may have been set back. */
  holdAgain(until: number, since: number): void {
    const { host } = this.#deps;
    this.#notBefore = Math.max(this.#notBefore, host.elapsed() + until - Math.max(host.now(), since));
  }

  /** What the owner reads while it waits: a key of the locale files, or null. */
  get waiting(): string | null {
    return this.#waiting;
  }

  reroute(route: LaneRoute): void {
    this.#route = route;
    this.kick();
  }

  /** Something changed that it may have waited for. */
  kick(): void {
    this.#again = true;
    if (this.#running || this.#deps.halted()) return;
    this.#running = true;
    void this.#run();
  }

  /** Has nothing to do: the bridge may change meanwhile. */
  rest(): void {
    this.#route = null;
    this.#lowering.forget();
  }

  async #run(): Promise<void> {
    try {
      while (this.#again && !this.#deps.halted()) {
        this.#again = false;
        for (let more = true; more && !this.#deps.halted();) {
          const step = this.#step();
          more = typeof step === "boolean" ? step : await step;
        }
      }
    } catch (cause) {
      this.#broken(cause);
    }
    this.#running = false;
    if (this.queue.empty && this.#unsettled === 0) this.#deps.idle(this);
  }

  /** Our own code or the disk failed: tried again in a while. */
  #broken(cause: unknown): void {
    this.#deps.host.log.error("lane-failed", { messenger: this.messenger }, cause);
    this.#waitMs(1_000);
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
    const { type } = next.item.op;
    const leave = type === "leave";
    if (bridge.chat === null && type !== "create") {
      if (leave) return this.#left(next.item);
      if (bridge.leaving === true) return this.#finish(next.item, "failed");
      return bridge.status === "failed" ? this.#setAside(next.item, "no-chat") : false;
    }
    const account = this.#deps.account(bridge);
    const lost = account === null || bridge.status === "failed";
    // A chat that is to be left is not made any more, unless it may be half made.
    const unmade = type === "create" && this.#tries.size === 0;
    // What waits for a chat that we shall never be in again would keep us from saying that we left.
    if ((lost || unmade) && bridge.leaving === true) {
      return leave ? this.#left(next.item) : this.#finish(next.item, "failed");
    }
    if (lost || account.adapter === null) return false;
    const now = host.elapsed();
    const { pace } = account.adapter.capabilities(bridge.chat);
    const turn = turnOf({ pace, op: type, account, bucket: this.#bucket, now });
    this.#waiting = turn.reason ?? this.#waiting;
    const wait = Math.max(this.#notBefore - now, account.notBefore - now, turn.waitMs);
    if (wait > 0) return this.#waitMs(wait);
    turn.take();
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
    const { host, map, publicUrl } = this.#deps;
    try {
      if (op.type === "create" || op.type === "setup" || op.type === "rotate") {
        const fact = await this.#guard.run((signal) =>
          manage(op, { route, adapter, host, publicUrl, opId: opIdOf(item.seq, 0), signal })
        );
        return fact === null ? this.#setAside(item, "invalid") : this.#finish(item, "delivered", fact);
      }
      const { chat } = route.bridge;
      const around = { host, map, group: this.group, route, adapter, refused: this.#refused };
      const lowered = this.#lowering.parts(item, around);
      const parts = lowered instanceof Promise ? await lowered : lowered;
      const part = parts[this.queue.part];
      if (part === undefined || chat === null) return this.#finish(item, "delivered");
      const opId = opIdOf(item.seq, this.queue.part);
      const receipt = await this.#guard.run((signal) => adapter.send(chat, part.op, { opId, signal }));
      if (op.type === "leave") return this.#left(item);
      return this.#settle(item, part.names ? keepable(receipt.ids) : [], this.queue.part + 1 >= parts.length);
    } catch (error) {
      return this.#failed(error, item, account);
    }
  }

  #failed(error: unknown, item: LaneItem, account: LaneAccount): boolean {
    const { host } = this.#deps;
    const { op } = item;
    // The bridge that it was for is no more: what is wrong there says nothing about the next one.
    if (this.queue.passed(item)) return true;
    const kind = kindOf(error);
    const attempt = this.#tries.get(kind) ?? 0;
    this.#tries.set(kind, attempt + 1);
    if (op.type === "create" && kind === "retry-later") account.creations.giveBack();
    const native = !this.#refused && inWords(op);
    const next = nextAfter(error, { attempt, random: host.random(), native, once: op.type === "create" });
    host.metrics.count("plenum_send_failures_total", { messenger: this.messenger, kind });
    if (kind === "adapter-error") {
      host.log.error("send-failed", { messenger: this.messenger, op: op.type }, error);
    }
    return this.#after(next, item, account);
  }

  #after(next: Next, item: LaneItem, account: LaneAccount): boolean {
    const { messenger } = this;
    this.#waiting = next.do === "wait" ? next.reason ?? null : null;
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
        this.#change({ chat: next.chat }, { type: "bridge-moved", messenger, chat: next.chat });
        return true;
      case "chat-gone":
        if (item.op.type === "leave") return this.#left(item);
        // What waits is kept until somebody brings us in again.
        this.#change({ status: "failed" }, { type: "bridge-failed", messenger, reason: next.reason });
        return false;
      case "account-gone":
        account.gone();
        return false;
      default:
        next satisfies never;
        return false;
    }
  }

  #pause(ms: number, scope: "chat" | "account", account: LaneAccount): boolean {
    const { host, append } = this.#deps;
    if (scope === "account") account.hold(host.elapsed() + ms);
    else this.#notBefore = host.elapsed() + ms;
    if (ms >= WAIT_WRITTEN_MS && scope === "chat") {
      const now = host.now();
      append({ records: [line(["w", this.group, this.messenger, now + ms, now])] }, () => undefined);
    }
    return this.#waitMs(ms);
  }

  #waitMs(ms: number): false {
    this.#alarm.in(ms);
    return false;
  }

  /** What is known at once here, and by the group a little later. */
  #change(change: Partial<Bridge>, fact: Fact): void {
    if (this.#route !== null) this.#route = { ...this.#route, bridge: { ...this.#route.bridge, ...change } };
    this.#deps.learn(this.group, fact, { records: [] }, () => undefined);
  }

  #left(item: LaneItem): boolean {
    return this.#finish(item, "delivered", {
      type: "bridge-left",
      messenger: this.messenger,
      chat: this.#route?.bridge.chat ?? null,
    });
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
  #settle(item: LaneItem, ids: readonly NativeId[], last: boolean, end: End = SENT): boolean {
    if (this.queue.passed(item)) return true;
    const { op, seq } = item;
    const message = ids.length > 0 && "message" in op ? op.message ?? null : null;
    if (message !== null) this.#deps.map.name(this.group, message, this.messenger, ids);
    const record = line(["r", this.group, this.messenger, seq, this.queue.part, last, message, [...ids]]);
    const { rows, after } = last ? this.queue.finish(item) : { rows: [], after: () => undefined };
    if (last) this.#refused = false;
    else this.queue.part++;
    this.#tries.clear();
    this.#waiting = null;
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
