/** What people send beside words and single files: albums, polls and votes, places, cards, pins. As phones write it. */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { aesEncryptGCM, hmacSign, proto } from "@whiskeysockets/baileys";
import type { SeenMessage } from "./chat_view.ts";
import type { MediaFile } from "./media.ts";
import { freshId } from "./node.ts";
import type { Phone, SendOptions } from "./phone.ts";

const { MEDIA_ALBUM } = proto.MessageAssociation.AssociationType;
const { PIN_FOR_ALL, UNPIN_FOR_ALL } = proto.Message.PinInChatMessage.Type;

/** Sends files as one album. @returns the ids of the files. */
export async function sendAlbum(phone: Phone, chat: string, files: readonly MediaFile[]): Promise<string[]> {
  const count = (wanted: string): number => files.filter(({ kind }) => kind === wanted).length;
  const frame = await phone.sendContent(chat, {
    albumMessage: { expectedImageCount: count("image"), expectedVideoCount: count("video") },
  });
  const parentMessageKey = { remoteJid: chat, fromMe: true, id: frame };
  const ids: string[] = [];
  for (const file of files) {
    ids.push(
      await phone.sendMedia(chat, file, {
        info: { messageAssociation: { associationType: MEDIA_ALBUM, parentMessageKey } },
      }),
    );
  }
  return ids;
}

/** A poll, as somebody makes it. */
export interface AskedPoll {
  readonly question: string;
  readonly options: readonly string[];
  readonly multiple?: boolean;
}

/** Asks. @returns the id of the poll. */
export async function sendPoll(phone: Phone, chat: string, poll: AskedPoll): Promise<string> {
  const creation = {
    name: poll.question,
    options: poll.options.map((optionName) => ({ optionName })),
    selectableOptionsCount: poll.multiple ? 0 : 1,
  };
  return await phone.sendContent(chat, {
    messageContextInfo: { messageSecret: crypto.getRandomValues(new Uint8Array(32)) },
    ...(poll.multiple ? { pollCreationMessage: creation } : { pollCreationMessageV3: creation }),
  });
}

/** How a vote is sealed, where it is not as a phone would. */
export interface VoteOptions {
  /** By which of their two names the phone means itself and the poll's maker. */
  readonly by?: "pn" | "lid";
  readonly secret?: Uint8Array;
}

/** Votes: `options` are the places of all that is chosen. @throws where the phone knows no such poll. */
export async function vote(
  phone: Phone,
  chat: string,
  { id, options, by, secret }: VoteOptions & { readonly id: string; readonly options: readonly number[] },
): Promise<string> {
  const row = phone.view(chat).find((message) => message.id === id);
  const names = row === undefined ? [] : optionsOf(row);
  const sealedWith = secret ?? row?.info.messageSecret;
  if (row === undefined || !sealedWith) throw new Error(`Cannot vote as the phone must know the poll: ${id}`);
  const selectedOptions = options.map((place) => createHash("sha256").update(names[place] ?? "?").digest());
  const mode = by ?? (phone.addressIn(chat).endsWith("@lid") ? "lid" : "pn");
  const around = { pollId: id, creator: row.author.jid(mode), voter: phone.account.jid(mode) };
  const vote = sealed(proto.Message.PollVoteMessage.encode({ selectedOptions }).finish(), sealedWith, around);
  return await phone.sendContent(chat, {
    pollUpdateMessage: {
      pollCreationMessageKey: phone.keyOf(chat, id),
      vote,
      senderTimestampMs: Date.now(),
    },
  });
}

/** The answers that a poll has. */
export function optionsOf({ content }: SeenMessage): string[] {
  const poll = content.pollCreationMessageV3 ?? content.pollCreationMessage;
  return poll?.options?.map(({ optionName }) => optionName ?? "") ?? [];
}

interface Around {
  readonly pollId: string;
  readonly creator: string;
  readonly voter: string;
}

function sealed(
  plain: Uint8Array,
  secret: Uint8Array,
  { pollId, creator, voter }: Around,
): proto.Message.IPollEncValue {
  const words = [pollId, creator, voter, "Poll Vote"].map((word) => Buffer.from(word));
  const inner = hmacSign(Buffer.from(secret), new Uint8Array(32), "sha256");
  const key = hmacSign(Buffer.concat([...words, new Uint8Array([1])]), inner, "sha256");
  const encIv = crypto.getRandomValues(new Uint8Array(12));
  const encPayload = aesEncryptGCM(plain, key, encIv, Buffer.from(`${pollId}\0${voter}`));
  return { encPayload, encIv };
}

/** A place. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
  readonly label?: string;
  readonly address?: string;
}

/** Sends a place. @returns the id of the message. */
export async function sendPlace(
  phone: Phone,
  chat: string,
  { latitude, longitude, label, address }: Place,
): Promise<string> {
  return await phone.sendContent(chat, {
    locationMessage: {
      degreesLatitude: latitude,
      degreesLongitude: longitude,
      ...(label === undefined ? {} : { name: label }),
      ...(address === undefined ? {} : { address }),
    },
  });
}

/** Begins to show where the phone is. @returns the id of the message. */
export async function startLive(phone: Phone, chat: string, place: Place): Promise<string> {
  return await phone.sendContent(chat, { liveLocationMessage: liveOf(place) });
}

/** The phone has moved. */
export async function moveLive(
  phone: Phone,
  chat: string,
  { afterSeconds, ...place }: Place & { readonly afterSeconds: number },
): Promise<void> {
  const liveLocationMessage = { ...liveOf(place), sequenceNumber: 2, timeOffset: afterSeconds };
  await phone.sendContent(chat, { liveLocationMessage });
}

/** Shows no longer where the phone is: the message says where it was last. */
export async function endLive(phone: Phone, chat: string, id: string): Promise<void> {
  const { content } = phone.view(chat).find((message) => message.id === id) ?? {};
  await phone.editContent(chat, id, { liveLocationMessage: content?.liveLocationMessage ?? {} });
}

function liveOf({ latitude, longitude, label }: Place): proto.Message.ILiveLocationMessage {
  return {
    degreesLatitude: latitude,
    degreesLongitude: longitude,
    sequenceNumber: 1,
    ...(label === undefined ? {} : { caption: label }),
  };
}

/** Sends a card. @returns the id of the message. */
export async function sendCard(
  phone: Phone,
  chat: string,
  { name, number }: { readonly name: string; readonly number: string },
): Promise<string> {
  const digits = number.replaceAll(/\D/g, "");
  const vcard = [
    "BEGIN:VCARD",
    "VERSION:3.0",
    `N:;${name};;;`,
    `FN:${name}`,
    `TEL;type=CELL;type=VOICE;waid=${digits}:${number}`,
    "END:VCARD",
  ].join("\n");
  return await phone.sendContent(chat, { contactMessage: { displayName: name, vcard } });
}

/** Puts a message at the head of the chat, or takes it from there. */
export async function pin(phone: Phone, chat: string, id: string, on = true): Promise<string> {
  return await phone.sendContent(chat, {
    pinInChatMessage: {
      key: phone.keyOf(chat, id),
      type: on ? PIN_FOR_ALL : UNPIN_FOR_ALL,
      senderTimestampMs: Date.now(),
    },
    messageContextInfo: { messageAddOnDurationInSecs: 86_400 },
  });
}

/** Changes the words under a file of one's own. */
export async function editCaption(phone: Phone, chat: string, id: string, caption: string): Promise<string> {
  const { content } = phone.view(chat).find((message) => message.id === id) ?? {};
  const { imageMessage, videoMessage, documentMessage } = content ?? {};
  return await phone.editContent(chat, id, {
    ...(imageMessage ? { imageMessage: { ...imageMessage, caption } } : {}),
    ...(videoMessage ? { videoMessage: { ...videoMessage, caption } } : {}),
    ...(documentMessage
      ? { documentWithCaptionMessage: { message: { documentMessage: { ...documentMessage, caption } } } }
      : {}),
  });
}

/** Plans something: none of the kinds that others have. @returns the id of the message. */
export async function sendOdd(phone: Phone, chat: string, options: SendOptions = {}): Promise<string> {
  const eventMessage = { name: "Tea party", description: "With cake", startTime: 1_800_000_000 };
  return await phone.sendContent(chat, {
    eventMessage,
    messageContextInfo: { messageSecret: crypto.getRandomValues(new Uint8Array(32)) },
  }, { id: freshId(), ...options });
}
