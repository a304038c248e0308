/**
 * What people call themselves. Signal's JSON names people by the operator's address book first, which is nobody else's
 * business: names are taken from profiles only.
 */
import { shownName } from "../shared/names.ts";
import type { Rpc } from "./rpc.ts";

/** How long a name is good, ms. */
const FRESH_MS = 3_600_000;
/** How long nobody asks again for a name that was not there yet, ms. */
const MISSING_MS = 60_000;
const PEOPLE_MAX = 5_000;

interface Known {
  readonly name: string;
  readonly untilMs: number;
}

/** The names of people, as one account may see them. */
export class People {
  readonly #now: () => number;
  readonly #known = new Map<string, Known>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The profile name of `aci`; empty where there is none (yet), or it cannot be asked for. */
  async nameOf(rpc: Rpc, aci: string): Promise<string> {
    const known = this.#known.get(aci);
    if (known !== undefined && known.untilMs > this.#now()) return known.name;
    const asked = await this.#ask(rpc, aci).catch(() => null);
    // What was known is better than nothing.
    const name = asked ?? known?.name ?? "";
    this.#remember(aci, { name, untilMs: this.#now() + (asked ? FRESH_MS : MISSING_MS) });
    return name;
  }

  async #ask(rpc: Rpc, aci: string): Promise<string | null> {
    const found = await rpc.call("listContacts", { recipient: [aci], allRecipients: true });
    const profile = found.find(({ uuid }) => uuid === aci)?.profile;
    return shownName([profile?.givenName, profile?.familyName].filter(Boolean).join(" ")) || null;
  }

  #remember(aci: string, known: Known): void {
    this.#known.delete(aci);
    this.#known.set(aci, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > PEOPLE_MAX && oldest !== undefined) this.#known.delete(oldest);
  }
}
