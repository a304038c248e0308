/** Messages that disappear: the strictest wish of all messengers counts, and what is over goes quietly. */
import assert from "node:assert/strict";
import {
  GroupRecord,
  MessageId,
  type Messenger,
  NativeId,
  plain,
  textContent,
} from "../../../../actors/model/mod.ts";
import { apply } from "../../../../actors/group/apply.ts";
import type { Draft, Known } from "../../../../actors/group/draft.ts";
import { type GroupState, packGroup, unpackGroup } from "../../../../actors/store/mod.ts";
import { ADA, adasMessage, event, opsTo, ready, SIGNAL, TELEGRAM, turn, WHATSAPP } from "./turns.ts";

const DAY = 86_400;
const HOUR = 3_600;

/** What each messenger is set to by one change after another. */
class Story {
  state: GroupState | null = ready();

  set(messenger: Messenger | undefined, seconds: number, author: typeof ADA | null = ADA): (number | null)[] {
    const draft = turn(
      this.state,
      event(messenger, { type: "timer", seconds, ...(author ? { author } : {}) }),
    );
    const now = apply(this.state, draft);
    GroupRecord.parse(now?.record);
    this.state = now === null ? null : unpackGroup(packGroup(now));
    return [WHATSAPP, SIGNAL, TELEGRAM].map((one) => setOn(draft, one));
  }
}

function setOn(draft: Draft, messenger: Messenger | undefined): number | null {
  const op = opsTo(draft, messenger).find(({ type }) => type === "timer");
  return op?.type === "timer" ? op.seconds : null;
}

Deno.test("the shortest time that anybody set counts everywhere, also where something longer is set later", () => {
  const story = new Story();
  assert.deepEqual(story.set(WHATSAPP, DAY), [null, DAY, DAY]);
  assert.deepEqual(story.set(SIGNAL, HOUR), [HOUR, null, HOUR]);
  assert.deepEqual(story.set(WHATSAPP, 7 * DAY), [HOUR, null, null], "it is set back");
  assert.deepEqual(story.set(WHATSAPP, 7 * DAY), [HOUR, null, null], "and again");
  assert.deepEqual(story.set(SIGNAL, 0), [7 * DAY, 7 * DAY, 7 * DAY], "the wish of WhatsApp is left");
  assert.deepEqual(story.set(WHATSAPP, 0), [null, 0, 0]);
});

Deno.test("what we have set ourselves comes back as no wish: where it was set first it can be taken back", () => {
  const story = new Story();
  story.set(WHATSAPP, DAY);
  assert.deepEqual(story.set(SIGNAL, DAY, null), [null, null, null]);
  assert.deepEqual(story.set(WHATSAPP, DAY), [null, null, null]);
  assert.deepEqual(story.set(WHATSAPP, 0), [null, 0, 0]);
});

Deno.test("a bridge that goes takes its wish along", () => {
  const story = new Story();
  story.set(SIGNAL, HOUR);
  const messenger = SIGNAL;
  assert.ok(messenger);
  const chat = story.state?.record.bridges.find((bridge) => bridge.messenger === messenger)?.chat ?? null;
  const gone = turn(story.state, { kind: "fact", fact: { type: "bridge-left", messenger, chat } });
  assert.deepEqual([setOn(gone, WHATSAPP), setOn(gone, TELEGRAM)], [0, 0]);
});

Deno.test("a message is scheduled for its end while there is a timer, and only then", () => {
  const story = new Story();
  const said = {
    type: "message",
    author: ADA,
    native: NativeId.parse("n2"),
    content: textContent(plain("x")),
  } as const;
  const before = turn(story.state, event(SIGNAL, said));
  story.set(WHATSAPP, HOUR);
  const after = turn(story.state, event(SIGNAL, said));

  assert.deepEqual(before.rows, []);
  const [row, ...more] = after.rows;
  assert.deepEqual([row?.key[0], row?.key[1], more], ["fading", 1_000 + HOUR * 1000, []]);
  const value = JSON.parse(new TextDecoder().decode(row?.value ?? new Uint8Array()));
  assert.deepEqual([MessageId.parse(value.message), value.seconds], [after.message?.id, HOUR]);
});

Deno.test("what is over goes from everywhere but where it was written, once and without words", () => {
  const { state, known } = adasMessage();
  const fact = { type: "faded", message: known.entry.id, seconds: HOUR } as const;
  const over = turn(state, { kind: "fact", fact }, known);
  const gone: Known = { ...known, history: over.changed[0] ?? null };
  const again = turn(state, { kind: "fact", fact }, gone);

  for (const messenger of [SIGNAL, TELEGRAM]) {
    const [op] = opsTo(over, messenger);
    assert.ok(op?.type === "delete" && op.quiet === true && op.after === HOUR);
  }
  assert.deepEqual(opsTo(over, WHATSAPP), []);
  const [entry] = over.changed;
  assert.ok(entry?.deleted === true && entry.content.type === "text" && entry.content.body.text === "");
  assert.deepEqual(again.outgoing, []);
});
