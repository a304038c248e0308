/** A Host that tests hold in their hand: a clock that stands still, seeded randomness, readable logs and counts. */
import de from "../../static/locales/de.json" with { type: "json" };
import en from "../../static/locales/en.json" with { type: "json" };
import type { Host, LogFields, Metrics } from "../../actors/ports/mod.ts";
import { sealer } from "../../actors/observe/seal.ts";
import { keyedHash } from "../../actors/observe/host.ts";
import { createTexts } from "../../actors/render/mod.ts";

/** One logged line, before redaction. */
export interface FakeLogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly event: string;
  readonly fields: LogFields;
  readonly cause: unknown;
}

/** Time that passes only when a test says so. */
export interface FakeClock {
  now(): number;
  /** Lets `ms` milliseconds pass. */
  advance(ms: number): void;
  set(now: number): void;
}

/** What a test can see and turn. */
export interface FakeHost extends Host {
  readonly clock: FakeClock;
  /** Oldest first. */
  readonly logs: readonly FakeLogLine[];
  /** Sums of counters and last values of gauges, by name and by `name{label="value"}`. */
  readonly counts: ReadonlyMap<string, number>;
}

const START = Date.UTC(2026, 10, 23, 12);
const SECRET = new TextEncoder().encode("a secret of tests, 32 bytes long");
const texts = createTexts({ en, de });

/** A host whose clock stands at `now`; the same `seed` draws the same random values. */
export function fakeHost({ now = START, seed = 1 }: { now?: number; seed?: number } = {}): FakeHost {
  const clock = fakeClock(now);
  const random = seeded(seed);
  const logs: FakeLogLine[] = [];
  const counts = new Map<string, number>();
  const at =
    (level: FakeLogLine["level"]) => (event: string, fields: LogFields = {}, cause?: unknown): void => {
      logs.push({ level, event, fields, cause });
    };
  return {
    clock,
    logs,
    counts,
    now: () => clock.now(),
    elapsed: () => clock.now(),
    random,
    randomBytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(random() * 256)),
    keyedHash: (value) => keyedHash(SECRET, value),
    ...sealer(SECRET, (count) => crypto.getRandomValues(new Uint8Array(count))),
    text: texts,
    log: { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") },
    metrics: countingMetrics(counts),
  };
}

function fakeClock(start: number): FakeClock {
  let now = start;
  return {
    now: () => now,
    advance: (ms) => void (now += ms),
    set: (value) => void (now = value),
  };
}

function countingMetrics(counts: Map<string, number>): Metrics {
  const names = (name: string, labels: Readonly<Record<string, string>> = {}): string[] => {
    const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    return pairs.length === 0 ? [name] : [name, `${name}{${pairs.join(",")}}`];
  };
  const add = (key: string, by: number): void => void counts.set(key, (counts.get(key) ?? 0) + by);
  return {
    count: (name, labels, by = 1) => names(name, labels).forEach((key) => add(key, by)),
    gauge: (name, value, labels) => names(name, labels).forEach((key) => counts.set(key, value)),
    observe: (name, _seconds, labels) => names(name, labels).forEach((key) => add(key, 1)),
    render: () => [...counts].map(([key, value]) => `${key} ${value}`).join("\n"),
  };
}

/** Mulberry32: small, good enough for jitter, the same on every machine. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
