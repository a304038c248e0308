/** The log: one JSON object a line, on stderr, with nothing in it that belongs to people. */
import type { Log, LogFields } from "../ports/mod.ts";
import { systemNow } from "./host.ts";
import { redact, safeCause } from "./redact.ts";

/** From the most to the least talkative. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
/** Lines below this level are not written. */
export type LogLevel = typeof LOG_LEVELS[number];

/** How to log. */
export interface LogOptions {
  readonly level: LogLevel;
  /** Takes one line without its line break; stderr unless given. */
  readonly write?: (line: string) => void;
  /** Milliseconds since 1970, for each line's time; the machine's clock unless given. */
  readonly now?: () => number;
}

const OWN_FIELDS = new Set(["time", "level", "event", "cause"]);

/** A log that redacts by itself, so that a careless caller leaks nothing. */
export function createLog({ level, now = systemNow, write = toStderr }: LogOptions): Log {
  const threshold = LOG_LEVELS.indexOf(level);
  const at = (lineLevel: LogLevel) => (event: string, fields: LogFields = {}, cause?: unknown): void => {
    if (LOG_LEVELS.indexOf(lineLevel) < threshold) return;
    const time = new Date(now()).toISOString();
    const line = { time, level: lineLevel, event: redact(event), ...safeFields(fields) };
    write(JSON.stringify(cause === undefined ? line : { ...line, cause: safeCause(cause) }));
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** A field cannot take the place of one of the line's own. */
function safeFields(fields: LogFields): LogFields {
  const safe = Object.entries(fields).map(([name, value]) => {
    const key = OWN_FIELDS.has(name) ? `${name}_` : name;
    return [key, typeof value === "string" ? redact(value) : value] as const;
  });
  return Object.fromEntries(safe);
}

function toStderr(line: string): void {
  // deno-lint-ignore no-console -- the one place: everything else logs through here
  console.error(line);
}
