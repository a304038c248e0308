/** What Telegram's adapter is configured with: data only, no I/O. */
import { z } from "zod";

/** A user account over MTProto, which makes the groups: bots cannot. */
export const TelegramUser = z.strictObject({
  apiId: z.number().int().positive(),
  apiHash: z.string().min(1),
  /** As `deno task telegram-login` prints it. */
  session: z.string().min(1),
});
export type TelegramUser = z.infer<typeof TelegramUser>;

export const TelegramConfig = z.strictObject({
  /** `<bot id>:<secret>`, from @BotFather. */
  token: z.string().regex(/^\d+:[\w-]+$/, "Expected a bot token as @BotFather gives it: digits:letters"),
  /** Where the Bot API is: no trailing slash. */
  apiRoot: z.url({ protocol: /^https?$/ }).default("https://api.telegram.org"),
  mode: z.enum(["polling", "webhook"]).default("polling"),
  /** Telegram repeats it in every call: the only proof that the caller is Telegram. */
  webhookSecret: z.string().regex(/^[\w-]{16,256}$/, "Expected 16 to 256 letters, digits, _ or -").optional(),
  /** Where Telegram reaches this server: no trailing slash. */
  publicUrl: z.url({ protocol: /^https?$/ }).optional(),
  user: TelegramUser.optional(),
  /** For Bot API servers without flood control, as tests and benches use them: the Lane need not hold back. */
  unpaced: z.boolean().default(false),
}).refine(
  ({ mode, webhookSecret, publicUrl }) =>
    mode === "polling" || (webhookSecret !== undefined && publicUrl !== undefined),
  { error: "Expected webhookSecret and publicUrl with mode webhook" },
);
export type TelegramConfig = z.infer<typeof TelegramConfig>;

/** The bot's user id, which is the part of the token that is no secret. */
export function botIdOf(token: string): number {
  return Number(token.slice(0, token.indexOf(":")));
}
