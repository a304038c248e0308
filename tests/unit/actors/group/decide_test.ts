/** What a group decides: who may change what, who hears of it, and that identities never cross. */
import assert from "node:assert/strict";
import { MemberId, Messenger, NativeId, plain } from "../../../../actors/model/mod.ts";
import { RelayError } from "../../../../actors/ports/mod.ts";
import { apply } from "../../../../actors/group/apply.ts";
import { historyOf } from "../../../../actors/store/mod.ts";
import { ADA, adasMessage, event, MALLORY, opsTo, ready, SIGNAL, TELEGRAM, turn, WHATSAPP } from "./turns.ts";

Deno.test("a message goes to every other bridge under its author's name, and to its own one not", () => {
  const { draft } = adasMessage();
  assert.deepEqual(opsTo(draft, WHATSAPP), []);
  for (const messenger of [SIGNAL, TELEGRAM]) {
    const [op] = opsTo(draft, messenger);
    assert.ok(op?.type === "post" && op.author.name === "Ada" && op.author.messenger === WHATSAPP);
  }
});

Deno.test("a number never crosses: no op and nothing told holds a native id", () => {
  const { draft } = adasMessage();
  assert.equal(JSON.stringify([draft.outgoing, draft.told]).includes(ADA.native), false);
});

for (const name of ["", "  ", "\u202e\u2066", "\u200b\n"]) {
  Deno.test(`somebody whose name is ${JSON.stringify(name)} is shown as a guest with a short code, never by their number`, () => {
    const nobody = { native: ADA.native, name };
    const draft = turn(
      ready(),
      event(SIGNAL, { type: "message", author: nobody, content: { type: "text", body: plain("x") } }),
    );
    const [op] = opsTo(draft, TELEGRAM);
    assert.ok(op?.type === "post");
    assert.match(op.author.name, /^guest\.name .*"code":"[0-9A-F]{3}"/);
  });
}

Deno.test("an edit by the author reaches the others", () => {
  const { state, known } = adasMessage();
  const content = { type: "text" as const, body: plain("hello all") };
  const draft = turn(
    state,
    event(WHATSAPP, { type: "edit", author: ADA, target: { native: NativeId.parse("n1") }, content }),
    known,
  );
  assert.deepEqual(opsTo(draft, SIGNAL).map(({ type }) => type), ["edit"]);
  assert.equal(draft.changed[0]?.edited, true);
});

Deno.test("an edit that changes nothing that people see is told to nobody", () => {
  const { state, known } = adasMessage();
  const content = { type: "text", body: plain("hello") } as const;
  const edit = { type: "edit", author: ADA, target: { native: NativeId.parse("n1") }, content } as const;
  const draft = turn(state, event(WHATSAPP, edit), known);
  assert.deepEqual([...opsTo(draft, SIGNAL), ...draft.changed], []);
});

Deno.test("a stranger's forged edit or delete changes nothing", () => {
  const { state, known } = adasMessage();
  const content = { type: "text" as const, body: plain("I owe Mallory money") };
  const target = { native: NativeId.parse("n1") };
  for (
    const forged of [
      event(WHATSAPP, { type: "edit", author: MALLORY, target, content }),
      event(WHATSAPP, { type: "delete", author: MALLORY, target }),
    ]
  ) {
    const draft = turn(state, forged, known);
    assert.deepEqual([draft.outgoing, draft.changed], [[], []]);
  }
});

Deno.test("a message that is gone where it was written is taken away everywhere, once", () => {
  const { state, known } = adasMessage();
  const gone = event(WHATSAPP, { type: "delete", target: { native: NativeId.parse("n1") } });

  const draft = turn(state, gone, known);
  assert.deepEqual(opsTo(draft, SIGNAL).map(({ type }) => type), ["delete"]);
  assert.deepEqual(opsTo(draft, WHATSAPP), []);
  const [deleted] = draft.changed;
  assert(deleted?.deleted);

  assert.deepEqual(turn(state, gone, { ...known, history: deleted }).outgoing, []);
});

Deno.test("a message that is gone where messages disappear has most likely disappeared: no words about it", () => {
  const { state, known } = adasMessage();
  const timed = apply(state, turn(state, event(WHATSAPP, { type: "timer", seconds: 86_400 })));
  const gone = event(WHATSAPP, { type: "delete", target: { native: NativeId.parse("n1") } });

  const [op] = opsTo(turn(timed, gone, known), SIGNAL);
  assert(op?.type === "delete" && op.quiet);
});

Deno.test("our copy of a message that is gone is no reason to take the message away", () => {
  const { state, known } = adasMessage();
  const gone = event(SIGNAL, { type: "delete", target: { native: NativeId.parse("n2") } });
  assert.deepEqual(turn(state, gone, known).outgoing, []);
});

Deno.test("an admin deletes what another has written", () => {
  const { state, known } = adasMessage();
  const target = { native: NativeId.parse("n1") };
  const draft = turn(
    state,
    event(SIGNAL, { type: "delete", author: { ...MALLORY, admin: true }, target }),
    known,
  );
  assert.deepEqual(opsTo(draft, WHATSAPP).map(({ type }) => type), ["delete"]);
  assert.equal(draft.changed[0]?.deleted, true);
});

Deno.test("a bridge shows the newest reaction of those who are elsewhere, and the one before when it goes", () => {
  const { state, known } = adasMessage();
  const target = { native: NativeId.parse("n1") };
  const first = turn(
    state,
    event(SIGNAL, { type: "reaction", author: MALLORY, target, emoji: ["👍"] }),
    known,
  );
  const after = apply(state, first);
  const one = { ...known, history: first.changed[0] ?? null };
  const second = turn(after, event(TELEGRAM, { type: "reaction", author: ADA, target, emoji: ["🎉"] }), one);
  const last = apply(after, second);
  const two = { ...known, history: second.changed[0] ?? null };
  const third = turn(last, event(TELEGRAM, { type: "reaction", author: ADA, target, emoji: [] }), two);

  const shown = [first, second, third].map((draft) =>
    opsTo(draft, WHATSAPP).map((op) => op.type === "react" ? op.emoji : null)
  );
  assert.deepEqual(shown, [["👍"], ["🎉"], ["👍"]]);
  assert.equal(opsTo(third, WHATSAPP).some((op) => op.type === "react" && op.quiet === true), true);
});

Deno.test("joins and leaves are told to the others once", () => {
  const before = ready();
  const joined = turn(before, event(SIGNAL, { type: "join", person: ADA }));
  const state = apply(before, joined);
  const again = turn(state, event(SIGNAL, { type: "join", person: ADA }));
  const left = turn(state, event(SIGNAL, { type: "leave", person: ADA }));
  assert.deepEqual(opsTo(joined, TELEGRAM).map((op) => op.type === "notice" ? op.key : null), [
    "notice.joined",
  ]);
  assert.deepEqual(opsTo(joined, SIGNAL), []);
  assert.deepEqual(again.outgoing, []);
  assert.deepEqual(opsTo(left, TELEGRAM).map((op) => op.type === "notice" ? op.key : null), ["notice.left"]);
});

Deno.test("a muted member is heard by nobody", () => {
  const { state, draft } = adasMessage();
  const member = draft.message?.author ?? MemberId.parse("m_AAAAAAAAAAAAAAAA");
  const muted = apply(
    state,
    turn(state, { kind: "command", command: { type: "moderate", member, action: "mute" } }),
  );
  const said = turn(
    muted,
    event(WHATSAPP, { type: "message", author: ADA, content: { type: "text", body: plain("x") } }),
  );
  assert.deepEqual([said.outgoing, said.message], [[], null]);
});

Deno.test("the owner cannot be removed, and who is not a member cannot write from the browser", () => {
  const state = ready();
  const member = state.record.ownerMember;
  assert.throws(
    () => turn(state, { kind: "command", command: { type: "moderate", member, action: "remove" } }),
    (error) => error instanceof RelayError && error.code === "conflict",
  );
  const stranger = MemberId.parse("m_BBBBBBBBBBBBBBBB");
  const action = {
    type: "message" as const,
    member: stranger,
    content: { type: "text" as const, body: plain("x") },
  };
  assert.throws(
    () => turn(state, { kind: "command", command: { type: "web", action } }),
    (error) => error instanceof RelayError && error.code === "forbidden",
  );
});

Deno.test("an ended group tells everybody, leaves every chat, and is dropped after the last one", () => {
  const before = ready();
  const ended = turn(before, { kind: "command", command: { type: "end" } });
  let state = apply(before, ended);
  for (const messenger of [WHATSAPP, SIGNAL, TELEGRAM]) {
    assert.deepEqual(opsTo(ended, messenger).map(({ type }) => type), ["notice", "leave"]);
  }
  assert.equal(state?.members.size, 0);
  const ends = [WHATSAPP, SIGNAL, TELEGRAM].map((messenger) => {
    const fact = {
      type: "bridge-left" as const,
      messenger: messenger ?? Messenger.parse("none"),
      chat: state?.record.bridges.find((bridge) => bridge.messenger === messenger)?.chat ?? null,
    };
    const draft = turn(state, { kind: "fact", fact });
    state = apply(state, draft);
    return draft.end;
  });
  assert.deepEqual(ends, [null, null, "drop"]);
});

Deno.test("rotating the invite ends the old code and every messenger's link", () => {
  const draft = turn(ready(), { kind: "command", command: { type: "rotate", inviteCode: "new code" } });
  assert.equal(draft.record.inviteCode, "new code");
  for (const messenger of [WHATSAPP, SIGNAL, TELEGRAM]) {
    assert.deepEqual(opsTo(draft, messenger).map(({ type }) => type), ["rotate"]);
  }
  assert.deepEqual(
    draft.record.bridges.map(({ inviteUrl }) => inviteUrl),
    [null, null, null],
    "no old link is shown",
  );
});

Deno.test("a group renamed on one messenger is renamed on the others, cut to what all of them take", () => {
  const draft = turn(
    ready(),
    event(TELEGRAM, { type: "title", title: "A title that is much too long for Signal" }),
  );
  assert.equal(draft.record.title, "A title that is much too long fo");
  assert.deepEqual(opsTo(draft, SIGNAL).map(({ type }) => type), ["title"]);
  assert.deepEqual(opsTo(draft, TELEGRAM), []);
});

Deno.test("a live place that has come to its end is told to the others, and is nothing that anybody edited", () => {
  const before = ready();
  const native = NativeId.parse("n1");
  const place = { type: "location", latitude: 1, longitude: 2, live: "started" } as const;
  const began = turn(before, event(WHATSAPP, { type: "message", author: ADA, native, content: place }));
  const [post] = opsTo(began, SIGNAL);
  const { message } = began;
  assert.ok(message !== null && message.author !== null && post?.type === "post");
  const state = apply(before, began);
  const entry = { ...message, group: before.record.id, copies: new Map() };
  const known = { entry, history: historyOf({ ...message, author: message.author }, post) };
  const content = { ...place, latitude: 3, live: "ended" } as const;
  const ended = turn(
    state,
    event(WHATSAPP, { type: "edit", author: ADA, target: { native }, content }),
    known,
  );

  assert.deepEqual(opsTo(ended, SIGNAL).map((op) => op.type === "edit" && op.content), [content]);
  assert.deepEqual(ended.changed.map(({ edited, content }) => [edited, content]), [[false, content]]);
});
