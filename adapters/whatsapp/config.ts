/** What WhatsApp's adapter is configured with: data only, no I/O. */
import { z } from "zod";

export const WhatsappConfig = z.strictObject({
  /** Where the server is, for others than WhatsApp's own; absent: WhatsApp's. */
  wsUrl: z.url({ protocol: /^wss?$/ }).optional(),
  /** A number in international form, digits only: added to a new group where WhatsApp makes none without members. */
  helper: z.string().regex(/^[1-9]\d{6,14}$/, "Expected a number in international form").optional(),
  /** For servers that block nobody, as tests and benches use them: the Lane need not hold back. */
  unpaced: z.boolean().default(false),
});
export type WhatsappConfig = z.infer<typeof WhatsappConfig>;
