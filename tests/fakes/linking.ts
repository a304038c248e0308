/** Operators in front of a running Plenum: they link accounts by REST. */
import { z } from "zod";
import { until } from "./people.ts";

const Accounts = z.object({
  accounts: z.array(
    z.object({ id: z.string(), health: z.object({ status: z.string(), text: z.string().optional() }) }),
  ),
});

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
export async function healthOf(url: string, token: string, account: string): Promise<string> {
  const answer = await fetch(`${url}/api/accounts`, { headers: { Authorization: `Bearer ${token}` } });
  const { accounts } = Accounts.parse(await answer.json());
  return accounts.find(({ id }) => id === account)?.health.status ?? "none";
}

/** Links an account as an operator does, and waits until it is connected. `scan`: the phone reads a QR code. */
export async function linkAccount(
  url: string,
  token: string,
  { account, scan }: { readonly account: string; readonly scan: (qr: string) => Promise<unknown> },
): Promise<void> {
  await until(
    "the account waits to be linked",
    async () => await healthOf(url, token, account) === "logged-out",
  );
  const headers = { Authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/api/accounts/${account}/link`, { headers });
  const scans: Promise<unknown>[] = [];
  for await (const { event, data } of eventsOf(response)) {
    if (event === "qr" && scans.length === 0) scans.push(scan(String(data["data"])));
    if (event === "failed") throw new Error("Cannot link the account: it failed");
  }
  await Promise.all(scans);
  await until("the account is connected", async () => await healthOf(url, token, account) === "connected");
}
