/** Stanzas and addresses: short ways to write them and to read them. */
import { Buffer } from "node:buffer";
import { type BinaryNode, jidDecode, S_WHATSAPP_NET } from "@whiskeysockets/baileys";

export type { BinaryNode } from "@whiskeysockets/baileys";

/** The address of the server itself. */
export const SERVER = S_WHATSAPP_NET;

/** How the members of a group are called: by number, or by an id that says nothing. */
export type Addressing = "pn" | "lid";

/** The parts of a user's address. */
export interface UserAddress {
  readonly user: string;
  readonly device: number;
  readonly mode: Addressing;
}

/** Attributes as they are written; those that are undefined are left out. */
export type Attrs = Readonly<Record<string, string | undefined>>;

/** A stanza. Text content goes as bytes, as the codec would take some texts for tokens or addresses. */
export function el(tag: string, attrs: Attrs = {}, content?: BinaryNode["content"]): BinaryNode {
  const written: Record<string, string> = {};
  for (const [name, value] of Object.entries(attrs)) if (value !== undefined) written[name] = value;
  if (content === undefined) return { tag, attrs: written };
  return { tag, attrs: written, content: typeof content === "string" ? Buffer.from(content) : content };
}

/** The stanzas inside a stanza. */
export function childrenOf(node: BinaryNode | undefined, tag?: string): BinaryNode[] {
  if (node === undefined || !Array.isArray(node.content)) return [];
  return tag === undefined ? node.content : node.content.filter((child) => child.tag === tag);
}

/** The first stanza inside a stanza. */
export function childOf(node: BinaryNode | undefined, tag?: string): BinaryNode | undefined {
  return childrenOf(node, tag)[0];
}

/** What is written inside a stanza, as bytes. */
export function bytesIn(node: BinaryNode | undefined): Buffer {
  const content = node?.content;
  if (content === undefined || Array.isArray(content)) return Buffer.alloc(0);
  return typeof content === "string" ? Buffer.from(content) : Buffer.from(content);
}

/** What is written inside a child, as bytes. */
export function bytesOf(node: BinaryNode | undefined, tag: string): Buffer {
  return bytesIn(childOf(node, tag));
}

/** A number written as bytes inside a child. */
export function numberOf(node: BinaryNode | undefined, tag: string): number {
  return bytesOf(node, tag).reduce((sum, byte) => sum * 256 + byte, 0);
}

/** A number as bytes, the highest first. */
export function bigEndian(value: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(value, 0, length);
  return bytes;
}

/** The parts of a user's address, or null where it is none. */
export function userOf(jid: string | undefined): UserAddress | null {
  const decoded = jid === undefined ? undefined : jidDecode(jid);
  if (decoded === undefined || decoded.user === "") return null;
  if (decoded.server !== "lid" && decoded.server !== "s.whatsapp.net") return null;
  return { user: decoded.user, device: decoded.device ?? 0, mode: decoded.server === "lid" ? "lid" : "pn" };
}

/** A user's address; device 0 is not written. */
export function jidOf({ user, device = 0, mode }: Omit<UserAddress, "device"> & { device?: number }): string {
  return `${user}${device === 0 ? "" : `:${device}`}@${mode === "lid" ? "lid" : "s.whatsapp.net"}`;
}

/** Whether an address is that of a group. */
export function isGroup(jid: string): boolean {
  return jid.endsWith("@g.us");
}

/** Now, in seconds, as stanzas say it. */
export function seconds(): string {
  return String(Math.floor(Date.now() / 1000));
}

/** An id for a message or a stanza. */
export function freshId(prefix = "3A"): string {
  return prefix + Buffer.from(crypto.getRandomValues(new Uint8Array(9))).toString("hex").toUpperCase();
}
