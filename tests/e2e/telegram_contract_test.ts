/** What holds for every adapter holds for Telegram's, with the real client against the fake server. */
import { ChatId, type NativeId } from "../../actors/model/mod.ts";
import { telegram } from "../../adapters/telegram/mod.ts";
import { messageIdOf, nativeOf } from "../../adapters/telegram/native_ids.ts";
import { ACCOUNT, adapterContract, type Opened, type People } from "../contract/adapter_contract.ts";
import type { ContractHost } from "../contract/contract_host.ts";
import { seenOf } from "../contract/telegram_seen.ts";
import { type FakeTelegram, startTelegram } from "../fakes/telegram/mod.ts";
import { configFor } from "./telegram_opened.ts";

adapterContract({ name: "telegram", open });

async function open(host: ContractHost): Promise<Opened> {
  const fake = await startTelegram();
  const { world } = fake;
  const olga = world.addUser("Olga");
  const group = world.createGroup("Group", olga);
  world.addBot(group, { by: olga, admin: true });
  const chat = ChatId.parse(String(group));
  return {
    adapter: telegram.open(ACCOUNT, configFor(fake), host),
    chat,
    people: peopleOf(fake, chat),
    unknown: nativeOf(chat, 999_999),
    observe: (native) => {
      const message = world.messages(group).find(({ id }) => id === messageIdOf(chat, native));
      if (message === undefined) return Promise.resolve(null);
      const seen = seenOf(message);
      const replyTo = message.replyTo === null ? null : nativeOf(chat, message.replyTo);
      return Promise.resolve({ ...seen, text: seen.text.text, replyTo });
    },
    pass: (ms) => {
      fake.pass(ms);
      host.pass(ms);
    },
    title: () => Promise.resolve(world.title(group)),
    description: () => Promise.resolve(world.description(group)),
    icon: () => Promise.resolve(world.photo(group)),
    secrets: [fake.token],
    close: () => fake.close(),
  };
}

function peopleOf({ world }: FakeTelegram, chat: ChatId): People {
  const group = Number(chat);
  const numberOf = (native: NativeId): number => messageIdOf(chat, native);
  let ada = world.addUser("Nobody");
  return {
    join: (name) => {
      ada = world.addUser(name);
      world.join(ada, group);
      // Telegram lists administrators only; the others are known by their joins.
      world.promote(ada, group);
      return Promise.resolve();
    },
    say: (text, replyTo) => {
      const id = world.say(ada, group, text, {
        replyTo: replyTo === undefined ? null : numberOf(replyTo),
      });
      return Promise.resolve(nativeOf(chat, id));
    },
    edit: (target, text) => Promise.resolve(world.edit(ada, group, numberOf(target), text)),
    delete: (target) => Promise.resolve(world.delete(ada, group, numberOf(target))),
    react: (target, emoji) =>
      Promise.resolve(world.react(ada, group, numberOf(target), emoji === "" ? [] : [emoji])),
    leave: () => Promise.resolve(world.leave(ada, group)),
    removeAccount: () => Promise.resolve(world.kickBot(group, ada)),
  };
}
