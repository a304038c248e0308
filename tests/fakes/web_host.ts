/** A Host for route tests: the real clock, a fixed key, real texts, and a log that can be read. */
import { sealer } from "../../actors/observe/seal.ts";
import { createHmac, getRandomValues } from "node:crypto";
import de from "../../static/locales/de.json" with { type: "json" };
import en from "../../static/locales/en.json" with { type: "json" };
import type { Host, LogFields, Metrics } from "../../actors/ports/mod.ts";

export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly event: string;
  readonly fields: LogFields;
}

const TEXTS: Readonly<Record<"en" | "de", Readonly<Record<string, string>>>> = { en, de };

const NO_METRICS: Metrics = {
  count: () => {},
  gauge: () => {},
  observe: () => {},
  render: () => "",
};

/** `lines` is what was logged, oldest first. */
export function webHost(
  options: { readonly metrics?: Metrics; readonly now?: () => number } = {},
): { readonly host: Host; readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  const at = (level: LogLine["level"]) => (event: string, fields: LogFields = {}): void => {
    lines.push({ level, event, fields });
  };
  const host: Host = {
    now: options.now ?? Date.now,
    elapsed: () => performance.now(),
    randomBytes: (count) => getRandomValues(new Uint8Array(count)),
    random: Math.random,
    ...sealer(new TextEncoder().encode("tests"), (count) => crypto.getRandomValues(new Uint8Array(count))),
    keyedHash: (value) => createHmac("sha256", "tests").update(value).digest("base64url").slice(0, 16),
    text: (locale, key, values = {}) =>
      (TEXTS[locale][key] ?? key).replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? ""),
    log: { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") },
    metrics: options.metrics ?? NO_METRICS,
  };
  return { host, lines };
}
