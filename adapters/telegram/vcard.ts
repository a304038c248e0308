/** Contact cards with more than one number, as vCard 3.0 (RFC 2426): the one that every phone reads. */

/** What sendContact takes: "0-2048 bytes". */
const BYTES_MAX = 2048;

/** The card, or null where Telegram has no room for it. */
export function vcardOf(name: string, phones: readonly string[]): string | null {
  const shown = escaped(name);
  const lines = [
    "BEGIN:VCARD",
    "VERSION:3.0",
    `N:;${shown};;;`,
    `FN:${shown}`,
    ...phones.map((phone) => `TEL:${escaped(phone)}`),
    "END:VCARD",
  ];
  const card = `${lines.join("\r\n")}\r\n`;
  return new TextEncoder().encode(card).length <= BYTES_MAX ? card : null;
}

/** A value may end no line and begin no other. */
function escaped(value: string): string {
  return value.replaceAll(/[\\;,]/g, "\\$&").replaceAll(/\p{Cc}+/gu, " ");
}
