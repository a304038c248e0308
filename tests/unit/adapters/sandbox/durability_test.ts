import assert from "node:assert/strict";
import { OpId, plain } from "../../../../actors/model/mod.ts";
import { RelayError } from "../../../../actors/ports/mod.ts";
import { KEPT } from "../../../../adapters/sandbox/chat.ts";
import { ContractHost } from "../../../contract/contract_host.ts";
import { joined, simulate, type Simulated, whileRunning } from "./opened.ts";

const options = { signal: new AbortController().signal };

interface Scene extends Simulated {
  readonly host: ContractHost;
}

async function fresh(session?: ContractHost["session"]): Promise<Scene> {
  const host = new ContractHost({ session });
  return { ...await simulate("telegram", host), host };
}

/** What a new process finds that starts after this one was killed now. */
async function afterKill({ host }: Scene): Promise<Scene> {
  return await fresh(host.session.copy());
}

Deno.test("a simulated world survives a restart: phones, chats, members, messages and links", async () => {
  const scene = await fresh();
  const { phones, group } = scene;
  const chatId = group.chat;
  const ada = await whileRunning(scene.adapter, async () => {
    const phoneId = await joined(scene, "Ada");
    const { messageId } = await phones.send(phoneId, { chatId, type: "text", text: "hello" });
    await phones.send(phoneId, { chatId, type: "reaction", emoji: "👍", target: messageId });
    return phoneId;
  });
  const before = await phones.view(ada, chatId);

  const later = await afterKill(scene);

  assert.deepEqual(later.group, group);
  assert.deepEqual(await later.phones.view(ada, chatId), before);
  assert.deepEqual(later.phones.phones(), phones.phones());
});

Deno.test("ids of messages are not used again after a restart", async () => {
  const scene = await fresh();
  const chatId = scene.group.chat;
  const [ada, first] = await whileRunning(scene.adapter, async () => {
    const phoneId = await joined(scene, "Ada");
    return [phoneId, await scene.phones.send(phoneId, { chatId, type: "text", text: "one" })] as const;
  });

  const later = await afterKill(scene);
  const second = await whileRunning(
    later.adapter,
    () => later.phones.send(ada, { chatId, type: "text", text: "two" }),
  );

  assert.notEqual(second.messageId, first.messageId);
});

Deno.test("a phone's send waits until the relay has the message", async () => {
  const scene = await fresh();
  const { host, phones, group } = scene;
  await whileRunning(scene.adapter, async () => {
    const ada = await joined(scene, "Ada");
    const release = host.hold();
    let answered = false;
    const sent = phones.send(ada, { chatId: group.chat, type: "text", text: "hi" }).then(() =>
      answered = true
    );
    await host.until(() => host.offered.some(({ type }) => type === "message"), "the message");

    assert.equal(answered, false);
    release();
    await sent;
  });
});

Deno.test("a message that the relay had not taken when it was killed is delivered by the next run", async () => {
  const scene = await fresh();
  const { host, phones, group } = scene;
  let killed: Scene | null = null;
  await whileRunning(scene.adapter, async () => {
    const ada = await joined(scene, "Ada");
    const release = host.hold();
    const sent = phones.send(ada, { chatId: group.chat, type: "text", text: "hi" });
    await host.until(() => host.offered.some(({ type }) => type === "message"), "the message");
    killed = await afterKill(scene);
    release();
    await sent;
  });

  assert(killed !== null);
  const later: Scene = killed;
  await whileRunning(later.adapter, async () => {
    const event = await later.host.event("message");
    assert.equal(event.id, host.offered.find(({ type }) => type === "message")?.id);
  });
});

Deno.test("a chat keeps its last messages across a restart, long ones included", async () => {
  const scene = await fresh();
  const { adapter, group } = scene;
  const total = KEPT + 100;
  const text = (n: number): string => n % 50 === 0 ? `${n} ${"long ".repeat(600)}` : `${n}`;
  await whileRunning(adapter, () => joined(scene, "Ada"));
  for (let n = 0; n < total; n++) {
    await adapter.send(group.chat, { type: "post", text: plain(text(n)) }, {
      ...options,
      opId: OpId.parse(`op-${n}`),
    });
  }

  const later = await afterKill(scene);
  const phoneId = scene.phones.phones()[0]?.phoneId ?? "";
  const wanted = Array.from({ length: KEPT }, (_, n) => text(total - KEPT + n));

  for (const { phones } of [scene, later]) {
    const { messages } = await phones.view(phoneId, group.chat);
    assert.deepEqual(messages.map((message) => message.text), wanted);
  }
});

Deno.test("the longest texts fit, as records longer than a value are cut into pieces", async () => {
  const host = new ContractHost();
  const simulated = await simulate("whatsapp", host);
  const { adapter, group, phones } = simulated;
  await whileRunning(adapter, () => joined(simulated, "Ada"));
  // Three bytes a letter: 196 KB of UTF-8.
  const text = "字".repeat(adapter.capabilities(null).text.max.count);

  await adapter.send(group.chat, { type: "post", text: plain(text) }, { ...options, opId: OpId.parse("op") });

  const later = await simulate("whatsapp", new ContractHost({ session: host.session.copy() }));
  const { messages } = await later.phones.view(phones.phones()[0]?.phoneId ?? "", group.chat);
  assert.equal(messages[0]?.text, text);
});

Deno.test("a disk that refuses makes a post uncertain, and a phone's message unavailable", async () => {
  const scene = await fresh();
  const { host, adapter, phones, group } = scene;
  const chatId = group.chat;
  const abort = new AbortController();
  const run = adapter.run(abort.signal);
  const ada = await joined(scene, "Ada");

  host.session.break(true);
  await assert.rejects(
    adapter.send(chatId, { type: "post", text: plain("hi") }, { ...options, opId: OpId.parse("op") }),
    { kind: "outcome-unknown" },
  );
  await assert.rejects(
    phones.send(ada, { chatId, type: "text", text: "hi" }),
    (error: unknown) => error instanceof RelayError && error.code === "unavailable",
  );
  await assert.rejects(run);

  host.session.break(false);
  await whileRunning(adapter, () => host.event("message"));
  const later = await afterKill(scene);
  assert.equal((await later.phones.view(ada, chatId)).messages.length, 2);
});

Deno.test("a retried creation finds its group, and another creation makes another", async () => {
  const { adapter, group } = await fresh();
  const spec = { title: "Lake weekend", description: "" };

  const again = await adapter.createGroup?.({ ...spec, opId: OpId.parse("group") }, options);
  const both = await Promise.all(
    [1, 2].map(() => adapter.createGroup?.({ ...spec, opId: OpId.parse("other") }, options)),
  );

  assert.deepEqual(again, group);
  assert.deepEqual(both[0], both[1]);
  assert.notEqual(both[0]?.chat, group.chat);
});

Deno.test("many messages at once share few writes and keep their order", async () => {
  const scene = await fresh();
  const { host, phones, group } = scene;
  await whileRunning(scene.adapter, async () => {
    const ada = await joined(scene, "Ada");
    const writes = host.session.writes;
    const texts = Array.from({ length: 200 }, (_, n) => `message ${n}`);

    await Promise.all(texts.map((text) => phones.send(ada, { chatId: group.chat, type: "text", text })));

    const taken = host.taken.flatMap((event) =>
      event.type === "message" && event.content.type === "text" ? [event.content.body.text] : []
    );
    assert.deepEqual(taken, texts);
    assert(host.session.writes - writes < 20, `there were ${host.session.writes - writes} writes`);
  });
});

Deno.test("a chat whose event hangs does not hold another chat", async () => {
  const scene = await fresh();
  const { host, phones, adapter } = scene;
  const other = await adapter.createGroup?.(
    { title: "Other", description: "", opId: OpId.parse("other") },
    options,
  );
  await whileRunning(adapter, async () => {
    const ada = await joined(scene, "Ada");
    await phones.join(ada, other?.inviteUrl ?? "");
    const release = host.hold();
    const held = phones.send(ada, { chatId: scene.group.chat, type: "text", text: "held" });
    await host.until(() => host.offered.some(({ type }) => type === "message"), "the held message");
    const before = host.offered.length;
    const free = phones.send(ada, { chatId: other?.chat ?? "", type: "text", text: "free" });
    await host.until(() => host.offered.length > before, "the other chat's message");

    release();
    await Promise.all([held, free]);
  });
});

Deno.test("people who wait are told when the relay stops, and who comes later does not wait", async () => {
  const scene = await fresh();
  const { host, phones, group, adapter } = scene;
  const text = { chatId: group.chat, type: "text", text: "hi" } as const;
  const release = await whileRunning(adapter, async () => {
    const ada = await joined(scene, "Ada");
    const open = host.hold();
    const told = assert.rejects(phones.send(ada, text), { code: "unavailable" });
    await host.until(() => host.offered.some(({ type }) => type === "message"), "the message");

    await adapter[Symbol.asyncDispose]();

    await told;
    await assert.rejects(phones.send(ada, text), { code: "unavailable" });
    return open;
  });
  release();
});
