/** The contract for what is neither text nor a file: polls, places, cards, and how a chat looks. */
import assert from "node:assert/strict";
import { type Capabilities, MediaRef, NativeId, type NativeOp } from "../../actors/model/mod.ts";
import { sampleFile } from "../fixtures/files.ts";
import type { Seen, Subject } from "./adapter_contract.ts";
import { type Running, sameBytes, withRunning } from "./adapter_running.ts";

type Register = (name: string, body: (running: Running) => Promise<void>) => void;
type PollOp = Extract<NativeOp, { type: "poll" }>;

/** Registers the tests. */
export function registerKinds(subject: Subject): void {
  const test: Register = (name, body) => withRunning(subject, name, body);
  registerPolls(test);
  registerPlaces(test);
  registerLooks(test);
}

function registerPolls(test: Register): void {
  test("posts a poll with one choice and with several", async (running) => {
    if (table(running).poll === undefined) return;
    for (const multiple of [false, true]) {
      const sent = await running.send(poll({ multiple }));
      const seen = await look(running, sent.ids[0]);
      if (seen === null) continue;
      const { question, options } = poll({ multiple });
      assert.deepEqual(seen.poll, { question, options, multiple, closed: false });
    }
  });

  test("takes a poll up to its limits and rejects more", async (running) => {
    const limits = table(running).poll;
    if (limits === undefined) return;
    const options = (count: number, length: number): string[] =>
      Array.from({ length: count }, (_, n) => String(n).padEnd(length, "o"));
    const most = {
      question: "q".repeat(limits.questionUtf16),
      options: options(limits.options, limits.optionUtf16),
    };
    await running.send(poll(most));
    const over = [
      { ...most, question: `${most.question}q` },
      { ...most, options: options(limits.options + 1, 3) },
      { ...most, options: options(2, limits.optionUtf16 + 1) },
    ];
    for (const more of over) await running.fails(running.send(poll(more)), "rejected");
  });

  test("closes a poll of its own; a second time it is done or says why not", async (running) => {
    if (table(running).poll?.closes !== true) return;
    const target = NativeId.parse((await running.send(poll())).ids[0]);
    await running.send({ type: "close-poll", target });
    const seen = await look(running, target);
    if (seen !== null) assert.equal(seen.poll?.closed, true);
    await running.send({ type: "close-poll", target }).catch((error) => {
      assert.equal(error.kind, "rejected");
    });
  });
}

function registerPlaces(test: Register): void {
  test("posts a place, with and without a name", async (running) => {
    if (table(running).location === "none") return;
    const at = { latitude: 53.5511, longitude: 9.9937 };
    for (const named of [{}, { label: "Harbour", address: "Hamburg" }]) {
      const sent = await running.send({ type: "location", ...at, ...named });
      const seen = await look(running, sent.ids[0]);
      if (seen?.location === undefined) continue;
      assert(Math.abs(seen.location.latitude - at.latitude) < 1e-4);
      assert(Math.abs(seen.location.longitude - at.longitude) < 1e-4);
      if ("label" in named) assert.equal(seen.location.label, named.label);
    }
  });

  test("posts a card with its number", async (running) => {
    if (table(running).contact === "none") return;
    const sent = await running.send({ type: "contact", name: "Dr. Lin; \\ Oh", phones: ["+49 40 1234567"] });
    const seen = await look(running, sent.ids[0]);
    if (seen === null) return;
    assert.equal(seen.contact?.name, "Dr. Lin; \\ Oh");
    assert.equal(seen.contact?.phone.replace(/[^\d+]/g, ""), "+49401234567");
  });
}

function registerLooks(test: Register): void {
  test("sets the description up to its limit and rejects one more", async ({ adapter, chat, send, fails, ...running }) => {
    const { description } = adapter.capabilities(chat);
    if (description === undefined) return;
    const text = "d".repeat(description.maxUtf16);
    await send({ type: "description", description: text });
    if (running.description !== undefined) assert.equal(await running.description(), text);
    await fails(send({ type: "description", description: `${text}d` }), "rejected", "too-large");
    await send({ type: "description", description: "" });
    if (running.description !== undefined) assert.equal(await running.description(), "");
  });

  test("sets the picture of the chat and takes it away", async (running) => {
    if (table(running).icon === undefined) return;
    const { mime, body } = await sampleFile("jpeg");
    const native = NativeId.parse("icon-1");
    running.files.set(native, () => ({ mime, bytes: body.length, body: new Blob([body]).stream() }));
    await running.send({ type: "icon", media: MediaRef.parse({ native, mime, bytes: body.length }) });
    if (running.icon !== undefined) sameBytes(await running.icon(), body);
    await running.send({ type: "icon", media: null });
    if (running.icon !== undefined) assert.equal(await running.icon(), null);
  });

  test("sets after which time messages disappear, and that they stay", async (running) => {
    const { timer } = table(running);
    if (timer === undefined) return;
    const seconds = timer === "any" ? 3600 : timer[0] ?? 0;
    for (const wanted of [seconds, 0]) {
      await running.send({ type: "timer", seconds: wanted });
      if (running.timer !== undefined) assert.equal(await running.timer(), wanted);
    }
  });
}

function poll(more: Partial<PollOp> = {}): PollOp {
  return { type: "poll", question: "Where to?", options: ["Lake", "Sea", "Home"], multiple: false, ...more };
}

/** What members see of it; null where that cannot be observed. */
async function look({ observe }: Running, id: NativeId | undefined): Promise<Seen | null> {
  if (observe === undefined || id === undefined) return null;
  const seen = await observe(id);
  assert(seen !== null, "members see no such message");
  return seen;
}

function table({ adapter, chat }: Running): Capabilities {
  return adapter.capabilities(chat);
}
