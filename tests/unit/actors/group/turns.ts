/** A group with three bridges, and what mail does to it: for tests of decisions. */
import {
  AccountId,
  ChatId,
  type Event,
  GroupId,
  type HistoryEntry,
  type Mail,
  Messenger,
  NativeId,
  type Op,
  plain,
  UserId,
} from "../../../../actors/model/mod.ts";
import { apply } from "../../../../actors/group/apply.ts";
import { decide } from "../../../../actors/group/decide.ts";
import type { Draft, Known } from "../../../../actors/group/draft.ts";
import type { GroupState } from "../../../../actors/store/mod.ts";
import { fakeHost } from "../../../fakes/host.ts";

const GROUP = GroupId.parse("g_AAAAAAAAAAAAAAAAAAAAAA");
/** The messengers of its bridges. */
export const [WHATSAPP, SIGNAL, TELEGRAM] = ["whatsapp", "signal", "telegram"].map((name) =>
  Messenger.parse(name)
);
const host = fakeHost();
let seq = 2 ** 32;

/** What one piece of mail does to `state`. */
export function turn(state: GroupState | null, mail: Mail, target: Known | null = null, at = 1_000): Draft {
  const text = (_locale: string, key: string, values = {}): string => `${key} ${JSON.stringify(values)}`;
  return decide(GROUP, state, mail, {
    seq: seq++,
    at,
    target,
    hash: (value) => host.keyedHash(value),
    text,
    standing: ({ status, reason = null, messenger }) => ({
      status,
      reason,
      since: messenger === SIGNAL ? 1_000 - 5 * 60_000 : null,
    }),
  });
}

/** A group whose three bridges are ready. */
export function ready(): GroupState {
  const plans = [WHATSAPP, SIGNAL, TELEGRAM].map((messenger) => ({
    messenger: messenger ?? Messenger.parse("none"),
    account: AccountId.parse("account"),
    method: "create" as const,
  }));
  const created = turn(null, {
    kind: "command",
    command: {
      type: "create",
      title: "Lake weekend",
      owner: { id: UserId.parse("olga"), name: "Olga" },
      locale: "en",
      mode: "notice",
      inviteCode: "code",
      consent: { version: "1", at: 0 },
      plans,
    },
  });
  let state = apply(null, created);
  for (const { messenger } of plans) {
    const fact = {
      type: "bridge-ready",
      messenger,
      chat: ChatId.parse(`${messenger}-chat`),
      inviteUrl: "https://x/y",
    } as const;
    state = apply(state, turn(state, { kind: "fact", fact }));
  }
  if (state === null) throw new Error("Cannot go on without a group");
  return state;
}

/** Something that happened in the chat of a messenger. */
export function event(
  at: Messenger | undefined,
  event: Partial<Event> & { readonly type: Event["type"] },
): Mail {
  const head = { id: "e", chat: ChatId.parse("c"), at: 0 };
  return { kind: "event", messenger: at ?? Messenger.parse("none"), event: { ...head, ...event } as Event };
}

/** Somebody with a number for an id. */
export const ADA = { native: NativeId.parse("+491701234567"), name: "Ada" };
/** Somebody who means no good. */
export const MALLORY = { native: NativeId.parse("+49999"), name: "Mallory" };

/** Ada's message on WhatsApp and the group after it. */
export function adasMessage(): { readonly state: GroupState; readonly known: Known; readonly draft: Draft } {
  const before = ready();
  const draft = turn(
    before,
    event(WHATSAPP, {
      type: "message",
      author: ADA,
      native: NativeId.parse("n1"),
      content: { type: "text", body: plain("hello") },
    }),
  );
  const state = apply(before, draft);
  if (state === null || draft.message === null) throw new Error("Cannot go on without a message");
  const { id, author, messenger, at } = draft.message;
  if (author === null) throw new Error("Cannot go on with a message of nobody");
  const history: HistoryEntry = {
    v: 1,
    id,
    at,
    author: { member: author, name: "Ada", messenger },
    content: { type: "text", body: plain("hello") },
    reactions: {},
    edited: false,
    deleted: false,
  };
  return {
    state,
    draft,
    known: { entry: { id, group: GROUP, messenger, author, at, copies: new Map() }, history },
  };
}

/** What goes to one messenger. */
export function opsTo(draft: Draft, messenger: Messenger | undefined): Op[] {
  return draft.outgoing.filter(({ to }) => messenger !== undefined && to.includes(messenger)).map(({ op }) =>
    op
  );
}
