/** What a message holds: WhatsApp's kinds as the model's. Pure. */
import type { proto } from "@whiskeysockets/baileys";
import { type Content, MediaKind, plain, type RichText, textContent } from "../../actors/model/mod.ts";
import { decodeText, type Mentioned } from "./markup.ts";
import { encodeMediaId } from "./media_ids.ts";
import { shownName } from "../shared/names.ts";
import { numberOf, type WireNumber } from "./wire.ts";

/** Gives a text of the locale files. */
export type TextOf = (key: string, values?: Readonly<Record<string, string>>) => string;

/** What words are read with. */
export interface ContentContext {
  readonly text: TextOf;
  readonly mentioned: readonly Mentioned[];
}

const NAME_MAX = 255;

/** Fields that are no message of anybody: keys, votes, pins and what else clients tell each other. */
const SILENT: readonly string[] = [
  "senderKeyDistributionMessage",
  "fastRatchetKeySenderKeyDistributionMessage",
  "messageContextInfo",
  "protocolMessage",
  "reactionMessage",
  "encReactionMessage",
  "encCommentMessage",
  "encEventResponseMessage",
  "secretEncryptedMessage",
  "pollUpdateMessage",
  "pinInChatMessage",
  "keepInChatMessage",
  "placeholderMessage",
  "stickerSyncRmrMessage",
  "albumMessage",
  "call",
  "chat",
  "scheduledCallEditMessage",
  "requestPhoneNumberMessage",
  "messageHistoryBundle",
  "messageHistoryNotice",
  "statusNotificationMessage",
  "statusStickerInteractionMessage",
  "declinePaymentRequestMessage",
  "cancelPaymentRequestMessage",
];

/** What a message says, or null where it is none that a person wrote. Without wrappers. */
export function contentOf(message: proto.IMessage, context: ContentContext): Content | null {
  const words = wordsOf(message);
  if (words !== null) return textContent(decodeText(words, context.mentioned));
  return mediaOf(message, context) ?? placeOf(message) ?? cardOf(message) ?? otherOf(message, context);
}

function wordsOf(message: proto.IMessage): string | null {
  const { conversation, extendedTextMessage, listResponseMessage, buttonsResponseMessage } = message;
  return conversation || extendedTextMessage?.text || listResponseMessage?.title ||
    buttonsResponseMessage?.selectedDisplayText || message.templateButtonReplyMessage?.selectedDisplayText ||
    message.interactiveResponseMessage?.body?.text || null;
}

/** What all files have in common. */
interface File {
  readonly mimetype?: string | null;
  readonly fileLength?: WireNumber;
  readonly mediaKey?: Uint8Array | null;
  readonly directPath?: string | null;
  readonly url?: string | null;
  readonly caption?: string | null;
  readonly fileName?: string | null;
}

/** What WhatsApp makes of files that it converts; it does not always repeat it. */
const MIME: Readonly<Record<MediaKind, string>> = {
  photo: "image/jpeg",
  video: "video/mp4",
  gif: "video/mp4",
  voice: "audio/ogg",
  audio: "audio/mpeg",
  document: "application/octet-stream",
  sticker: "image/webp",
  "video-note": "video/mp4",
};

function mediaOf(message: proto.IMessage, { text, mentioned }: ContentContext): Content | null {
  const found = fileOf(message);
  if (found === null) return null;
  const [kind, type, file] = found;
  const caption = decodeText(file.caption ?? "", mentioned);
  const mime = (file.mimetype || MIME[kind]).slice(0, NAME_MAX);
  const bytes = lengthOf(file.fileLength);
  const { mediaKey } = file;
  const directPath = file.directPath || pathOf(file.url);
  const native = mediaKey && directPath ? encodeMediaId({ mediaKey, directPath, type, mime, bytes }) : null;
  // A file that cannot be read later is still worth its words.
  if (native === null) return { type: "other", what: text(`content.${kind}`), body: caption };
  const name = file.fileName ? { name: file.fileName.slice(0, NAME_MAX) } : {};
  return { type: "media", kind, media: { native, mime, bytes, ...name }, caption };
}

/** The sender's word: it may be none, or nonsense. */
function lengthOf(length: WireNumber): number | null {
  const bytes = numberOf(length ?? NaN);
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : null;
}

/** Old clients name the whole address; only WhatsApp's own servers will do. */
function pathOf(url: string | null | undefined): string | null {
  const parsed = url ? URL.parse(url) : null;
  return parsed?.hostname.endsWith(".whatsapp.net") ? `${parsed.pathname}${parsed.search}` : null;
}

function fileOf(message: proto.IMessage): [MediaKind, string, File] | null {
  const { imageMessage, videoMessage, ptvMessage, audioMessage, documentMessage, stickerMessage } = message;
  if (imageMessage) return ["photo", "image", imageMessage];
  if (videoMessage) return [videoMessage.gifPlayback ? "gif" : "video", "video", videoMessage];
  if (ptvMessage) return ["video-note", "video", ptvMessage];
  if (audioMessage) return [audioMessage.ptt ? "voice" : "audio", "audio", audioMessage];
  if (stickerMessage) return ["sticker", "sticker", stickerMessage];
  return documentMessage ? ["document", "document", documentMessage] : null;
}

function placeOf({ locationMessage, liveLocationMessage }: proto.IMessage): Content | null {
  const place = locationMessage ?? liveLocationMessage;
  if (!place) return null;
  const { degreesLatitude, degreesLongitude } = place;
  if (typeof degreesLatitude !== "number" || typeof degreesLongitude !== "number") return null;
  if (!Number.isFinite(degreesLatitude) || !Number.isFinite(degreesLongitude)) return null;
  const label = locationMessage?.name || locationMessage?.address || liveLocationMessage?.caption;
  return {
    type: "location",
    latitude: degreesLatitude,
    longitude: degreesLongitude,
    ...(label ? { label } : {}),
  };
}

/** Contacts by name alone: their numbers stay here. */
function cardOf(message: proto.IMessage): Content | null {
  const { contactMessage, contactsArrayMessage } = message;
  if (contactMessage) return { type: "contact", name: shownName(contactMessage.displayName) };
  if (contactsArrayMessage) {
    const names = contactsArrayMessage.contacts?.map(({ displayName }) => shownName(displayName));
    return {
      type: "contact",
      name: names?.filter(Boolean).join(", ") || shownName(contactsArrayMessage.displayName),
    };
  }
  const poll = message.pollCreationMessage ?? message.pollCreationMessageV2 ??
    message.pollCreationMessageV3 ??
    message.pollCreationMessageV5;
  if (!poll) return null;
  const options = poll.options?.map(({ optionName }) => optionName ?? "") ?? [];
  return { type: "poll", question: poll.name ?? "", options };
}

/** What has no kind of its own in the model: its name, and what words there are. */
function otherOf(message: proto.IMessage, { text, mentioned }: ContentContext): Content | null {
  const [kind, words] = namedOf(message) ?? [];
  if (kind === undefined) return null;
  const body: RichText = words ? decodeText(words, mentioned) : plain("");
  return { type: "other", what: text(`whatsapp.kind-${kind}`), body };
}

function namedOf(message: proto.IMessage): readonly [kind: string, words?: string | null] | null {
  const { eventMessage, groupInviteMessage, productMessage, orderMessage } = message;
  const { listMessage, buttonsMessage, interactiveMessage, templateMessage } = message;
  if (eventMessage) {
    return ["event", lines(eventMessage.name, eventMessage.description, eventMessage.location?.name)];
  }
  if (groupInviteMessage) return ["invite", groupInviteMessage.groupName];
  if (productMessage) return ["product", productMessage.product?.title];
  if (orderMessage) return ["product", orderMessage.orderTitle];
  if (message.newsletterAdminInviteMessage) {
    return ["invite", message.newsletterAdminInviteMessage.newsletterName];
  }
  if (listMessage) return ["menu", lines(listMessage.title, listMessage.description)];
  if (buttonsMessage) return ["menu", buttonsMessage.contentText];
  if (interactiveMessage) {
    return ["menu", lines(interactiveMessage.header?.title, interactiveMessage.body?.text)];
  }
  if (templateMessage) return ["menu", templateMessage.hydratedTemplate?.hydratedContentText];
  if (message.stickerPackMessage) return ["stickers", message.stickerPackMessage.name];
  if (message.callLogMesssage || message.scheduledCallCreationMessage) return ["call"];
  const { sendPaymentMessage, requestPaymentMessage, paymentInviteMessage, invoiceMessage } = message;
  if (invoiceMessage) return ["payment", invoiceMessage.note];
  if (sendPaymentMessage || requestPaymentMessage || paymentInviteMessage) return ["payment"];
  return isSilent(message) ? null : ["unknown"];
}

function lines(...parts: readonly (string | null | undefined)[]): string {
  return parts.filter(Boolean).join("\n");
}

/** A kind that came after us is still a message; what clients tell each other is none. */
function isSilent(message: proto.IMessage): boolean {
  const filled = Object.entries(message).filter(([, value]) =>
    value !== null && value !== undefined && value !== ""
  );
  // A text that is empty is one, too: what had words was read above.
  return filled.every(([name]) => name === "extendedTextMessage" || SILENT.includes(name));
}
