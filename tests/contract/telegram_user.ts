/** A user account at Telegram's wire double: it makes groups for the bot and hears of deletes. */
import { ChatId } from "../../actors/model/mod.ts";
import { untilAborted } from "../../adapters/shared/reconnect.ts";
import type { GroupMaker } from "../../adapters/telegram/mod.ts";
import type { FakeTelegram } from "../fakes/telegram/mod.ts";

/** MTProto itself has no double: this stands where `mtproto.ts` does. */
export function userAccountOf({ world, bot }: FakeTelegram): Required<GroupMaker> {
  const service = world.addUser("Service");
  return {
    create: ({ title }) => {
      const group = world.createGroup(title, service);
      return Promise.resolve({ chat: ChatId.parse(String(group)), handle: String(group) });
    },
    promote: (handle, username) => {
      if (username !== bot.username) throw new Error("Cannot promote another bot than ours");
      world.addBot(Number(handle), { by: service, admin: true });
      return Promise.resolve();
    },
    leave: (handle) => Promise.resolve(world.leave(service, Number(handle))),
    watch: async ({ open, gone }, { signal }) => {
      const end = world.hearDeletes((chat, message) =>
        gone({ chat: ChatId.parse(String(chat)), messages: [message] })
      );
      open();
      await untilAborted(signal);
      end();
    },
  };
}
