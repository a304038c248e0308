/** The browser as a messenger: needs no configuration and no process that stays up. */
import { z } from "zod";
import { Messenger } from "../../actors/model/mod.ts";
import type { AdapterDefinition } from "../../actors/ports/mod.ts";
import { webAdapter } from "./adapter.ts";

/** There is nothing to configure. */
export const WebConfig = z.strictObject({});
export type WebConfig = z.infer<typeof WebConfig>;

/** Declares the web adapter. */
export const web: AdapterDefinition<WebConfig> = {
  messenger: Messenger.parse("web"),
  config: WebConfig,
  runsOn: "edge",
  open: (_account, _config, host) => webAdapter(host),
};
