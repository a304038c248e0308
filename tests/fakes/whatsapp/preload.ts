/**
 * `deno run --preload` this before the product, and it talks to a fake server: PLENUM_FAKE_WHATSAPP says which,
 * as `server.trust` in JSON.
 */
import { z } from "zod";
import { trustWhatsApp } from "./trust.ts";

const Trust = z.object({ rootKey: z.string().regex(/^[0-9a-f]{64}$/), mediaOrigin: z.url() });

const said = Deno.env.get("PLENUM_FAKE_WHATSAPP");
if (said !== undefined) trustWhatsApp(Trust.parse(JSON.parse(said)));
