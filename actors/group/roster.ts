/** Who is in a group: joins, leaves, names, guests, moderation. */
import {
  type Command,
  guestNative,
  type Member,
  type MemberId,
  type Messenger,
  type Person,
} from "../model/mod.ts";
import { RelayError } from "../ports/mod.ts";
import { shownName } from "../render/mod.ts";
import { encodeRow, key } from "../store/mod.ts";
import { audience, type Draft } from "./draft.ts";

/** The member that a person of a messenger is: known at once, the same after a restart, another in each group. */
export function memberIdOf(draft: Draft, messenger: Messenger, native: string): MemberId {
  return `m_${draft.around.hash(`${draft.record.id}|${messenger}|${native}`)}` as MemberId;
}

/** The author of an event: whoever writes is a member, told of by a join or not. Null: nobody may hear them. */
export function author(draft: Draft, messenger: Messenger, person: Person): Member | null {
  const id = memberIdOf(draft, messenger, person.native);
  const known = draft.member(id);
  if (known === null) return add(draft, messenger, id, person);
  if (known.muted) return null;
  const named = isNamed(person) && person.name !== known.name;
  const admin = person.admin ?? known.admin;
  if (!named && admin === known.admin && known.leftAt === null) return known;
  return draft.put({ ...known, name: named ? person.name : known.name, admin, leftAt: null });
}

function add(draft: Draft, messenger: Messenger, id: MemberId, person: Person): Member {
  return draft.put({
    id,
    messenger,
    native: person.native,
    name: isNamed(person) ? person.name : guestName(draft, messenger, id),
    admin: person.admin ?? false,
    joinedAt: draft.around.at,
    leftAt: null,
    muted: false,
    consent: null,
  });
}

/** Signs that nobody sees are no name. */
function isNamed({ name }: Person): boolean {
  return /[^\p{Cf}\p{Z}]/u.test(shownName(name));
}

/** "WhatsApp guest 7F3": for people whose name the messenger does not tell. */
export function guestName(draft: Draft, messenger: Messenger, id: MemberId): string {
  let sum = 0;
  for (let n = 2; n < id.length; n++) sum = (sum * 31 + id.charCodeAt(n)) & 0xfff;
  const code = sum.toString(16).toUpperCase().padStart(3, "0");
  return draft.text("guest.name", { messenger: draft.label(messenger), code });
}

/** Somebody came in. */
export function join(draft: Draft, messenger: Messenger, person: Person): void {
  const id = memberIdOf(draft, messenger, person.native);
  const before = draft.member(id);
  if (before !== null && before.leftAt === null) {
    author(draft, messenger, person);
    return;
  }
  const member = author(draft, messenger, person);
  if (member !== null) say(draft, "notice.joined", member);
}

/** Somebody went. */
export function leave(draft: Draft, messenger: Messenger, person: Person): void {
  const member = draft.member(memberIdOf(draft, messenger, person.native));
  if (member === null || member.leftAt !== null) return;
  draft.put({ ...member, leftAt: draft.around.at });
  say(draft, "notice.left", member);
}

function say(draft: Draft, key: string, member: Member): void {
  const values = { name: member.name, messenger: draft.label(member.messenger) };
  draft.send({ type: "notice", key, values }, audience(draft.record, member.messenger));
}

/** A browser guest comes in by the invite page. Their native id is the hash of their token. */
export function guest(draft: Draft, command: Extract<Command, { type: "guest" }>, web: Messenger): void {
  const native = guestNative(command.tokenHash);
  const id = memberIdOf(draft, web, native);
  const member = draft.put({
    id,
    messenger: web,
    native,
    name: command.name,
    admin: false,
    joinedAt: draft.around.at,
    leftAt: null,
    muted: false,
    consent: command.consent,
  });
  draft.subject = id;
  const token = { v: 1, group: draft.record.id, member: id };
  draft.rows.push({ key: key.guest(command.tokenHash), value: encodeRow(token) });
  say(draft, "notice.joined", member);
}

/** Mutes, unmutes or removes somebody. @throws {RelayError} `not-found`, `conflict` */
export function moderate(draft: Draft, id: MemberId, action: "remove" | "mute" | "unmute"): void {
  const member = draft.member(id);
  if (member === null || (action === "remove" && member.leftAt !== null)) {
    throw new RelayError("not-found", "Cannot find this member in the group");
  }
  if (member.owner === true) throw new RelayError("conflict", "Cannot remove or mute the owner of the group");
  draft.subject = id;
  if (action !== "remove") {
    draft.put({ ...member, muted: action === "mute" });
    return;
  }
  draft.put({ ...member, muted: true, leftAt: draft.around.at });
  draft.send(
    { type: "notice", key: "notice.removed", values: { name: member.name } },
    audience(draft.record, null),
  );
}
