/** The database as the rest of the core sees it. */
export { type Append, checkFits, TooLarge } from "./append.ts";
export * from "./committer.ts";
export * from "./group_rows.ts";
export * from "./history.ts";
export * from "./journal.ts";
export * from "./keys.ts";
export * from "./kv_store.ts";
export * from "./lane_rows.ts";
export * from "./message_map.ts";
export type { MessageEntry } from "./message_shard.ts";
export * from "./records.ts";
export * from "./rows.ts";
export * from "./seen.ts";
export * from "./session.ts";
export * from "./session_store.ts";
export * from "./well_formed.ts";
