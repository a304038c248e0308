/**
 * Names of people at WhatsApp. A person has two: a number (`…@s.whatsapp.net`) and an opaque LID (`…@lid`); which one a
 * group uses is its own affair. Device (`:12`) and agent (`_1`) are parts of the address, not of the person.
 */
import { NativeId } from "../../actors/model/mod.ts";

/** A jid without device and agent. */
export function personJid(jid: string): string {
  const [user = "", server = ""] = jid.split("@");
  return `${user.split(/[:_]/)[0]}@${server === "c.us" ? "s.whatsapp.net" : server}`;
}

/** The part before the @, as it stands in a text after an @. */
export function userOf(jid: string): string {
  return personJid(jid).split("@")[0] ?? "";
}

/** Whom a jid means: by the LID where it is known, so that the same person is one in every group. */
export function personIdOf(jid: string, lidOf: (pn: string) => string | null): NativeId {
  const person = personJid(jid);
  return NativeId.parse(person.endsWith("@lid") ? person : lidOf(person) ?? person);
}
