/** Load on a relay: as much as it takes, or at a given rate whatever it takes. */
import type { ChatId } from "../../actors/model/mod.ts";
import { message, numberOf, type World } from "./world.ts";

const COPIES = 3;
const IN_FLIGHT = 2_000;
/** Messages that may be accepted and not yet delivered. */
const AHEAD = 5_000;

/** What a run measured: all times in ms. */
export interface Measured {
  readonly count: number;
  readonly acceptMs: readonly number[];
  /** From the moment it was given to the last of its three sends. */
  readonly lastMs: readonly number[];
  readonly acceptedInMs: number;
  readonly deliveredInMs: number;
}

/** `mixed`: in no order, as a cycle would be the worst case of every cache, and no one's day. */
export type Order = "mixed" | "one-by-one";

let numbers = 0;

class Run {
  readonly first = numbers;
  readonly acceptMs: number[] = [];
  readonly lastMs: number[] = [];
  readonly #begun = new Map<number, { readonly at: number; left: number }>();
  readonly #held: (() => void)[] = [];
  readonly #world: World;
  readonly #chats: readonly ChatId[];

  constructor(world: World, chats: readonly ChatId[]) {
    this.#world = world;
    this.#chats = chats;
    world.onSend = (text) => this.#sent(numberOf(text));
  }

  async give(order: Order = "mixed"): Promise<void> {
    const at = numbers++;
    const place = order === "mixed" ? Math.imul(at, 0x9e3779b1) >>> 0 : at - this.first;
    const chat = this.#chats[place % this.#chats.length];
    if (chat === undefined) throw new Error("Cannot bench without a chat");
    const begun = performance.now();
    this.#begun.set(at, { at: begun, left: COPIES });
    await this.#world.deliver(message(at, chat));
    this.acceptMs.push(performance.now() - begun);
  }

  /** Until fewer are on their way than may be. */
  room(): Promise<void> | null {
    if (this.#begun.size <= AHEAD) return null;
    return new Promise((resolve) => this.#held.push(resolve));
  }

  /** Until everything has gone out. */
  async drained(): Promise<void> {
    while (this.#begun.size > 0) await pause(1);
  }

  #sent(at: number): void {
    const begun = this.#begun.get(at);
    if (begun === undefined || --begun.left > 0) return;
    this.#begun.delete(at);
    this.lastMs.push(performance.now() - begun.at);
    if (this.#begun.size <= AHEAD) this.#held.pop()?.();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Closed loop: 2,000 in flight, as fast as they are taken. */
export async function saturate(
  world: World,
  chats: readonly ChatId[],
  count: number,
  order: Order = "mixed",
): Promise<Measured> {
  const run = new Run(world, chats);
  const started = performance.now();
  let given = 0;
  const giver = async (): Promise<void> => {
    while (given++ < count) {
      for (let room = run.room(); room !== null; room = run.room()) await room;
      await run.give(order);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, giver));
  const acceptedInMs = performance.now() - started;
  await run.drained();
  return {
    count,
    acceptMs: run.acceptMs,
    lastMs: run.lastMs,
    acceptedInMs,
    deliveredInMs: performance.now() - started,
  };
}

/** Open loop: `rate` messages a second, given when their time has come, however long the others take. */
export async function openLoop(
  world: World,
  chats: readonly ChatId[],
  { rate, ms }: { readonly rate: number; readonly ms: number },
): Promise<Measured> {
  const run = new Run(world, chats);
  const started = performance.now();
  const taken: Promise<void>[] = [];
  while (performance.now() - started < ms) {
    const due = Math.floor((performance.now() - started) * rate / 1000);
    while (taken.length < due) taken.push(run.give());
    await pause(1);
  }
  await Promise.all(taken);
  const acceptedInMs = performance.now() - started;
  await run.drained();
  const deliveredInMs = performance.now() - started;
  return { count: taken.length, acceptMs: run.acceptMs, lastMs: run.lastMs, acceptedInMs, deliveredInMs };
}
