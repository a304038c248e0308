/** For how long a lane sends nothing. Long waits are written down, so that a restart does not forget them. */
import type { GroupId, Messenger } from "../model/mod.ts";
import type { Host } from "../ports/mod.ts";
import { type Append, line } from "../store/mod.ts";
import { Alarm } from "../system/alarm.ts";
import type { Timer } from "../system/timer.ts";

/** Waits longer than this are written down. */
const WRITTEN_MS = 5_000;

/** What waits are kept with. */
export interface WaitsDeps {
  readonly host: Host;
  readonly timer: Timer;
  append(append: Append, done: () => void): void;
}

export class Waits {
  readonly #deps: WaitsDeps;
  readonly #alarm: Alarm;
  /** As `Host.elapsed`. */
  #notBefore = 0;
  /** What the owner reads meanwhile: a key of the locale files, or null. */
  reason: string | null = null;

  constructor(deps: WaitsDeps, kick: () => void) {
    this.#deps = deps;
    this.#alarm = new Alarm(deps.timer, kick);
  }

  /** How much longer nothing is sent, ms. */
  get leftMs(): number {
    return Math.max(0, this.#notBefore - this.#deps.host.elapsed());
  }

  /** Nothing is sent before `until`, written down at `since` (ms since 1970): the clock may have been set back. */
  again(until: number, since: number): void {
    const { host } = this.#deps;
    this.#notBefore = Math.max(this.#notBefore, host.elapsed() + until - Math.max(host.now(), since));
  }

  /** Nothing of this lane is sent for `ms`. */
  hold(ms: number, group: GroupId, messenger: Messenger): void {
    const { host, append } = this.#deps;
    this.#notBefore = host.elapsed() + ms;
    if (ms < WRITTEN_MS) return;
    const now = host.now();
    append({ records: [line(["w", group, messenger, now + ms, now])] }, () => undefined);
  }

  /** A kick follows after `ms`. */
  wake(ms: number): false {
    this.#alarm.in(ms);
    return false;
  }
}
