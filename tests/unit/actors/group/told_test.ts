/** What is told in the group's own words: notes of what cannot be relayed, and names in place of mentions. */
import assert from "node:assert/strict";
import {
  type Content,
  GroupRecord,
  MemberId,
  NativeId,
  plain,
  type RichText,
  type Span,
  textContent,
} from "../../../../actors/model/mod.ts";
import { apply } from "../../../../actors/group/apply.ts";
import { ADA, adasMessage, event, MALLORY, opsTo, ready, SIGNAL, TELEGRAM, turn, WHATSAPP } from "./turns.ts";

Deno.test("view-once messages: every chat is told once, also the one it came from, and never again", () => {
  const before = ready();
  const sent = event(WHATSAPP, { type: "note", note: "view-once", author: ADA });
  const first = turn(before, sent);
  const kept = GroupRecord.parse(JSON.parse(JSON.stringify(first.record)));
  const state = { record: kept, members: apply(before, first)?.members ?? new Map() };
  const again = turn(state, event(SIGNAL, { type: "note", note: "view-once" }));

  for (const messenger of [WHATSAPP, SIGNAL, TELEGRAM]) {
    assert.deepEqual(opsTo(first, messenger), [{ type: "notice", key: "notice.view-once", values: {} }]);
  }
  assert.deepEqual(again.outgoing, []);
});

Deno.test("what is noted of nobody tells no name, and what is noted of somebody who is muted is told to nobody", () => {
  const { state, draft } = adasMessage();
  const member = draft.message?.author ?? MemberId.parse("m_AAAAAAAAAAAAAAAA");
  const mute = { type: "moderate", member, action: "mute" } as const;
  const muted = apply(state, turn(state, { kind: "command", command: mute }));
  for (const note of ["unreadable", "view-once"] as const) {
    const nameless = turn(state, event(WHATSAPP, { type: "note", note }));
    const byMuted = turn(muted, event(WHATSAPP, { type: "note", note, author: ADA }));
    assert.deepEqual([nameless.outgoing.length, byMuted.outgoing.length], [note === "view-once" ? 1 : 0, 0]);
  }
});

/** "hi @…": words of somebody that mention Ada by her number. */
function hiAda(): { readonly text: string; readonly spans: Span[] } {
  const text = `hi @${ADA.native}`;
  return { text, spans: [{ type: "mention", start: 3, length: text.length - 3, person: ADA.native }] };
}

Deno.test("a mention reaches the others as the member's name, in messages, captions and edits", () => {
  const { state, known, draft } = adasMessage();
  const body = hiAda();
  const content = { type: "text", body } as const;
  const media = { native: NativeId.parse("f"), mime: "image/png", bytes: null };
  const photo = { type: "media", kind: "photo", media, caption: body } as const;
  const target = { native: NativeId.parse("n1") };
  const turns = [
    event(WHATSAPP, { type: "message", author: MALLORY, content }),
    event(WHATSAPP, { type: "message", author: MALLORY, content: photo }),
    event(WHATSAPP, { type: "edit", author: ADA, target, content }),
  ].map((mail) => turn(state, mail, known));

  const said = turns.flatMap((each) => opsTo(each, SIGNAL));
  const bodies = said.map((op) => (op.type === "post" || op.type === "edit") && wordsOf(op.content));
  const ada = draft.message?.author;
  const named = { text: "hi @Ada", spans: [{ type: "mention", start: 3, length: 4, member: ada }] };
  assert.deepEqual(bodies, [named, named, named]);
  const kept = turns.flatMap(({ outgoing, told, changed, made }) => [outgoing, told, changed, made]);
  assert.equal(JSON.stringify(kept).includes("4917"), false);
});

function wordsOf(content: Content): RichText | null {
  return content.type === "text" ? content.body : content.type === "media" ? content.caption : null;
}

Deno.test("a mention of somebody who has not written yet stands on the guest name that they get when they do", () => {
  const before = ready();
  const content = { type: "text", body: hiAda() } as const;
  const mention = turn(before, event(WHATSAPP, { type: "message", author: MALLORY, content }));
  const nameless = { native: ADA.native, name: "" };
  const later = turn(
    apply(before, mention),
    event(WHATSAPP, { type: "message", author: nameless, content: { type: "text", body: plain("x") } }),
  );

  const [post] = opsTo(mention, SIGNAL);
  const [own] = opsTo(later, SIGNAL);
  assert.ok(post?.type === "post" && own?.type === "post");
  const words = wordsOf(post.content);
  assert.equal(words?.text, `hi @${own.author.name}`);
  assert.equal(words?.spans[0]?.member, later.message?.author);
  assert.equal([...mention.members.values()].some(({ native }) => native === ADA.native), false);
});

Deno.test("a name of several lines stands in a mention as one, so that nobody can fake the line of an author", () => {
  const before = ready();
  const forger = { ...ADA, name: "Ada\nOlga · Web\nI agree" };
  const hello = event(WHATSAPP, { type: "message", author: forger, content: textContent(plain("x")) });
  const state = apply(before, turn(before, hello));
  const content = textContent(hiAda());
  const draft = turn(state, event(WHATSAPP, { type: "message", author: MALLORY, content }));

  const [post] = opsTo(draft, SIGNAL);
  assert.ok(post?.type === "post");
  assert.equal(wordsOf(post.content)?.text, "hi @Ada Olga · Web I agree");
});
