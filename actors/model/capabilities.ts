/**
 * What a messenger can carry, as data: read by the renderer, the Lane, the pages, the docs and the tests.
 * `full` is native, `partial` loses something, `none` has to be lowered to something else.
 */
import { z } from "zod";
import { MediaKind } from "./content.ts";
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

/** How long a text may be. */
export const TextLimit = z.object({ count: z.number().int().positive(), unit: LengthUnit });
export type TextLimit = z.infer<typeof TextLimit>;

/** What files of one kind may be. */
export const MediaLimits = z.object({
  support: Support,
  /** MIME types that are taken as they are, `image/*` for a family. The first is what others are converted to. */
  mimes: z.array(z.string()).min(1),
  maxBytes: z.number().int().positive(),
  /** Of sound and film. */
  maxMs: z.number().int().positive().optional(),
  /** Whether words can stand under it. */
  caption: z.boolean(),
  /** It wants a waveform. */
  waveform: z.boolean().optional(),
  /** Pictures that move are not shown as such. */
  still: z.boolean().optional(),
});
export type MediaLimits = z.infer<typeof MediaLimits>;

/** Files by kind; what is absent cannot be sent as that kind. */
export const MediaTable = z.partialRecord(MediaKind, MediaLimits);
export type MediaTable = z.infer<typeof MediaTable>;

/** What a poll may be. */
export const PollLimits = z.object({
  support: Support,
  questionUtf16: z.number().int().positive(),
  options: z.number().int().min(2),
  optionUtf16: z.number().int().positive(),
  /** Whether a poll of ours can be ended. */
  closes: z.boolean(),
  /** Whether we are told of votes in polls that people made themselves there. */
  foreign: z.boolean(),
});
export type PollLimits = z.infer<typeof PollLimits>;

export const Capabilities = z.object({
  /** Changes when the table does. */
  version: z.string(),
  text: z.object({
    max: TextLimit,
    /** Absent span types are dropped and their text kept. */
    spans: z.partialRecord(SpanType, Support),
  }),
  reply: Support,
  /** `captions`: whether the words under a file can be changed. */
  edit: z.object({ support: Support, windowMs: z.number().nullable(), captions: Support.optional() }),
  delete: z.object({ support: Support, windowMs: z.number().nullable() }),
  /** `emoji`: the fixed set that the messenger takes, or `any`. */
  reaction: z.object({ support: Support, emoji: z.union([z.literal("any"), z.array(z.string())]) }),
  title: z.object({ maxUtf16: z.number().int().positive() }),
  membersMax: z.number().int().positive().nullable(),
  /** What the messenger tells us about. */
  sees: z.object({ edits: z.boolean(), deletes: z.boolean(), reactions: z.boolean(), joins: z.boolean() }),
  /** `create`: how fast the account may make groups. */
  pace: z.object({ chat: Pace.nullable(), account: Pace.nullable(), create: Pace.nullable().optional() }),
  media: MediaTable,
  /** Words under a file. */
  caption: TextLimit.optional(),
  /** How many files can be sent as one album; absent: one by one. `apart`: kinds that stand only among their own. */
  album: z.object({
    max: z.number().int().min(2),
    kinds: z.array(MediaKind),
    apart: z.array(MediaKind).optional(),
  }).optional(),
  /** Absent: polls are put into words. */
  poll: PollLimits.optional(),
  location: Support,
  /** Cards with numbers. */
  contact: Support,
  /** Absent: cannot be set by us. */
  description: z.object({ maxUtf16: z.number().int().positive() }).optional(),
  icon: z.object({ mimes: z.array(z.string()).min(1), maxBytes: z.number().int().positive() }).optional(),
  /** After how long messages can be made to disappear, in seconds. */
  timer: z.union([z.literal("any"), z.array(z.number().int().positive())]).optional(),
});
export type Capabilities = z.infer<typeof Capabilities>;
