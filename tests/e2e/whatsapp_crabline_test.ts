/**
 * The handshake and the login against crabline's WhatsApp server, which others wrote: so that the adapter does not only
 * agree with our own idea of WhatsApp. It knows no groups, so nothing more is asked of it.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { startWhatsAppServer } from "@openclaw/crabline";
import { initAuthCreds, proto } from "@whiskeysockets/baileys";
import { AuthState } from "../../adapters/whatsapp/auth_state.ts";
import { whatsapp, WhatsappConfig } from "../../adapters/whatsapp/mod.ts";
import { ACCOUNT } from "../contract/adapter_contract.ts";
import { ContractHost } from "../contract/contract_host.ts";

/** WhatsApp's own root key, as crabline's captured certificates are signed: another test may have swapped it. */
const ROOT_KEY = "142375574d0a587166aae71ebe516437c4a28b73e3695c6ce1f7f9545da8ee6b";

Deno.test({
  name: "the adapter logs in at a WhatsApp server that others wrote",
  // Baileys leaves timers behind.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const { WA_CERT_DETAILS } = await import("@whiskeysockets/baileys");
    WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(ROOT_KEY, "hex");
    const folder = await Deno.makeTempDir();
    const server = await startWhatsAppServer({ recorderPath: `${folder}/whatsapp.jsonl`, port: 0 });
    const { manifest } = server;
    const host = new ContractHost({ now: Date.now() });
    // It takes whoever comes with a login; linking is none of its business.
    const creds = {
      ...initAuthCreds(),
      me: { id: manifest.selfJid },
      account: proto.ADVSignedDeviceIdentity.create({}),
    };
    await new AuthState(host.session, creds).saveCreds();
    const config = WhatsappConfig.parse({ wsUrl: manifest.endpoints.baileysWebSocketUrl });
    const adapter = whatsapp.open(ACCOUNT, config, host);
    const abort = new AbortController();
    const run = adapter.run(abort.signal);
    try {
      await host.until(() => host.health.some(({ status }) => status === "connected"), "the connection");
      assert.equal(host.health.some(({ status }) => status === "logged-out"), false);
    } finally {
      abort.abort();
      await run;
      await adapter[Symbol.asyncDispose]();
      await server.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
});
