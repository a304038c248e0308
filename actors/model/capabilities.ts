/**
 * What a messenger can carry, as data: read by the renderer, the Lane, the pages, the docs and the tests.
 * `full` is native, `partial` loses something, `none` has to be lowered to something else.
 */
import { z } from "zod";
import { SpanType } from "./text.ts";

export const Support = z.enum(["full", "partial", "none"]);
export type Support = z.infer<typeof Support>;

/** How a messenger counts the length of a text. */
export const LengthUnit = z.enum(["utf16", "bytes"]);
export type LengthUnit = z.infer<typeof LengthUnit>;

/** A token bucket: `burst` at once, then `count` in `perMs`. */
export const Pace = z.object({
  count: z.number().positive(),
  perMs: z.number().positive(),
  burst: z.number().int().positive(),
});
export type Pace = z.infer<typeof Pace>;

export const Capabilities = z.object({
  /** Changes when the table does. */
  version: z.string(),
  text: z.object({
    max: z.object({ count: z.number().int().positive(), unit: LengthUnit }),
    /** Absent span types are dropped and their text kept. */
    spans: z.partialRecord(SpanType, Support),
  }),
  reply: Support,
  edit: z.object({ support: Support, windowMs: z.number().nullable() }),
  delete: z.object({ support: Support, windowMs: z.number().nullable() }),
  /** `emoji`: the fixed set that the messenger takes, or `any`. */
  reaction: z.object({ support: Support, emoji: z.union([z.literal("any"), z.array(z.string())]) }),
  title: z.object({ maxUtf16: z.number().int().positive() }),
  membersMax: z.number().int().positive().nullable(),
  /** What the messenger tells us about. */
  sees: z.object({ edits: z.boolean(), deletes: z.boolean(), reactions: z.boolean(), joins: z.boolean() }),
  /** `create`: how fast the account may make groups. */
  pace: z.object({ chat: Pace.nullable(), account: Pace.nullable(), create: Pace.nullable().optional() }),
  media: Support,
  poll: Support,
  location: Support,
  contact: Support,
});
export type Capabilities = z.infer<typeof Capabilities>;
