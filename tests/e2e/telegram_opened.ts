/** Opens the real adapter on the fake server, for the tests of this folder. */
import assert from "node:assert/strict";
import { ChatId, NativeId, type NativeOp, OpId, plain, type Receipt } from "../../actors/model/mod.ts";
import type { Adapter } from "../../actors/ports/mod.ts";
import { type GroupMakerOf, telegram, TelegramConfig, telegramWith } from "../../adapters/telegram/mod.ts";
import { ACCOUNT } from "../contract/adapter_contract.ts";
import { ContractHost } from "../contract/contract_host.ts";
import { type FakeTelegram, startTelegram } from "../fakes/telegram/mod.ts";

type User = ReturnType<FakeTelegram["world"]["addUser"]>;

/** What a test has at hand: a group of Olga's with our bot in it. */
export interface Telegram {
  readonly fake: FakeTelegram;
  readonly host: ContractHost;
  readonly adapter: Adapter;
  readonly olga: User;
  /** As people name it. */
  readonly group: number;
  /** As the core names it. */
  readonly chat: ChatId;
  readonly signal: AbortSignal;
  send(op: NativeOp): Promise<Receipt>;
  post(text: string): Promise<NativeId>;
  /** Ends the run; the next `start` goes on with the same session. */
  stop(): Promise<void>;
  start(): void;
  /** What the run ended with. */
  ended(): Promise<unknown>;
}

/** How a test wants it. */
export interface TelegramOptions {
  readonly config?: Partial<TelegramConfig>;
  readonly maker?: GroupMakerOf;
  /** One that a test has at hand already. */
  readonly host?: ContractHost;
  readonly type?: "group" | "supergroup";
  /** false: the bot is not in the group yet. */
  readonly bot?: boolean;
  /** false: the test starts the run itself. */
  readonly run?: boolean;
}

/** The configuration for `fake`. */
export function configFor(fake: FakeTelegram, config: Partial<TelegramConfig> = {}): TelegramConfig {
  return TelegramConfig.parse({ token: fake.token, apiRoot: fake.apiRoot, ...config });
}

/** Opens, runs `body`, takes everything down. */
export async function withTelegram(
  options: TelegramOptions,
  body: (telegram: Telegram) => Promise<void>,
): Promise<void> {
  await using fake = await startTelegram();
  const host = options.host ?? new ContractHost();
  const definition = options.maker === undefined ? telegram : telegramWith(options.maker);
  await using adapter = definition.open(ACCOUNT, configFor(fake, options.config), host);
  const runner = runnerOf(adapter);
  const olga = fake.world.addUser("Olga Owner");
  const group = fake.world.createGroup("Lake", olga, options.type);
  if (options.bot !== false) fake.world.addBot(group, { by: olga, admin: true });
  const chat = ChatId.parse(String(group));
  let count = 0;
  const send = (op: NativeOp): Promise<Receipt> =>
    adapter.send(chat, op, { opId: OpId.parse(`op-${++count}`), signal: runner.signal });
  const post = async (text: string): Promise<NativeId> =>
    NativeId.parse((await send({ type: "post", text: plain(text) })).ids[0]);
  try {
    if (options.run !== false) {
      runner.start();
      await host.until(() => host.health.some(({ status }) => status === "connected"), "the connection");
    }
    await body({ fake, host, adapter, olga, group, chat, send, post, ...runner });
  } finally {
    await runner.stop();
  }
}

function runnerOf(adapter: Adapter): Pick<Telegram, "start" | "stop" | "ended" | "signal"> {
  const lifetime = new AbortController();
  let abort = new AbortController();
  let run: Promise<unknown> = Promise.resolve(null);
  return {
    signal: lifetime.signal,
    start: () => {
      abort = new AbortController();
      run = adapter.run(abort.signal).then(() => null, (error: unknown) => error);
    },
    stop: async () => {
      abort.abort();
      await run;
    },
    ended: () => run,
  };
}

/** What `work` fails with. */
export async function failure(work: Promise<unknown>): Promise<Error> {
  const error = await work.then(() => null, (thrown: unknown) => thrown);
  assert(error instanceof Error, "expected a failure");
  return error;
}
