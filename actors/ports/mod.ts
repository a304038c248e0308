/** What the core needs from outside, and what it offers. */
export * from "./adapter.ts";
export * from "./delivery.ts";
export * from "./host.ts";
export * from "./media.ts";
export * from "./records.ts";
export * from "./relay.ts";
export * from "./store.ts";
