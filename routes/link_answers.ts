/** What operators may give a linking that asks. It goes to the messenger and nowhere else: not logged, not shown. */
import { z } from "@hono/zod-openapi";

/** Everything that a linking may ask for. */
export const LINK_FIELDS = ["number", "register", "captcha", "code", "pin"] as const;

/** One of them. */
export type LinkField = typeof LINK_FIELDS[number];

const E164 = z.string().trim().regex(/^\+[1-9]\d{6,14}$/, "Expected + and digits, as in +4915112345678");

/** How each has to look. No message repeats what was given. */
export const LINK_ANSWERS: Readonly<Record<LinkField, z.ZodType<string>>> = {
  number: E164.openapi({ description: "Number of the phone on which the code is typed" }),
  register: E164.openapi({ description: "Number to be registered anew, instead of linking a phone" }),
  // Printable and in one piece; signal-cli takes it with and without what it begins with.
  captcha: z.string().trim().max(8000, "Expected at most 8000 characters")
    .regex(/^(?!signalcaptcha:\/\/$)[!-~]+$/, "Expected the address that begins with signalcaptcha://")
    .openapi({ description: "Address of the solved captcha, or what stands in it after signalcaptcha://" }),
  code: z.string().trim().regex(/^\d{3}-?\d{3}$/, "Expected six digits, as in 123-456")
    .openapi({ description: "Code that the messenger sent to the number" }),
  pin: z.string().trim().min(4, "Expected at least 4 characters").max(128, "Expected at most 128 characters")
    .openapi({ description: "PIN that protects the number" }),
};

type LinkAnswers = { readonly [Field in LinkField]?: string | undefined };

/** Exactly one answer, by the field that was asked for. */
export const LinkAnswer = z.strictObject({
  number: LINK_ANSWERS.number.optional(),
  register: LINK_ANSWERS.register.optional(),
  captcha: LINK_ANSWERS.captcha.optional(),
  code: LINK_ANSWERS.code.optional(),
  pin: LINK_ANSWERS.pin.optional(),
}).refine((given) => answersOf(given).length === 1, `Expected exactly one of ${LINK_FIELDS.join(", ")}`)
  .openapi("LinkAnswer", { minProperties: 1, maxProperties: 1 });

/** What was given, by field. */
export function answersOf(given: LinkAnswers): { readonly field: LinkField; readonly value: string }[] {
  return LINK_FIELDS.flatMap((field) => {
    const value = given[field];
    return value === undefined ? [] : [{ field, value }];
  });
}
