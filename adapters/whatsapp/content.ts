/** What a message holds: WhatsApp's kinds as the model's. Pure. */
import type { proto } from "@whiskeysockets/baileys";
import { type Content, plain, type RichText, textContent } from "../../actors/model/mod.ts";
import { shownName } from "../shared/names.ts";
import { readVcard } from "../shared/vcard.ts";
import { mediaOf } from "./files.ts";
import { decodeText, type Mentioned } from "./markup.ts";
import type { MediaKey } from "./media_ids.ts";
import { pollOf } from "./poll_messages.ts";

/** Gives a text of the locale files. */
export type TextOf = (key: string, values?: Readonly<Record<string, string>>) => string;

/** What words are read with. */
export interface ContentContext {
  readonly text: TextOf;
  readonly mentioned: readonly Mentioned[];
  /** What WhatsApp calls the message; null where it is the new form of another. */
  readonly key: MediaKey | null;
}

/** Of the numbers of several cards in one message. */
const PHONES_MAX = 10;

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
  return mediaOf(message, context) ?? placeOf(message) ?? cardOf(message) ?? pollOf(message) ??
    otherOf(message, context);
}

function wordsOf(message: proto.IMessage): string | null {
  const { conversation, extendedTextMessage, listResponseMessage, buttonsResponseMessage } = message;
  return conversation || extendedTextMessage?.text || listResponseMessage?.title ||
    buttonsResponseMessage?.selectedDisplayText || message.templateButtonReplyMessage?.selectedDisplayText ||
    message.interactiveResponseMessage?.body?.text || null;
}

/** Of a place that moves only the first is told: `timeOffset` counts from there. */
function placeOf({ locationMessage, liveLocationMessage }: proto.IMessage): Content | null {
  const place = locationMessage ?? liveLocationMessage;
  if (!place) return null;
  const { degreesLatitude, degreesLongitude } = place;
  if (!isWithin(degreesLatitude, 90) || !isWithin(degreesLongitude, 180)) return null;
  const { name, address } = locationMessage ?? {};
  const label = name || liveLocationMessage?.caption;
  const live = liveLocationMessage || locationMessage?.isLive ? { live: "started" as const } : {};
  return {
    type: "location",
    latitude: degreesLatitude,
    longitude: degreesLongitude,
    ...(label ? { label } : {}),
    ...(address ? { address } : {}),
    ...live,
  };
}

function isWithin(degrees: number | null | undefined, max: number): degrees is number {
  return typeof degrees === "number" && Math.abs(degrees) <= max;
}

/** Several cards in one message are one of all names, with all numbers. */
function cardOf({ contactMessage, contactsArrayMessage }: proto.IMessage): Content | null {
  if (!contactMessage && !contactsArrayMessage) return null;
  const cards = contactMessage ? [contactMessage] : contactsArrayMessage?.contacts ?? [];
  const read = cards.map(({ displayName, vcard }) => {
    const card = readVcard(vcard ?? "");
    return { name: shownName(displayName) || card.name, phones: card.phones };
  });
  const names = read.map(({ name }) => name).filter(Boolean).join(", ");
  const name = shownName(names) || shownName(contactsArrayMessage?.displayName);
  const phones = [...new Set(read.flatMap(({ phones }) => phones))].slice(0, PHONES_MAX);
  return { type: "contact", name, ...(phones.length === 0 ? {} : { phones }) };
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
