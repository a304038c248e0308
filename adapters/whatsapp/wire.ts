/** What stands where in a message of WhatsApp, beneath its wrappers. Pure; protobuf has checked the types. */
import type { proto, WAMessage } from "@whiskeysockets/baileys";

/** Fields that hold another message, and nothing else that matters. */
const WRAPPERS = [
  "ephemeralMessage",
  "viewOnceMessage",
  "viewOnceMessageV2",
  "viewOnceMessageV2Extension",
  "documentWithCaptionMessage",
  "editedMessage",
  "groupMentionedMessage",
  "botInvokeMessage",
  "lottieStickerMessage",
  "eventCoverImage",
  "pollCreationMessageV4",
  "associatedChildMessage",
  "pollCreationOptionImageMessage",
  "groupStatusMessage",
  "groupStatusMessageV2",
  "groupStatusMentionMessage",
  "statusMentionMessage",
  "limitSharingMessage",
  "botTaskMessage",
  "botForwardedMessage",
  "questionMessage",
  "questionReplyMessage",
  "commentMessage",
] as const satisfies readonly (keyof proto.IMessage)[];

const VIEW_ONCE = ["viewOnceMessage", "viewOnceMessageV2", "viewOnceMessageV2Extension"];
/** Nobody wraps deeper; somebody could try. */
const DEPTH_MAX = 8;

/** `protocolMessage.type` of what changes an earlier message. */
export const PROTOCOL = { revoke: 0, timer: 3, edit: 14 } as const;

/** A message without its wrappers. */
export interface Unwrapped {
  readonly message: proto.IMessage;
  /** To be seen once, on the phone that it was sent to. */
  readonly viewOnce: boolean;
}

/** Takes the wrappers off. */
export function unwrap(wrapped: proto.IMessage): Unwrapped {
  let message = wrapped;
  let viewOnce = false;
  for (let depth = 0; depth < DEPTH_MAX; depth++) {
    const wrapper = WRAPPERS.find((name) => message[name]?.message);
    const inner = wrapper === undefined ? message.deviceSentMessage?.message : message[wrapper]?.message;
    if (!inner) break;
    viewOnce ||= wrapper !== undefined && VIEW_ONCE.includes(wrapper);
    message = inner;
  }
  return { message, viewOnce: viewOnce || Object.values(message).some(isOnce) };
}

/** What a message says beside its words, outside of its wrappers or inside: its secret, what it belongs to. */
export function infoOf(wrapped: proto.IMessage): proto.IMessageContextInfo | null {
  return wrapped.messageContextInfo ?? unwrap(wrapped).message.messageContextInfo ?? null;
}

/** Without a wrapper the file itself says it. */
function isOnce(part: unknown): boolean {
  return typeof part === "object" && part !== null && "viewOnce" in part && part.viewOnce === true;
}

/** What a message says of its surroundings: what it replies to, whom it mentions. */
export function contextOf(message: proto.IMessage): proto.IContextInfo | null {
  for (const part of Object.values(message)) {
    if (typeof part === "object" && part !== null && "contextInfo" in part && part.contextInfo) {
      return part.contextInfo;
    }
  }
  return null;
}

/** A whole number of protobuf: 64 bits come as two halves, also where they went through JSON, or as text. */
export type WireNumber = number | string | { readonly low: number; readonly high: number } | null | undefined;

/** A number of protobuf; 0 where there is none. */
export function numberOf(value: WireNumber): number {
  const number = typeof value === "object" && value !== null
    ? (value.high >>> 0) * 2 ** 32 + (value.low >>> 0)
    : Number(value ?? 0);
  return Number.isFinite(number) ? number : 0;
}

/** Everybody whom a message names: its author, whom it quotes, whom it mentions. */
export function jidsOf({ key, message }: WAMessage): string[] {
  const { message: inner } = unwrap(message ?? {});
  const edited = inner.protocolMessage?.editedMessage;
  const contexts = [contextOf(inner), edited ? contextOf(unwrap(edited).message) : null];
  const named = contexts.flatMap((context) => [context?.participant, ...context?.mentionedJid ?? []]);
  return [key.participant, ...named].filter((jid) => !!jid).map(String);
}

/** Whether it takes away a message that may be somebody else's: then it counts who is an admin. */
export function needsAdmins({ message }: WAMessage): boolean {
  return message ? unwrap(message).message.protocolMessage?.type === PROTOCOL.revoke : false;
}
