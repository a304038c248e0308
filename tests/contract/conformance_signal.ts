/** Signal in the conformance suite: the real adapter on the wire double of signal-cli's daemon. */
import { Messenger, type RichText } from "../../actors/model/mod.ts";
import { signal } from "../../adapters/signal/mod.ts";
import { healthOf } from "../fakes/linking.ts";
import { until } from "../fakes/people.ts";
import { type FakeSignal, type Person, startSignal } from "../fakes/signal/mod.ts";
import type { Act, ChatSeen, Driver, FileSeen, Phone } from "./conformance_driver.ts";
import { allSeen, STYLES } from "./signal_seen.ts";

/** Places are texts with a link there, and nobody sends what Signal does not have. */
const ACTS: readonly Act["do"][] = [
  ...["text", "mention", "file", "view-once", "album", "edit", "edit-caption", "delete", "react"] as const,
  ...["poll", "vote", "close-poll", "contact", "pin", "title", "description", "icon", "timer"] as const,
];

/** Starts it. `version`: of signal-cli. */
export function signalDriver(version?: string): Driver {
  const server = startSignal(version === undefined ? {} : { version });
  const own = server.account("Plenum");
  const { rpcUrl, tcp } = server;
  const config = signal.config.parse({ rpcUrl, tcp, account: own.number, unpaced: true });
  return {
    messenger: Messenger.parse("signal"),
    env: {},
    linkable: { definition: signal, config },
    acts: ACTS,
    prepare: async (url, token) => {
      const connected = async (): Promise<boolean> => await healthOf(url, token, "signal") === "connected";
      await until("Signal is connected", connected);
    },
    join: (inviteUrl, name) => {
      const person = server.person(name);
      return Promise.resolve(phoneOf({ server, own: own.aci, person, chat: person.join(inviteUrl) }, name));
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** One person in the group. */
interface Scene {
  readonly server: FakeSignal;
  /** Our ACI. */
  readonly own: string;
  readonly person: Person;
  readonly chat: string;
}

function phoneOf(scene: Scene, name: string): Phone {
  const { person } = scene;
  return {
    name,
    secrets: [person.number, person.aci],
    act: (act) => {
      const timestamp = done(scene, act);
      return Promise.resolve(timestamp === null ? "" : `${person.aci}:${timestamp}`);
    },
    chat: () => Promise.resolve(chatOf(scene)),
  };
}

function chatOf({ server, own, person, chat }: Scene): ChatSeen {
  const { title, description, avatar, timer } = server.group(chat);
  const messages = allSeen(person.view(chat), server, own);
  return { title, description, icon: avatar, timer, messages };
}

/** The time of the message that it made, or null. */
function done(scene: Scene, act: Act): number | null {
  const { person, chat } = scene;
  switch (act.do) {
    case "text":
      return person.say(chat, act.text.text, { ...stylesOf(act.text), ...replying(act.replyTo) });
    case "mention":
      return mention(scene, act);
    case "file":
      return sendFiles(scene, [act.file], replying(act.replyTo));
    case "view-once":
      return sendFiles(scene, [act.file], { viewOnce: true });
    case "album":
      return sendFiles(scene, act.files, {});
    case "poll":
      return person.poll(chat, act);
    case "contact":
      return person.contact(chat, act.name, act.phone);
    default:
      change(scene, act);
      return null;
  }
}

function change({ person, chat }: Scene, act: Act): void {
  switch (act.do) {
    case "edit":
    case "edit-caption":
      return void person.edit(chat, meantBy(act.target).timestamp, act.text.text, stylesOf(act.text));
    case "delete":
      return person.delete(chat, meantBy(act.target).timestamp);
    case "react":
      return person.react(chat, meantBy(act.target), act.emoji ?? "");
    case "vote":
      return person.vote(chat, meantBy(act.target), act.options);
    case "close-poll":
      return person.endPoll(chat, meantBy(act.target).timestamp);
    case "pin":
      return person.pin(chat, meantBy(act.target));
    case "title":
      return person.retitle(chat, act.title);
    case "description":
      return person.redescribe(chat, act.text);
    case "icon":
      return person.picture(chat, act.body);
    case "timer":
      return person.timer(chat, act.seconds);
    default:
      throw new Error(`Cannot ${act.do} on Signal as it must have that: it does not`);
  }
}

/** `text` before, and whom it means in the place that Signal leaves for their name. */
function mention({ server, person, chat }: Scene, { text, name }: Extract<Act, { do: "mention" }>): number {
  const uuid = server.group(chat).members.find((aci) => server.nameOf(aci) === name) ?? "";
  return person.say(chat, `${text} \uFFFC`, { mentions: [{ uuid, start: text.length + 1, length: 1 }] });
}

/** Phones leave names away but those of documents and of music. */
function sendFiles({ person, chat }: Scene, files: readonly FileSeen[], more: Saying): number {
  const [first] = files;
  const caption = first?.caption ?? { text: "", spans: [] };
  return person.say(chat, caption.text === "" ? null : caption.text, {
    ...more,
    ...stylesOf(caption),
    files: files.map(({ kind, mime, name, body }) => {
      return { mime, body, name: kind === "document" || kind === "audio" ? name ?? null : null };
    }),
  });
}

type Saying = NonNullable<Parameters<Person["say"]>[2]>;

function stylesOf({ spans }: RichText): Pick<Saying, "styles"> {
  const styles = spans.flatMap(({ type, start, length }) => {
    const style = STYLES[type];
    return style === undefined ? [] : [{ style, start, length }];
  });
  return styles.length === 0 ? {} : { styles };
}

function replying(target: string | undefined): Pick<Saying, "replyTo"> {
  return target === undefined ? {} : { replyTo: meantBy(target) };
}

function meantBy(id: string): { readonly author: string; readonly timestamp: number } {
  const [author = "", timestamp] = id.split(":");
  return { author, timestamp: Number(timestamp) };
}
