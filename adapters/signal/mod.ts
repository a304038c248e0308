/** Signal by signal-cli: an account is a device that is linked to a phone, or a number of its own. */
import { Messenger } from "../../actors/model/mod.ts";
import type { AdapterDefinition } from "../../actors/ports/mod.ts";
import { openSignal } from "./adapter.ts";
import { SignalConfig } from "./config.ts";

export { SignalConfig } from "./config.ts";

/** Declares the Signal adapter. */
export const signal: AdapterDefinition<SignalConfig> = {
  messenger: Messenger.parse("signal"),
  config: SignalConfig,
  runsOn: "worker",
  linked: true,
  open: (account, config, host) => openSignal({ account, config, host }),
};
