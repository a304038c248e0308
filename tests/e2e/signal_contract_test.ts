/** What holds for every adapter holds for Signal's, against the fake of signal-cli's daemon. */
import { NativeId } from "../../actors/model/mod.ts";
import { groupIcon } from "../../adapters/shared/icon.ts";
import { parseMessageId } from "../../adapters/signal/ids.ts";
import { adapterContract, type Opened, type People } from "../contract/adapter_contract.ts";
import { ContractHost as Host } from "../contract/contract_host.ts";
import { allSeen } from "../contract/signal_seen.ts";
import { type FakeSignal, type Person, startSignal } from "../fakes/signal/mod.ts";
import { groupWith, openAdapter, openLife } from "./signal_opened.ts";

adapterContract({ name: "signal", open });

async function open(host: Host): Promise<Opened> {
  const server = startSignal();
  const own = server.account();
  // An earlier life made the group.
  const before = openLife(server, new Host({ session: host.session, now: host.now() }), own.number);
  await before.connected();
  const { chat, link, person: olga } = await groupWith({ server, life: before }, "Olga");
  await before.host.event("join");
  await before[Symbol.asyncDispose]();
  const scene = { chat, link, olga, own: own.aci };
  return {
    adapter: openAdapter(server, host, own.number),
    chat,
    people: peopleOf(server, scene),
    observe: (native) => seenBy(server, scene, native),
    title: () => Promise.resolve(server.group(chat).title),
    description: () => Promise.resolve(server.group(chat).description),
    icon: () => iconOf(server.group(chat).avatar),
    timer: () => Promise.resolve(server.group(chat).timer),
    unknown: NativeId.parse(`${olga.aci}:17`),
    secrets: [own.number, olga.number, own.aci],
    close: () => server[Symbol.asyncDispose](),
  };
}

interface Scene {
  readonly chat: string;
  readonly link: string;
  readonly olga: Person;
  /** Our ACI. */
  readonly own: string;
}

function peopleOf(server: FakeSignal, { chat, link, olga, own }: Scene): People {
  let last = olga;
  const done = Promise.resolve();
  return {
    join: (name) => {
      last = server.person(name);
      last.join(link);
      return done;
    },
    say: (text, replyTo) => {
      const meant = replyTo === undefined ? null : parseMessageId(replyTo);
      const timestamp = last.say(chat, text, meant === null ? {} : { replyTo: meant });
      return Promise.resolve(NativeId.parse(`${last.aci}:${timestamp}`));
    },
    edit: (target, text) => {
      last.edit(chat, timeOf(target), text);
      return done;
    },
    delete: (target) => {
      last.delete(chat, timeOf(target));
      return done;
    },
    react: (target, emoji) => {
      last.react(chat, { author: own, timestamp: timeOf(target) }, emoji);
      return done;
    },
    leave: () => {
      last.leave(chat);
      return done;
    },
    removeAccount: () => {
      olga.remove(chat, own);
      return done;
    },
  };
}

function timeOf(native: NativeId): number {
  return parseMessageId(native)?.timestamp ?? 0;
}

/** The picture that the group was made with is none. */
async function iconOf(avatar: Uint8Array | null): Promise<Uint8Array | null> {
  const first = await groupIcon();
  return avatar === null || avatar.toBase64() === first.toBase64() ? null : avatar;
}

async function seenBy(
  server: FakeSignal,
  { chat, olga, own }: Scene,
  native: NativeId,
): ReturnType<NonNullable<Opened["observe"]>> {
  const [author, timestamp, index] = native.split(":");
  const shown = olga.view(chat).find((one) => one.author === author && one.times.includes(Number(timestamp)));
  const id = `${author}:${shown?.times[0]}${index === undefined ? "" : `:${index}`}`;
  const first = allSeen(olga.view(chat), server, own).find((one) => one.id === id);
  if (first === undefined) return await Promise.resolve(null);
  const { text: { text }, replyTo, ...rest } = first;
  return { ...rest, text, replyTo: replyTo === null ? null : NativeId.parse(replyTo) };
}
