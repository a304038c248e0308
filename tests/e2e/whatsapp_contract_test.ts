/** What holds for every adapter holds for WhatsApp's, with the real client against the fake server. */
import type { NativeId } from "../../actors/model/mod.ts";
import { adapterContract, type Opened, type People } from "../contract/adapter_contract.ts";
import type { ContractHost } from "../contract/contract_host.ts";
import { type FakeWhatsApp, type Phone, startWhatsApp } from "../fakes/whatsapp/mod.ts";
import { groupWith, linkTo, openAdapter, openLife } from "./whatsapp_opened.ts";
import { ContractHost as Host } from "../contract/contract_host.ts";

adapterContract({ name: "whatsapp", open, leaks: true, nameless: true });

async function open(host: ContractHost): Promise<Opened> {
  const server = startWhatsApp();
  const own = server.ownPhone();
  await linkTo(server, host, own);
  // An earlier life made the group.
  const before = openLife(server, new Host({ session: host.session, now: host.now() }));
  await before.connected();
  const { chat, inviteUrl, person: olga } = await groupWith({ server, life: before }, "Olga");
  own.promote(chat, olga);
  await server.until(() => server.waiting === 0, "everything to be confirmed");
  await before.end();
  return {
    adapter: openAdapter(server, host),
    chat,
    people: peopleOf(server, { chat, inviteUrl, olga, own }),
    observe: (native) => {
      const seen = olga.view(chat).find(({ id }) => id === native);
      return Promise.resolve(
        seen === undefined ? null : {
          text: seen.text,
          replyTo: seen.replyTo as NativeId | null,
          reactions: seen.reactions.map(({ emoji }) => emoji),
          edited: seen.edited,
          deleted: seen.deleted,
        },
      );
    },
    title: () => Promise.resolve(olga.group(chat).subject),
    secrets: [own.number],
    close: () => server.close(),
  };
}

interface Scene {
  readonly chat: string;
  readonly inviteUrl: string;
  readonly olga: Phone;
  readonly own: Phone;
}

function peopleOf(server: FakeWhatsApp, { chat, inviteUrl, olga, own }: Scene): People {
  let last = olga;
  return {
    join: (name) => {
      last = server.phone({ name });
      last.join(inviteUrl);
      return Promise.resolve();
    },
    say: async (text, replyTo) =>
      await last.send(chat, text, replyTo === undefined ? {} : { replyTo }) as NativeId,
    edit: async (target, text) => void await last.edit(chat, target, text),
    delete: async (target) => void await last.revoke(chat, target),
    react: async (target, emoji) => void await last.react(chat, target, emoji),
    leave: () => Promise.resolve(last.leave(chat)),
    removeAccount: () => Promise.resolve(olga.remove(chat, own)),
  };
}
