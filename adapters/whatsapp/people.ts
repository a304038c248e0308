/** People as the others may know them: by the name that they gave themselves, never by a number. Pure. */
import type { proto } from "@whiskeysockets/baileys";
import { personIdOf, personJid, userOf } from "./jids.ts";
import type { Mentioned } from "./markup.ts";
import { contextOf } from "./wire.ts";

/** What tells people apart. */
export interface Identities {
  isMe(jid: string): boolean;
  /** The LID of a number, where it is known. */
  lidOf(pn: string): string | null;
}

/** Whom a message mentions, by each of the names that may stand in its text. */
export function mentionedIn(message: proto.IMessage, { isMe, lidOf }: Identities): Mentioned[] {
  return (contextOf(message)?.mentionedJid ?? []).flatMap((jid) => {
    const one = personJid(jid);
    const person = isMe(one) ? null : personIdOf(one, lidOf);
    return [...new Set([userOf(one), userOf(person ?? one)])].map((user) => ({ user, person }));
  });
}
