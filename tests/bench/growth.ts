/** `growth`: the same load over 10, 1,000 and 100,000 groups; what an idle group costs; how long a start takes. */
import {
  Bridge,
  type ChatId,
  GroupId,
  groupIdOf,
  MemberId,
  Messenger,
  UserId,
} from "../../actors/model/mod.ts";
import { AccountId, ChatId as ChatIdSchema, NativeId } from "../../actors/model/mod.ts";
import { openKvStore } from "../../actors/mod.ts";
import type { Mutation } from "../../actors/ports/mod.ts";
import { z } from "zod";
import { encodeRow, type GroupState, key, saveGroup } from "../../actors/store/mod.ts";
import { aim, head, number, perSecond, say } from "./figures.ts";
import { saturate } from "./load.ts";
import { MESSENGERS, openWorld } from "./world.ts";

const SECONDS = Number(Deno.env.get("BENCH_SECONDS") ?? 5);
const SIZES = [10, 1_000, 100_000] as const;

/** A group as it lies in the store once its bridges are ready. */
function storedGroup(
  at: number,
): { readonly state: GroupState; readonly rows: Mutation[] } {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(12, at);
  const id = GroupId.parse(groupIdOf(bytes));
  const member = MemberId.parse(`m_${String(at).padStart(16, "0")}`);
  const bridges = MESSENGERS.map((messenger) =>
    Bridge.parse({
      messenger,
      account: messenger,
      status: "ready",
      chat: `${messenger}-${at}`,
      inviteUrl: null,
    })
  );
  const consent = { version: "1", at: 0 };
  const state: GroupState = {
    record: {
      v: 1,
      id,
      title: "Bench",
      owner: UserId.parse("bench"),
      ownerMember: member,
      locale: "en",
      mode: "notice",
      createdAt: 0,
      endedAt: null,
      inviteCode: `code${at}`,
      consent,
      bridges,
    },
    members: new Map([[member, {
      id: member,
      messenger: Messenger.parse("web"),
      native: NativeId.parse("owner:bench"),
      name: "Bench",
      admin: true,
      owner: true,
      joinedAt: 0,
      leftAt: null,
      muted: false,
      consent,
    }]]),
  };
  const rows = saveGroup(state, { record: true, members: new Set([member]) });
  for (const { messenger, account, chat } of bridges) {
    const value = encodeRow({ v: 1, group: id, messenger });
    rows.push({ key: key.chat(AccountId.parse(account), ChatIdSchema.parse(chat)), value });
  }
  return { state, rows };
}

async function fill(dir: string, count: number): Promise<void> {
  const store = await openKvStore(`${dir}/kv`);
  for (let at = 0; at < count;) {
    const rows: Mutation[] = [];
    for (; at < count && rows.length < 450; at++) {
      const group = storedGroup(at);
      rows.push(...group.rows);
    }
    await store.commit([], rows);
  }
  store.close();
}

/** What one size measured, in a process of its own. */
const Figures = z.object({
  readyMs: z.number(),
  firstRate: z.number(),
  rate: z.number(),
  idle: z.number(),
  rss: z.number(),
});
type Figures = z.infer<typeof Figures>;

async function measure(size: number): Promise<Figures> {
  const dir = await Deno.makeTempDir();
  await own(["fill", dir, String(size)]);
  const started = performance.now();
  const world = await openWorld(dir);
  const readyMs = performance.now() - started;
  collectGarbage();
  const idle = Deno.memoryUsage().rss;
  const chats = Array.from({ length: size }, (_, at) => chatOf(MESSENGERS[0] ?? "", at));
  // Every group once at least, and the same number of messages at every size.
  const first = await saturate(world, chats, 100_000, "one-by-one");
  const run = await saturate(world, chats, SECONDS * 10_000);
  const rate = perSecond(run.count, run.deliveredInMs);
  collectGarbage();
  const { rss } = Deno.memoryUsage();
  await world.stop();
  await Deno.remove(dir, { recursive: true });
  return { readyMs, firstRate: perSecond(first.count, first.deliveredInMs), rate, idle, rss };
}

/** There where the process was started with --expose-gc. */
function collectGarbage(): void {
  const { gc } = globalThis as { readonly gc?: () => void };
  gc?.();
}

/** This file again, in a process of its own: what one part keeps in memory is not measured in another. */
async function own(args: readonly string[]): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--v8-flags=--expose-gc,--max-semi-space-size=64",
      new URL(import.meta.url).pathname,
      ...args,
    ],
    stderr: "inherit",
  }).output();
  return new TextDecoder().decode(stdout);
}

function chatOf(messenger: string, at: number): ChatId {
  return ChatIdSchema.parse(`${messenger}-${at}`);
}

async function compare(): Promise<void> {
  const all = new Map<number, Figures>();
  for (const size of SIZES) {
    const figures = Figures.parse(JSON.parse(await own(["measure", String(size)])));
    all.set(size, figures);
    head(`${number(size)} groups`);
    const ready = size === 100_000 ? `  ${aim(figures.readyMs <= 2_000, "2,000 ms")}` : "";
    say("start to ready", `${number(figures.readyMs)} ms${ready}`);
    if (size === 100_000) say("while every group is read for the first time", number(figures.firstRate));
    say("delivered to three bridges (messages/s)", number(figures.rate));
    say("RSS after the same load (MB)", number(figures.rss / 1e6));
  }
  const rates = [...all.values()].map(({ rate }) => rate);
  const spreadOf = Math.max(...rates) / Math.min(...rates);
  const perGroup = (what: "idle" | "rss"): number =>
    ((all.get(100_000)?.[what] ?? 0) - (all.get(10)?.[what] ?? 0)) / 100_000 / 1024;
  const idle = perGroup("idle");
  head("Growth");
  say("fastest against slowest", `${spreadOf.toFixed(2)}x  ${aim(spreadOf <= 2, "2x")}`);
  say("RSS per idle group, 100,000 against 10 (KB)", `${idle.toFixed(2)}  ${aim(idle <= 0.5, "0.5 KB")}`);
  say("RSS per group after every one was busy (KB)", perGroup("rss").toFixed(2));
}

const [part, first = "", second = ""] = Deno.args;
if (part === undefined) await compare();
else if (part === "fill") await fill(first, Number(second));
else Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(await measure(Number(first)))));
