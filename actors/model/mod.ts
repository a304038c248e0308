/** The language of the core: schemas and pure functions. */
export * from "./ids.ts";
export * from "./text.ts";
export * from "./content.ts";
export * from "./event.ts";
export * from "./op.ts";
export * from "./capabilities.ts";
export * from "./fitted.ts";
export * from "./group.ts";
export * from "./mail.ts";
export * from "./views.ts";
