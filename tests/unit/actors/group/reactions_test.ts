/** Reactions: the leading one is mirrored, and our copies say whose they are. */
import assert from "node:assert/strict";
import {
  type Content,
  type HistoryEntry,
  Messenger,
  NativeId,
  type Op,
  plain,
  textContent,
} from "../../../../actors/model/mod.ts";
import { apply } from "../../../../actors/group/apply.ts";
import type { Draft, Known } from "../../../../actors/group/draft.ts";
import { type GroupState, historyOf } from "../../../../actors/store/mod.ts";
import { ADA, adasMessage, event, opsTo, SIGNAL, TELEGRAM, turn, WHATSAPP } from "./turns.ts";

const TARGET = { native: NativeId.parse("n1") };

/** Ada's message on WhatsApp, and everything that people do with it. */
class Story {
  state: GroupState | null;
  known: Known;

  constructor(content?: Content) {
    const { state, known } = adasMessage();
    this.state = state;
    const history = known.history === null || content === undefined
      ? known.history
      : { ...known.history, content };
    this.known = { ...known, history };
  }

  react(at: Messenger | undefined, name: string, ...emoji: string[]): Draft {
    const author = { native: NativeId.parse(`id of ${name}`), name };
    return this.#next(event(at, { type: "reaction", author, target: TARGET, emoji }));
  }

  edit(text: string): Draft {
    const content = textContent(plain(text));
    return this.#next(event(WHATSAPP, { type: "edit", author: ADA, target: TARGET, content }));
  }

  delete(): Draft {
    return this.#next(event(WHATSAPP, { type: "delete", author: ADA, target: TARGET }));
  }

  forget(): void {
    this.known = { ...this.known, history: null };
  }

  get reactions(): HistoryEntry["reactions"] | undefined {
    return this.known.history?.reactions;
  }

  #next(mail: ReturnType<typeof event>): Draft {
    const draft = turn(this.state, mail, this.known);
    this.state = apply(this.state, draft);
    const [history = this.known.history] = draft.changed;
    this.known = { ...this.known, history };
    return draft;
  }
}

function tally(draft: Draft, messenger: Messenger | undefined): string | null | undefined {
  const edit = opsTo(draft, messenger).find((op): op is Op & { type: "edit" } => op.type === "edit");
  return edit === undefined ? undefined : edit.tally ?? null;
}

function mirrored(draft: Draft, messenger: Messenger | undefined): (string | null)[] {
  return opsTo(draft, messenger).flatMap((op) => op.type === "react" ? [op.emoji] : []);
}

Deno.test("each copy of ours names those who are elsewhere; on the author's messenger only the emoji shows", () => {
  const story = new Story();
  const first = story.react(SIGNAL, "Ben", "❤️");
  const second = story.react(WHATSAPP, "Cem", "❤️");
  const third = story.react(TELEGRAM, "Dora", "👍");

  assert.deepEqual([tally(first, TELEGRAM), tally(first, SIGNAL), tally(first, WHATSAPP)], [
    "❤️ Ben",
    undefined,
    undefined,
  ]);
  assert.deepEqual([tally(second, TELEGRAM), tally(second, SIGNAL)], ["❤️ Ben, Cem", "❤️ Cem"]);
  assert.deepEqual([tally(third, SIGNAL), tally(third, TELEGRAM)], ["👍 Dora · ❤️ Cem", undefined]);
  assert.deepEqual(mirrored(third, WHATSAPP), ["👍"]);
  const [edit] = opsTo(first, TELEGRAM).filter(({ type }) => type === "edit");
  assert.ok(edit?.type === "edit" && edit.quiet === true && edit.author.name === "Ada");
});

Deno.test("the most frequent emoji leads, of two as frequent the newer; what leads already is not sent again", () => {
  const story = new Story();
  story.react(SIGNAL, "Ben", "❤️");
  const tie = story.react(TELEGRAM, "Dora", "👍");
  const more = story.react(SIGNAL, "Cem", "❤");
  const same = story.react(SIGNAL, "Eva", "❤️");
  const gone = story.react(TELEGRAM, "Dora");

  assert.deepEqual([tie, more, same, gone].map((draft) => mirrored(draft, WHATSAPP)), [
    ["👍"],
    ["❤️"],
    [],
    [],
  ]);
  assert.equal(tally(same, TELEGRAM), "❤️ Ben, Cem, Eva", "a heart is a heart, whichever way it is written");
});

Deno.test("many are counted, names are one line and short, and no tally grows without bound", () => {
  const story = new Story();
  story.react(SIGNAL, "Ada\nfakes a line and has a very long name", "👍");
  const named = story.react(SIGNAL, "Ben", "👍");
  story.react(SIGNAL, "Cem", "👍");
  const counted = story.react(SIGNAL, "Dora", "👍");
  const crowd = Array.from(
    { length: 30 },
    (_, n) => story.react(SIGNAL, `Guest ${n}`, `${n} ${"x".repeat(99)}`),
  );

  assert.equal(tally(named, TELEGRAM), "👍 Ada fakes a line an…, Ben");
  assert.equal(tally(counted, TELEGRAM), "👍 4");
  const last = tally(crowd.at(-1) ?? counted, TELEGRAM);
  assert.ok(last === undefined || last === null || last.length < 300);
  assert.ok(crowd.some((draft) => tally(draft, TELEGRAM)?.endsWith(" · …")));
});

Deno.test("an edit of the message keeps the tally, and the last reaction takes it away", () => {
  const story = new Story();
  story.react(SIGNAL, "Ben", "❤️");
  const edited = story.edit("hello all");
  const gone = story.react(SIGNAL, "Ben");

  assert.deepEqual([tally(edited, TELEGRAM), tally(edited, SIGNAL)], ["❤️ Ben", null]);
  const edits = edited.outgoing.filter(({ op }) => op.type === "edit");
  assert.ok(edits.every(({ op }) => op.type === "edit" && op.quiet === undefined), "the words are news");
  assert.equal(tally(gone, TELEGRAM), null);
  const [op] = opsTo(gone, TELEGRAM).filter(({ type }) => type === "edit");
  assert.ok(op?.type === "edit" && op.content.type === "text" && op.content.body.text === "hello all");
  assert.deepEqual(mirrored(gone, WHATSAPP), [null]);
  assert.deepEqual(story.reactions, {});
});

Deno.test("a reaction that was there already says nothing, nor does one to a message that was taken away", () => {
  const story = new Story();
  story.react(SIGNAL, "Ben", "❤️");
  const again = story.react(SIGNAL, "Ben", "❤️");
  story.delete();
  const late = story.react(SIGNAL, "Cem", "👍");

  assert.deepEqual([again.outgoing, again.changed, late.outgoing, late.changed], [[], [], [], []]);
});

Deno.test("of a message whose words are gone, and of one without words, only the emoji is shown", () => {
  const place = new Story({ type: "location", latitude: 0, longitude: 0 });
  const old = new Story();
  old.forget();
  for (const story of [place, old]) {
    const draft = story.react(SIGNAL, "Ben", "❤️");
    assert.deepEqual([mirrored(draft, TELEGRAM), tally(draft, TELEGRAM)], [["❤️"], undefined]);
  }
});

Deno.test("a tally leaves mentions and what is answered as they were", () => {
  const { state, known: asked, draft } = adasMessage();
  const ada = draft.message?.author;
  const text = "@Ada yes";
  const mention = { type: "mention" as const, start: 0, length: 4, person: ADA.native };
  const said = { type: "message", author: { native: NativeId.parse("b"), name: "Ben" } } as const;
  const reply = turn(
    state,
    event(WHATSAPP, {
      ...said,
      native: NativeId.parse("n2"),
      content: textContent({ text, spans: [mention] }),
    }),
    asked,
  );
  const [post] = opsTo(reply, SIGNAL);
  assert.ok(post?.type === "post" && reply.message !== null && reply.message.author !== null && ada);
  const { author } = reply.message;
  const entry = { ...reply.message, group: state.record.id, copies: new Map() };
  const reaction = { type: "reaction" as const, author: ADA, target: TARGET, emoji: ["❤️"] };
  const reacted = turn(apply(state, reply), event(WHATSAPP, reaction), {
    entry,
    history: historyOf({ ...reply.message, author }, post),
  });

  const [edit] = opsTo(reacted, SIGNAL).filter(({ type }) => type === "edit");
  assert.ok(edit?.type === "edit");
  assert.deepEqual(edit.pings, [{ member: ada, messenger: WHATSAPP, native: ADA.native }]);
  assert.deepEqual(edit.replyTo, post.replyTo);
  assert.deepEqual(edit.replyTo, { message: asked.entry.id, name: "Ada", excerpt: "hello" });
});
