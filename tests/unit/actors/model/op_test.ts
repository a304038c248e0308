import assert from "node:assert/strict";
import { Content, Event, Mail, Member, messageIdOf, NativeOp, Op } from "../../../../actors/model/mod.ts";

const MESSAGE = messageIdOf(7);

Deno.test("an op survives storage as JSON text", () => {
  const ops = [
    { type: "create", title: "Lake" },
    { type: "rotate" },
    {
      type: "post",
      message: MESSAGE,
      author: { name: "Anna", messenger: "signal" },
      content: { type: "text", body: { text: "Hi", spans: [{ type: "bold", start: 0, length: 2 }] } },
      replyTo: { message: MESSAGE, name: "Ben", excerpt: "Who?" },
    },
    { type: "react", message: MESSAGE, author: { name: "A", messenger: "web" }, emoji: null, excerpt: "" },
    { type: "notice", key: "notice.ended", values: {} },
  ];

  for (const op of ops) assert.deepEqual(Op.parse(JSON.parse(JSON.stringify(op))), op);
});

Deno.test("an op carries no native id of a person, whatever is put into it", () => {
  const op = Op.parse({
    type: "delete",
    message: MESSAGE,
    author: { name: "Anna", messenger: "whatsapp", native: "491701234567@s.whatsapp.net" },
  });

  assert.ok(!JSON.stringify(op).includes("491701234567"));
});

Deno.test("native ops, events, contents and mail of an unknown kind are refused", () => {
  assert.ok(!NativeOp.safeParse({ type: "forward", target: "1" }).success);
  assert.ok(!Event.safeParse({ type: "typing", id: "1", chat: "c", at: 0 }).success);
  assert.ok(!Content.safeParse({ type: "hologram" }).success);
  assert.ok(!Mail.safeParse({ kind: "gossip" }).success);
});

Deno.test("a member id that is not a keyed hash is refused, so that no number can stand for a member", () => {
  const member = {
    messenger: "signal",
    native: "x",
    name: "A",
    admin: false,
    joinedAt: 0,
    leftAt: null,
    muted: false,
  };

  assert.ok(!Member.safeParse({ ...member, id: "+491701234567", consent: null }).success);
  assert.ok(Member.safeParse({ ...member, id: "m_Ab3-_Ab3-_Ab3-_A", consent: null }).success);
});
