/**
 * Many short lives of one relay, seeded: messages from everywhere, bridges that refuse at random, checkpoints at any
 * moment, kill -9 in the middle of a commit. What was acknowledged arrives on every other bridge, first arrivals in
 * the order in which it was said.
 */
import assert from "node:assert/strict";
import { OutcomeUnknown, RetryLater } from "../../actors/ports/mod.ts";
import { kvStore } from "../../actors/store/kv_store.ts";
import { crashingStore } from "../fakes/crashing_store.ts";
import { randomFrom } from "../fakes/random.ts";
import { NAMES, readyGroup, type ScriptedRelay, scriptedRelay, when } from "../fakes/scripted.ts";

const SEED = Number(Deno.env.get("FAULT_SEED") ?? Date.now() % 1_000_000);
const RUNS = Number(Deno.env.get("RUNS") ?? 8);
const LIVES = 6;
const MINUTE_MS = 61_000;

type Name = typeof NAMES[number];

interface Tale {
  /** The number of the next message. */
  next: number;
  /** What the clock is ahead, ms. */
  passed: number;
  /** Numbers said at each messenger; `true` once they were acknowledged. */
  readonly said: Record<Name, Map<number, boolean>>;
  /** Numbers as they arrived at each messenger, over all lives. */
  readonly arrived: Record<Name, number[]>;
}

function numberOf(text: string): number {
  return Number(/^message (\d+)$/.exec(text)?.[1] ?? NaN);
}

/** Bridges that refuse, or once do not say whether they took it, as `random` will have it. */
function makeMoody(world: ScriptedRelay, random: () => number): void {
  for (const name of NAMES) {
    const mood = random() * 0.8;
    const unsure = new Set<string>();
    world.ends[name].before = (_op, opId) => {
      const draw = random();
      if (draw < mood) throw new RetryLater("Cannot send yet", 1 + Math.floor(random() * 20));
      if (draw > 0.95 && !unsure.has(opId)) {
        unsure.add(opId);
        throw new OutcomeUnknown("Cannot tell whether it was sent");
      }
    };
  }
}

function collect(world: ScriptedRelay, tale: Tale): void {
  for (const name of NAMES) {
    const numbers = world.ends[name].sent.map(numberOf).filter((number) => !Number.isNaN(number));
    tale.arrived[name].push(...numbers);
  }
}

/** One life, to its crash. Answers how to take away what is left of it. */
async function live(kv: Deno.Kv, tale: Tale, random: () => number): Promise<() => Promise<void>> {
  const disk = crashingStore(kv);
  const world = await scriptedRelay(disk.store, { passed: tale.passed });
  makeMoody(world, random);
  const crashAt = 5 + Math.floor(random() * 60);
  let commits = 0;
  let crashed = false;
  void disk.crashed.then(() => crashed = true);
  disk.before = () => {
    if (++commits === crashAt) disk.crash();
  };
  for (let step = 0; step < 60 && !crashed; step++) {
    if (random() < 0.1) {
      world.pass(MINUTE_MS);
      tale.passed += MINUTE_MS;
    }
    if (random() < 0.3) await when("it looks again", () => crashed || random() < 0.3);
    const name = NAMES[Math.floor(random() * NAMES.length)] ?? "signal";
    const number = tale.next++;
    tale.said[name].set(number, false);
    const told = world.say(name, `message ${number}`).then(() => void tale.said[name].set(number, true));
    await Promise.race([told, disk.crashed]);
  }
  disk.crash();
  collect(world, tale);
  return () => disk.bury(world);
}

function check(tale: Tale, seed: number): number {
  let doubles = 0;
  for (const to of NAMES) {
    const order = [...new Set(tale.arrived[to])];
    doubles += tale.arrived[to].length - order.length;
    for (const from of NAMES) {
      const of = order.filter((number) => tale.said[from].has(number));
      if (from === to) assert.deepEqual(of, [], `an echo at ${to}, seed ${seed}`);
      assert.deepEqual(of, of.toSorted((a, b) => a - b), `order from ${from} at ${to}, seed ${seed}`);
    }
  }
  return doubles;
}

/** What was acknowledged elsewhere and has not arrived at a messenger. */
function missing(tale: Tale, to: Name): number[] {
  const arrived = new Set(tale.arrived[to]);
  return NAMES.filter((from) => from !== to).flatMap((from) =>
    [...tale.said[from]].filter(([number, acknowledged]) => acknowledged && !arrived.has(number)).map(([n]) =>
      n
    )
  );
}

async function tell(seed: number): Promise<{ readonly said: number; readonly doubles: number }> {
  const random = randomFrom(seed);
  const kv = await Deno.openKv(":memory:");
  const tale: Tale = {
    next: 0,
    passed: 0,
    said: { whatsapp: new Map(), signal: new Map(), telegram: new Map() },
    arrived: { whatsapp: [], signal: [], telegram: [] },
  };
  const first = await scriptedRelay({ ...kvStore(kv), close: () => {} });
  await readyGroup(first.relay);
  await first.relay.stop();
  let bury = (): Promise<void> => Promise.resolve();
  for (let life = 0; life < LIVES; life++) {
    const next = await live(kv, tale, random);
    await bury();
    bury = next;
  }
  const last = await scriptedRelay({ ...kvStore(kv), close: () => {} }, { passed: tale.passed });
  await bury();
  await when(`everything is there, seed ${seed}`, () => {
    for (const name of NAMES) tale.arrived[name].push(...last.ends[name].sent.splice(0).map(numberOf));
    return NAMES.every((name) => missing(tale, name).length === 0);
  });
  await last.relay.stop();
  kv.close();
  return { said: tale.next, doubles: check(tale, seed) };
}

Deno.test(`nothing acknowledged is lost or out of order over ${RUNS} times ${LIVES} lives`, async () => {
  let said = 0, doubles = 0;
  for (let run = 0; run < RUNS; run++) {
    const told = await tell(SEED + run);
    said += told.said;
    doubles += told.doubles;
  }
  // deno-lint-ignore no-console -- figures that a reader of the tests wants
  console.log(
    `lives: seed ${SEED}, ${RUNS} runs, ${said} messages said, ${doubles} arrivals that came twice`,
  );
});
