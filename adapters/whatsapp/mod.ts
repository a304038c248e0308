/** WhatsApp by Baileys: an account is a device that is linked to a phone. Unofficial: WhatsApp may block the number. */
import { Messenger } from "../../actors/model/mod.ts";
import type { AdapterDefinition } from "../../actors/ports/mod.ts";
import { openWhatsapp } from "./adapter.ts";
import { WhatsappConfig } from "./config.ts";

export { WhatsappConfig } from "./config.ts";

/** Declares the WhatsApp adapter. */
export const whatsapp: AdapterDefinition<WhatsappConfig> = {
  messenger: Messenger.parse("whatsapp"),
  config: WhatsappConfig,
  runsOn: "worker",
  linked: true,
  open: (_account, config, host) => openWhatsapp({ config, host }),
};
