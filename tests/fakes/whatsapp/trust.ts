/** How a client that runs here comes to trust a fake server: its root key, and where its files are. */
import { Buffer } from "node:buffer";
import { WA_CERT_DETAILS } from "@whiskeysockets/baileys";

/** What a client needs to know of a server. */
export interface Trusted {
  /** Hex. */
  readonly rootKey: string;
  /** Where what is said to be on https://*.whatsapp.net really is. */
  readonly mediaOrigin: string;
}

const HOSTS = /(^|\.)whatsapp\.net$/;

let origin: string | null = null;

/** Makes the client in this process believe the server, from now on. The last one that was trusted counts. */
export function trustWhatsApp({ rootKey, mediaOrigin }: Trusted): void {
  WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(rootKey, "hex");
  if (origin === null) mapFetch(globalThis.fetch);
  origin = mediaOrigin;
}

function mapFetch(fetchAnywhere: typeof fetch): void {
  globalThis.fetch = (input, init) => {
    const written = input instanceof Request ? input.url : String(input);
    const url = URL.canParse(written) ? new URL(written) : null;
    if (url === null || origin === null || !HOSTS.test(url.hostname)) return fetchAnywhere(input, init);
    const mapped = new URL(url.pathname + url.search, origin);
    return fetchAnywhere(input instanceof Request ? new Request(mapped, input) : mapped, init);
  };
}
