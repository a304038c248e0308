/**
 * Baileys' own log, and what its libsignal prints on the console: both hold numbers, jids and even the keys of
 * sessions, so nothing of them may reach a log.
 */
// deno-lint-ignore-file no-console -- the console is what has to be kept quiet
import type { SocketConfig } from "@whiskeysockets/baileys";

/** Says nothing. */
export const SILENT: SocketConfig["logger"] = {
  level: "silent",
  child: () => SILENT,
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

const METHODS = ["log", "info", "warn", "error"] as const;
/** Where a call on the console must not come from. */
const SOURCE = /[\\/](libsignal|@whiskeysockets)[\\/@]/;

const muted = new WeakSet<typeof console.log>();

/** From now on the console hears nothing from libsignal and Baileys; everybody else as before. Twice is once. */
export function muteLibsignal(): void {
  for (const method of METHODS) {
    if (muted.has(console[method])) continue;
    const said = console[method].bind(console);
    console[method] = (...args: unknown[]): void => {
      // Line 0 is the error's, line 1 ours: who is called by them may well speak.
      const caller = (new Error().stack ?? "").split("\n")[2] ?? "";
      if (!SOURCE.test(caller)) said(...args);
    };
    muted.add(console[method]);
  }
}
