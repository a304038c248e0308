/** Plenum as a process of its own that believes a fake WhatsApp server, and its account linked by REST. */
import { healthOf as health, linkAccount } from "../linking.ts";
import { type PlenumProcess, plenumProcess } from "../plenum.ts";
import type { FakeWhatsApp } from "./mod.ts";
import type { Phone } from "./phone.ts";

const PRELOAD = new URL("./preload.ts", import.meta.url).href;
/** Starts it, with Telegram and Signal simulated. */
export function plenumWith(
  server: FakeWhatsApp,
  env: Readonly<Record<string, string>> & { readonly DATA_DIR: string },
): Promise<PlenumProcess> {
  return plenumProcess({
    WHATSAPP_ENABLED: "true",
    WHATSAPP_WS_URL: server.url,
    SANDBOX: "on",
    OPERATOR_EMAIL: "operator@example.org",
    PLENUM_FAKE_WHATSAPP: JSON.stringify(server.trust),
    ...env,
  }, [PRELOAD]);
}

/** How an account is, by REST. */
export function healthOf(url: string, token: string, account = "whatsapp"): Promise<string> {
  return health(url, token, account);
}

/** Links an account to `own` as an operator does, and waits until it is connected. */
export function linkByRest(url: string, token: string, own: Phone, account = "whatsapp"): Promise<void> {
  return linkAccount(url, token, { account, scan: (qr) => own.scan(qr) });
}
