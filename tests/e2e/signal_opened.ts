/** Signal's adapter on the fake of signal-cli's daemon. */
import { type ChatId, type MediaRef, type NativeOp, OpId, type Receipt } from "../../actors/model/mod.ts";
import type { Adapter, GroupSpec, MediaStream } from "../../actors/ports/mod.ts";
import { signal, SignalConfig } from "../../adapters/signal/mod.ts";
import { ACCOUNT } from "../contract/adapter_contract.ts";
import { ContractHost } from "../contract/contract_host.ts";
import { type FakeSignal, type Person, type SignalOptions, startSignal } from "../fakes/signal/mod.ts";

/** A file: its bytes, or how they are read. */
export type Body = Uint8Array<ArrayBuffer> | (() => ReadableStream<Uint8Array>);

/** What the group of a test is made with. */
export const SPEC: GroupSpec = { title: "Tea", description: "About tea", opId: OpId.parse("make.0") };

/** One life of the account: from its opening to its end. */
export interface Life extends AsyncDisposable {
  readonly host: ContractHost;
  readonly adapter: Adapter;
  /** How the run ended, null where it ended well. */
  readonly ended: Promise<unknown>;
  /** `bodies`: the files of the op, by their native ids. */
  send(chat: ChatId, op: NativeOp, bodies?: Readonly<Record<string, Body>>): Promise<Receipt>;
  connected(): Promise<void>;
}

let ops = 0;

/** The adapter alone, without a run. */
export function openAdapter(server: FakeSignal, host: ContractHost, account?: string): Adapter {
  const { rpcUrl, tcp } = server;
  const config = SignalConfig.parse({
    rpcUrl,
    tcp,
    unpaced: true,
    ...(account === undefined ? {} : { account }),
  });
  return signal.open(ACCOUNT, config, host);
}

/** Opens the account on what `host` keeps, and runs it. */
export function openLife(server: FakeSignal, host: ContractHost, account?: string): Life {
  const adapter = openAdapter(server, host, account);
  const abort = new AbortController();
  const ended = adapter.run(abort.signal).then(() => null, (error: unknown) => error);
  const { signal } = abort;
  return {
    host,
    adapter,
    ended,
    send: (chat, op, bodies = {}) => {
      const media = (ref: MediaRef): Promise<MediaStream> => {
        const body = bodies[ref.native] ?? new Uint8Array();
        const stream = body instanceof Uint8Array ? new Blob([body]).stream() : body();
        return Promise.resolve({ mime: ref.mime, bytes: ref.bytes, body: stream });
      };
      return adapter.send(chat, op, { opId: OpId.parse(`op.${++ops}`), signal, media });
    },
    connected: () => host.until(() => host.health.at(-1)?.status === "connected", "the connection"),
    [Symbol.asyncDispose]: async () => {
      abort.abort();
      await ended;
      await adapter[Symbol.asyncDispose]();
    },
  };
}

/** What a test of the account is given. */
export interface Stage {
  readonly server: FakeSignal;
  readonly own: ReturnType<FakeSignal["account"]>;
  readonly host: ContractHost;
  readonly life: Life;
}

/** A test with an account that runs. */
export function signalTest(
  name: string,
  run: (stage: Stage) => Promise<void>,
  options: SignalOptions = {},
): void {
  Deno.test(name, async () => {
    await using server = startSignal(options);
    const own = server.account();
    const host = new ContractHost({ now: Date.now() });
    await using life = openLife(server, host, own.number);
    await life.connected();
    await run({ server, own, host, life });
  });
}

/** A group that the account made, and somebody who joined it. */
export async function groupWith(
  { server, life }: Pick<Stage, "server" | "life">,
  name: string,
): Promise<{ readonly chat: ChatId; readonly link: string; readonly person: Person }> {
  const made = await life.adapter.createGroup?.(SPEC, { signal: new AbortController().signal });
  if (made?.inviteUrl == null) throw new Error("Cannot go on as the group must have an invite link");
  const person = server.person(name);
  person.join(made.inviteUrl);
  return { chat: made.chat, link: made.inviteUrl, person };
}
