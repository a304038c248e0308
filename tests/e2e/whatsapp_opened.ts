/** WhatsApp's adapter with the real Baileys, linked to a phone of the fake server. */
import { type ChatId, type NativeOp, OpId, type Receipt } from "../../actors/model/mod.ts";
import type { Adapter, GroupSpec } from "../../actors/ports/mod.ts";
import { whatsapp, WhatsappConfig } from "../../adapters/whatsapp/mod.ts";
import { ACCOUNT } from "../contract/adapter_contract.ts";
import { ContractHost } from "../contract/contract_host.ts";
import { type FakeWhatsApp, type Phone, startWhatsApp, trustWhatsApp } from "../fakes/whatsapp/mod.ts";

/** What the group of a test is made with. */
export const SPEC: GroupSpec = { title: "Tea", description: "About tea", opId: OpId.parse("make.0") };

/** One life of the account: from its opening to its end. */
export interface Life extends AsyncDisposable {
  readonly host: ContractHost;
  readonly adapter: Adapter;
  /** How the run ended, null while it runs well. */
  readonly ended: Promise<unknown>;
  send(chat: ChatId, op: NativeOp, opId?: string): Promise<Receipt>;
  connected(): Promise<void>;
  end(): Promise<void>;
}

let ops = 0;

/** Opens the account on what `host` keeps, and runs it. */
export function openLife(
  server: FakeWhatsApp,
  host: ContractHost,
  config: { readonly helper?: string } = {},
): Life {
  trustWhatsApp(server.trust);
  const adapter = openAdapter(server, host, config);
  const abort = new AbortController();
  const ended = adapter.run(abort.signal).then(() => null, (error: unknown) => error);
  const { signal } = abort;
  const end = async (): Promise<void> => {
    abort.abort();
    await ended;
    await adapter[Symbol.asyncDispose]();
  };
  return {
    host,
    adapter,
    ended,
    send: (chat, op, opId = `op.${++ops}`) => adapter.send(chat, op, { opId: OpId.parse(opId), signal }),
    connected: () => host.until(() => host.health.at(-1)?.status === "connected", "the connection"),
    end,
    [Symbol.asyncDispose]: end,
  };
}

/** The adapter alone, without a run. */
export function openAdapter(
  server: FakeWhatsApp,
  host: ContractHost,
  config: { readonly helper?: string } = {},
): Adapter {
  return whatsapp.open(ACCOUNT, WhatsappConfig.parse({ wsUrl: server.url, unpaced: true, ...config }), host);
}

/** Links what `host` keeps to `own` by QR code. */
export async function linkTo(server: FakeWhatsApp, host: ContractHost, own: Phone): Promise<void> {
  trustWhatsApp(server.trust);
  await using adapter = openAdapter(server, host);
  const scanned: Promise<unknown>[] = [];
  await adapter.link({
    show: (kind, data) => {
      if (kind === "qr" && scanned.length === 0) scanned.push(own.scan(data));
    },
    ask: () => new Promise(() => undefined),
  }, { signal: new AbortController().signal });
  await Promise.all(scanned);
}

/** What a test of the linked account is given. */
export interface Stage {
  readonly server: FakeWhatsApp;
  readonly own: Phone;
  readonly host: ContractHost;
  readonly life: Life;
}

type Options = Parameters<typeof startWhatsApp>[0];

/** A test with an account that is linked and connected. Baileys leaves timers behind, however it is closed. */
export function whatsappTest(
  name: string,
  run: (stage: Stage) => Promise<void>,
  options: Options = {},
): void {
  Deno.test({
    name,
    sanitizeOps: false,
    sanitizeResources: false,
    fn: async () => {
      await using server = startWhatsApp(options);
      const host = new ContractHost({ now: Date.now() });
      const own = server.ownPhone();
      await linkTo(server, host, own);
      await using life = openLife(server, host);
      await life.connected();
      await run({ server, own, host, life });
    },
  });
}

/** A group that the account made, and somebody who joined it. */
export async function groupWith(
  { server, life }: Pick<Stage, "server" | "life">,
  name: string,
): Promise<{ readonly chat: ChatId; readonly inviteUrl: string; readonly person: Phone }> {
  const signal = new AbortController().signal;
  const made = await life.adapter.createGroup?.(SPEC, { signal });
  if (made?.inviteUrl == null) throw new Error("Cannot go on as the group must have an invite link");
  const person = server.phone({ name });
  person.join(made.inviteUrl);
  return { chat: made.chat, inviteUrl: made.inviteUrl, person };
}
