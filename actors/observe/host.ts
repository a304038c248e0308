/** The real world: clock, randomness and the keyed hash. The only place in the core that asks the machine for them. */
import { createHmac } from "node:crypto";
import { sealer } from "./seal.ts";
import { base64Url } from "../model/mod.ts";
import type { Host, Log, Metrics } from "../ports/mod.ts";

/** What a host is made of. */
export interface HostOptions {
  /** SECRET_KEY: at least 32 bytes. */
  readonly secret: Uint8Array;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly text: Host["text"];
}

const MIN_SECRET_BYTES = 32;
const HASH_BYTES = 12;

/** The host of a running relay. @throws {RangeError} when the secret is too short to protect anything */
export function createHost({ secret, log, metrics, text }: HostOptions): Host {
  if (secret.length < MIN_SECRET_BYTES) {
    throw new RangeError(
      `Cannot hash as the secret must be at least ${MIN_SECRET_BYTES} bytes: it has ${secret.length}`,
    );
  }
  const key = secret.slice();
  const randomBytes = (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count));
  return {
    now: systemNow,
    elapsed: () => performance.now(),
    random: () => Math.random(),
    randomBytes,
    keyedHash: (value) => keyedHash(key, value),
    ...sealer(key, randomBytes),
    text,
    log,
    metrics,
  };
}

/** The machine's clock: milliseconds since 1970. */
export function systemNow(): number {
  return Date.now();
}

/** HMAC-SHA-256 of `value`, its first 96 bits in base64url: 16 characters. */
export function keyedHash(secret: Uint8Array, value: string): string {
  const digest = createHmac("sha256", secret).update(value, "utf8").digest();
  return base64Url(digest.subarray(0, HASH_BYTES));
}

/** Counts nothing. */
export function nullMetrics(): Metrics {
  return { count: () => {}, gauge: () => {}, observe: () => {}, render: () => "" };
}
