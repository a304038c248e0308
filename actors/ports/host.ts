/** The world as the core sees it: clock, randomness, log, metrics and texts for people. */
import type { Locale } from "../model/mod.ts";

/** Values must be counts, ids, kinds, durations: never text, names, numbers or tokens of people. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  /** `cause` is shown by class and stack only where it is ours; its message must follow the same rule. */
  error(event: string, fields?: LogFields, cause?: unknown): void;
}

export interface Metrics {
  count(name: string, labels?: Readonly<Record<string, string>>, by?: number): void;
  gauge(name: string, value: number, labels?: Readonly<Record<string, string>>): void;
  observe(name: string, seconds: number, labels?: Readonly<Record<string, string>>): void;
  /** Prometheus text. */
  render(): string | Promise<string>;
}

export interface Host {
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds since some moment. Never goes back, whatever is done to the clock: for waits and paces. */
  elapsed(): number;
  randomBytes(count: number): Uint8Array;
  /** A fraction in [0, 1), for jitter. */
  random(): number;
  /** Keyed by SECRET_KEY: 16 base64url characters (96 bits) that nobody without the key can guess from `value`. */
  keyedHash(value: string): string;
  /** Encrypts under a key of SECRET_KEY. What was sealed for one `context` opens for that one only. */
  seal(context: string, bytes: Uint8Array): Promise<Uint8Array>;
  /** @throws {RangeError} where it was sealed with another key, for another context, or changed since */
  unseal(context: string, sealed: Uint8Array): Promise<Uint8Array>;
  /** A text for people from the locale files. */
  text(locale: Locale, key: string, values?: Readonly<Record<string, string>>): string;
  readonly log: Log;
  readonly metrics: Metrics;
}
