/** What we say ourselves stands in the conversation of browsers as well. */
import assert from "node:assert/strict";
import { AccountId, ChatId, HistoryEntry, Messenger, NativeId } from "../../../../actors/model/mod.ts";
import { apply } from "../../../../actors/group/apply.ts";
import { type ViewContext, viewMessage } from "../../../../actors/group/views.ts";
import type { GroupState } from "../../../../actors/store/mod.ts";
import { ADA, adasMessage, event, SIGNAL, turn, WHATSAPP } from "./turns.ts";

const WEB = Messenger.parse("web");
const TARGET = { native: NativeId.parse("n1") };
const PIN = event(SIGNAL, { type: "pin", target: TARGET, pinned: true, author: ADA });

/** With browsers among its messengers; `hidden`: for the owner alone. */
function withBrowsers(state: GroupState, hidden = false): GroupState | null {
  const plan = { messenger: WEB, account: AccountId.parse("web"), method: "create", hidden } as const;
  const added = apply(state, turn(state, { kind: "command", command: { type: "add-bridge", plan } }));
  const fact = {
    type: "bridge-ready",
    messenger: WEB,
    chat: ChatId.parse("web:1"),
    inviteUrl: null,
  } as const;
  return apply(added, turn(added, { kind: "fact", fact }));
}

Deno.test("a pin stands in the browser as a line of ours, in reply to the message, with nothing to deliver", () => {
  const { state, known } = adasMessage();
  const web = withBrowsers(state);
  const draft = turn(web, PIN, known);

  const made = HistoryEntry.parse(draft.made);
  assert.deepEqual([made.author.name, made.notice, made.replyTo], ["Plenum", true, known.entry.id]);
  assert.ok(
    made.content.type === "text" && /^notice\.pinned-by .*"excerpt":"hello"/.test(made.content.body.text),
  );
  assert.equal(web?.members.has(made.author.member), false, "it is nobody's");
  assert.equal(draft.told.filter(({ type }) => type === "message").length, 1);
  assert.ok(web !== null);
  const waits = { waits: () => true } as unknown as ViewContext;
  assert.deepEqual(viewMessage(web.record, made, null, waits).delivery, {});
});

Deno.test("who comes, and what is told in a group without browsers, makes no line", () => {
  const { state, known } = adasMessage();
  const join = event(SIGNAL, { type: "join", person: { ...ADA, native: NativeId.parse("new") } });
  const drafts = [
    turn(withBrowsers(state), join),
    turn(state, PIN, known),
    turn(withBrowsers(state, true), PIN, known),
    turn(withBrowsers(state), event(WHATSAPP, { type: "pin", target: TARGET, pinned: false }), known),
  ];
  assert.deepEqual(drafts.map(({ made }) => made), [null, null, null, null]);
});
