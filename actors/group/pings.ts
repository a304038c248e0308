/** `@Name`: whoever is called so on another messenger is told by it that they are meant. Pure. */
import type { Content, Member, MemberId, Messenger, Ping, RichText, Span } from "../model/mod.ts";

/** Names in one text: more of them would be a nuisance to everybody. */
const PINGS_MAX = 20;
/** What may stand before an `@` that means somebody: in an address there is a letter. */
const BEFORE = /[\s([{"'„“«,;:!?¡¿—–-]/u;
const WORD = /[\p{L}\p{N}_]/u;
/** Where an `@` is nobody's name. */
const LITERAL: readonly Span["type"][] = ["code", "pre", "link", "mention"];

/** What a text is read with. */
export interface Naming {
  /** Everybody who is here. */
  readonly members: Iterable<Member>;
  /** What a messenger is called. */
  readonly label: (messenger: Messenger) => string;
}

/** A content, and whom it means. */
export interface Named {
  readonly content: Content;
  readonly pings: readonly Ping[];
}

/** `content` with its names marked. Two of one name are meant by `@Name (Messenger)` only. */
export function withPings(content: Content, naming: Naming): Named {
  const body = content.type === "media" ? content.caption : "body" in content ? content.body : null;
  if (body === null || !body.text.includes("@")) return { content, pings: [] };
  const { rich, pings } = named(body, namesOf(naming));
  if (pings.length === 0) return { content, pings };
  if (content.type === "media") return { content: { ...content, caption: rich }, pings };
  return content.type === "text" || content.type === "other"
    ? { content: { ...content, body: rich }, pings }
    : { content, pings: [] };
}

/** Whom the mentions of a content mean, as it was said before. */
export function pingsIn(content: Content, member: (id: MemberId) => Member | null): Ping[] {
  const body = content.type === "media" ? content.caption : "body" in content ? content.body : null;
  const pings = new Map<MemberId, Ping>();
  for (const { type, member: id } of body?.spans ?? []) {
    const meant = type === "mention" && id !== undefined ? member(id) : null;
    if (meant !== null) {
      pings.set(meant.id, { member: meant.id, messenger: meant.messenger, native: meant.native });
    }
  }
  return [...pings.values()];
}

/** Names by what people type, longest first; null where several are called so. */
function namesOf({ members, label }: Naming): readonly (readonly [string, Member | null])[] {
  const names = new Map<string, Member | null>();
  const add = (name: string, member: Member): void => {
    names.set(name, names.has(name) && names.get(name)?.id !== member.id ? null : member);
  };
  for (const member of members) {
    const name = folded(member.name.trim());
    if (name === "" || member.leftAt !== null) continue;
    add(name, member);
    add(folded(`${member.name.trim()} (${label(member.messenger)})`), member);
  }
  return [...names].toSorted(([a], [b]) => b.length - a.length);
}

function named(body: RichText, names: ReturnType<typeof namesOf>): { rich: RichText; pings: Ping[] } {
  const { text } = body;
  const low = folded(text);
  const spans: Span[] = [];
  const pings = new Map<string, Ping>();
  for (let at = text.indexOf("@"); at >= 0 && spans.length < PINGS_MAX; at = text.indexOf("@", at + 1)) {
    if (!isFree(body, at)) continue;
    const found = names.find(([name]) =>
      low.startsWith(name, at + 1) && !WORD.test(charAt(text, at + 1 + name.length))
    );
    const member = found?.[1];
    if (found === undefined || !member) continue;
    spans.push({ type: "mention", start: at, length: found[0].length + 1, member: member.id });
    pings.set(member.id, { member: member.id, messenger: member.messenger, native: member.native });
  }
  const rich = spans.length === 0 ? body : { text, spans: [...body.spans, ...spans] };
  return { rich, pings: [...pings.values()] };
}

function isFree({ text, spans }: RichText, at: number): boolean {
  if (at > 0 && !BEFORE.test(text.charAt(at - 1))) return false;
  return !spans.some(({ type, start, length }) =>
    LITERAL.includes(type) && start <= at && at < start + length
  );
}

/** Of the same length, so that offsets stay true. */
function folded(text: string): string {
  const low = text.toLowerCase();
  return low.length === text.length ? low : text;
}

function charAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 32);
}
