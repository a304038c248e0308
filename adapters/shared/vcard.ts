/**
 * Cards with numbers (vCard, RFC 6350 and its older forms), as messengers pass them on: a name and numbers are all that
 * is read of one and written into one. Whoever sends a card can put anything into it, so that each part has a bound.
 * Pure.
 */
import { shownName } from "./names.ts";

/** Who a card is about. */
export interface Card {
  /** On one line and without numbers; empty where it says none. */
  readonly name: string;
  readonly phones: readonly string[];
}

/** UTF-16 units that are looked at: pictures come after the name. */
const TEXT_MAX = 64 * 1024;
const LINES_MAX = 1_000;
/** Of a line with its continuations; longer ones are pictures and sounds. */
const LINE_MAX = 2_048;
const PHONES_MAX = 10;
/** The longest that anybody dials, with what stands between the digits. */
const PHONE_MAX = 40;
const DIGITS_MIN = 3;
/** Of a name that is written: all that a messenger shows. */
const NAME_MAX = 200;

/** One line: `TEL;TYPE=CELL:+491…`. */
interface Line {
  readonly name: string;
  readonly params: readonly string[];
  readonly value: string;
}

/** What a card says; of several the first. */
export function readVcard(text: string): Card {
  const lines = linesOf(text.slice(0, TEXT_MAX));
  const end = lines.findIndex(({ name }) => name === "END");
  const card = end < 0 ? lines : lines.slice(0, end);
  const phones = card.filter(({ name }) => name === "TEL").map(phoneIn).filter((phone) => phone !== null);
  return { name: nameIn(card), phones: distinct(phones).slice(0, PHONES_MAX) };
}

/** A card in the form that all messengers read. Nothing of the name or the numbers can begin a line of its own. */
export function writeVcard({ name, phones }: Card): string {
  const shown = escaped(name);
  const numbers = phones.map(dialled).filter((phone) => phone !== null).slice(0, PHONES_MAX);
  return [
    "BEGIN:VCARD",
    "VERSION:3.0",
    `N:;${shown};;;`,
    `FN:${shown}`,
    ...numbers.map((phone) => `TEL;type=CELL${accountOf(phone)}:${phone}`),
    "END:VCARD",
  ].join("\n");
}

/** By this WhatsApp finds the person of an international number; the others pass over it. */
function accountOf(phone: string): string {
  return phone.startsWith("+") ? `;waid=${phone.replaceAll(/\D/g, "")}` : "";
}

function linesOf(text: string): Line[] {
  const lines: string[] = [];
  let quoted = false;
  for (const part of text.split(/\r\n|\r|\n/, LINES_MAX)) {
    const last = lines.at(-1);
    if (last !== undefined && (quoted || /^[ \t]/.test(part))) {
      // A soft break of quoted-printable has no space of its own.
      const joined = quoted ? last.slice(0, -1) + part : last + part.slice(1);
      lines[lines.length - 1] = joined.length > LINE_MAX ? "" : joined;
    } else lines.push(part);
    quoted = /^[^:]*;(ENCODING=)?QUOTED-PRINTABLE[^:]*:/i.test(lines.at(-1) ?? "") && part.endsWith("=");
  }
  return lines.flatMap((line) => lineOf(line) ?? []);
}

function lineOf(line: string): Line | null {
  const colon = line.length > LINE_MAX ? -1 : colonIn(line);
  if (colon < 0) return null;
  const [named = "", ...params] = line.slice(0, colon).split(";");
  // Some put properties into groups: `item1.TEL`.
  const name = named.slice(named.lastIndexOf(".") + 1).trim().toUpperCase();
  return { name, params, value: decoded(line.slice(colon + 1), params) };
}

/** Where the value begins: a colon may also stand in quotation marks. */
function colonIn(line: string): number {
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const sign = line.charAt(at);
    if (sign === '"') quoted = !quoted;
    if (sign === ":" && !quoted) return at;
  }
  return -1;
}

function decoded(value: string, params: readonly string[]): string {
  if (!params.some((param) => /^(ENCODING=)?QUOTED-PRINTABLE$/i.test(param))) return value;
  const bytes = value.replaceAll(/[^\0-\x7f]/g, "?")
    .replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return new TextDecoder().decode(Uint8Array.from(bytes, (sign) => sign.charCodeAt(0)));
}

function nameIn(card: readonly Line[]): string {
  const valueOf = (name: string): string => card.find((line) => line.name === name)?.value ?? "";
  const [family = "", given = "", middle = ""] = valueOf("N").split(/(?<!\\);/);
  const names = [
    valueOf("FN"),
    [given, middle, family].filter(Boolean).join(" "),
    valueOf("ORG").replaceAll(/(?<!\\);/g, " "),
  ];
  return names.map((name) => shownName(plainly(name))).find((name) => name !== "") ?? "";
}

/** Without what hides one sign from another, and without what is no sign at all. */
function plainly(value: string): string {
  return value.replaceAll(/\\([\\,;:n])/gi, (_, sign: string) => /n/i.test(sign) ? " " : sign)
    .replaceAll(/\p{Cc}/gu, " ");
}

function phoneIn({ value, params }: Line): string | null {
  const waid = params.map((param) => /^waid=(\d+)$/i.exec(param)?.[1]).find((digits) => digits !== undefined);
  const said = plainly(value).replace(/^\s*tel:/i, "").replace(/;.*$/s, "");
  return dialled(said) ?? (waid === undefined ? null : dialled(`+${waid}`));
}

/** A number, by what people dial and what stands between; null where that is none. */
function dialled(phone: string): string | null {
  const number = phone.replaceAll(/[^\d+*#() .\-/]/g, "").replaceAll(/\s+/g, " ").trim();
  const digits = number.replaceAll(/\D/g, "").length;
  return digits < DIGITS_MIN || number.length > PHONE_MAX ? null : number;
}

function distinct(phones: readonly string[]): string[] {
  const digits = phones.map((phone) => phone.replaceAll(/[^\d+]/g, ""));
  return phones.filter((_, at) => digits.indexOf(digits[at] ?? "") === at);
}

function escaped(name: string): string {
  const line = name.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
  return [...line].slice(0, NAME_MAX).join("").replaceAll(/[\\,;]/g, String.raw`\$&`);
}
