/** The contract from the core to the messenger: ops, limits and failures. */
import assert from "node:assert/strict";
import {
  type Capabilities,
  type LengthUnit,
  NativeId,
  type NativeOp,
  OpId,
  plain,
  type Receipt,
} from "../../actors/model/mod.ts";
import { isDeliveryFailure } from "../../actors/ports/mod.ts";
import type { Seen, Subject } from "./adapter_contract.ts";
import { PRIVATE_TEXT, type Running, withRunning } from "./adapter_running.ts";

type Register = (name: string, body: (running: Running) => Promise<void>) => void;

const UNKNOWN = NativeId.parse("999999999");

/** Registers the tests. */
export function registerOutgoing(subject: Subject): void {
  const test: Register = (name, body) => withRunning(subject, name, body);
  registerOps(test);
  registerLimits(test);
  registerWindows(test);
  registerGone(test);
}

function registerOps(test: Register): void {
  test("posts text and answers one native id and the time", async (running) => {
    const receipt: Receipt = await running.send({ type: "post", text: plain("hello") });
    assert.equal(receipt.ids.length, 1);
    assert(receipt.at > 0);
    await sees(running, NativeId.parse(receipt.ids[0]), { text: "hello", deleted: false });
  });

  test("gives two posts two ids", async ({ post }) => {
    assert.notEqual(await post("one"), await post("two"));
  });

  test("posts a reply to what it posted before", async (running) => {
    if (table(running).reply === "none") return;
    const first = await running.post("question");
    const second = await running.post("answer", first);
    await sees(running, second, { replyTo: first });
  });

  test("edits what it posted, more than once", async (running) => {
    if (table(running).edit.support === "none") return;
    const target = await running.post("helo");
    await running.send({ type: "edit", target, text: plain("hallo") });
    await running.send({ type: "edit", target, text: plain("hello") });
    await sees(running, target, { text: "hello", edited: true });
  });

  test("deletes what it posted; a second time it is done or says no-target", async (running) => {
    if (table(running).delete.support === "none") return;
    const target = await running.post("oops");
    await running.send({ type: "delete", target });
    await sees(running, target, { deleted: true });
    await doneOr(running.send({ type: "delete", target }), "no-target");
  });

  test("reacts, changes its reaction and takes it back", async (running) => {
    if (table(running).reaction.support === "none") return;
    const target = await running.post("well?");
    await running.send({ type: "react", target, emoji: "👍" });
    await running.send({ type: "react", target, emoji: "🎉" });
    await sees(running, target, { reactions: ["🎉"] });
    await running.send({ type: "react", target, emoji: null });
    await sees(running, target, { reactions: [] });
  });

  test("sets the title", async ({ send, title }) => {
    await send({ type: "title", title: "Lake weekend" });
    if (title !== undefined) assert.equal(await title(), "Lake weekend");
  });

  test("answers the same kind of receipt for every op that makes no message", async ({ send }) => {
    assert.deepEqual((await send({ type: "title", title: "Lake" })).ids, []);
    assert.deepEqual((await send({ type: "leave" })).ids, []);
  });
}

function registerLimits(test: Register): void {
  for (const letter of ["a", "é", "字", "😀"]) {
    test(`takes a text of ${letter} up to its limit and rejects one more`, async (running) => {
      const { count, unit } = table(running).text.max;
      const fits = letter.repeat(Math.floor(count / width(letter, unit)));
      await sees(running, await running.post(fits), { text: fits });
      const over: NativeOp = { type: "post", text: plain(fits + letter) };
      await running.fails(running.send(over), "rejected", "too-large");
    });
  }

  test("rejects an edit to a text over its limit", async (running) => {
    if (table(running).edit.support === "none") return;
    const { count, unit } = table(running).text.max;
    const target = await running.post("short");
    const text = plain(PRIVATE_TEXT.repeat(Math.ceil((count + 1) / width(PRIVATE_TEXT, unit))));
    await running.fails(running.send({ type: "edit", target, text }), "rejected", "too-large");
  });

  test("takes a title up to its limit and rejects one more", async ({ adapter, chat, send, fails }) => {
    const { maxUtf16 } = adapter.capabilities(chat).title;
    await send({ type: "title", title: "t".repeat(maxUtf16) });
    await fails(send({ type: "title", title: "t".repeat(maxUtf16 + 1) }), "rejected", "too-large");
  });

  test("creates a group with a title up to its limit and rejects one more", async (running) => {
    const { adapter, signal, fails } = running;
    const { maxUtf16 } = table(running).title;
    if (adapter.createGroup === undefined) return;
    const spec = { title: "t".repeat(maxUtf16), description: "", opId: OpId.parse("fits") };
    const { inviteUrl } = await adapter.createGroup(spec, { signal });
    assert(inviteUrl === null || URL.canParse(inviteUrl));
    const over = { ...spec, title: "t".repeat(maxUtf16 + 1), opId: OpId.parse("over") };
    await fails(adapter.createGroup(over, { signal }), "rejected", "too-large");
  });

  test("rejects a reaction that is not in its table", async (running) => {
    const { emoji } = table(running).reaction;
    if (emoji === "any") return;
    const target = await running.post("well?");
    assert(!emoji.includes("🥑"));
    await running.fails(running.send({ type: "react", target, emoji: "🥑" }), "rejected");
  });
}

function registerWindows(test: Register): void {
  for (const kind of ["edit", "delete"] as const) {
    test(`can ${kind} until its window closes and says too-old afterwards`, async (running) => {
      const { windowMs } = table(running)[kind];
      if (windowMs === null || running.pass === undefined) return;
      const onTime = await running.post(PRIVATE_TEXT);
      const late = await running.post(PRIVATE_TEXT);
      running.pass(windowMs - 1000);
      await running.send(changing(kind, onTime));
      running.pass(2000);
      await running.fails(running.send(changing(kind, late)), "rejected", "too-old");
    });

    test(`says no-target when it should ${kind} what never was`, async (running) => {
      if (running.observe === undefined) return;
      const work = running.send(changing(kind, running.unknown ?? UNKNOWN));
      await running.fails(work, "rejected", "no-target");
    });
  }
}

function registerGone(test: Register): void {
  test("says that the chat is gone once our account was removed", async (running) => {
    const { people, send, fails } = running;
    if (people === undefined) return;
    await people.join("Ada");
    await people.removeAccount();
    await fails(send({ type: "post", text: plain(PRIVATE_TEXT) }), "chat-gone");
  });

  test("leaves for good; a second time it is done or says that the chat is gone", async (running) => {
    const { people, send, fails } = running;
    await send({ type: "leave" });
    await doneOr(send({ type: "leave" }), "chat-gone");
    if (people !== undefined) await fails(send({ type: "post", text: plain(PRIVATE_TEXT) }), "chat-gone");
  });
}

/** A retry may find its work done, or may be told so by a failure that the Lane knows what to make of. */
async function doneOr(work: Promise<Receipt>, failure: string): Promise<void> {
  const error = await work.then(() => null, (thrown: unknown) => thrown);
  if (error === null) return;
  assert(isDeliveryFailure(error), `expected a delivery failure: ${error}`);
  assert.equal("reason" in error ? error.reason : error.kind, failure);
}

function changing(kind: "edit" | "delete", target: NativeId): NativeOp {
  return kind === "edit" ? { type: "edit", target, text: plain("changed") } : { type: "delete", target };
}

function table({ adapter, chat }: Running): Capabilities {
  return adapter.capabilities(chat);
}

function width(text: string, unit: LengthUnit): number {
  return unit === "utf16" ? text.length : new TextEncoder().encode(text).length;
}

/** Asserts on what members see of `id`, where that can be observed. */
async function sees({ observe }: Running, id: NativeId, wanted: Partial<Seen>): Promise<void> {
  if (observe === undefined) return;
  const seen = await observe(id);
  assert(seen !== null, "members see no such message");
  for (const [field, value] of Object.entries(wanted)) {
    assert.deepEqual(Object.entries(seen).find(([name]) => name === field)?.[1], value, field);
  }
}
