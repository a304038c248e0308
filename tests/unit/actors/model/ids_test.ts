import assert from "node:assert/strict";
import fc from "fast-check";
import {
  GroupId,
  groupIdOf,
  MessageId,
  messageIdOf,
  Messenger,
  seqOf,
  SEQS_PER_EPOCH,
} from "../../../../actors/model/mod.ts";

const seq = fc.tuple(fc.nat(1_000_000), fc.nat(SEQS_PER_EPOCH - 1)).map(([epoch, n]) =>
  epoch * SEQS_PER_EPOCH + n
);

Deno.test("message ids sort as text in the order in which mail was accepted, across restarts", () => {
  fc.assert(fc.property(seq, seq, (a, b) => {
    assert.equal(
      Math.sign(a - b),
      messageIdOf(a) < messageIdOf(b) ? -1 : messageIdOf(a) === messageIdOf(b) ? 0 : 1,
    );
  }));
});

Deno.test("a message id gives back the place that it was made from", () => {
  fc.assert(fc.property(seq, (value) => {
    assert.equal(seqOf(messageIdOf(value)), value);
    assert.ok(MessageId.safeParse(messageIdOf(value)).success);
  }));
});

Deno.test("a group id is made of 128 random bits and nothing else passes for one", () => {
  fc.assert(fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
    assert.ok(GroupId.safeParse(groupIdOf(bytes)).success);
  }));
  for (
    const wrong of ["", "g_", "g_../../etc/passwd", "m_aaaaaaaaaaaaaaaaaaaaaa", "g_aaaaaaaaaaaaaaaaaaaaaaa"]
  ) {
    assert.ok(!GroupId.safeParse(wrong).success, wrong);
  }
});

Deno.test("a messenger is a short lower-case word", () => {
  for (const right of ["whatsapp", "signal", "web", "x-2"]) assert.ok(Messenger.safeParse(right).success);
  for (const wrong of ["", "WhatsApp", "2x", "a b", "x".repeat(21)]) {
    assert.ok(!Messenger.safeParse(wrong).success);
  }
});
