/** Polls on their way: one result in every chat, slow chats, chats that cannot edit, mirrors, and ends of the process. */
import assert from "node:assert/strict";
import {
  type Capabilities,
  ChatId,
  type Event,
  type MessageId,
  NativeId,
  type NativeOp,
  type PollLimits,
} from "../../actors/model/mod.ts";
import { Rejected } from "../../actors/ports/mod.ts";
import { checkpoint, crashingStore } from "../fakes/crashing_store.ts";
import { living } from "../fakes/living.ts";
import { PLAIN } from "../fakes/plain_adapter.ts";
import {
  NAMES,
  readyGroup,
  type Scripted,
  type ScriptedRelay,
  scriptedRelay,
  when,
} from "../fakes/scripted.ts";

const QUESTION = { type: "poll" as const, question: "When?", options: ["Noon", "One"] };
/** The poll that somebody makes on Telegram. */
const THEIRS = NativeId.parse("theirs");

let told = 0;

function withPolls(foreign: boolean, more: Partial<Capabilities> = {}): Capabilities {
  const poll: PollLimits = {
    support: "full",
    questionUtf16: 100,
    options: 10,
    optionUtf16: 50,
    closes: true,
    foreign,
  };
  return { ...PLAIN, poll, ...more };
}

/** On Telegram nobody sees the votes in people's own polls. */
function open({ ends }: ScriptedRelay, signal: Partial<Capabilities> = {}): void {
  ends.whatsapp.capabilities = withPolls(true);
  ends.signal.capabilities = withPolls(true, signal);
  ends.telegram.capabilities = withPolls(false);
}

async function tell(
  { ends }: ScriptedRelay,
  at: typeof NAMES[number],
  event: Partial<Event> & Pick<Event, "type">,
): Promise<void> {
  const head = { id: `poll-${told++}`, chat: ChatId.parse(`${at}-chat`), at: Date.now() };
  await ends[at].host?.deliver({ ...head, ...event } as Event);
}

function person(n: number): { readonly native: NativeId; readonly name: string } {
  return { native: NativeId.parse(`person ${n}`), name: `Person ${n}` };
}

async function vote(
  world: ScriptedRelay,
  at: typeof NAMES[number],
  n: number,
  target: string,
  options: number[],
): Promise<void> {
  const native = NativeId.parse(target);
  await tell(world, at, { type: "vote", author: person(n), target: { native }, options });
}

/** Ada asks on Telegram, and everybody has the poll. Answers its ids by messenger: of ours, and what it is called. */
async function ask(world: ScriptedRelay): Promise<Record<typeof NAMES[number], string>> {
  await world.say("telegram", "", { native: THEIRS, content: QUESTION });
  const ids = { whatsapp: "", signal: "", telegram: "" };
  for (const name of NAMES) {
    const { ops, ids: answers } = world.ends[name];
    const at = (): number => ops.findLastIndex(({ type }) => type === "poll");
    await when(`the poll is on ${name}`, () => at() >= 0 && answers[at()] !== undefined);
    ids[name] = answers[at()]?.[0] ?? "";
  }
  return ids;
}

function results({ ops }: Scripted): string[] {
  return ops.flatMap((op) => op.type === "post" || op.type === "edit" ? [op.text.text] : [])
    .filter((text) => text.includes("All messengers together"));
}

/** How often each option was chosen, as the last line of a chat has it. */
function counts(end: Scripted): string {
  return [...(results(end).at(-1) ?? "").matchAll(/^(?:Noon|One): .* (\d+)$/gm)].map(([, count]) => count)
    .join(" ");
}

function kinds({ ops }: Scripted): NativeOp["type"][] {
  return ops.map(({ type }) => type);
}

async function pollOf(
  { relay, group }: ScriptedRelay & { readonly group: Parameters<typeof relay.read.group>[0] },
): Promise<MessageId> {
  const messages = await relay.read.messages(group, { limit: 50 });
  const poll = messages.find(({ content }) => content.type === "poll");
  assert.ok(poll !== undefined);
  return poll.id;
}

Deno.test("a poll of Telegram is ours too there, and votes in it, elsewhere and by numbers are one result everywhere", () =>
  living(async (world) => {
    open(world);
    const ids = await ask(world);
    const mirror = world.ends.telegram.ops;
    assert.ok(mirror[0]?.type === "post" && mirror[0].replyTo === THEIRS);
    assert.deepEqual(mirror[1], { ...QUESTION, multiple: false });
    assert.deepEqual(kinds(world.ends.whatsapp), ["post", "poll"]);

    await vote(world, "telegram", 1, ids.telegram, [0]);
    await vote(world, "whatsapp", 2, ids.whatsapp, [1]);
    const number = { text: "2", spans: [] };
    await world.say("signal", "2", {
      author: person(3),
      replyTo: { native: NativeId.parse(ids.signal) },
      content: { type: "text", body: number },
    });
    for (const name of NAMES) {
      await when(`${name} has the result`, () => counts(world.ends[name]) === "1 2");
      assert.equal(kinds(world.ends[name]).filter((kind) => kind === "edit").length, 2);
    }
    assert.ok(!world.ends.whatsapp.sent.includes("2"), "the number was not relayed");
    const [shown] = await world.relay.read.messages(world.group, { limit: 1 });
    assert.deepEqual(Object.values(shown?.votes ?? {}), [[0], [1], [1]]);
  }));

Deno.test("a poll that is closed is closed where it is ours, and its last result is said once", () =>
  living(async (world) => {
    open(world);
    const ids = await ask(world);
    await vote(world, "whatsapp", 1, ids.whatsapp, [0]);
    const ada = { native: NativeId.parse("ada"), name: "Ada" };
    await tell(world, "telegram", { type: "poll-closed", author: ada, target: { native: THEIRS } });
    await tell(world, "telegram", { type: "poll-closed", target: { native: NativeId.parse(ids.telegram) } });
    await world.say("whatsapp", "that was all");
    await world.say("signal", "and this");
    for (const name of NAMES) {
      const end = world.ends[name];
      await when(`${name} is told`, () => end.sent.includes(name === "signal" ? "that was all" : "and this"));
      const targets = end.ops.flatMap((op) => op.type === "close-poll" ? [op.target] : []);
      assert.deepEqual(targets, [ids[name]], name);
      assert.equal(results(end).filter((text) => text.includes("closed")).length, 1);
    }
  }));

Deno.test("a storm of votes does not fill a slow chat: what a later result makes old is left out", () =>
  living(async (world) => {
    open(world, { pace: { chat: { count: 20, perMs: 60_000, burst: 5 }, account: null } });
    const ids = await ask(world);
    for (let n = 0; n < 200; n++) await vote(world, "whatsapp", n, ids.whatsapp, [n % 2]);
    await world.say("telegram", "message after the storm");
    for (let n = 200; n < 300; n++) await vote(world, "whatsapp", n, ids.whatsapp, [0]);
    await when("WhatsApp has all votes", () => counts(world.ends.whatsapp) === "200 100");
    await when("Signal has all that its pace lets through", () => {
      world.pass(500);
      return counts(world.ends.signal) === "200 100";
    });
    const { signal } = world.ends;
    assert.ok(signal.sent.includes("message after the storm"));
    assert.ok(signal.ops.length < 60, `${signal.ops.length} sends for 300 votes`);
  }));

Deno.test("results that cannot be edited are said at the close, and only then", () =>
  living(async (world) => {
    open(world, { edit: { support: "none", windowMs: null } });
    world.ends.whatsapp.before = (op) => {
      if (op.type === "edit") throw new Rejected("Cannot edit it any more", "too-old");
    };
    const ids = await ask(world);
    for (const n of [1, 2, 3]) await vote(world, "telegram", n, ids.telegram, [1]);
    const poll = await pollOf(world);
    const member = (await world.relay.read.group(world.group))?.ownerMember;
    assert.ok(member !== undefined);
    await world.relay.ask.act(world.group, { type: "close-poll", member, target: poll });
    for (const name of ["whatsapp", "signal"] as const) {
      await when(`${name} has the result`, () => counts(world.ends[name]) === "0 3");
      const said = results(world.ends[name]);
      assert.equal(said.length, name === "signal" ? 1 : 2, name);
      const last = world.ends[name].ops.at(-1);
      assert.ok(last?.type === "post" && last.text.text.includes("When?"));
      assert.equal(last.replyTo !== undefined, name === "signal", "in reply where a reply was not refused");
    }
  }));

Deno.test("a chat that lets nothing be edited after a while has the result anew, and never two of them", () =>
  living(async (world) => {
    open(world, { edit: { support: "full", windowMs: 900_000 } });
    const ids = await ask(world);
    const lines = async (result: string): Promise<number> => {
      await when(`all have ${result}`, () => NAMES.every((name) => counts(world.ends[name]) === result));
      const kindsThere = kinds(world.ends.signal);
      return kindsThere.filter((kind) => kind === "post").length -
        kindsThere.filter((kind) => kind === "delete").length;
    };
    await vote(world, "whatsapp", 1, ids.whatsapp, [0]);
    const atFirst = await lines("1 0");
    world.pass(16 * 60_000);
    await vote(world, "whatsapp", 2, ids.whatsapp, [0]);
    await when("the old line is gone", () => kinds(world.ends.signal).includes("delete"));
    const anew = await lines("2 0");
    await vote(world, "whatsapp", 3, ids.whatsapp, [1]);
    const later = await lines("2 1");

    assert.deepEqual([anew, later], [atFirst, atFirst]);
    assert.deepEqual(kinds(world.ends.signal).slice(-3), ["post", "delete", "edit"]);
    assert.deepEqual(kinds(world.ends.telegram).slice(-3), ["post", "edit", "edit"]);
    const [made, edited] = [world.ends.signal.ids.at(-3)?.[0], world.ends.signal.ops.at(-1)];
    assert.equal(edited?.type === "edit" && edited.target, made, "the new line is what is edited now");
  }));

Deno.test("votes outlive the process and its memory in a group that no browser reads", async () => {
  const kv = await Deno.openKv(":memory:");
  const disks = [crashingStore(kv), crashingStore(kv), crashingStore(kv)] as const;
  const first = await scriptedRelay(disks[0].store);
  await readyGroup(first.relay);
  open(first);
  const ids = await ask(first);
  await vote(first, "whatsapp", 1, ids.whatsapp, [0]);
  await when("the first vote is told", () => counts(first.ends.telegram) === "1 0");
  disks[0].crash();

  const second = await scriptedRelay(disks[1].store);
  await disks[0].bury(first);
  open(second);
  await vote(second, "signal", 2, ids.signal, [0]);
  for (const text of ["message 1", "message 2", "message 3"]) {
    await second.say("telegram", text);
    await checkpoint(kv, second);
  }
  await vote(second, "whatsapp", 3, ids.whatsapp, [1]);
  await when("three votes are told", () => counts(second.ends.telegram) === "2 1");
  disks[1].crash();

  const third = await scriptedRelay(disks[2].store);
  await disks[1].bury(second);
  open(third);
  await vote(third, "whatsapp", 1, ids.whatsapp, [1]);
  for (const name of NAMES) {
    await when(`${name} has all`, () => counts(third.ends[name]) === "1 2");
    assert.ok(third.ends[name].ops.some(({ type }) => type === "edit"), "in the line that was there");
  }
  await third.relay.stop();
  kv.close();
});
