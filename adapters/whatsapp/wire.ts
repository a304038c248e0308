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
] as const satisfies readonly (keyof proto.IMessage)[];

const VIEW_ONCE = ["viewOnceMessage", "viewOnceMessageV2", "viewOnceMessageV2Extension"];
/** Nobody wraps deeper; somebody could try. */
const DEPTH_MAX = 8;

/** `protocolMessage.type` of what changes an earlier message. */
export const PROTOCOL = { revoke: 0, edit: 14 } as const;

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

/** Seconds or milliseconds of protobuf as a number: 64 bits come as objects. */
export function numberOf(value: number | { toNumber(): number } | string | null | undefined): number {
  if (value === null || value === undefined) return 0;
  return typeof value === "object" ? value.toNumber() : Number(value);
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
