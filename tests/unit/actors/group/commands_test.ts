/** `/status` and `/delete`: answered where they were written, and nowhere else. */
import assert from "node:assert/strict";
import { NativeId, plain, textContent } from "../../../../actors/model/mod.ts";
import { apply } from "../../../../actors/group/apply.ts";
import type { Draft, Known } from "../../../../actors/group/draft.ts";
import type { GroupState } from "../../../../actors/store/mod.ts";
import { ADA, adasMessage, event, MALLORY, opsTo, SIGNAL, TELEGRAM, turn, WHATSAPP } from "./turns.ts";

function write(
  state: GroupState | null,
  text: string,
  { target = null, author = ADA, at = WHATSAPP }: {
    readonly target?: Known | null;
    readonly author?: typeof ADA & { admin?: boolean };
    readonly at?: typeof WHATSAPP;
  } = {},
): Draft {
  const native = NativeId.parse("the command");
  return turn(
    state,
    event(at, { type: "message", author, native, content: textContent(plain(text)) }),
    target,
  );
}

Deno.test("/status says quietly how each bridge is, in reply to who asked", () => {
  const { state } = adasMessage();
  const failed = {
    type: "bridge-failed",
    messenger: TELEGRAM ?? state.record.bridges[0]?.messenger,
  } as const;
  const broken = apply(state, turn(state, { kind: "fact", fact: { ...failed, reason: "why" } as never }));
  const draft = write(broken, "/Status@plenum_bot ");

  assert.deepEqual([opsTo(draft, SIGNAL), opsTo(draft, TELEGRAM)], [[], []]);
  const [op, ...others] = opsTo(draft, WHATSAPP);
  assert.ok(op?.type === "notice" && op.quiet === true && others.length === 0);
  assert.equal(op.about, draft.message?.id);
  assert.deepEqual([draft.message?.native, draft.message?.author], ["the command", null]);
  const lines = op.values["lines"]?.split("\n") ?? [];
  assert.deepEqual(lines.map((line) => line.replaceAll(/ \{.*?\}/g, "")), [
    "✅ messenger.whatsapp: bridge-status.ready",
    "⏳ messenger.signal: status.minutes",
    '❌ messenger.telegram: bridge-status.failed – why"}',
  ]);
});

Deno.test("/delete takes an author's message away on the others, and says that it stays where it was written", () => {
  const { state, known } = adasMessage();
  const draft = write(state, "/delete", { target: known });

  for (const messenger of [SIGNAL, TELEGRAM]) {
    assert.deepEqual(opsTo(draft, messenger).map(({ type }) => type), ["delete"]);
  }
  const here = opsTo(draft, WHATSAPP);
  assert.deepEqual(here.map((op) => op.type === "notice" ? op.key : op.type), ["delete.done"]);
  assert.equal(draft.changed[0]?.deleted, true);
});

Deno.test("/delete by an admin elsewhere takes our copies away, their own one too", () => {
  const { state, known } = adasMessage();
  const author = { ...MALLORY, admin: true };
  const draft = write(state, "/delete", { target: known, author, at: TELEGRAM });

  for (const messenger of [SIGNAL, TELEGRAM]) {
    assert.deepEqual(opsTo(draft, messenger).map(({ type }) => type), ["delete"]);
  }
  assert.deepEqual(opsTo(draft, WHATSAPP), []);
});

Deno.test("/delete by somebody else, or to nothing, or to a line of ours, deletes nothing", () => {
  const { state, known } = adasMessage();
  const ours: Known = { entry: { ...known.entry, author: null }, history: null };
  const answers = [
    write(state, "/delete", { target: known, author: MALLORY, at: SIGNAL }),
    write(state, "/delete"),
    write(state, "/delete", { target: ours }),
  ].map((draft) => [draft.changed.length, ...draft.outgoing.map(({ op }) => op.type === "notice" && op.key)]);

  assert.deepEqual(answers, [[0, "delete.not-yours"], [0, "delete.none"], [0, "delete.none"]]);
});

Deno.test("a text that only looks like a command is relayed", () => {
  const { state } = adasMessage();
  for (const text of ["/deleted", "/status?", "say /status", "/ status"]) {
    assert.deepEqual(opsTo(write(state, text), SIGNAL).map(({ type }) => type), ["post"], text);
  }
});
