/** Telegram in the conformance suite: the real adapter, with the real grammY, on the wire double of the Bot API. */
import type { MessageEntity, User } from "@grammyjs/types";
import { Messenger, type RichText, type Span } from "../../actors/model/mod.ts";
import { telegramWith } from "../../adapters/telegram/mod.ts";
import { healthOf } from "../fakes/linking.ts";
import { until } from "../fakes/people.ts";
import { type FakeTelegram, type SaidFile, startTelegram } from "../fakes/telegram/mod.ts";
import type { Act, ChatSeen, Driver, FileSeen, Phone } from "./conformance_driver.ts";
import { FILE_KINDS, seenOf } from "./telegram_seen.ts";
import { userAccountOf } from "./telegram_user.ts";

/** Nothing is seen once in groups; of descriptions and of deletes no bot hears. */
const ACTS: readonly Act["do"][] = [
  ...["text", "mention", "file", "album", "edit", "edit-caption", "react", "poll", "vote"] as const,
  ...["close-poll", "location", "live-end", "contact", "pin", "odd", "title", "icon", "timer"] as const,
];

/** How long somebody's place moves, seconds. */
const LIVE_SECONDS = 900;

/** What Telegram runs with here. */
export interface TelegramDriverOptions {
  /** A user account is there too: it makes the groups, and hears of deletes. */
  readonly userAccount?: boolean;
}

/** Starts it. */
export async function telegramDriver({ userAccount = false }: TelegramDriverOptions = {}): Promise<Driver> {
  const fake = await startTelegram();
  const { world, token, apiRoot } = fake;
  const user = { apiId: 1, apiHash: "0".repeat(32), session: "none" };
  const definition = telegramWith(() => userAccountOf(fake));
  const config = definition.config.parse({
    token,
    apiRoot,
    unpaced: true,
    ...(userAccount ? { user } : {}),
  });
  return {
    messenger: Messenger.parse("telegram"),
    env: {},
    linkable: { definition, config },
    acts: userAccount ? [...ACTS, "delete"] : ACTS,
    prepare: async (url, token) => {
      const connected = async (): Promise<boolean> => await healthOf(url, token, "telegram") === "connected";
      await until("Telegram is connected", connected);
    },
    ...(userAccount ? {} : { adopt: (actionUrl) => Promise.resolve(bringIn(fake, actionUrl)) }),
    join: (inviteUrl, name) => {
      const person = world.addUser(name);
      return Promise.resolve(phoneOf({ fake, person, chat: world.joinBy(person, inviteUrl) }, name));
    },
    [Symbol.asyncDispose]: () => fake[Symbol.asyncDispose](),
  };
}

/** Somebody opens the deep link in a group of theirs and makes the bot an administrator. */
function bringIn({ world }: FakeTelegram, actionUrl: string): void {
  const startParameter = new URL(actionUrl).searchParams.get("startgroup") ?? "";
  const owner = world.addUser("Olga Owner");
  const chat = world.createGroup("Our lake", owner);
  world.addBot(chat, { by: owner, admin: true, startParameter });
}

/** One person in the group. */
interface Scene {
  readonly fake: FakeTelegram;
  readonly person: User;
  readonly chat: number;
}

function phoneOf(scene: Scene, name: string): Phone {
  const { person } = scene;
  return {
    name,
    secrets: [String(person.id), person.username ?? ""],
    act: (act) => Promise.resolve(String(done(scene, act) ?? "")),
    chat: () => Promise.resolve(chatOf(scene)),
  };
}

function chatOf({ fake: { world }, chat }: Scene): ChatSeen {
  return {
    title: world.title(chat),
    description: world.description(chat),
    icon: world.photo(chat),
    timer: world.timer(chat),
    messages: world.messages(chat).map(seenOf),
  };
}

/** The number of the message that it made, or null. */
function done(scene: Scene, act: Act): number | null {
  const { fake: { world }, person, chat } = scene;
  switch (act.do) {
    case "text": {
      const replyTo = act.replyTo === undefined ? null : Number(act.replyTo);
      return world.say(person, chat, act.text.text, { entities: entitiesOf(act.text), replyTo });
    }
    case "mention":
      return mention(scene, act);
    case "file": {
      const replyTo = act.replyTo === undefined ? null : Number(act.replyTo);
      return world.sayFile(person, chat, saidOf(act.file), { replyTo });
    }
    case "album":
      return world.sayAlbum(person, chat, act.files.map(saidOf))[0] ?? null;
    case "poll":
      return world.sayPoll(person, chat, act);
    case "location": {
      const { latitude, longitude, label: title, address, live = false } = act;
      const named = {
        ...(title === undefined ? {} : { title }),
        ...(address === undefined ? {} : { address }),
      };
      const place = { latitude, longitude, ...named, ...(live ? { livePeriod: LIVE_SECONDS } : {}) };
      return world.sayPlace(person, chat, place);
    }
    case "contact":
      return world.sayContact(person, chat, { phone: act.phone, firstName: act.name });
    case "odd":
      return world.sayOdd(person, chat, { dice: { emoji: "🎲", value: 4 } });
    default:
      change(scene, act);
      return null;
  }
}

function change({ fake: { world }, person, chat }: Scene, act: Act): void {
  switch (act.do) {
    case "edit":
    case "edit-caption":
      return world.edit(person, chat, Number(act.target), act.text.text, { entities: entitiesOf(act.text) });
    case "delete":
      return world.delete(person, chat, Number(act.target));
    case "react":
      return world.react(person, chat, Number(act.target), act.emoji === null ? [] : [act.emoji]);
    case "vote":
      return world.vote(person, chat, Number(act.target), act.options);
    case "close-poll":
      return world.closePoll(person, chat, Number(act.target));
    case "live-end":
      return world.endPlace(person, chat, Number(act.target));
    case "pin":
      return world.pin(person, chat, Number(act.target));
    case "title":
      return world.rename(person, chat, act.title);
    case "icon":
      return world.setPhoto(person, chat, act.body);
    case "timer":
      return world.setTimer(person, chat, act.seconds);
    default:
      throw new Error(`Cannot ${act.do} on Telegram as it must have that: it does not`);
  }
}

/** `text` before, and the name of whoever is meant: who has no username is meant by it alone. */
function mention(
  { fake: { world }, person, chat }: Scene,
  { text, name }: Extract<Act, { do: "mention" }>,
): number {
  const user = world.member(chat, name);
  const entity: MessageEntity = { type: "text_mention", offset: text.length + 1, length: name.length, user };
  return world.say(person, chat, `${text} ${name}`, { entities: [entity] });
}

/** Telegram keeps no names of photos, of voice notes and of stickers. */
function saidOf({ kind, mime, body, name, caption, durationMs }: FileSeen): SaidFile {
  const named = kind === "document" || kind === "audio" || kind === "video" || kind === "gif";
  return {
    kind: FILE_KINDS[kind],
    mime,
    bytes: body,
    caption: caption?.text ?? "",
    entities: caption === undefined ? [] : entitiesOf(caption),
    ...(named && name !== undefined ? { name } : {}),
    ...(durationMs === undefined ? {} : { seconds: Math.max(1, Math.round(durationMs / 1000)) }),
    ...(kind === "sticker" ? { emoji: "🦭" } : {}),
  };
}

const ENTITIES = {
  bold: "bold",
  italic: "italic",
  underline: "underline",
  strike: "strikethrough",
  spoiler: "spoiler",
  code: "code",
  quote: "blockquote",
} as const;

function entitiesOf({ spans }: RichText): MessageEntity[] {
  return spans.flatMap((span) => entityOf(span));
}

function entityOf({ type, start: offset, length, url = "", language }: Span): MessageEntity[] {
  switch (type) {
    case "link":
      return [{ type: "text_link", offset, length, url }];
    case "pre":
      return [{ type: "pre", offset, length, ...(language === undefined ? {} : { language }) }];
    case "mention":
      return [];
    default:
      return [{ type: ENTITIES[type], offset, length }];
  }
}
