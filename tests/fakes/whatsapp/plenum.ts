/** Plenum as a process of its own that believes a fake WhatsApp server, and its account linked by REST. */
import { z } from "zod";
import { until } from "../people.ts";
import { type PlenumProcess, plenumProcess } from "../plenum.ts";
import type { FakeWhatsApp } from "./mod.ts";
import type { Phone } from "./phone.ts";

const PRELOAD = new URL("./preload.ts", import.meta.url).href;
const Accounts = z.object({
  accounts: z.array(
    z.object({ id: z.string(), health: z.object({ status: z.string(), text: z.string().optional() }) }),
  ),
});

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

/** One server-sent event. */
export interface Sent {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The events of a stream, until it ends. */
export async function* eventsOf(response: Response): AsyncGenerator<Sent> {
  let rest = "";
  for await (const text of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const event = /^event: ?(.*)$/m.exec(part)?.[1];
      const data = /^data: ?(.*)$/m.exec(part)?.[1];
      if (event !== undefined) yield { event, data: JSON.parse(data ?? "{}") };
    }
  }
}

/** How an account is, by REST. */
export async function healthOf(url: string, token: string, account = "whatsapp"): Promise<string> {
  const answer = await fetch(`${url}/api/accounts`, { headers: { Authorization: `Bearer ${token}` } });
  const { accounts } = Accounts.parse(await answer.json());
  return accounts.find(({ id }) => id === account)?.health.status ?? "none";
}

/** Links an account to `own` as an operator does, and waits until it is connected. */
export async function linkByRest(
  url: string,
  token: string,
  own: Phone,
  account = "whatsapp",
): Promise<void> {
  await until(
    "the account waits to be linked",
    async () => await healthOf(url, token, account) === "logged-out",
  );
  const headers = { Authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/api/accounts/${account}/link`, { headers });
  const scans: Promise<unknown>[] = [];
  for await (const { event, data } of eventsOf(response)) {
    if (event === "qr" && scans.length === 0) scans.push(own.scan(String(data["data"])));
    if (event === "failed") throw new Error("Cannot link the account: it failed");
  }
  await Promise.all(scans);
  await until("the account is connected", async () => await healthOf(url, token, account) === "connected");
}
