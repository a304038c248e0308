import type { WAMessage } from "@whiskeysockets/baileys";
export function jidsOf(message: WAMessage): string[] {
  return message.key.participant ? [message.key.participant] : [];
}
export function needsAdmins(message: WAMessage): boolean {
  return message.message?.protocolMessage?.type === 0;
}
