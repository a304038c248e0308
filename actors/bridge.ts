/** The Lane: the outgoing order of one bridge. It owns every wait, retry and fallback, so that adapters have none. */
import { type Bridge, type Fact, type GroupId, type Messenger, type NativeId, opIdOf } from "./model/mod.ts";
import { Rejected, type SendOptions } from "./ports/mod.ts";
import type { LaneItem } from "./store/mod.ts";
import { Bucket } from "./system/bucket.ts";
import { type End, type LaneAccount, type LaneDeps, type LaneRoute, SENT } from "./bridge/lane_deps.ts";
import { albumWaitMs, isSuperseded } from "./bridge/bundle.ts";
import { unsent } from "./bridge/dead_letter.ts";
import { fileIn } from "./bridge/fitting.ts";
import { Guard } from "./bridge/guard.ts";
import { manage } from "./bridge/manage.ts";
import { inWords, keepable, type Kind, kindOf, type Next, nextAfter } from "./bridge/outcome.ts";
import { type Plan, Planner } from "./bridge/plan.ts";
import { LaneQueue } from "./bridge/queue.ts";
import { receiptOf } from "./bridge/receipt.ts";
import { FILE_MAX_MS, NEVER, type Sending, sendMaxMs, standing } from "./bridge/sending.ts";
import { turnOf } from "./bridge/turn.ts";
import { Waits } from "./bridge/waits.ts";

/** Receipts that may wait for their commit: what a crash can at most make a lane send twice. */
const UNSETTLED_MAX = 32;

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
  /** For how long nothing is sent, and why. */
  readonly waits: Waits;
  readonly #guard: Guard;
  readonly #planner = new Planner();

  constructor(group: GroupId, messenger: Messenger, deps: LaneDeps) {
    this.group = group;
    this.messenger = messenger;
    this.#deps = deps;
    this.#guard = new Guard(deps.dog);
    const kick = (): void => this.kick();
    this.waits = new Waits(deps, kick);
    this.queue = new LaneQueue(group, messenger, {
      store: deps.store,
      lifetimeMs: deps.lifetimeMs,
      append: deps.append,
      kick,
      failed: (cause) => this.#broken(cause),
    });
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
    this.#planner.forget();
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
    this.waits.wake(1_000);
  }

  /** Sends one part of the next item. False: there is nothing to do until the next kick. */
  #step(): boolean | Promise<boolean> {
    if (this.#unsettled >= UNSETTLED_MAX) return false;
    const next = this.queue.next();
    if (next === null || next === "wait") return false;
    const { host } = this.#deps;
    const route = this.#route;
    if (route === null) return this.#findRoute(next.item);
    const { item } = next;
    const account = this.#deps.account(route.bridge);
    const stands = standing(item, { bridge: route.bridge, account, begun: this.#tries.size > 0 });
    if (stands === "left") return this.#left(item);
    if (stands === "failed") return this.#finish(item, "failed");
    if (stands === "no-chat") return this.#setAside(item, "no-chat");
    const adapter = account?.adapter ?? null;
    if (stands === "wait" || account === null || adapter === null) return false;
    if (isSuperseded(item, this.queue)) return this.#finish(item, "delivered");
    const now = host.elapsed();
    const { pace, album } = adapter.capabilities(route.bridge.chat);
    const turn = turnOf({ pace, op: item.op.type, account, bucket: this.#bucket, now });
    this.waits.reason = turn.reason ?? this.waits.reason;
    const albumMs = this.queue.part > 0 ? 0 : albumWaitMs(item, this.queue.ahead(), album, host.now());
    const wait = Math.max(this.waits.leftMs, account.notBefore - now, turn.waitMs, albumMs);
    if (wait > 0) return this.waits.wake(wait);
    turn.take();
    return this.#perform(item, { route, account, adapter, scarce: turn.scarce });
  }

  async #findRoute(item: LaneItem): Promise<boolean> {
    const route = await this.#deps.route(this.group, this.messenger);
    if (route === null) return this.#finish(item, "failed");
    this.#route ??= route;
    return true;
  }

  async #perform(item: LaneItem, sending: Sending): Promise<boolean> {
    const { op } = item;
    const { route, account, adapter } = sending;
    const { host, publicUrl } = this.#deps;
    try {
      if (op.type === "create" || op.type === "setup" || op.type === "rotate") {
        const fact = await this.#guard.run((signal) =>
          manage(op, { route, adapter, host, publicUrl, opId: opIdOf(item.seq, 0), signal })
        );
        return fact === null ? this.#setAside(item, "invalid") : this.#finish(item, "delivered", fact);
      }
      const planned = this.#planner.recall(item, this.#refused) ?? this.#plan(item, sending);
      return await this.#send(planned instanceof Promise ? await planned : planned, sending);
    } catch (error) {
      return this.#failed(error, item, account);
    }
  }

  #plan(item: LaneItem, { route, adapter, scarce }: Sending): Plan | Promise<Plan> {
    const { queue, group } = this;
    const refused = this.#refused;
    const plan = (signal: AbortSignal): Plan | Promise<Plan> =>
      this.#planner.plan(item, {
        ...this.#deps,
        ahead: queue.ahead(),
        group,
        route,
        adapter,
        scarce,
        refused,
        signal,
      });
    if (fileIn(item.op) === null) return plan(NEVER);
    return this.#guard.run((signal) => Promise.resolve(plan(signal)), FILE_MAX_MS);
  }

  async #send(plan: Plan, { route, adapter }: Sending): Promise<boolean> {
    const [item] = plan.items;
    const { part: at } = this.queue;
    const part = plan.parts[at];
    const { chat } = route.bridge;
    if (item === undefined) return false;
    if (part === undefined || chat === null) return this.#finish(item, "delivered");
    const opId = plan.opId(at);
    const { library } = this.#deps;
    const receipt = await this.#guard.run((signal) => {
      const media: SendOptions["media"] = (ref) => library.open(this.group, ref.native, { signal });
      return adapter.send(chat, part.op, { opId, signal, media });
    }, sendMaxMs(part.op));
    if (item.op.type === "leave") return this.#left(item);
    return this.#settle(plan.items, plan.idsOf(part, keepable(receipt.ids)), at + 1 >= plan.parts.length);
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
    const plan = this.#planner.recall(item, this.#refused);
    if (plan !== null && plan.items.length > 1 && error instanceof Rejected) {
      this.#planner.split(plan);
      return true;
    }
    const native = this.#refused ? "no" : inWords(op);
    const next = nextAfter(error, { attempt, random: host.random(), native, once: op.type === "create" });
    host.metrics.count("plenum_send_failures_total", { messenger: this.messenger, kind });
    if (kind === "adapter-error") {
      host.log.error("send-failed", { messenger: this.messenger, op: op.type }, error);
    }
    return this.#after(next, item, account);
  }

  #after(next: Next, item: LaneItem, account: LaneAccount): boolean {
    const { messenger } = this;
    this.waits.reason = next.do === "wait" ? next.reason ?? null : null;
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
    if (scope === "account") account.hold(this.#deps.host.elapsed() + ms);
    else this.waits.hold(ms, this.group, this.messenger);
    return this.waits.wake(ms);
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
    const { group, messenger } = this;
    return this.#settle([item], [], true, unsent(item, { group, messenger, reason }, this.#deps.host));
  }

  #finish(item: LaneItem, status: End["status"], fact: Fact | null = null): boolean {
    return this.#settle([item], [], true, { status, fact, rows: [] });
  }

  /** Writes the receipt of one part, for all items that it says. The next send does not wait for that commit. */
  #settle(
    items: readonly LaneItem[],
    ids: readonly (readonly NativeId[])[],
    last: boolean,
    end = SENT,
  ): boolean {
    const open = items.filter((item) => !this.queue.passed(item));
    if (open.length === 0) return true;
    const { group, messenger, queue: { part } } = this;
    const records = open.map((item) => {
      const own = ids[items.indexOf(item)] ?? [];
      return receiptOf(item, { group, messenger, part, last, ids: own, map: this.#deps.map });
    });
    const finished = last ? open.map((item) => this.queue.finish(item)) : [];
    if (last) this.#refused = false;
    else this.queue.part++;
    this.#tries.clear();
    this.waits.reason = null;
    this.#unsettled++;
    const done = (): void => {
      this.#unsettled--;
      for (const { after } of finished) after();
      if (last) { for (const { op } of open) this.#deps.settled(group, messenger, op, end.status); }
      if (!this.#running) this.kick();
    };
    const append = { records, rows: [...finished.flatMap(({ rows }) => rows), ...(end.rows ?? [])] };
    if (end.fact === null) this.#deps.append(append, done);
    else this.#deps.learn(this.group, end.fact, append, done);
    return true;
  }
}
