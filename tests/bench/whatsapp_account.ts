/** The account of the WhatsApp bench, in a process of its own: its figures are of nothing else. */
// deno-lint-ignore-file no-console -- what it measures goes to the process that started it
import process from "node:process";
import { type Event, OpId, plain } from "../../actors/model/mod.ts";
import { ACCOUNT } from "../contract/adapter_contract.ts";
import { ContractHost } from "../contract/contract_host.ts";
import type { Told } from "./whatsapp.ts";

const [url = "", count = "0"] = Deno.args;
const COUNT = Number(count);
const signal = new AbortController().signal;

function tell(line: Told): void {
  console.log(JSON.stringify(line));
}

function megabytes(): number {
  return Deno.memoryUsage().rss / 1024 / 1024;
}

/** Since when, and with how much of the processor. */
function watch(): () => { readonly ms: number; readonly cpuMs: number } {
  const started = performance.now();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return { ms: performance.now() - started, cpuMs: (user + system) / 1000 };
  };
}

const beforeMb = megabytes();
const { whatsapp, WhatsappConfig } = await import("../../adapters/whatsapp/mod.ts");
const all = Promise.withResolvers<void>();
let heard = 0;

class CountingHost extends ContractHost {
  override deliver({ type }: Event): Promise<void> {
    if (type === "message") heard += 1;
    if (heard >= COUNT) all.resolve();
    return Promise.resolve();
  }
}

const host = new CountingHost({ now: Date.now() });
const adapter = whatsapp.open(ACCOUNT, WhatsappConfig.parse({ wsUrl: url, unpaced: true }), host);
await adapter.link({
  show: (kind, text) => kind === "qr" ? tell({ step: "qr", text }) : undefined,
  ask: () => new Promise(() => undefined),
}, { signal });
void adapter.run(signal);
await host.until(() => host.health.at(-1)?.status === "connected", "the connection");
const made = await adapter.createGroup?.({ title: "Bench", description: "", opId: OpId.parse("make") }, {
  signal,
});
if (made === undefined) throw new Error("Cannot bench without a group");
const coming = watch();
tell({ step: "invite", text: made.inviteUrl ?? "" });
await all.promise;
tell({ step: "in", ...coming() });
const going = watch();
for (let n = 0; n < COUNT; n++) {
  await adapter.send(made.chat, { type: "post", text: plain(`answer ${n}`) }, {
    opId: OpId.parse(`op.${n}`),
    signal,
  });
}
tell({ step: "out", ...going(), rssMb: megabytes(), beforeMb });
Deno.exit(0);
