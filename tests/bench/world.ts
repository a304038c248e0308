/** A relay on a real database with adapters that cost nothing: what is measured is ours. */
import { createHost, createTexts, openKvStore, startRelay } from "../../actors/mod.ts";
import type { AccountSpec } from "../../actors/mod.ts";
import { AccountId, type Event, type GroupId, Messenger, UserId } from "../../actors/model/mod.ts";
import type { Adapter, AdapterDefinition, AdapterHost, Host, Relay, Store } from "../../actors/ports/mod.ts";
import { ChatId, NativeId } from "../../actors/model/mod.ts";
import { plainAdapter } from "../fakes/plain_adapter.ts";
import en from "../../static/locales/en.json" with { type: "json" };
import de from "../../static/locales/de.json" with { type: "json" };
import { z } from "zod";

/** Messages come in from the first and go out to the other three. */
export const MESSENGERS = ["matrix", "whatsapp", "signal", "telegram"].map((name) => Messenger.parse(name));

/** A running relay and its ends. */
export interface World {
  readonly relay: Relay;
  readonly store: Store;
  readonly host: Host;
  readonly dir: string;
  /** Puts an event in at the first messenger; resolves when it is durable. */
  deliver(event: Event): Promise<void>;
  /** Is called with every text that goes out. */
  onSend: (text: string) => void;
  stop(): Promise<void>;
}

/** Opens a relay in `dir`, or in a new folder. */
export async function openWorld(dir?: string): Promise<World> {
  const noop = (): void => {};
  const folder = dir ?? await Deno.makeTempDir();
  const host = createHost({
    secret: new Uint8Array(32),
    log: { debug: noop, info: noop, warn: noop, error: noop },
    metrics: { count: noop, gauge: noop, observe: noop, render: () => "" },
    text: createTexts({ en: { ...en, "messenger.matrix": "Matrix" }, de }),
  });
  const hosts = new Map<string, AdapterHost>();
  const ends = { onSend: noop as (text: string) => void };
  const accounts = MESSENGERS.map((messenger): AccountSpec => ({
    definition: freeAdapter(messenger, hosts, ends),
    account: AccountId.parse(messenger),
    config: {},
  }));
  const store = await openKvStore(`${folder}/kv`);
  const relay = await startRelay({
    store,
    host,
    accounts,
    publicUrl: "http://localhost",
    locale: "en",
    retentionDays: 30,
    role: "all",
    collections: {},
  });
  const first = hosts.get(MESSENGERS[0] ?? "");
  if (first === undefined) throw new Error("Cannot bench without a first messenger");
  return {
    relay,
    store,
    host,
    dir: folder,
    deliver: (event) => first.deliver(event),
    get onSend() {
      return ends.onSend;
    },
    set onSend(value) {
      ends.onSend = value;
    },
    stop: async () => {
      await relay.stop();
      if (dir === undefined) await Deno.remove(folder, { recursive: true });
    },
  };
}

let made = 0;

function freeAdapter(
  messenger: Messenger,
  hosts: Map<string, AdapterHost>,
  ends: { readonly onSend: (text: string) => void },
): AdapterDefinition<unknown> {
  return {
    messenger,
    config: z.unknown(),
    runsOn: "worker",
    open: (_account, _config, host): Adapter => {
      hosts.set(messenger, host);
      return plainAdapter(host, {
        send: (_chat, op) => {
          if (op.type === "post") ends.onSend(op.text.text);
          return Promise.resolve({ ids: [NativeId.parse(`n${made++}`)], at: 0 });
        },
      });
    },
  };
}

/** Makes groups by the API; answers their chats at the first messenger. */
export async function makeGroups(world: World, count: number): Promise<ChatId[]> {
  const owner = { id: UserId.parse("bench"), name: "Bench" };
  for (let at = 0; at < count; at += 200) {
    const slice = Array.from({ length: Math.min(200, count - at) }, () =>
      world.relay.ask.createGroup({
        title: "Bench",
        owner,
        messengers: MESSENGERS,
        locale: "en",
        mode: "notice",
        consentVersion: "1",
      }));
    const groups = await Promise.all(slice);
    await Promise.all(groups.map(({ id }) => whenReady(world, id)));
  }
  const chats: ChatId[] = [];
  for await (const row of world.store.list({ prefix: ["chat", MESSENGERS[0] ?? ""] })) {
    chats.push(ChatId.parse(row.key[2]));
  }
  return chats;
}

async function whenReady(world: World, id: GroupId): Promise<void> {
  for (;;) {
    const group = await world.relay.read.group(id);
    if (group?.bridges.every(({ status }) => status === "ready")) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** 200 bytes, by which message `at` is known again when it goes out. */
export function textOf(at: number): string {
  return String(at).padStart(10, "0").padEnd(200, " lorem ipsum");
}

/** The number of a text that went out: the first one of its last line. */
export function numberOf(text: string): number {
  const line = text.lastIndexOf("\n") + 1;
  return Number(text.slice(line, line + 10));
}

/** Message `at`. In every group the same person writes: who is new is a change of the group, and not measured here. */
export function message(at: number, chat: ChatId): Event {
  return {
    id: `e${at}`,
    chat,
    at: Date.now(),
    type: "message",
    author: { native: NativeId.parse("u0"), name: "Ada" },
    native: NativeId.parse(`m${at}`),
    content: { type: "text", body: { text: textOf(at), spans: [] } },
  };
}
