/**
 * The queue of updates: by long polling until the offset confirms them, or by webhook until it answers 2xx. As with
 * Telegram, one chat's updates go one after the other, and `chat_member` and `message_reaction` want to be asked for.
 */
import type { Message, Update } from "@grammyjs/types";
import type { Changes } from "./changes.ts";
import { Refusal } from "./refusal.ts";

/** An update before it has its number. */
export type News = Omit<Update, "update_id">;
/** A message as an update carries it: this fake has no channels. */
export type Told = Message & NonNullable<Update["message"]>;

interface Pending {
  readonly update: Update;
  readonly lane: number;
}

interface Webhook {
  readonly url: string;
  readonly secret: string | undefined;
}

const UNASKED: ReadonlySet<string> = new Set(["chat_member", "message_reaction", "message_reaction_count"]);
const RETRY_MS = 20;
/** How far beyond the newest update an offset may lie. */
const FUTURE_MAX = 10;

/** One bot's updates. */
export class UpdateQueue {
  readonly #changes: Changes;
  #pending: Pending[] = [];
  #nextId = 1000;
  #allowed: ReadonlySet<string> | null = null;
  #webhook: Webhook | null = null;
  #poll: PromiseWithResolvers<"news" | "conflict" | "ended"> | null = null;
  readonly #busy = new Set<number>();
  readonly #retries = new Set<ReturnType<typeof setTimeout>>();
  #closed = false;
  /** How many webhook calls were made, and how many failed. */
  readonly webhookCalls = { made: 0, failed: 0 };

  constructor(changes: Changes) {
    this.#changes = changes;
  }

  /** Updates that nobody has confirmed yet. */
  get unconfirmed(): number {
    return this.#pending.length;
  }

  /** The address that updates are sent to, or null. */
  get webhookUrl(): string | null {
    return this.#webhook?.url ?? null;
  }

  /** Queues an update, unless the bot did not ask for its kind. `lane` is its chat. */
  push(lane: number, news: News): void {
    const [kind] = Object.keys(news);
    if (kind === undefined || !this.#wants(kind)) return;
    this.pushRaw(lane, news);
  }

  /** Queues anything, also what Telegram never would. */
  pushRaw(lane: number, news: object): void {
    this.#pending.push({ update: { ...news, update_id: this.#nextId++ }, lane });
    this.#poll?.resolve("news");
    this.#pump();
  }

  /** Goes on at another number, as after a week of silence. */
  jumpTo(nextId: number): void {
    this.#nextId = nextId;
  }

  /** `getUpdates`. */
  async poll(
    { offset = 0, limit = 100, timeoutMs = 0, allowed, signal }: {
      readonly offset?: number;
      readonly limit?: number;
      readonly timeoutMs?: number;
      readonly allowed?: readonly string[];
      readonly signal: AbortSignal;
    },
  ): Promise<readonly Update[]> {
    if (this.#webhook !== null) {
      throw new Refusal(
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
      );
    }
    if (allowed !== undefined) this.#allowed = new Set(allowed);
    const before = this.#pending.length;
    // As the Bot API server does: an offset from the future is one from another time, and counts for nothing.
    if (offset <= this.#nextId + FUTURE_MAX) {
      this.#pending = this.#pending.filter(({ update }) => update.update_id >= offset);
    }
    if (this.#pending.length !== before) this.#changes.notify();
    this.#poll?.resolve("conflict");
    if (this.#pending.length === 0 && timeoutMs > 0) await this.#wait(timeoutMs, signal);
    return this.#pending.slice(0, limit).map(({ update }) => update);
  }

  /** `setWebhook`; an empty address ends it. */
  setWebhook(url: string, secret: string | undefined, allowed: readonly string[] | undefined): void {
    if (allowed !== undefined) this.#allowed = new Set(allowed);
    this.#webhook = url === "" ? null : { url, secret };
    this.#changes.notify();
    this.#pump();
  }

  close(): void {
    this.#closed = true;
    this.#poll?.resolve("ended");
    for (const timer of this.#retries) clearTimeout(timer);
  }

  #wants(kind: string): boolean {
    return this.#allowed === null || this.#allowed.size === 0 ? !UNASKED.has(kind) : this.#allowed.has(kind);
  }

  async #wait(timeoutMs: number, signal: AbortSignal): Promise<void> {
    const poll = Promise.withResolvers<"news" | "conflict" | "ended">();
    this.#poll = poll;
    const end = (): void => poll.resolve("ended");
    const timer = setTimeout(end, timeoutMs);
    signal.addEventListener("abort", end, { once: true });
    const outcome = await poll.promise;
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
    if (this.#poll === poll) this.#poll = null;
    if (outcome === "conflict") {
      throw new Refusal(
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
      );
    }
  }

  /** Starts a call for every chat that has something to say and none under way. */
  #pump(): void {
    const webhook = this.#webhook;
    if (webhook === null || this.#closed) return;
    for (const pending of this.#pending) {
      if (this.#busy.has(pending.lane)) continue;
      this.#busy.add(pending.lane);
      this.#call(webhook, pending).then((done) => this.#called(pending, done));
    }
  }

  async #call({ url, secret }: Webhook, { update }: Pending): Promise<boolean> {
    const headers = new Headers({ "Content-Type": "application/json" });
    if (secret !== undefined) headers.set("X-Telegram-Bot-Api-Secret-Token", secret);
    this.webhookCalls.made += 1;
    try {
      const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(update) });
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false;
    }
  }

  #called(pending: Pending, done: boolean): void {
    if (done) {
      this.#pending = this.#pending.filter((other) => other !== pending);
      this.#changes.notify();
      this.#busy.delete(pending.lane);
      return this.#pump();
    }
    this.webhookCalls.failed += 1;
    this.#changes.notify();
    if (this.#closed) return;
    const timer = setTimeout(() => {
      this.#retries.delete(timer);
      this.#busy.delete(pending.lane);
      this.#pump();
    }, RETRY_MS);
    this.#retries.add(timer);
  }
}
