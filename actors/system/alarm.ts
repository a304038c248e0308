/** One wake-up for something that may ask for many: the earliest counts. Whoever wakes too early asks again. */
import type { Timer } from "./timer.ts";

export class Alarm {
  readonly #timer: Timer;
  readonly #ring: () => void;
  #set: { readonly at: number; readonly cancel: () => void } | null = null;

  constructor(timer: Timer, ring: () => void) {
    this.#timer = timer;
    this.#ring = ring;
  }

  /** Rings after `ms` at the latest. */
  in(ms: number): void {
    const at = this.#timer.elapsed + ms;
    if (this.#set !== null && this.#set.at <= at) return;
    this.#set?.cancel();
    const cancel = this.#timer.after(ms, () => {
      this.#set = null;
      this.#ring();
    });
    this.#set = { at, cancel };
  }
}
