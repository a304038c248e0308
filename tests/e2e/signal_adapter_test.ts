/** Signal's adapter where signal-cli refuses, vanishes, or says what it does not mean. */
import assert from "node:assert/strict";
import { NativeId, type NativeOp, OpId, plain } from "../../actors/model/mod.ts";
import { type DeliveryFailure, isDeliveryFailure, RelayError } from "../../actors/ports/mod.ts";
import { ContractHost } from "../contract/contract_host.ts";
import { sendFailed, startSignal } from "../fakes/signal/mod.ts";
import { groupWith, openLife, signalTest, SPEC } from "./signal_opened.ts";

const POST: NativeOp = { type: "post", text: plain("hello") };
const options = { signal: new AbortController().signal };

async function failure(work: Promise<unknown>): Promise<DeliveryFailure & { readonly afterMs?: number }> {
  const error = await work.then(() => null, (thrown: unknown) => thrown);
  assert.ok(isDeliveryFailure(error), `expected a delivery failure: ${error}`);
  return error;
}

function result(type: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    recipientAddress: { uuid: "c2ae434e-1d4f-401f-8315-5bb66950edc8", number: "+14155550101" },
    type,
    ...more,
  };
}

signalTest("a send that some did not get has been sent", async (stage) => {
  const { chat } = await groupWith(stage, "Olga");
  stage.server.faults.next("send", { results: [result("SUCCESS"), result("UNREGISTERED_FAILURE")] });
  assert.equal((await stage.life.send(chat, POST)).ids.length, 1);
});

signalTest("a send that was held back waits as long as Signal says, and so does the next", async (stage) => {
  const { server, life, host } = stage;
  const { chat } = await groupWith(stage, "Olga");
  server.faults.next("send", sendFailed([result("RATE_LIMIT_FAILURE", { retryAfterSeconds: 60 })]));
  const first = await failure(life.send(chat, POST));
  assert.deepEqual([first.kind, first.afterMs], ["retry-later", 60_000]);
  const before = server.calls.length;
  assert.equal((await failure(life.send(chat, POST))).kind, "retry-later");
  assert.equal(server.calls.length, before, "Signal is left alone meanwhile");
  host.pass(60_000);
  assert.equal((await life.send(chat, POST)).ids.length, 1);
});

signalTest("a limit that only some members hit holds the next send back, not this one", async (stage) => {
  const { server, life } = stage;
  const { chat } = await groupWith(stage, "Olga");
  server.faults.next("send", {
    results: [result("SUCCESS"), result("RATE_LIMIT_FAILURE", { retryAfterSeconds: 9 })],
  });
  await life.send(chat, POST);
  const held = await failure(life.send(chat, POST));
  assert.deepEqual([held.kind, held.afterMs], ["retry-later", 9_000]);
});

signalTest(
  "a captcha is asked for, refused when it is wrong, and nothing waits once it is right",
  async (stage) => {
    const { server, life, host } = stage;
    const { chat } = await groupWith(stage, "Olga");
    const limited = { retryAfterSeconds: 86_400, token: "a-token" };
    server.faults.next("send", sendFailed([result("RATE_LIMIT_FAILURE", limited)]));
    const first = await failure(life.send(chat, POST));
    assert.equal(first.kind === "retry-later" && first.reason, "signal.waiting-proof");
    assert.ok((first.afterMs ?? 0) <= 60_000, "what the operator does is seen soon");
    await host.until(() => host.health.at(-1)?.asks === "captcha", "the question");
    assert.match(host.health.at(-1)?.text ?? "", /^signal\.proof https:\/\/signalcaptchas\.org\//);
    life.adapter.answer?.("captcha", "signalcaptcha://wrong");
    await host.until(
      () => host.health.at(-1)?.text?.startsWith("signal.proof-again") === true,
      "the refusal",
    );
    life.adapter.answer?.("captcha", "signalcaptcha://solved");
    await host.until(() => host.health.at(-1)?.asks === undefined, "the end of the question");
    const call = server.calls.findLast(({ method }) => method === "submitRateLimitChallenge");
    assert.equal(call?.params["challenge"], "a-token");
    assert.equal((await life.send(chat, POST)).ids.length, 1);
  },
);

signalTest("a new key is trusted, and the message sent once more", async (stage) => {
  const { server, life } = stage;
  const { chat } = await groupWith(stage, "Olga");
  server.faults.next("send", sendFailed([result("IDENTITY_FAILURE")]));
  assert.equal((await life.send(chat, POST)).ids.length, 1);
  const methods = server.calls.map(({ method }) => method).filter((method) =>
    ["send", "trust"].includes(method)
  );
  assert.deepEqual(methods, ["send", "trust", "send"]);
  server.faults.next(
    "send",
    sendFailed([result("IDENTITY_FAILURE")]),
    sendFailed([result("IDENTITY_FAILURE")]),
  );
  assert.equal((await failure(life.send(chat, POST))).kind, "rejected", "and not for ever");
});

signalTest(
  "what signal-cli stumbles over after somebody joined is sent after a look at the group",
  async (stage) => {
    const { chat } = await groupWith(stage, "Olga");
    const bug = { error: { code: -32603, message: "Failed requirement. (IllegalArgumentException)" } };
    stage.server.faults.next("send", bug);
    assert.equal((await stage.life.send(chat, POST)).ids.length, 1);
  },
);

const REFUSALS: readonly (readonly [string, { code: number; message: string }, string])[] = [
  ["a limit", { code: -5, message: "Rate limited" }, "retry-later"],
  ["no network", { code: -3, message: "Failed to send: timeout (IOException)" }, "retry-later"],
  ["a group that is not there", { code: -1, message: "Group not found: x" }, "chat-gone"],
  ["a group that we are out of", { code: -1, message: "User is not a group member: x" }, "chat-gone"],
  [
    "an account that is not there",
    { code: -32602, message: "Specified account does not exist" },
    "account-gone",
  ],
  [
    "an account that was logged out",
    { code: -3, message: "[403] (AuthorizationFailedException)" },
    "account-gone",
  ],
  ["a file that is too large there", { code: -3, message: "[413] Response: 413 (IOException)" }, "rejected"],
  ["a file that it cannot use", { code: -3, message: "x: (AttachmentInvalidException)" }, "rejected"],
  ["a fault of its own", { code: -32603, message: "NullPointerException" }, "outcome-unknown"],
  ["anything else", { code: -1, message: "Something about +14155550199" }, "rejected"],
];

for (const [what, error, kind] of REFUSALS) {
  signalTest(`a refusal for ${what} is ${kind}, and its text stays here`, async (stage) => {
    const { chat } = await groupWith(stage, "Olga");
    stage.server.faults.next("send", { error });
    const failed = await failure(stage.life.send(chat, POST));
    assert.equal(failed.kind, kind);
    assert.ok(!failed.message.includes(error.message));
  });
}

signalTest("a line that breaks is told apart from nobody listening", async (stage) => {
  const { server, life, host } = stage;
  const { chat } = await groupWith(stage, "Olga");
  server.faults.next("send", "cut-after");
  assert.equal((await failure(life.send(chat, POST))).kind, "outcome-unknown");
  await server.down();
  await host.until(() => host.health.at(-1)?.status === "waiting", "the loss");
  assert.equal((await failure(life.send(chat, POST))).kind, "retry-later");
});

signalTest("what is sent is sent one at a time", async (stage) => {
  const { chat } = await groupWith(stage, "Olga");
  const sends = Array.from(
    { length: 20 },
    (_, n) => stage.life.send(chat, { type: "post", text: plain(`${n}`) }),
  );
  await Promise.all(sends);
  assert.equal(stage.server.concurrent, 1);
  const said = stage.server.calls.filter(({ method }) => method === "send").map(({ params }) =>
    params["message"]
  );
  assert.deepEqual(said, Array.from({ length: 20 }, (_, n) => `${n}`));
});

signalTest("every parameter that goes out is one that signal-cli knows", async (stage) => {
  const { server, life } = stage;
  const { chat, person } = await groupWith(stage, "Olga");
  const target = NativeId.parse(`${person.aci}:${person.say(chat, "hi")}`);
  const text = { text: "bold", spans: [{ type: "bold" as const, start: 0, length: 4 }] };
  const { ids: [own = target] } = await life.send(chat, {
    type: "post",
    text,
    replyTo: target,
    quoting: "hi",
  });
  for (
    const op of [
      { type: "edit", target: own, text },
      { type: "react", target, emoji: "👍" },
      { type: "react", target, emoji: null },
      { type: "delete", target: own },
      { type: "title", title: "New" },
    ] as const
  ) await life.send(chat, op);
  await life.adapter.revokeInvite(chat, options);
  await life.send(chat, { type: "leave" });
  assert.deepEqual(server.unknown, []);
  const [shown] = person.view(chat).filter(({ author }) => author !== person.aci);
  assert.deepEqual([shown?.styles, shown?.quote?.author], [["0:4:BOLD"], person.aci]);
});

signalTest("a message is edited ten times at most", async (stage) => {
  const { chat } = await groupWith(stage, "Olga");
  const { ids: [target = NativeId.parse("none")] } = await stage.life.send(chat, POST);
  for (let n = 0; n < 10; n += 1) await stage.life.send(chat, { type: "edit", target, text: plain(`${n}`) });
  const eleventh = await failure(stage.life.send(chat, { type: "edit", target, text: plain("11") }));
  assert.equal(eleventh.kind === "rejected" && eleventh.reason, "too-old");
});

signalTest("a half-made group is found again, whatever the retry", async ({ server, life }) => {
  server.faults.next("updateGroup", "half", "cut-after");
  assert.equal(
    (await failure(life.adapter.createGroup?.(SPEC, options) ?? Promise.resolve())).kind,
    "retry-later",
  );
  const made = await life.adapter.createGroup?.(SPEC, options).catch(() =>
    life.adapter.createGroup?.(SPEC, options)
  );
  assert.equal(
    server.calls.filter(({ method, params }) => method === "updateGroup" && params["name"]).length,
    1,
  );
  assert.ok(made?.inviteUrl);
});

signalTest("a group of the old kind is left, and made again as it should be", async ({ server, life }) => {
  server.faults.next("updateGroup", "old-kind");
  assert.equal(
    (await failure(life.adapter.createGroup?.(SPEC, options) ?? Promise.resolve())).kind,
    "retry-later",
  );
  assert.ok(server.calls.some(({ method, params }) => method === "quitGroup" && params["delete"] === true));
  const made = await life.adapter.createGroup?.(SPEC, options);
  assert.equal(Uint8Array.fromBase64(made?.chat ?? "").length, 32);
});

signalTest(
  "two groups of one title are two groups, also where both were half made",
  async ({ server, life }) => {
    server.faults.next("updateGroup", "half");
    await failure(life.adapter.createGroup?.(SPEC, options) ?? Promise.resolve());
    const other = await life.adapter.createGroup?.({ ...SPEC, opId: OpId.parse("make.1") }, options);
    const first = await life.adapter.createGroup?.(SPEC, options);
    assert.notEqual(first?.chat, other?.chat);
  },
);

signalTest("signal-cli may go and come back: what waited is taken in order, once", async (stage) => {
  const { server, host } = stage;
  const { chat, person } = await groupWith(stage, "Olga");
  person.say(chat, "before");
  await host.event("message");
  await server.down();
  await host.until(() => host.health.at(-1)?.status === "waiting", "the loss");
  for (const text of ["one", "two", "three"]) person.say(chat, text);
  server.up();
  await host.until(() => host.taken.filter(({ type }) => type === "message").length === 4, "all of them");
  const texts = host.taken.flatMap((event) =>
    event.type === "message" && event.content.type === "text" ? [event.content.body.text] : []
  );
  assert.deepEqual(texts, ["before", "one", "two", "three"]);
});

signalTest("a core that is full is asked again, and what it never takes holds nothing up", async (stage) => {
  const { host } = stage;
  const { chat, person } = await groupWith(stage, "Olga");
  await host.event("join");
  host.refuse(2, new RelayError("busy", "Cannot take more", 1));
  person.say(chat, "later");
  await host.event("message");
  host.refuse(1, new RelayError("invalid", "Cannot take this"));
  person.say(chat, "never");
  person.say(chat, "after");
  await host.event("message", ({ content }) => content.type === "text" && content.body.text === "after");
});

signalTest("what cannot be read is told once in a while, what came twice is not", async (stage) => {
  const { host } = stage;
  const { chat, person } = await groupWith(stage, "Olga");
  const at = person.say(chat, "fine");
  person.garble(chat, "ProtocolDuplicateMessageException", at);
  person.garble(chat, "SelfSendException");
  person.garble(chat, "ProtocolInvalidMessageException");
  person.garble(chat, "ProtocolInvalidMessageException");
  person.garble(chat, "ProtocolDuplicateMessageException");
  person.say(chat, "next");
  await host.event("message", ({ content }) => content.type === "text" && content.body.text === "next");
  const notes = host.taken.filter(({ type }) => type === "note");
  // One for the garbled ones, one for the message that nobody has seen although it is said to have come before.
  assert.deepEqual(notes.map((event) => event.type === "note" && event.note), ["unreadable", "unreadable"]);
});

signalTest(
  "names are people's own, not those of the operator's address book, and never numbers",
  async (stage) => {
    const { host } = stage;
    const { chat } = await groupWith(stage, "Olga");
    assert.equal((await host.event("join")).person.name, "Olga");
    const caller = stage.server.person("+1 415 555 0123");
    caller.join(stage.server.linkOf(chat) ?? "");
    assert.equal((await host.event("join", ({ person }) => person.native === caller.aci)).person.name, "");
    assert.ok(!/Book|\+1/.test(JSON.stringify(host.taken)));
  },
);

signalTest("our own phone's words are a member's, and our own never come back", async (stage) => {
  const { server, own, host, life } = stage;
  const { chat, person } = await groupWith(stage, "Olga");
  const { at } = await life.send(chat, POST);
  server.phoneSays(own, chat, "from the phone");
  person.say(chat, "end");
  await host.event("message", ({ content }) => content.type === "text" && content.body.text === "end");
  const said = host.taken.flatMap((event) =>
    event.type === "message" ? [[event.author.native, event.at]] : []
  );
  assert.ok(said.some(([author]) => author === own.aci) && !said.some(([, time]) => time === at));
});

signalTest("a file is as long as it was said to be, or it is none", async (stage) => {
  const { server, host, life } = stage;
  const { chat, person } = await groupWith(stage, "Olga");
  server.file("whole", new Uint8Array([1, 2, 3]));
  server.file("empty", new Uint8Array());
  const attachments = ["whole", "empty", "missing"].map((id) => ({
    id,
    contentType: "image/png",
    filename: id,
    size: 3,
  }));
  person.say(chat, "files", { attachments });
  await host.until(() => host.taken.filter(({ type }) => type === "message").length === 3, "the files");
  const files = host.taken.flatMap((event) =>
    event.type === "message" && event.content.type === "media" ? [event.content.media.native] : []
  );
  const [whole, ...broken] = files;
  const { body } = await life.adapter.openMedia(whole ?? NativeId.parse("none"), options);
  assert.deepEqual(await new Response(body).bytes(), new Uint8Array([1, 2, 3]));
  for (const native of broken) {
    assert.equal((await failure(life.adapter.openMedia(native, options))).kind, "rejected");
  }
});

signalTest("a long text that old versions leave in a file is whole", async (stage) => {
  const { server, host } = stage;
  const { chat, person } = await groupWith(stage, "Olga");
  server.file("rest", new TextEncoder().encode("the beginning and the end"));
  person.say(chat, "the beginning", {
    attachments: [{ id: "rest", contentType: "text/x-signal-plain", size: 25 }],
  });
  const { content } = await host.event("message");
  assert.equal(content.type === "text" && content.body.text, "the beginning and the end");
});

Deno.test("an account that signal-cli does not have is told of, with what to do", async () => {
  await using server = startSignal();
  const host = new ContractHost();
  await using life = openLife(server, host, "+14155550999");
  const error = await life.ended;
  assert.ok(isDeliveryFailure(error) && error.kind === "account-gone");
  assert.deepEqual(host.health.at(-1), { status: "logged-out", text: "signal.no-account" });
});

signalTest("an old signal-cli is warned about, and works", async (stage) => {
  await groupWith(stage, "Olga");
  assert.deepEqual(stage.host.health.at(-1), {
    status: "connected",
    text: "signal.old-version 0.13.19 0.14.6",
  });
  assert.equal(stage.life.adapter.capabilities(null).version, "signal-2+0.13.19-beside");
}, { version: "0.13.19" });
