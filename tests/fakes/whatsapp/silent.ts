/** A logger for the client's library that keeps everything to itself. */
import type { UserFacingSocketConfig } from "@whiskeysockets/baileys";

/** What the library wants of a logger. */
export type Logger = NonNullable<UserFacingSocketConfig["logger"]>;

function nothing(): void {}

/** Says nothing. */
export const SILENT: Logger = {
  level: "silent",
  child: () => SILENT,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
};
