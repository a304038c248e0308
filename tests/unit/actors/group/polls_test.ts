/** Polls: votes from everywhere are one result; who may vote, how, and who may close. */
import assert from "node:assert/strict";
import {
  type Content,
  type Event,
  type HistoryEntry,
  type MemberId,
  type MessageId,
  Messenger,
  NativeId,
  type Op,
  plain,
  textContent,
  type WebAction,
} from "../../../../actors/model/mod.ts";
import { RelayError } from "../../../../actors/ports/mod.ts";
import { apply, madeBy, turnOf } from "../../../../actors/group/apply.ts";
import { choiceIn } from "../../../../actors/group/votes.ts";
import type { Draft, Known } from "../../../../actors/group/draft.ts";
import type { GroupState } from "../../../../actors/store/mod.ts";
import { ADA, event, MALLORY, opsTo, ready, SIGNAL, TELEGRAM, turn, WHATSAPP } from "./turns.ts";

const BEN = { native: NativeId.parse("+492222"), name: "Ben" };
const TARGET = { native: NativeId.parse("p1") };
const QUESTION: Content = { type: "poll", question: "When?", options: ["Noon", "One", "Two"] };

/** A group in which things happen to one poll. */
class PollWorld {
  state: GroupState;
  known: Known;
  readonly first: Draft;

  constructor(content: Content = QUESTION) {
    const before = ready();
    const said = { type: "message", author: ADA, native: TARGET.native, content } as const;
    this.first = turn(before, event(TELEGRAM, said));
    const { message } = this.first;
    const state = apply(before, this.first);
    const items = this.first.outgoing.map(({ op, to }): [number, Op, Messenger[]] => [1, op, [...to]]);
    const [history] = madeBy(turnOf(this.first, { cut: [], items, keep: false }));
    if (state === null || message === null || history === undefined) throw new Error("Cannot go on");
    this.state = state;
    this.known = { entry: { ...message, group: state.record.id, copies: new Map() }, history };
  }

  get id(): MessageId {
    return this.known.entry.id;
  }

  get history(): HistoryEntry {
    if (this.known.history === null) throw new Error("Cannot go on");
    return this.known.history;
  }

  take(draft: Draft): Draft {
    this.state = apply(this.state, draft) ?? this.state;
    this.known = { ...this.known, history: draft.changed[0] ?? this.history };
    return draft;
  }

  hear(at: Messenger | undefined, said: Partial<Event> & Pick<Event, "type">, now?: number): Draft {
    return this.take(
      turn(this.state, event(at, { target: TARGET, ...said } as typeof said), this.known, now),
    );
  }

  vote(at: Messenger | undefined, author: typeof ADA, options: number[], now?: number): Draft {
    return this.hear(at, { type: "vote", author, options }, now);
  }

  reply(at: Messenger | undefined, author: typeof ADA, text: string): Draft {
    const content = textContent(plain(text));
    return this.hear(at, { type: "message", author, native: NativeId.parse("r1"), replyTo: TARGET, content });
  }

  web(action: Pick<WebAction, "type"> & { readonly options?: number[]; readonly member?: MemberId }): Draft {
    const whole = { member: this.state.record.ownerMember, target: this.id, ...action } as WebAction;
    return this.take(
      turn(this.state, { kind: "command", command: { type: "web", action: whole } }, this.known),
    );
  }
}

function choices({ history: { votes } }: PollWorld): number[][] {
  return Object.values(votes ?? {});
}

function refused(act: () => void, code: string): void {
  assert.throws(act, (error) => error instanceof RelayError && error.code === code);
}

Deno.test("a poll goes to all others, and once more to where it was made, as a mirror", () => {
  const { first, history } = new PollWorld();
  const kinds = [WHATSAPP, SIGNAL, TELEGRAM].map((messenger) =>
    opsTo(first, messenger).map((op) => op.type === "post" && [op.content.type, op.mirror])
  );
  assert.deepEqual(kinds, [[["poll", undefined]], [["poll", undefined]], [["poll", true]]]);
  assert.deepEqual(history.votes, {});
});

Deno.test("votes from everywhere are one result, in one line that is made once and then changed", () => {
  const world = new PollWorld();
  const drafts = [
    world.vote(WHATSAPP, BEN, [1]),
    world.vote(SIGNAL, MALLORY, [0]),
    world.web({ type: "vote", options: [1] }),
    world.reply(TELEGRAM, ADA, "2"),
  ];
  const made = drafts[0]?.message?.id;
  for (const messenger of [WHATSAPP, SIGNAL, TELEGRAM]) {
    const ops = drafts.flatMap((draft) => opsTo(draft, messenger));
    assert.deepEqual(ops.map(({ type }) => type), ["result", "result", "result", "result"]);
    assert.ok(ops.every((op) => "message" in op && op.message === made));
    assert.deepEqual(ops[0], {
      type: "result",
      key: "poll.result",
      values: {
        question: "When?",
        lines: "Noon: ░░░░░░░░ 0\nOne: ▓▓▓▓▓▓▓▓ 1\nTwo: ░░░░░░░░ 0",
        voters: "1",
      },
      message: made,
      older: [],
      about: world.id,
      live: true,
    });
    const last = ops.at(-1);
    assert.deepEqual(last?.type === "result" && last.values, {
      question: "When?",
      lines: "Noon: ▓▓░░░░░░ 1\nOne: ▓▓▓▓▓▓░░ 3\nTwo: ░░░░░░░░ 0",
      voters: "4",
    });
  }
  assert.deepEqual(choices(world), [[1], [0], [1], [1]]);
});

Deno.test("a result that has been there for a while gets one more name, and after many the first one stays", () => {
  const world = new PollWorld();
  const names = Array.from({ length: 20 }, (_, at) => {
    const [op] = opsTo(world.vote(WHATSAPP, BEN, [at % 2], at * 600_000), SIGNAL);
    assert.ok(op?.type === "result");
    return op;
  });
  assert.equal(new Set(names.map(({ message }) => message)).size, 20);
  assert.deepEqual(names[1]?.older, [names[0]?.message]);
  const older = names.at(-1)?.older ?? [];
  assert.equal(older.length, 15);
  assert.deepEqual([older[0], older.at(-1)], [names[0]?.message, names.at(-2)?.message]);
  const [again] = opsTo(world.vote(WHATSAPP, MALLORY, [1], 19 * 600_000 + 599_999), SIGNAL);
  assert.equal(again?.type === "result" && again.message, names.at(-1)?.message);
});

Deno.test("a choice takes the place of the one before, and an empty one takes the vote back", () => {
  const world = new PollWorld({ ...QUESTION, multiple: true });
  world.vote(WHATSAPP, BEN, [2, 0, 2]);
  assert.deepEqual(choices(world), [[0, 2]]);
  assert.deepEqual(world.vote(WHATSAPP, BEN, [0, 2]).outgoing, [], "nothing has changed");
  world.reply(WHATSAPP, BEN, "2");
  assert.deepEqual(choices(world), [[1]]);
  world.vote(WHATSAPP, BEN, []);
  assert.deepEqual(choices(world), []);
});

Deno.test("a messenger's vote for what is not there, or for too much, is held to what can be", () => {
  const world = new PollWorld();
  world.vote(WHATSAPP, BEN, [7, 2]);
  assert.deepEqual(choices(world), [[2]]);
  world.vote(WHATSAPP, BEN, [9]);
  assert.deepEqual(choices(world), [[2]], "a vote for nothing that is there takes none back");
  world.vote(WHATSAPP, BEN, [1, 0]);
  assert.deepEqual(choices(world), [[1]]);
});

Deno.test("in the browser a choice that cannot be is refused and says why", () => {
  const world = new PollWorld();
  refused(() => world.web({ type: "vote", options: [3] }), "invalid");
  refused(() => world.web({ type: "vote", options: [0, 1] }), "invalid");
  const text = { ...world.known, history: { ...world.history, content: textContent(plain("x")) } };
  const action: WebAction = {
    type: "vote",
    member: world.state.record.ownerMember,
    target: world.id,
    options: [0],
  };
  refused(() => turn(world.state, { kind: "command", command: { type: "web", action } }, text), "invalid");
  refused(
    () => world.web({ type: "vote", options: [0], member: "m_BBBBBBBBBBBBBBBB" as MemberId }),
    "forbidden",
  );
  assert.deepEqual(choices(world), []);
});

Deno.test("who is muted or has left does not vote", () => {
  const world = new PollWorld();
  world.vote(WHATSAPP, BEN, [0]);
  const [ben] = Object.keys(world.history.votes ?? {}) as MemberId[];
  assert.ok(ben !== undefined);
  const mute = { type: "moderate", member: ben, action: "mute" } as const;
  world.take(turn(world.state, { kind: "command", command: mute }));
  world.vote(WHATSAPP, BEN, [1]);
  world.reply(WHATSAPP, BEN, "3");
  world.hear(SIGNAL, { type: "join", person: MALLORY });
  world.hear(SIGNAL, { type: "leave", person: MALLORY });
  world.vote(SIGNAL, MALLORY, [1]);
  assert.deepEqual(choices(world), [[0]]);
});

Deno.test("a reply of numbers is a vote and not relayed; anything else is an ordinary reply", () => {
  const { known } = new PollWorld({ ...QUESTION, multiple: true });
  const meant = (text: string): readonly number[] | null => choiceIn(textContent(plain(text)), known);
  for (const text of ["1 3", "1,3", " 1, 3 ", "1;3", "1) 3)", "1. 3.", "1️⃣ 3️⃣", "1 & 3"]) {
    assert.deepEqual(meant(text), [0, 2], text);
  }
  for (const text of ["", "4", "0", "1 4", "2024", "+1", "1.5", "-1", "one", "1 and 3", "1".repeat(300)]) {
    assert.equal(meant(text), null, text);
  }
  assert.equal(choiceIn(textContent(plain("1")), null), null);
  const world = new PollWorld();
  assert.deepEqual(opsTo(world.reply(SIGNAL, BEN, "7"), WHATSAPP).map(({ type }) => type), ["post"]);
  assert.equal(opsTo(world.reply(SIGNAL, BEN, "3"), WHATSAPP).some(({ type }) => type === "post"), false);
});

Deno.test("only whoever made the poll, an admin or the owner closes it: everywhere, and with one last result", () => {
  const world = new PollWorld();
  world.vote(WHATSAPP, BEN, [1]);
  assert.deepEqual(world.hear(SIGNAL, { type: "poll-closed", author: MALLORY }).outgoing, []);
  const closed = world.web({ type: "close-poll" });
  const again = world.hear(TELEGRAM, { type: "poll-closed", author: ADA });

  for (const messenger of [WHATSAPP, SIGNAL, TELEGRAM]) {
    const [close, final, ...more] = opsTo(closed, messenger);
    assert.deepEqual(close, { type: "close-poll", message: world.id, origin: TELEGRAM });
    assert.ok(
      final?.type === "result" && final.live === undefined && final.key === "poll.final" &&
        final.about === world.id,
    );
    assert.deepEqual(more, []);
  }
  assert.equal(world.history.closed, true);
  assert.deepEqual(again.outgoing, []);
});

Deno.test("a closed poll takes no votes: a number is answered, in the browser it is refused", () => {
  const world = new PollWorld();
  const closed = world.hear(TELEGRAM, { type: "poll-closed" }, -1);
  assert.deepEqual(opsTo(closed, SIGNAL).map(({ type }) => type), ["close-poll", "result"]);
  assert.deepEqual(world.vote(WHATSAPP, BEN, [1]).outgoing, []);
  const reply = world.reply(SIGNAL, BEN, "1");
  assert.deepEqual(reply.outgoing.map(({ op, to }) => [op.type === "notice" && op.key, to]), [
    ["poll.closed", [SIGNAL]],
  ]);
  refused(() => world.web({ type: "vote", options: [0] }), "conflict");
  assert.deepEqual(choices(world), []);
});

Deno.test("a vote from before the end counts, however late it comes, and is in the last result", () => {
  const world = new PollWorld();
  world.hear(TELEGRAM, { type: "poll-closed" }, 5_000);
  world.hear(WHATSAPP, { type: "vote", author: BEN, options: [1], at: 5_001 }, 6_000);
  assert.deepEqual(choices(world), []);
  const late = world.hear(WHATSAPP, { type: "vote", author: BEN, options: [1], at: 4_999 }, 6_000);
  assert.deepEqual(choices(world), [[1]]);
  const [op] = opsTo(late, SIGNAL);
  assert.ok(op?.type === "result" && op.key === "poll.final" && op.live === undefined);
});

Deno.test("a poll that is deleted takes its result and its mirror along, and its votes are forgotten", () => {
  const world = new PollWorld();
  const voted = world.vote(WHATSAPP, BEN, [1]);
  const deleted = world.hear(TELEGRAM, { type: "delete", author: ADA });
  assert.deepEqual(opsTo(deleted, TELEGRAM).map(({ type }) => type), ["close-poll", "delete"]);
  const gone = opsTo(deleted, SIGNAL).map((op) => op.type === "delete" && op.message);
  assert.deepEqual(gone, [world.id, voted.message?.id]);
  assert.deepEqual(choices(world), []);
  assert.deepEqual(world.vote(WHATSAPP, BEN, [0]).outgoing, []);
});

Deno.test("nobody edits a poll: votes are for its options as they are", () => {
  const world = new PollWorld();
  const content = { ...QUESTION, options: ["Never"] } as Content;
  for (const said of [content, textContent(plain("x"))]) {
    const draft = world.hear(TELEGRAM, { type: "edit", author: ADA, content: said });
    assert.deepEqual([draft.outgoing, draft.changed], [[], []]);
  }
});

Deno.test("no op and no view of a poll holds whoever voted by their native id", () => {
  const world = new PollWorld();
  const { outgoing, told, changed } = world.vote(WHATSAPP, BEN, [1]);
  assert.equal(JSON.stringify([outgoing, told, changed]).includes(BEN.native), false);
});
