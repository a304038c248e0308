/** What people change about a chat, places that move, and votes. */
import assert from "node:assert/strict";
import { Event } from "../../../../actors/model/mod.ts";
import { ADA, BOT, decoded, events, HEAD, said } from "./update.ts";

const PERSON = { native: "5", name: "Ada Lovelace" };
const KEY = (100_123).toString(36);
const [small, large] = [{ file_id: "small" }, { file_id: "large", file_size: 9 }];

const CHANGES: readonly (readonly [string, object, object])[] = [
  ["a new picture in its largest size", { new_chat_photo: [small, large] }, {
    type: "icon",
    media: { native: "large", mime: "image/jpeg", bytes: 9 },
  }],
  ["a picture that was taken away", { delete_chat_photo: true }, { type: "icon", media: null }],
  ["a timer", { message_auto_delete_timer_changed: { message_auto_delete_time: 86_400 } }, {
    type: "timer",
    seconds: 86_400,
  }],
  ["the end of a timer", { message_auto_delete_timer_changed: { message_auto_delete_time: 0 } }, {
    type: "timer",
    seconds: 0,
  }],
  ["a pin", { pinned_message: { message_id: 2, date: 0 } }, {
    type: "pin",
    target: { native: `2@${KEY}` },
    pinned: true,
  }],
];

for (const [what, message, wanted] of CHANGES) {
  Deno.test(`decode() reads ${what}`, () => {
    const [event] = said(message);
    assert.deepEqual(event, { id: "u42", chat: "-100123", at: 1_700_000_000_000, author: PERSON, ...wanted });
    assert.deepEqual(Event.parse(event), event);
  });
}

Deno.test("a place that moves is no news until it is told without a time", () => {
  const location = { latitude: 1, longitude: 2 };
  const [moved, ...more] = decoded({
    edited_message: { ...HEAD, location: { ...location, live_period: 60 } },
  });
  assert(moved?.kind === "place" && moved.event === null && moved.place.periodMs === 60_000);
  assert.deepEqual(more, []);
  const [ended] = events({ edited_message: { ...HEAD, location } });
  assert(ended?.type === "edit");
  assert.deepEqual(ended.content, { type: "location", ...location, live: "ended" });
});

Deno.test("edited words under a file are an edit with the file", () => {
  const photo = [{ file_id: "F", file_size: 9 }];
  const caption_entities = [{ type: "bold", offset: 0, length: 3 }];
  const [event] = events({ edited_message: { ...HEAD, photo, caption: "new", caption_entities } });
  assert(event?.type === "edit" && event.content.type === "media");
  assert.deepEqual(event.content.caption, { text: "new", spans: [{ type: "bold", start: 0, length: 3 }] });
});

Deno.test("a vote is somebody's whole choice, also a channel's, and an empty one takes it back", () => {
  const vote = (who: object, option_ids: number[]): unknown =>
    decoded({ poll_answer: { poll_id: "9", ...who, option_ids, option_persistent_ids: [] } })[0];
  const head = { kind: "vote", id: "u42", poll: "9" };
  assert.deepEqual(vote({ user: ADA }, [0, 2]), { ...head, author: PERSON, options: [0, 2] });
  assert.deepEqual(vote({ user: ADA }, []), { ...head, author: PERSON, options: [] });
  const channel = { voter_chat: { id: -9, type: "channel", title: "News" }, user: BOT };
  assert.deepEqual(vote(channel, [1]), { ...head, author: { native: "-9", name: "News" }, options: [1] });
});

Deno.test("a poll is told with its name, and that it is closed", () => {
  const poll = { id: "9", question: "?", options: [{ text: "a" }] };
  const [told] = decoded({ message: { ...HEAD, poll } });
  assert(told?.kind === "poll" && told.poll === "9" && !told.closed);
  assert.deepEqual(decoded({ poll: { ...poll, is_closed: true } }), [{ kind: "poll-closed", poll: "9" }]);
  assert.deepEqual(decoded({ edited_message: { ...HEAD, poll } }), []);
});
