/**
 * `deno task bench signal`: group messages in and out through the real signal-cli, against Signal's mock server: messages
 * a second, what of it is signal-cli's own, and what signal-cli holds in memory. Needs the test bed and a JDK.
 */
import { type ChatId, type Event, NativeId, OpId, plain } from "../../actors/model/mod.ts";
import { Rpc } from "../../adapters/signal/rpc.ts";
import { signal, SignalConfig } from "../../adapters/signal/mod.ts";
import { ACCOUNT } from "../contract/adapter_contract.ts";
import { ContractHost } from "../contract/contract_host.ts";
import { type DaemonBeside, missing, type Person, SignalBed } from "../fakes/signal_bed/mod.ts";
import { head, number, perSecond, say } from "./figures.ts";

const COUNT = 200;

class CountingHost extends ContractHost {
  readonly all = Promise.withResolvers<void>();
  heard = 0;

  override deliver(event: Event): Promise<void> {
    if (event.type === "message") this.heard += 1;
    if (this.heard >= COUNT) this.all.resolve();
    return Promise.resolve();
  }
}

function timed(): () => number {
  const started = performance.now();
  return () => performance.now() - started;
}

/** The same by a program that does nothing else. */
async function bareMs({ rpcUrl }: DaemonBeside, { own, chat }: Scene): Promise<number> {
  const rpc = new Rpc(rpcUrl, own.number);
  const out = timed();
  for (let n = 0; n < COUNT; n++) await rpc.call("send", { groupId: chat, message: `bare ${n}` });
  return out();
}

interface Scene {
  readonly own: Person;
  readonly chat: ChatId;
}

/** Messages that wait for whoever connects. */
async function fill(bed: SignalBed, alice: Person, chat: string): Promise<void> {
  for (let n = 0; n < COUNT; n++) await bed.say(alice, chat, `message ${n}`);
}

async function main(): Promise<void> {
  const why = missing();
  if (why !== null) return say("skipped, the real Signal is not here", why);
  await using bed = await SignalBed.start();
  const beside = await bed.daemon();
  const own = await bed.account();
  const config = SignalConfig.parse({ rpcUrl: beside.rpcUrl, tcp: beside.tcp, unpaced: true });
  const host = new CountingHost({ now: Date.now() });
  await using adapter = signal.open(ACCOUNT, config, host);
  const scans: Promise<void>[] = [];
  await adapter.link({
    show: (kind, data) =>
      kind === "qr" && scans.length === 0 ? void scans.push(bed.scan(data, own)) : undefined,
    ask: () => new Promise(() => undefined),
  }, { signal: new AbortController().signal });
  const first = new AbortController();
  const running = adapter.run(first.signal);
  await host.until(() => host.health.at(-1)?.status === "connected", "the connection");
  const made = await adapter.createGroup?.({ title: "Bench", description: "", opId: OpId.parse("make") }, {
    signal: first.signal,
  });
  if (made === undefined) throw new Error("Cannot bench without a group");
  const { chat, inviteUrl } = made;
  const people = [await bed.person("Alice"), await bed.person("Ben"), await bed.person("Cem")];
  for (const person of people) await bed.join(person, inviteUrl ?? "");
  const [alice] = people;
  if (alice === undefined) throw new Error("Cannot bench without people");

  head("Signal: one account, one group of three people");
  const going = timed();
  let ids: readonly NativeId[] = [];
  for (let n = 0; n < COUNT; n++) {
    const op = { type: "post", text: plain(`message ${n}`) } as const;
    ids = (await adapter.send(chat, op, { opId: OpId.parse(`op.${n}`), signal: first.signal })).ids;
  }
  const outMs = going();
  if (ids.length !== 1) throw new Error("Cannot bench as every post must have an id");
  first.abort();
  await running;
  await fill(bed, alice, chat);
  const second = new AbortController();
  const coming = timed();
  const again = adapter.run(second.signal);
  await host.all.promise;
  const inMs = coming();
  second.abort();
  await again;
  const baseMs = await bareMs(beside, { own, chat });
  const share = Math.round(100 * baseMs / outMs);
  say(
    `${COUNT} messages out, one after the other, each with its answer`,
    `${number(perSecond(COUNT, outMs))} msg/s, ${share} % of bare calls`,
  );
  say(
    `${COUNT} messages in that had waited, each delivered before the next`,
    `${number(perSecond(COUNT, inMs))} msg/s`,
  );
  say("RSS of signal-cli with one account", `${number(await beside.rssMb())} MB`);
  await beside.stop();
}

if (import.meta.main) await main();
