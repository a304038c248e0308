/** Telegram by a bot, and by a user account for what bots cannot do. */
import { Messenger } from "../../actors/model/mod.ts";
import type { AdapterDefinition } from "../../actors/ports/mod.ts";
import { openTelegram } from "./adapter.ts";
import { TelegramConfig } from "./config.ts";
import type { GroupMakerOf } from "./group_maker.ts";
import { mtprotoMaker } from "./mtproto.ts";

export { TelegramConfig } from "./config.ts";
export type { GroupMaker, GroupMakerOf, MadeGroup } from "./group_maker.ts";

/** Telegram with another maker of groups: tests put a fake at that wire. */
export function telegramWith(makerOf: GroupMakerOf): AdapterDefinition<TelegramConfig> {
  return {
    messenger: Messenger.parse("telegram"),
    config: TelegramConfig,
    runsOn: "worker",
    open: (_account, config, host) => {
      const maker = config.user === undefined ? null : makerOf(config.user);
      return openTelegram({ config, host, maker });
    },
  };
}

/** Declares the Telegram adapter. */
export const telegram: AdapterDefinition<TelegramConfig> = telegramWith(mtprotoMaker);
