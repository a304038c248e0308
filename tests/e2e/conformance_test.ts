/** The conformance suite: every kind that people send, from each messenger to each other, by the real adapters. */
import { SIGNAL } from "../../adapters/signal/capabilities.ts";
import { TELEGRAM } from "../../adapters/telegram/capabilities.ts";
import { WEB } from "../../adapters/web/capabilities.ts";
import { WHATSAPP } from "../../adapters/whatsapp/capabilities.ts";
import { signalDriver } from "../contract/conformance_signal.ts";
import { registerConformance } from "../contract/conformance_suite.ts";
import { telegramDriver } from "../contract/conformance_telegram.ts";
import { webDriver } from "../contract/conformance_web.ts";
import { whatsappDriver } from "../contract/conformance_whatsapp.ts";

await registerConformance({
  drivers: [await telegramDriver({ userAccount: true }), whatsappDriver(), signalDriver(), webDriver()],
  tables: { telegram: TELEGRAM, whatsapp: WHATSAPP, signal: SIGNAL, web: WEB },
});
