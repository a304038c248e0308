/** What holds for every adapter holds for WhatsApp's, with the real client against the fake server. */
import type { NativeId } from "../../actors/model/mod.ts";
import { adapterContract, type Opened, type People, type Seen } from "../contract/adapter_contract.ts";
import type { ContractHost } from "../contract/contract_host.ts";
import { type FakeWhatsApp, type Phone, startWhatsApp } from "../fakes/whatsapp/mod.ts";
import { type Looking, messageSeen } from "../fakes/whatsapp/seen.ts";
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
    observe: (native) => seenBy({ server, phone: olga, own }, chat, native),
    title: () => Promise.resolve(olga.group(chat).subject),
    description: () => Promise.resolve(olga.group(chat).description?.text ?? ""),
    icon: () => Promise.resolve(olga.group(chat).picture?.bytes ?? null),
    timer: () => Promise.resolve(olga.group(chat).ephemeral),
    secrets: [own.number],
    close: () => server.close(),
  };
}

/** The message as the phone shows it, once it shows all that has come. */
async function seenBy(looking: Looking, chat: string, native: NativeId): Promise<Seen | null> {
  await looking.phone.settled();
  const row = looking.phone.view(chat).find(({ id }) => id === native);
  if (row === undefined) return null;
  const { text, replyTo, ...seen } = await messageSeen(looking, chat, row);
  return { ...seen, text: text.text, replyTo: replyTo as NativeId | null };
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
