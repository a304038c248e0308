/** What a phone shows of a chat, in the words of the conformance suite. */
import type { proto } from "@whiskeysockets/baileys";
import { type MediaKind, replaced, type RichText } from "../../../actors/model/mod.ts";
import { decodeMarkup } from "../../../adapters/shared/whatsapp_markup.ts";
import type { ChatSeen, FileSeen, MessageSeen } from "../../contract/conformance_driver.ts";
import type { SeenMessage } from "./chat_view.ts";
import type { FakeWhatsApp, Phone } from "./mod.ts";
import { optionsOf } from "./things.ts";

/** Whose phone, and which of those who write is our own account. */
export interface Looking {
  readonly server: FakeWhatsApp;
  readonly phone: Phone;
  readonly own: Phone;
}

/** The chat as the phone shows it. */
export async function chatSeen(looking: Looking, chat: string): Promise<ChatSeen> {
  const { phone } = looking;
  await phone.settled();
  const group = phone.group(chat);
  return {
    title: group.subject,
    description: group.description?.text ?? "",
    icon: group.picture?.bytes ?? null,
    timer: group.ephemeral,
    messages: await Promise.all(phone.view(chat).map((row) => messageSeen(looking, chat, row))),
  };
}

/** One message as the phone shows it. */
export async function messageSeen(looking: Looking, chat: string, row: SeenMessage): Promise<MessageSeen> {
  const { phone, own } = looking;
  const { text, names } = readable(looking, row);
  const file = row.deleted ? null : await fileIn(phone, chat, { row, caption: text });
  const album = row.info.messageAssociation?.parentMessageKey?.id;
  return {
    id: row.id,
    ours: row.author === own.account,
    text,
    replyTo: row.replyTo,
    reactions: row.reactions.map(({ emoji }) => emoji),
    edited: row.edited,
    deleted: row.deleted,
    ...(names.length === 0 ? {} : { mentions: names }),
    ...(file === null ? {} : { file }),
    ...(album ? { album } : {}),
    ...thingIn(row),
  };
}

/** Marks as styles, and names in the place of addresses. */
function readable(
  { server }: Looking,
  { text, mentions }: SeenMessage,
): { readonly text: RichText; readonly names: readonly string[] } {
  const people = mentions.flatMap((jid) => server.world.accountOf(jid) ?? []);
  const shown = decodeMarkup(text);
  const stretches = people.flatMap(({ number, lid, name }) =>
    [number, lid].flatMap((user) => {
      const start = shown.text.indexOf(`@${user}`);
      return start < 0 ? [] : [{ start, end: start + user.length + 1, text: `@${name}` }];
    })
  );
  const { rich } = replaced(shown, stretches.toSorted((a, b) => a.start - b.start));
  return { text: rich, names: people.map(({ name }) => name) };
}

function kindOf(content: proto.IMessage): MediaKind | null {
  const { imageMessage, videoMessage, ptvMessage, audioMessage, stickerMessage, documentMessage } = content;
  if (imageMessage) return "photo";
  if (videoMessage) return videoMessage.gifPlayback ? "gif" : "video";
  if (ptvMessage) return "video-note";
  if (audioMessage) return audioMessage.ptt ? "voice" : "audio";
  if (stickerMessage) return "sticker";
  return documentMessage ? "document" : null;
}

async function fileIn(
  phone: Phone,
  chat: string,
  { row, caption }: { readonly row: SeenMessage; readonly caption: RichText },
): Promise<FileSeen | null> {
  const kind = kindOf(row.content);
  if (kind === null) return null;
  const { bytes, mimetype, fileName } = await phone.openMedia(chat, row.id);
  const { audioMessage, videoMessage, ptvMessage } = row.content;
  const { seconds } = audioMessage ?? videoMessage ?? ptvMessage ?? {};
  return {
    kind,
    mime: mimetype,
    body: new Uint8Array(bytes),
    ...(fileName === "" ? {} : { name: fileName }),
    ...(caption.text === "" ? {} : { caption }),
    ...(seconds ? { durationMs: seconds * 1000 } : {}),
    ...(kind === "voice" ? { waveform: audioMessage?.waveform?.length === 64 } : {}),
  };
}

function thingIn(row: SeenMessage): Pick<MessageSeen, "poll" | "location" | "contact"> {
  const { locationMessage, liveLocationMessage, contactMessage } = row.content;
  const poll = row.content.pollCreationMessageV3 ?? row.content.pollCreationMessage;
  const place = locationMessage ?? liveLocationMessage;
  if (poll) {
    const multiple = poll.selectableOptionsCount !== 1;
    return { poll: { question: poll.name ?? "", options: optionsOf(row), multiple, closed: false } };
  }
  if (place) {
    const label = locationMessage?.name || liveLocationMessage?.caption;
    const [latitude, longitude] = [place.degreesLatitude ?? 0, place.degreesLongitude ?? 0];
    return { location: { latitude, longitude, ...(label ? { label } : {}) } };
  }
  if (contactMessage) {
    const phone = /^TEL[^:\n]*:(.*)$/m.exec(contactMessage.vcard ?? "")?.[1] ?? "";
    return { contact: { name: contactMessage.displayName ?? "", phone } };
  }
  return {};
}
