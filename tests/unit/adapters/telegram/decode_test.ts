import assert from "node:assert/strict";
import { Event } from "../../../../actors/model/mod.ts";
import { ADA, BOT, decoded, events, GROUP, HEAD, said } from "./update.ts";

const AT = 1_700_000_000_000;
/** As ids of messages name the chat: base 36. */
const KEY = (100_123).toString(36);
const CHAT = "-100123";
const PERSON = { native: "5", name: "Ada Lovelace" };
const OTHER_BOT = { id: 8, is_bot: true, first_name: "Relay" };

Deno.test("a message becomes an event with author, id and time, and without the username", () => {
  const [event] = said({ text: "hi" });
  assert.deepEqual(event, {
    id: "u42",
    chat: CHAT,
    at: AT,
    type: "message",
    author: PERSON,
    native: `3@${KEY}`,
    content: { type: "text", body: { text: "hi", spans: [] } },
  });
  assert.deepEqual(Event.parse(event), event);
  assert(!JSON.stringify(event).includes("secret_ada"));
});

Deno.test("a reply names what it answers, but the root of a forum topic is no answer", () => {
  const reply = (extra: object): Event | undefined =>
    said({ text: "hi", reply_to_message: { message_id: 2, ...extra } })[0];
  const replyTo = (event: Event | undefined): unknown => event?.type === "message" ? event.replyTo : null;
  assert.deepEqual(replyTo(reply({})), { native: `2@${KEY}` });
  const old = { native: `2@${(77).toString(36)}` };
  assert.deepEqual(replyTo(reply({ chat: { id: -77, type: "group" } })), old);
  assert.equal(replyTo(reply({ forum_topic_created: { name: "General" } })), undefined);
});

const IGNORED: readonly (readonly [string, object])[] = [
  ["another bot's message", { message: { ...HEAD, from: OTHER_BOT, text: "beep" } }],
  ["our own echo", { message: { ...HEAD, from: BOT, text: "echo" } }],
  ["what was sent through us inline", { message: { ...HEAD, via_bot: BOT, text: "inline" } }],
  ["a channel's post", { channel_post: { ...HEAD, text: "x" } }],
  ["a service message of no concern", { message: { ...HEAD, video_chat_started: {} } }],
  ["our own pin", { message: { ...HEAD, from: BOT, pinned_message: { message_id: 2 } } }],
  ["our own picture of the chat", { message: { ...HEAD, from: BOT, delete_chat_photo: true } }],
  ["a poll that goes on", { poll: { id: "9", question: "?", options: [] } }],
  ["a vote of a bot", { poll_answer: { poll_id: "9", user: OTHER_BOT, option_ids: [0] } }],
  ["a bot's join", { message: { ...HEAD, new_chat_members: [OTHER_BOT] } }],
  ["a promotion, which is no join", {
    chat_member: change({ status: "member" }, { status: "administrator" }),
  }],
  ["a bot's reaction", { message_reaction: reaction([{ type: "emoji", emoji: "👍" }], { user: OTHER_BOT }) }],
  ["what only one member can see", {
    message: { ...HEAD, receiver_user: BOT, ephemeral_message_id: 1, text: "x" },
  }],
  ["an edit of what only one member can see", { edited_message: { ...HEAD, receiver_user: BOT, text: "x" } }],
  ["our own leaving", { my_chat_member: change({ status: "member" }, { status: "left" }, BOT) }],
  ["somebody who blocks us in private", {
    my_chat_member: {
      ...change({ status: "member" }, { status: "kicked" }),
      chat: { id: 5, type: "private" },
    },
  }],
  ["a kind that does not exist yet", { brand_new: {} }],
];

for (const [what, update] of IGNORED) {
  Deno.test(`decode() leaves out ${what}`, () => assert.deepEqual(decoded(update), []));
}

Deno.test("an administrator who hides behind the group is a person by the group's name", () => {
  const anonymous = { id: 1087968824, is_bot: true, first_name: "Group" };
  const [event] = said({ from: anonymous, sender_chat: GROUP, text: "hush" });
  assert(event?.type === "message");
  assert.deepEqual(event.author, { native: CHAT, name: "Lake" });
});

Deno.test("an edit names what was edited and when", () => {
  const [event] = events({ edited_message: { ...HEAD, edit_date: 1_700_000_060, text: "hello" } });
  assert(event?.type === "edit");
  assert.deepEqual([event.target, event.at, event.content.type], [
    { native: `3@${KEY}` },
    AT + 60_000,
    "text",
  ]);
});

Deno.test("a reaction is the author's whole set, with what custom emoji stand for still to be asked", () => {
  const set = [{ type: "emoji", emoji: "👍" }, { type: "custom_emoji", custom_emoji_id: "1" }];
  const [decodedOne] = decoded({ message_reaction: reaction(set) });
  assert(decodedOne?.kind === "reaction");
  const { event, reactions } = decodedOne;
  assert.deepEqual([event.target, event.author, reactions], [{ native: `3@${KEY}` }, PERSON, set]);
});

Deno.test("whoever hides behind the group or a channel is known by its name, whatever they do", () => {
  const anonymous = { id: 1087968824, is_bot: true, first_name: "Group" };
  const channel = { id: -9, type: "channel", title: "News" };
  const telegram = { id: 777000, is_bot: false, first_name: "Telegram" };
  const group = { native: CHAT, name: "Lake" };
  const author = (event: Event | undefined): unknown => event && "author" in event ? event.author : null;
  const [title] = said({ from: anonymous, sender_chat: GROUP, new_chat_title: "Pool" });
  assert.deepEqual(author(title), group);
  const [reacted] = events({ message_reaction: reaction([], { user: undefined, actor_chat: GROUP }) });
  assert.deepEqual(author(reacted), group);
  const post = { from: telegram, sender_chat: channel, is_automatic_forward: true, text: "News of the lake" };
  assert.deepEqual(author(said(post)[0]), { native: "-9", name: "News" });
});

Deno.test("a join has one id, whichever of Telegram's two ways told of it", () => {
  const [one] = events({ message: { ...HEAD, new_chat_members: [ADA] } });
  const [other] = events({ chat_member: change({ status: "left" }, { status: "member" }) });
  assert.equal(one?.type, "join");
  assert.equal(one?.id, other?.id);
});

Deno.test("somebody restricted is in the chat only if Telegram says so", () => {
  const type = (after: object): unknown =>
    events({ chat_member: change({ status: "member" }, after) })[0]?.type;
  assert.equal(type({ status: "restricted", is_member: true }), undefined);
  assert.equal(type({ status: "restricted", is_member: false }), "leave");
});

Deno.test("several who are added at once are several joins with ids of their own", () => {
  const joins = said({ new_chat_members: [ADA, { ...ADA, id: 6 }] });
  assert.equal(new Set(joins.map(({ id }) => id)).size, 2);
});

Deno.test("our standing becomes rights, or the end of the chat", () => {
  const rights = { status: "administrator", can_change_info: true, can_invite_users: true };
  const after = (member: object): Event | undefined =>
    events({ my_chat_member: change({ status: "member" }, { ...member, user: BOT }) })[0];
  assert.deepEqual(after(rights), { id: "u42", chat: CHAT, at: AT, type: "rights", ready: true });
  const without = after({ ...rights, can_invite_users: false });
  assert(without?.type === "rights" && !without.ready);
  const gone = after({ status: "kicked" });
  assert(gone?.type === "chat-gone" && gone.reason === "bridge.kicked");
});

Deno.test("both chats of a move tell of the same move under the same id", () => {
  const [old] = said({ migrate_to_chat_id: -100777 });
  const [next] = events({
    message: { ...HEAD, chat: { ...GROUP, id: -100777 }, migrate_from_chat_id: -100123 },
  });
  assert.deepEqual(old, next);
  assert(old?.type === "chat-moved" && old.chat === CHAT && old.to === "-100777");
});

Deno.test("a new title names who set it, unless a bot did", () => {
  const [event] = said({ new_chat_title: "Pool" });
  assert(event?.type === "title" && event.title === "Pool");
  assert.deepEqual(event.author, PERSON);
  assert.deepEqual(said({ from: BOT, new_chat_title: "Pool" }), []);
});

Deno.test("a start with a token adopts the group, in every form that Telegram sends", () => {
  for (const text of ["/start tok_1", "/start@plenum_bot tok_1", "/start@Plenum_Bot tok_1 "]) {
    const [task] = decoded({ message: { ...HEAD, text } });
    assert.deepEqual(task, { kind: "adopt", id: "u42", chat: CHAT, at: AT, token: "tok_1" });
  }
});

Deno.test("a start for another bot or without a token stays a message", () => {
  for (const text of ["/start@other_bot tok_1", "/start", "/start two words", "say /start tok_1"]) {
    assert.equal(said({ text })[0]?.type, "message", text);
  }
});

Deno.test("a private chat knows starts and chosen groups, and nothing else", () => {
  const own = (message: object): unknown =>
    decoded({ message: { ...HEAD, chat: { id: 5, type: "private" }, ...message } })[0];
  assert.deepEqual(own({ text: "/start tok_1" }), { kind: "start", person: "5", token: "tok_1" });
  assert.deepEqual(own({ text: "/start" }), { kind: "start", person: "5", token: null });
  assert.equal(own({ text: "hello?" }), undefined);
  const shared = { kind: "shared", id: "u42", person: "5", requestId: 9, chat: CHAT, at: AT };
  assert.deepEqual(own({ chat_shared: { request_id: 9, chat_id: -100123 } }), shared);
});

function change(before: object, after: object, from: object = ADA): object {
  return {
    chat: GROUP,
    from,
    date: 1_700_000_000,
    old_chat_member: { user: ADA, ...before },
    new_chat_member: { user: ADA, ...after },
  };
}

function reaction(emoji: readonly object[], extra: object = {}): object {
  return {
    chat: GROUP,
    message_id: 3,
    user: ADA,
    date: 1_700_000_000,
    old_reaction: [],
    new_reaction: emoji,
    ...extra,
  };
}
