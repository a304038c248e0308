import assert from "node:assert/strict";
import { NativeId, OpId, plain } from "../../../../actors/model/mod.ts";
import { SandboxError } from "../../../../adapters/sandbox/mod.ts";
import { ContractHost } from "../../../contract/contract_host.ts";
import { joined, PUBLIC_URL, simulate, type Simulated, whileRunning } from "./opened.ts";

const signal = new AbortController().signal;
const MESSENGERS = ["whatsapp", "signal", "telegram"] as const;

interface Scene extends Simulated {
  readonly host: ContractHost;
}

function test(messenger: string, name: string, body: (scene: Scene) => Promise<void>): void {
  Deno.test(`phones on ${messenger}: ${name}`, async () => {
    const host = new ContractHost();
    const simulated = await simulate(messenger, host);
    await whileRunning(simulated.adapter, () => body({ ...simulated, host }));
  });
}

async function refuses(work: Promise<unknown>, code: SandboxError["code"], message?: RegExp): Promise<void> {
  const error = await work.then(() => null, (thrown: unknown) => thrown);
  assert(error instanceof SandboxError, `expected the sandbox to refuse: ${error}`);
  assert.equal(error.code, code);
  if (message !== undefined) assert.match(error.message, message);
}

for (const messenger of MESSENGERS) {
  test(messenger, "a link leads to the sandbox's page and names the messenger", async ({ group }) => {
    await Promise.resolve();
    assert.match(group.inviteUrl ?? "", new RegExp(`^${PUBLIC_URL}/sandbox\\?join=${messenger}:[\\w-]+$`));
  });

  test(messenger, "two phones see each other's messages, replies and reactions", async (scene) => {
    const { phones, group } = scene;
    const chatId = group.chat;
    const [ada, bob] = [await joined(scene, "Ada"), await joined(scene, "Bob")];

    const { messageId } = await phones.send(ada, { chatId, type: "text", text: "swim?" });
    const answer = await phones.send(bob, { chatId, type: "text", text: "yes", replyTo: messageId });
    await phones.send(bob, { chatId, type: "reaction", emoji: "👍", target: messageId });

    const view = await phones.view(ada, chatId);
    assert.equal(view.title, "Lake weekend");
    assert.deepEqual(view.messages, [
      {
        messageId,
        from: "Ada",
        text: "swim?",
        replyTo: null,
        reactions: [{ emoji: "👍", from: "Bob" }],
        edited: false,
        deleted: false,
      },
      {
        ...answer,
        from: "Bob",
        text: "yes",
        replyTo: messageId,
        reactions: [],
        edited: false,
        deleted: false,
      },
    ]);
  });

  test(messenger, "an edit and a deletion show, and a deleted text is gone", async (scene) => {
    const { phones, group } = scene;
    const chatId = group.chat;
    const ada = await joined(scene, "Ada");

    const first = await phones.send(ada, { chatId, type: "text", text: "helo" });
    const second = await phones.send(ada, { chatId, type: "text", text: "oops" });
    await phones.send(ada, { chatId, type: "edit", text: "hello", target: first.messageId });
    await phones.send(ada, { chatId, type: "delete", target: second.messageId });

    const { messages } = await phones.view(ada, chatId);
    assert.deepEqual(
      messages.map(({ text, edited, deleted }) => ({ text, edited, deleted })),
      [{ text: "hello", edited: true, deleted: false }, { text: "", edited: false, deleted: true }],
    );
  });

  test(messenger, "nobody changes what others wrote", async (scene) => {
    const { phones, group } = scene;
    const chatId = group.chat;
    const [ada, bob] = [await joined(scene, "Ada"), await joined(scene, "Bob")];

    const { messageId: target } = await phones.send(ada, { chatId, type: "text", text: "mine" });

    await refuses(
      phones.send(bob, { chatId, type: "edit", text: "his", target }),
      "invalid",
      /only its author/,
    );
    await refuses(phones.send(bob, { chatId, type: "delete", target }), "invalid", /only its author/);
  });

  test(messenger, "a text over the limit is refused and reaches nobody", async (scene) => {
    const { phones, group, adapter, host } = scene;
    const ada = await joined(scene, "Ada");
    const text = "a".repeat(adapter.capabilities(null).text.max.count + 1);

    await refuses(phones.send(ada, { chatId: group.chat, type: "text", text }), "invalid", /at most/);

    assert(!host.taken.some(({ type }) => type === "message"));
  });

  test(messenger, "a link that was revoked leads nowhere, and the new one leads in", async (scene) => {
    const { phones, group, adapter } = scene;
    const { phoneId } = await phones.addPhone({ messenger, name: "Ada" });
    const url = await adapter.revokeInvite(group.chat, { signal });

    await refuses(phones.join(phoneId, group.inviteUrl ?? ""), "not-found");
    assert.deepEqual(await phones.join(phoneId, url ?? ""), { chatId: group.chat });
  });

  test(messenger, "to open the link twice is to join once", async (scene) => {
    const { phones, group, host } = scene;
    const ada = await joined(scene, "Ada");

    await phones.join(ada, group.inviteUrl ?? "");

    assert.equal(host.taken.filter(({ type }) => type === "join").length, 1);
  });

  test(messenger, "what our account posts shows as from Plenum", async (scene) => {
    const { phones, group, adapter } = scene;
    const ada = await joined(scene, "Ada");

    const options = { signal, opId: OpId.parse("op-1") };
    await adapter.send(group.chat, { type: "post", text: plain("Bob · Signal\nhello") }, options);

    const { messages } = await phones.view(ada, group.chat);
    assert.deepEqual(messages.map(({ from, text }) => [from, text]), [["Plenum", "Bob · Signal\nhello"]]);
  });

  test(messenger, "unknown phones, chats and messages are not found", async (scene) => {
    const { phones, group } = scene;
    const chatId = group.chat;
    const ada = await joined(scene, "Ada");

    await refuses(phones.view("p_unknown", chatId), "not-found");
    await refuses(phones.view(ada, "nowhere"), "not-found");
    await refuses(phones.view(ada, ""), "not-found");
    await refuses(phones.send(ada, { chatId, type: "text", text: "hi", replyTo: "nothing" }), "not-found");
    await refuses(phones.send(ada, { chatId, type: "reaction", emoji: "👍" }), "not-found");
  });

  test(messenger, "an empty text and an emoji that is none are refused", async (scene) => {
    const { phones, group } = scene;
    const chatId = group.chat;
    const ada = await joined(scene, "Ada");
    const { messageId: target } = await phones.send(ada, { chatId, type: "text", text: "hi" });

    await refuses(phones.send(ada, { chatId, type: "text" }), "invalid", /empty/);
    await refuses(phones.send(ada, { chatId, type: "reaction", emoji: "no", target }), "invalid");
  });

  test(messenger, "links of other messengers and other addresses are refused", async (scene) => {
    const { phones } = scene;
    const { phoneId } = await phones.addPhone({ messenger, name: "Ada" });
    const other = messenger === "signal" ? "telegram" : "signal";

    await refuses(phones.join(phoneId, `${PUBLIC_URL}/sandbox?join=${other}:abcdefgh`), "invalid", /another/);
    for (const url of ["", "https://example.test/", `${PUBLIC_URL}/sandbox?join=${messenger}`, "http://"]) {
      await refuses(phones.join(phoneId, url), "invalid");
    }
  });
}

test("whatsapp", "markup is understood and shown without its marks", async (scene) => {
  const { phones, group, host } = scene;
  const ada = await joined(scene, "Ada");

  await phones.send(ada, { chatId: group.chat, type: "text", text: "a *bold* word" });

  const event = await host.event("message");
  assert.deepEqual(event.content, {
    type: "text",
    body: { text: "a bold word", spans: [{ type: "bold", start: 2, length: 4 }] },
  });
  assert.equal((await phones.view(ada, group.chat)).messages[0]?.text, "a bold word");
});

test("signal", "an edit makes one more id, which is known from then on", async (scene) => {
  const { phones, group, host } = scene;
  const chatId = group.chat;
  const ada = await joined(scene, "Ada");

  const { messageId } = await phones.send(ada, { chatId, type: "text", text: "helo" });
  await phones.send(ada, { chatId, type: "edit", text: "hello", target: messageId });
  const { alias } = await host.event("edit");
  const reply = await phones.send(ada, { chatId, type: "text", text: "right", replyTo: alias });

  assert.notEqual(alias, undefined);
  assert.notEqual(alias, messageId);
  const { messages } = await phones.view(ada, chatId);
  assert.equal(messages.find((one) => one.messageId === reply.messageId)?.replyTo, messageId);
});

test("signal", "a message can be edited ten times", async ({ adapter, group }) => {
  let count = 0;
  const options = (): { signal: AbortSignal; opId: OpId } => ({ signal, opId: OpId.parse(`op-${++count}`) });
  const { ids } = await adapter.send(group.chat, { type: "post", text: plain("0") }, options());
  const target = NativeId.parse(ids[0]);
  for (let edit = 1; edit <= 10; edit++) {
    await adapter.send(group.chat, { type: "edit", target, text: plain(`${edit}`) }, options());
  }

  await assert.rejects(
    adapter.send(group.chat, { type: "edit", target, text: plain("11") }, options()),
    { kind: "rejected", reason: "too-old" },
  );
});

test(
  "telegram",
  "a reaction outside the fixed set is refused, one with a colour mark is taken",
  async (scene) => {
    const { phones, group, host } = scene;
    const chatId = group.chat;
    const ada = await joined(scene, "Ada");
    const { messageId: target } = await phones.send(ada, { chatId, type: "text", text: "hi" });

    await refuses(phones.send(ada, { chatId, type: "reaction", emoji: "🥑", target }), "invalid", /73 fixed/);
    await phones.send(ada, { chatId, type: "reaction", emoji: "❤️", target });

    assert.deepEqual((await host.event("reaction")).emoji, ["❤"]);
  },
);

test("telegram", "who joins sees what was written before", async (scene) => {
  const { phones, group } = scene;
  const ada = await joined(scene, "Ada");
  await phones.send(ada, { chatId: group.chat, type: "text", text: "early" });

  const bob = await joined(scene, "Bob");

  assert.equal((await phones.view(bob, group.chat)).messages.length, 1);
});

test("whatsapp", "who joins does not see what was written before", async (scene) => {
  const { phones, group } = scene;
  const ada = await joined(scene, "Ada");
  const { messageId } = await phones.send(ada, { chatId: group.chat, type: "text", text: "early" });

  const bob = await joined(scene, "Bob");

  assert.deepEqual((await phones.view(bob, group.chat)).messages, []);
  const reaction = { chatId: group.chat, type: "reaction", emoji: "👍", target: messageId } as const;
  await refuses(phones.send(bob, reaction), "not-found");
});

test("whatsapp", "a message that is sent again under its op's id is there once", async (scene) => {
  const { phones, group, adapter } = scene;
  const ada = await joined(scene, "Ada");
  const post = { type: "post", text: plain("once") } as const;
  const options = { signal, opId: OpId.parse("op-1") };

  const first = await adapter.send(group.chat, post, options);
  const again = await adapter.send(group.chat, post, options);

  assert.deepEqual(again, first);
  assert.equal((await phones.view(ada, group.chat)).messages.length, 1);
});

test("signal", "edits and deletions end with their window", async (scene) => {
  const { phones, group, host } = scene;
  const chatId = group.chat;
  const ada = await joined(scene, "Ada");
  const { messageId: target } = await phones.send(ada, { chatId, type: "text", text: "hi" });

  host.pass(24 * 3_600_000 + 1000);

  await refuses(phones.send(ada, { chatId, type: "edit", text: "ho", target }), "invalid", /min old/);
  await refuses(phones.send(ada, { chatId, type: "delete", target }), "invalid", /min old/);
});

test("telegram", "names are trimmed, and empty, long or invisible ones are refused", async ({ phones }) => {
  const { phoneId } = await phones.addPhone({ messenger: "telegram", name: "  Ada   Lovelace " });

  assert.equal(phones.phones().find((one) => one.phoneId === phoneId)?.name, "Ada Lovelace");
  for (const name of ["", "   ", "x".repeat(61), "A\u202eda", "A\u0007da"]) {
    await refuses(phones.addPhone({ messenger: "telegram", name }), "invalid");
  }
  await refuses(phones.addPhone({ messenger: "icq", name: "Ada" }), "invalid", /whatsapp, signal, telegram/);
});

test("telegram", "our account may delete and leave twice, as a retry would", async ({ adapter, group }) => {
  const options = (opId: string): { signal: AbortSignal; opId: OpId } => ({ signal, opId: OpId.parse(opId) });
  const { ids } = await adapter.send(group.chat, { type: "post", text: plain("hi") }, options("post"));
  const target = NativeId.parse(ids[0]);

  for (const retry of [1, 2]) {
    await adapter.send(group.chat, { type: "delete", target }, options(`d${retry}`));
  }
  for (const retry of [1, 2]) await adapter.send(group.chat, { type: "leave" }, options(`l${retry}`));
});

test("telegram", "a link ends when our account leaves the chat", async ({ adapter, group, phones }) => {
  const { phoneId } = await phones.addPhone({ messenger: "telegram", name: "Ada" });

  await adapter.send(group.chat, { type: "leave" }, { signal, opId: OpId.parse("leave") });

  await refuses(phones.join(phoneId, group.inviteUrl ?? ""), "not-found");
});
