/** Where files are uploaded to: WhatsApp names its servers for a while. Baileys would keep a failed answer for ever. */
import { type BinaryNode, getBinaryNodeChild, getBinaryNodeChildren } from "@whiskeysockets/baileys";
import { asked } from "./failures.ts";

/** Servers that take files, best first, and what they ask for. */
export interface MediaServers {
  readonly hosts: readonly string[];
  readonly auth: string;
}

interface Asking {
  query(node: BinaryNode): Promise<unknown>;
}

/** The servers of one connection. */
export class MediaDirectory {
  readonly #asking: Asking;
  readonly #now: () => number;
  #known: { readonly servers: MediaServers; readonly until: number } | null = null;

  constructor(asking: Asking, now: () => number = Date.now) {
    this.#asking = asking;
    this.#now = now;
  }

  /** @throws {DeliveryFailure} where WhatsApp names none */
  async servers(): Promise<MediaServers> {
    if (this.#known !== null && this.#now() < this.#known.until) return this.#known.servers;
    const at = this.#now();
    const answer = await asked(
      "upload the file",
      this.#asking.query({
        tag: "iq",
        attrs: { type: "set", xmlns: "w:m", to: "s.whatsapp.net" },
        content: [{ tag: "media_conn", attrs: {} }],
      }),
    );
    const named = getBinaryNodeChild(answer as BinaryNode, "media_conn");
    const hosts = getBinaryNodeChildren(named, "host").flatMap(({ attrs }) => attrs["hostname"] ?? []);
    const servers = { hosts, auth: named?.attrs["auth"] ?? "" };
    this.#known = { servers, until: at + Number(named?.attrs["ttl"] ?? 0) * 1000 };
    return servers;
  }

  /** They took nothing: the next upload asks for others. */
  forget(): void {
    this.#known = null;
  }
}
