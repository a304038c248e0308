/** The contract from the messenger to the core: events. */
import assert from "node:assert/strict";
import { Event } from "../../actors/model/mod.ts";
import type { People, Subject } from "./adapter_contract.ts";
import { type Running, withRunning } from "./adapter_running.ts";

type WithPeople = Running & { readonly people: People };

/** Registers the tests. Nothing comes in where no people are. */
export function registerIncoming(subject: Subject): void {
  const test = (name: string, body: (running: WithPeople) => Promise<void>): void =>
    withRunning(subject, name, async (running) => {
      const { people } = running;
      if (people !== undefined) await body({ ...running, people });
    });
  // Where joins come without names, the first word of somebody tells theirs.
  const shown: Shown = (name) => subject.nameless === true ? "" : name;
  registerKinds(test, shown);
  registerDurability(test, shown);
}

type Register = (name: string, body: (running: WithPeople) => Promise<void>) => void;

type Shown = (name: string) => string;

function registerKinds(test: Register, shown: Shown): void {
  test("delivers a message with its author, its id and its time", async ({ host, people, chat }) => {
    await people.join("Ada");
    const native = await people.say("hello");
    const event = await host.event("message");
    assert.deepEqual(Event.parse(event), event);
    assert.equal(event.chat, chat);
    assert.equal(event.native, native);
    assert.equal(event.author.name, "Ada");
    assert.deepEqual(event.content, { type: "text", body: { text: "hello", spans: [] } });
    assert(!event.own);
  });

  test("delivers a reply with the id of what it answers", async ({ host, people, post }) => {
    await people.join("Ada");
    const ours = await post("question");
    await people.say("answer", ours);
    const event = await host.event("message", ({ own }) => !own);
    assert.deepEqual(event.replyTo, { native: ours });
  });

  test("delivers an edit with the id of what was edited", async ({ host, people, adapter, chat }) => {
    if (!adapter.capabilities(chat).sees.edits) return;
    await people.join("Ada");
    const native = await people.say("helo");
    await people.edit(native, "hello");
    const event = await host.event("edit");
    assert.deepEqual(event.target, { native });
    assert.deepEqual(event.content, { type: "text", body: { text: "hello", spans: [] } });
  });

  test("delivers a deletion exactly where its table says that it sees them", async (running) => {
    const { host, people, adapter, chat } = running;
    const { deletes } = adapter.capabilities(chat).sees;
    await people.join("Ada");
    const native = await people.say("oops");
    await people.delete?.(native);
    await people.say("next");
    await host.event("message", ({ content }) => content.type === "text" && content.body.text === "next");
    assert.equal(host.taken.some(({ type }) => type === "delete"), deletes);
  });

  test("delivers a reaction as the author's whole set, and an empty one when it is taken back", async (running) => {
    const { host, people, adapter, chat, post } = running;
    if (!adapter.capabilities(chat).sees.reactions) return;
    await people.join("Ada");
    const ours = await post("well?");
    await people.react(ours, "👍");
    await people.react(ours, "");
    const set = await host.event("reaction", ({ emoji }) => emoji.length > 0);
    assert.deepEqual([set.target, set.emoji], [{ native: ours }, ["👍"]]);
    const back = await host.event("reaction", ({ emoji }) => emoji.length === 0);
    assert.deepEqual(back.target, { native: ours });
  });

  test("delivers who joins and who leaves", async ({ host, people }) => {
    await people.join("Ada");
    await people.leave();
    const join = await host.event("join", ({ person }) => person.name === shown("Ada"));
    const leave = await host.event("leave");
    assert.equal(join.person.name, shown("Ada"));
    assert.equal(leave.person.native, join.person.native);
  });

  test("delivers that our account was removed", async ({ host, people }) => {
    await people.join("Ada");
    await people.removeAccount();
    const event = await host.event("chat-gone");
    assert.match(event.reason, /^bridge\./);
  });

  test("never delivers our own posts as somebody's", async ({ host, people, post, chat }) => {
    await people.join("Ada");
    await post("from us");
    await people.say("from Ada");
    await host.event("message", ({ own }) => !own);
    const messages = host.of(chat).filter((event) => event.type === "message");
    assert.equal(messages.filter((event) => event.type === "message" && !event.own).length, 1);
  });
}

function registerDurability(test: Register, shown: Shown): void {
  test("gives every event an id of its own", async ({ host, people }) => {
    await people.join("Ada");
    for (const text of ["one", "two", "three"]) await people.say(text);
    await host.until(
      () => host.taken.filter(({ type }) => type === "message").length === 3,
      "three messages",
    );
    assert.equal(new Set(host.taken.map(({ id }) => id)).size, host.taken.length);
  });

  test("delivers the messages of one chat in their order", async ({ host, people }) => {
    await people.join("Ada");
    const texts = Array.from({ length: 20 }, (_, n) => `message ${n}`);
    for (const text of texts) await people.say(text);
    const taken = (): string[] =>
      host.taken.flatMap((event) =>
        event.type === "message" && event.content.type === "text" ? [event.content.body.text] : []
      );
    await host.until(() => taken().length === texts.length, "all messages");
    assert.deepEqual(taken(), texts);
  });

  test("delivers a refused event again under the same id when it runs again", async (running) => {
    const { host, people, ended, restart } = running;
    await people.join("Ada");
    await host.event("join", ({ person }) => person.name === shown("Ada"));
    host.refuse(1);
    // Whether the messenger tells the writer of it is its own affair.
    const said = people.say("again").catch(() => null);
    await host.until(() => host.offered.some(({ type }) => type === "message"), "the first try");
    await Promise.race([ended(), host.event("message")]);
    if (!host.taken.some(({ type }) => type === "message")) restart();
    await host.event("message");
    await said;
    const tries = host.offered.filter(({ type }) => type === "message");
    assert.equal(tries.length, 2);
    assert.equal(tries[0]?.id, tries[1]?.id);
  });
}
