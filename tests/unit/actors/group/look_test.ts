/** Description and picture: the same everywhere, and what we set ourselves is no news. */
import assert from "node:assert/strict";
import {
  AccountId,
  ChatId,
  type Event,
  GroupRecord,
  type MediaRef,
  type Messenger,
  NativeId,
  type Op,
} from "../../../../actors/model/mod.ts";
import { apply } from "../../../../actors/group/apply.ts";
import type { Draft } from "../../../../actors/group/draft.ts";
import { type GroupState, packGroup, unpackGroup } from "../../../../actors/store/mod.ts";
import { ADA, adasMessage, event, opsTo, ready, SIGNAL, TELEGRAM, turn, WHATSAPP } from "./turns.ts";

const LONG = "We meet at the lake, every year in the last week of August, whatever the weather is like there";

/** A group, and what becomes of it; idle in between, so that nothing lives in memory alone. */
class Story {
  state: GroupState | null = ready();

  at(messenger: Messenger | undefined, one: Partial<Event> & Pick<Event, "type">): Draft {
    const draft = turn(this.state, event(messenger, one));
    const now = apply(this.state, draft);
    GroupRecord.parse(now?.record);
    this.state = now === null ? null : unpackGroup(packGroup(now));
    return draft;
  }

  describe(messenger: Messenger | undefined, text: string, author: typeof ADA | null = ADA): Draft {
    return this.at(messenger, { type: "description", text, ...(author === null ? {} : { author }) });
  }

  picture(messenger: Messenger | undefined, name: string | null, author: typeof ADA | null = ADA): Draft {
    return this.at(messenger, {
      type: "icon",
      media: pictureOf(name),
      ...(author === null ? {} : { author }),
    });
  }
}

function pictureOf(name: string | null): MediaRef | null {
  return name === null ? null : { native: NativeId.parse(name), mime: "image/jpeg", bytes: null };
}

function opsOf(draft: Draft): Op["type"][] {
  return draft.outgoing.map(({ op }) => op.type);
}

Deno.test("a new description goes to the others, with who wrote it, and is kept", () => {
  const story = new Story();
  const draft = story.describe(WHATSAPP, ` ${LONG}\n`);

  const by = { name: "Ada", messenger: WHATSAPP };
  assert.deepEqual(opsTo(draft, SIGNAL), [{ type: "description", description: LONG, by }]);
  assert.deepEqual([opsTo(draft, WHATSAPP).length, opsTo(draft, TELEGRAM).length], [0, 1]);
  assert.equal(story.state?.record.look?.description?.text, LONG);
});

Deno.test("what comes back of a description is no news: whole, shortened, or from before the last change", () => {
  const story = new Story();
  story.describe(WHATSAPP, LONG);
  const whole = story.describe(SIGNAL, LONG, null);
  const short = story.describe(TELEGRAM, `${LONG.slice(0, 40).trimEnd()}…`);
  story.describe(WHATSAPP, "Rain: we stay at home");
  const old = story.describe(SIGNAL, LONG, null);
  const wish = story.describe(SIGNAL, LONG);
  const none = story.describe(TELEGRAM, "");

  assert.deepEqual([whole, short, old].map(opsOf), [[], [], []]);
  assert.equal(opsTo(wish, TELEGRAM).length, 1, "somebody wants the old one back");
  assert.deepEqual(opsTo(none, SIGNAL).map((op) => op.type === "description" && op.description), [""]);
});

Deno.test("a text that only begins like the description is a new one", () => {
  const story = new Story();
  story.describe(WHATSAPP, LONG);
  for (const text of [LONG.slice(0, 20), `${LONG.slice(0, 20)} or not…`, "…"]) {
    assert.equal(opsTo(story.describe(SIGNAL, text), TELEGRAM).length, 1, text);
  }
});

Deno.test("a new picture goes to the others, and what comes back of it does not", () => {
  const story = new Story();
  const set = story.picture(WHATSAPP, "p1");
  const same = story.picture(WHATSAPP, "p1");
  const echo = story.picture(SIGNAL, "our p1", null);
  const other = story.picture(SIGNAL, "p2");
  const gone = story.picture(SIGNAL, null);

  const by = { name: "Ada", messenger: WHATSAPP };
  assert.deepEqual(opsTo(set, TELEGRAM), [{ type: "icon", source: WHATSAPP, media: pictureOf("p1"), by }]);
  assert.deepEqual([same, echo].map(opsOf), [[], []]);
  assert.deepEqual([opsTo(other, WHATSAPP).length, opsTo(gone, WHATSAPP).length], [1, 1]);
  assert.equal(story.state?.record.look?.icon?.media, null);
});

Deno.test("whoever is muted changes nothing for the others", () => {
  const { state, draft } = adasMessage();
  const member = draft.message?.author;
  assert.ok(member);
  const mute = { type: "moderate", member, action: "mute" } as const;
  const story = new Story();
  story.state = apply(state, turn(state, { kind: "command", command: mute }));
  assert.deepEqual([story.describe(WHATSAPP, "x"), story.picture(WHATSAPP, "p")].map(opsOf), [[], []]);
});

Deno.test("a bridge that becomes ready gets the description and the picture of the group", () => {
  const story = new Story();
  story.describe(WHATSAPP, LONG);
  story.picture(WHATSAPP, "p1");
  const [messenger] = [SIGNAL];
  assert.ok(messenger);
  const remove = { type: "remove-bridge", messenger } as const;
  const chat = ChatId.parse("signal-chat");
  const plan = { messenger, account: AccountId.parse("account"), method: "create" } as const;
  const mails = [
    { kind: "command", command: remove },
    { kind: "fact", fact: { type: "bridge-left", messenger, chat } },
    { kind: "command", command: { type: "add-bridge", plan } },
    { kind: "fact", fact: { type: "bridge-ready", messenger, chat, inviteUrl: null } },
  ] as const;
  const drafts = mails.map((mail) => {
    const draft = turn(story.state, mail);
    story.state = apply(story.state, draft);
    return draft;
  });

  const last = drafts.at(-1);
  assert.ok(last);
  assert.deepEqual(opsTo(last, SIGNAL), [
    { type: "description", description: LONG },
    { type: "icon", source: WHATSAPP, media: pictureOf("p1") },
  ]);
  assert.deepEqual([opsTo(last, WHATSAPP), opsTo(last, TELEGRAM)], [[], []]);
});
