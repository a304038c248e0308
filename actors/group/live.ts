/** What happens in a group, told to whoever watches it: pages and API clients. Only after it is durable. */
import type { GroupId, LiveEvent } from "../model/mod.ts";
import type { Timer } from "../system/timer.ts";

/** Events kept for those who come back after a short break. */
const RING = 256;
/** A watcher that reads slower than this many events is told to read again. */
const WAITING_MAX = 512;

interface Watcher {
  readonly waiting: LiveEvent[];
  wake: () => void;
}

interface Channel {
  readonly watchers: Set<Watcher>;
  readonly ring: LiveEvent[];
  /** Cancels that it is forgotten. */
  forget: () => void;
}

/** For how long events are kept for a watcher whose line was cut, ms. */
const KEPT_MS = 60_000;

export class Live {
  readonly #channels = new Map<GroupId, Channel>();
  readonly #timer: Timer;

  constructor(timer: Timer) {
    this.#timer = timer;
  }

  /** Whether anybody would hear of it. */
  watched(group: GroupId): boolean {
    return this.#channels.has(group);
  }

  publish(group: GroupId, event: LiveEvent): void {
    const channel = this.#channels.get(group);
    if (channel === undefined) return;
    channel.ring.push(event);
    if (channel.ring.length > RING) channel.ring.shift();
    for (const watcher of channel.watchers) {
      if (watcher.waiting.length >= WAITING_MAX) {
        watcher.waiting.length = 0;
        watcher.waiting.push({ seq: event.seq, type: "reset", data: {} });
      } else {
        watcher.waiting.push(event);
      }
      watcher.wake();
    }
  }

  /** Events of a group from now on; first what came after `after`, or one `reset` where that is no longer known. */
  async *watch(
    group: GroupId,
    options: { readonly after?: number; readonly now: number; readonly signal: AbortSignal },
  ): AsyncIterable<LiveEvent> {
    const { after, signal } = options;
    const channel = this.#channels.get(group) ?? { watchers: new Set(), ring: [], forget: () => undefined };
    this.#channels.set(group, channel);
    const watcher: Watcher = { waiting: [], wake: () => undefined };
    if (after !== undefined) watcher.waiting.push(...missed(channel.ring, after, options.now));
    channel.watchers.add(watcher);
    const wake = (): void => watcher.wake();
    signal.addEventListener("abort", wake);
    try {
      while (!signal.aborted) {
        const event = watcher.waiting.shift();
        if (event !== undefined) yield event;
        else await new Promise<void>((resolve) => watcher.wake = resolve);
      }
    } finally {
      signal.removeEventListener("abort", wake);
      channel.watchers.delete(watcher);
      if (channel.watchers.size === 0) this.#forgetLater(group, channel);
    }
  }

  #forgetLater(group: GroupId, channel: Channel): void {
    channel.forget();
    channel.forget = this.#timer.after(KEPT_MS, () => {
      if (channel.watchers.size === 0) this.#channels.delete(group);
    });
  }
}

function missed(ring: readonly LiveEvent[], after: number, now: number): LiveEvent[] {
  const at = ring.findIndex((event) => event.seq === after);
  if (at >= 0) return ring.slice(at + 1);
  return [{ seq: now, type: "reset", data: {} }];
}
