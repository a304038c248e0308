/** WhatsApp in the conformance suite: the real adapter with the real Baileys on the wire double of WhatsApp's server. */
import { Messenger, type RichText } from "../../actors/model/mod.ts";
import { encodeText } from "../../adapters/whatsapp/marks.ts";
import { whatsapp } from "../../adapters/whatsapp/mod.ts";
import { linkAccount } from "../fakes/linking.ts";
import {
  type MediaFile,
  type Phone as Handset,
  startWhatsApp,
  trustWhatsApp,
} from "../fakes/whatsapp/mod.ts";
import { chatSeen, type Looking } from "../fakes/whatsapp/seen.ts";
import * as things from "../fakes/whatsapp/things.ts";
import type { Act, Driver, FileSeen, Phone } from "./conformance_driver.ts";

/** Nobody can end a poll there. */
const ACTS: readonly Act["do"][] = [
  ...["text", "mention", "file", "view-once", "album", "edit", "edit-caption", "delete", "react"] as const,
  ...["poll", "vote", "location", "live-end", "contact", "pin", "odd"] as const,
  ...["title", "description", "icon", "timer"] as const,
];

/** Starts it. */
export function whatsappDriver(): Driver {
  const server = startWhatsApp();
  trustWhatsApp(server.trust);
  const own = server.ownPhone();
  const config = whatsapp.config.parse({ wsUrl: server.url, unpaced: true });
  return {
    messenger: Messenger.parse("whatsapp"),
    env: {},
    linkable: { definition: whatsapp, config },
    acts: ACTS,
    prepare: (url, token) => linkAccount(url, token, { account: "whatsapp", scan: (qr) => own.scan(qr) }),
    join: (inviteUrl, name) => {
      const phone = server.phone({ name });
      return Promise.resolve(phoneOf({ server, own, phone, chat: phone.join(inviteUrl) }));
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** One person in the group. */
interface Scene extends Looking {
  readonly chat: string;
}

function phoneOf(scene: Scene): Phone {
  const { phone, chat } = scene;
  return {
    name: phone.account.name,
    secrets: [phone.number, phone.account.lid],
    act: async (act) => {
      const id = await made(scene, act);
      if (id === null) await change(scene, act);
      return id ?? "";
    },
    chat: () => chatSeen(scene, chat),
  };
}

/** The id of the message that it made; null where it makes none. */
async function made(scene: Scene, act: Act): Promise<string | null> {
  const { phone, chat } = scene;
  switch (act.do) {
    case "text":
      return await phone.send(chat, encodeText(act.text), replying(act.replyTo));
    case "mention":
      return await mention(scene, act);
    case "file":
      return await phone.sendMedia(chat, fileOf(act.file), replying(act.replyTo));
    case "view-once":
      return await phone.sendMedia(chat, fileOf(act.file), { viewOnce: true });
    case "album":
      return (await things.sendAlbum(phone, chat, act.files.map(fileOf)))[0] ?? "";
    case "poll":
      return await things.sendPoll(phone, chat, act);
    case "location":
      return act.live ? await things.startLive(phone, chat, act) : await things.sendPlace(phone, chat, act);
    case "contact":
      return await things.sendCard(phone, chat, { name: act.name, number: act.phone });
    case "odd":
      return await things.sendOdd(phone, chat);
    default:
      return null;
  }
}

async function change({ phone, chat }: Scene, act: Act): Promise<unknown> {
  switch (act.do) {
    case "edit":
      return await phone.edit(chat, act.target, encodeText(act.text));
    case "edit-caption":
      return await things.editCaption(phone, chat, act.target, encodeText(act.text));
    case "delete":
      return await phone.revoke(chat, act.target);
    case "react":
      return await phone.react(chat, act.target, act.emoji ?? "");
    case "vote":
      return await things.vote(phone, chat, { id: act.target, options: act.options });
    case "live-end":
      return await things.endLive(phone, chat, act.target);
    case "pin":
      return await things.pin(phone, chat, act.target);
    default:
      return look(phone, chat, act);
  }
}

/** How the chat looks. */
function look(phone: Handset, chat: string, act: Act): void {
  switch (act.do) {
    case "title":
      return phone.setTitle(chat, act.title);
    case "description":
      return phone.setDescription(chat, act.text);
    case "icon":
      return phone.setPicture(chat, act.body);
    case "timer":
      return phone.setDisappearing(chat, act.seconds);
    default:
      throw new Error(`Cannot ${act.do} on WhatsApp as it must have that: it does not`);
  }
}

/** The address of whom it means stands in the text, as phones write it. */
async function mention(
  { server, phone, chat }: Scene,
  { text, name }: Extract<Act, { do: "mention" }>,
): Promise<string> {
  const meant = server.world.phones.find(({ account }) => account.name === name);
  if (meant === undefined) throw new Error("Cannot mention somebody as they must have a phone: nobody has");
  const user = meant.addressIn(chat).split("@")[0] ?? "";
  return await phone.send(chat, `${text} @${user}`, { mentions: [meant] });
}

/** What a phone makes of each kind. */
const KINDS: Readonly<Record<FileSeen["kind"], Pick<MediaFile, "kind" | "ptt" | "ptv" | "gifPlayback">>> = {
  photo: { kind: "image" },
  video: { kind: "video" },
  gif: { kind: "video", gifPlayback: true },
  "video-note": { kind: "video", ptv: true },
  voice: { kind: "audio", ptt: true },
  audio: { kind: "audio" },
  document: { kind: "document" },
  sticker: { kind: "sticker" },
};

function fileOf({ kind, mime, body, name, caption, durationMs, waveform }: FileSeen): MediaFile {
  return {
    ...KINDS[kind],
    bytes: body,
    mimetype: mime,
    ...(kind === "document" ? { fileName: name ?? "file" } : {}),
    ...captioned(caption),
    ...(durationMs === undefined ? {} : { seconds: Math.max(1, Math.round(durationMs / 1000)) }),
    ...(waveform ? { waveform: Uint8Array.from({ length: 64 }, (_, at) => at) } : {}),
  };
}

function captioned(caption: RichText | undefined): Pick<MediaFile, "caption"> {
  return caption === undefined || caption.text === "" ? {} : { caption: encodeText(caption) };
}

function replying(replyTo: string | undefined): { readonly replyTo?: string } {
  return replyTo === undefined ? {} : { replyTo };
}
