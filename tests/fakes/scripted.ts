/** A relay with a real database and adapters that do what a test says: at the adapter contract, never inside the core. */
import { z } from "zod";
import { type Linkable, startRelay } from "../../actors/mod.ts";
import {
  AccountId,
  type Capabilities,
  ChatId,
  type Event,
  type GroupId,
  type GroupView,
  Messenger,
  NativeId,
  type NativeOp,
  UserId,
} from "../../actors/model/mod.ts";
import type {
  Adapter,
  AdapterDefinition,
  AdapterHost,
  Host,
  MediaLibrary,
  Relay,
  Store,
} from "../../actors/ports/mod.ts";
import { createHost, createTexts } from "../../actors/mod.ts";
import { PLAIN, plainAdapter } from "./plain_adapter.ts";
import en from "../../static/locales/en.json" with { type: "json" };
import de from "../../static/locales/de.json" with { type: "json" };

export const NAMES = ["whatsapp", "signal", "telegram"] as const;

/** One messenger in the hands of a test. */
export interface Scripted {
  host: AdapterHost | null;
  /** What happens before a send counts: throw what an adapter may throw. */
  before: (op: NativeOp, opId: string) => Promise<void> | void;
  /** What happens before a chat is made: as `before`. */
  create: () => Promise<void> | void;
  capabilities: Capabilities;
  /** Of the last link by which a person brings the account into a chat. */
  token: string;
  /** Ends the present `run` with a crash. */
  crash: () => void;
  /** How often it was started. */
  runs: number;
  /** Texts that went out, last line only. */
  readonly sent: string[];
  readonly ops: NativeOp[];
  /** What each was answered with. */
  readonly ids: (readonly string[])[];
}

export interface ScriptedRelay {
  readonly relay: Relay;
  readonly ends: Readonly<Record<typeof NAMES[number], Scripted>>;
  /** Lets time pass for the relay. */
  pass(ms: number): void;
  /** Sets its clock forward or back: no time passes. */
  setClock(byMs: number): void;
  /** Somebody writes at a messenger. Resolves when that is durable. */
  say(at: typeof NAMES[number], text: string, more?: Partial<Event & { type: "message" }>): Promise<void>;
}

export interface ScriptedOptions {
  readonly adopts?: boolean;
  readonly passed?: number;
  readonly linkable?: readonly Linkable[];
  readonly gauge?: Host["metrics"]["gauge"];
  readonly media?: MediaLibrary;
}

let made = 0;

function noop(): void {}

/**
 * Opens a relay over `store`. The second one over the same store goes on where the first was. `adopts`: people bring
 * its accounts into chats, too. `passed`: what `pass` let pass in the lives before, ms. `linkable`: messengers whose
 * accounts operators link; those are not scripted. `gauge` hears of every gauge.
 * `media` keeps files.
 */
export async function scriptedRelay(
  store: Store,
  { adopts = false, passed: before = 0, linkable = [], gauge = noop, media }: ScriptedOptions = {},
): Promise<ScriptedRelay> {
  let passed = before;
  let set = 0;
  const real = createHost({
    secret: new Uint8Array(32),
    log: { debug: noop, info: noop, warn: noop, error: noop },
    metrics: { count: noop, gauge, observe: noop, render: () => "" },
    text: createTexts({ en, de }),
  });
  const host = { ...real, now: () => real.now() + passed + set, elapsed: () => real.elapsed() + passed };
  const ends = { whatsapp: scripted(), signal: scripted(), telegram: scripted() };
  const linked = linkable.map(({ definition }) => String(definition.messenger));
  const accounts = NAMES.filter((name) => !linked.includes(name)).map((name) => ({
    definition: definitionOf(name, ends[name], adopts),
    account: AccountId.parse(name),
    config: {},
  }));
  const relay = await startRelay({
    store,
    host,
    accounts,
    linkable,
    ...(media === undefined ? {} : { media }),
    publicUrl: "http://localhost",
    locale: "en",
    retentionDays: 30,
    role: "all",
    collections: {},
  });
  return {
    relay,
    ends,
    pass: (ms) => {
      passed += ms;
    },
    setClock: (byMs) => {
      set += byMs;
    },
    say: async (at, text, more = {}) => {
      const id = String(made++);
      await ends[at].host?.deliver({
        id,
        chat: ChatId.parse(`${at}-chat`),
        at: Date.now(),
        type: "message",
        author: { native: NativeId.parse("ada"), name: "Ada" },
        native: NativeId.parse(`native${id}`),
        content: { type: "text", body: { text, spans: [] } },
        ...more,
      });
    },
  };
}

function scripted(): Scripted {
  return {
    host: null,
    before: () => {},
    create: () => {},
    token: "",
    capabilities: PLAIN,
    crash: () => {},
    runs: 0,
    sent: [],
    ops: [],
    ids: [],
  };
}

function adoptLink(end: Scripted, token: string): { readonly url: string; readonly text: string } {
  end.token = token;
  return { url: `https://adopt/${token}`, text: "Add the account" };
}

/** How many messages an op makes. */
function messagesOf(op: NativeOp): number {
  if (op.type === "album") return op.items.length;
  return ["post", "media", "location", "contact", "poll"].includes(op.type) ? 1 : 0;
}

function definitionOf(name: string, end: Scripted, adopts: boolean): AdapterDefinition<unknown> {
  return {
    messenger: Messenger.parse(name),
    config: z.unknown(),
    runsOn: "worker",
    open: (_account, _config, host): Adapter => {
      end.host = host;
      return plainAdapter(host, {
        capabilities: () => end.capabilities,
        run: async (signal) => {
          end.runs++;
          host.report({ status: "connected" });
          await new Promise<void>((resolve, reject) => {
            signal.addEventListener("abort", () => resolve());
            end.crash = () => reject(new Error("a crash"));
          });
        },
        send: async (_chat, op, { opId }) => {
          await end.before(op, opId);
          end.ops.push(op);
          if (op.type === "post") end.sent.push(op.text.text.split("\n").at(-1) ?? "");
          const ids = Array.from({ length: messagesOf(op) }, () => NativeId.parse(`out${made++}`));
          end.ids.push(ids);
          return { ids, at: Date.now() };
        },
        createGroup: async () => {
          await end.create();
          return { chat: ChatId.parse(`${name}-chat`), inviteUrl: `https://${name}/x` };
        },
        setupGroup: (chat) => Promise.resolve({ chat, inviteUrl: `https://${name}/z` }),
        ...(adopts ? { adoptLink: (token: string) => adoptLink(end, token) } : {}),
        revokeInvite: () => Promise.resolve(`https://${name}/y`),
      });
    },
  };
}

/** The one group of a test. */
export function createGroup(relay: Relay, messengers: readonly string[] = NAMES): Promise<GroupView> {
  return relay.ask.createGroup({
    title: "Lake weekend",
    owner: { id: UserId.parse("olga"), name: "Olga" },
    messengers: messengers.map((name) => Messenger.parse(name)),
    locale: "en",
    mode: "notice",
    consentVersion: "1",
  });
}

/** The one group of a test, with all its bridges ready. */
export async function readyGroup(relay: Relay): Promise<GroupId> {
  const { id } = await createGroup(relay);
  await when("all bridges are ready", async () => {
    const group = await relay.read.group(id);
    return group?.bridges.every(({ status }) => status === "ready") ?? false;
  });
  return id;
}

/** Looks again and again until it holds. */
export async function when(
  what: string,
  holds: () => boolean | Promise<boolean>,
  maxMs = 10_000,
): Promise<void> {
  const deadline = Date.now() + maxMs;
  while (!await holds()) {
    if (Date.now() > deadline) throw new Error(`Cannot see it in ${maxMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(() => resolve(null), 5));
  }
}
