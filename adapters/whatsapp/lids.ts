/** Which number and which LID are one person's. WhatsApp tells the LID of a number, never the number of a LID. */
import { jidNormalizedUser } from "@whiskeysockets/baileys";

const PAIRS_MAX = 20_000;

/** The pairs that one account has come across. */
export class Lids {
  readonly #lidByPn = new Map<string, string>();
  readonly #pnByLid = new Map<string, string>();

  /** Two jids of one person, in either order; anything else is passed over. */
  learn(one: string | null | undefined, other: string | null | undefined): void {
    if (!one || !other || one.endsWith("@lid") === other.endsWith("@lid")) return;
    const [lid, pn] = one.endsWith("@lid") ? [one, other] : [other, one];
    this.#keep(jidNormalizedUser(pn), jidNormalizedUser(lid));
  }

  /** The LID of a number, where it is known. */
  lidOf(pn: string): string | null {
    return this.#lidByPn.get(jidNormalizedUser(pn)) ?? null;
  }

  /** A jid, with the other one of the same person where it is known. */
  namesOf(jid: string): string[] {
    const one = jidNormalizedUser(jid);
    const other = this.#lidByPn.get(one) ?? this.#pnByLid.get(one);
    return other === undefined ? [one] : [one, other];
  }

  #keep(pn: string, lid: string): void {
    this.#lidByPn.set(pn, lid);
    this.#pnByLid.set(lid, pn);
    const [oldest] = this.#lidByPn;
    if (this.#lidByPn.size <= PAIRS_MAX || oldest === undefined) return;
    this.#lidByPn.delete(oldest[0]);
    this.#pnByLid.delete(oldest[1]);
  }
}
