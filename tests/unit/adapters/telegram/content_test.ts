import assert from "node:assert/strict";
import type { Message } from "@grammyjs/types";
import { Event } from "../../../../actors/model/mod.ts";
import { said } from "./update.ts";

const file = { file_id: "F", file_unique_id: "U", file_size: 9 };
const CONTENTS: readonly (readonly [string, object, object])[] = [
  ["a photo in its largest size", { photo: [{ ...file, file_id: "small" }, file], caption: "look" }, {
    type: "media",
    kind: "photo",
    media: { native: "F", mime: "image/jpeg", bytes: 9 },
    caption: { text: "look", spans: [] },
  }],
  ["a GIF, not the document that comes with it", {
    animation: { ...file, mime_type: "video/mp4" },
    document: file,
  }, {
    type: "media",
    kind: "gif",
    media: { native: "F", mime: "video/mp4", bytes: 9 },
    caption: { text: "", spans: [] },
  }],
  ["an animated sticker", { sticker: { ...file, is_animated: true } }, {
    type: "media",
    kind: "sticker",
    media: { native: "F", mime: "application/x-tgsticker", bytes: 9 },
    caption: { text: "", spans: [] },
  }],
  ["a document with its name", { document: { ...file, file_name: "a.txt", mime_type: "text/plain" } }, {
    type: "media",
    kind: "document",
    media: { native: "F", mime: "text/plain", bytes: 9, name: "a.txt" },
    caption: { text: "", spans: [] },
  }],
  ["a venue by its name", {
    venue: { title: "Pier", address: "Lake 1", location: { latitude: 1, longitude: 2 } },
    location: { latitude: 1, longitude: 2 },
  }, { type: "location", latitude: 1, longitude: 2, label: "Pier", address: "Lake 1" }],
  ["a place that begins to move", { location: { latitude: 1, longitude: 2, live_period: 60 } }, {
    type: "location",
    latitude: 1,
    longitude: 2,
    live: "started",
  }],
  ["a contact with its number", { contact: { phone_number: "+491", first_name: "Bo", last_name: "B" } }, {
    type: "contact",
    name: "Bo B",
    phones: ["+491"],
  }],
  ["a poll", { poll: { id: "9", question: "When?", options: [{ text: "Sat" }, { text: "Sun" }] } }, {
    type: "poll",
    question: "When?",
    options: ["Sat", "Sun"],
    multiple: false,
  }],
  ["a poll with several choices and words below its question", {
    poll: {
      ...{ id: "9", question: "When?", description: "For the lake" },
      ...{ options: [{ text: "Sat" }], allows_multiple_answers: true },
    },
  }, { type: "poll", question: "When?\nFor the lake", options: ["Sat"], multiple: true }],
  ["a file of an album with how long it is", {
    media_group_id: "123",
    video: { ...file, mime_type: "video/mp4", duration: 3 },
  }, {
    type: "media",
    kind: "video",
    media: { native: "F", mime: "video/mp4", bytes: 9, durationMs: 3000 },
    caption: { text: "", spans: [] },
    album: "123",
  }],
  ["a voice note", { voice: { ...file, duration: 2 }, caption: "hm" }, {
    type: "media",
    kind: "voice",
    media: { native: "F", mime: "audio/ogg", bytes: 9, durationMs: 2000 },
    caption: { text: "hm", spans: [] },
  }],
  ["a round video", { video_note: { ...file, duration: 2, length: 240 } }, {
    type: "media",
    kind: "video-note",
    media: { native: "F", mime: "video/mp4", bytes: 9, durationMs: 2000 },
    caption: { text: "", spans: [] },
  }],
  ["a sticker that is a film, with its emoji", { sticker: { ...file, is_video: true, emoji: "😀" } }, {
    type: "media",
    kind: "sticker",
    media: { native: "F", mime: "video/webm", bytes: 9, emoji: "😀" },
    caption: { text: "", spans: [] },
  }],
  ["a live photo as the photo", { live_photo: { ...file, file_id: "film" }, photo: [file] }, {
    type: "media",
    kind: "photo",
    media: { native: "F", mime: "image/jpeg", bytes: 9 },
    caption: { text: "", spans: [] },
  }],
  ["paid media", { paid_media: { star_count: 5, paid_media: [] }, caption: "look" }, {
    type: "other",
    what: "telegram.kind-paid",
    body: { text: "look", spans: [] },
  }],
  ["a game", { game: { title: "Chess" } }, {
    type: "other",
    what: "telegram.kind-game",
    body: { text: "Chess", spans: [] },
  }],
  ["dice", { dice: { emoji: "🎲", value: 4 } }, {
    type: "other",
    what: "telegram.kind-dice",
    body: { text: "🎲 4", spans: [] },
  }],
  ["a checklist with its tasks", {
    checklist: {
      title: "Pack",
      tasks: [{ id: 1, text: "tent", completion_date: 5 }, { id: 2, text: "boat" }],
    },
  }, { type: "other", what: "telegram.kind-checklist", body: { text: "Pack\n☑ tent\n☐ boat", spans: [] } }],
  ["a giveaway", { giveaway: {} }, {
    type: "other",
    what: "telegram.kind-giveaway",
    body: { text: "", spans: [] },
  }],
  ["a kind that came after us, by the words that it has", { hologram: {}, caption: "look" }, {
    type: "other",
    what: "telegram.kind-unknown",
    body: { text: "look", spans: [] },
  }],
  ["a rich message that it cannot read", { rich_message: { blocks: 7 } }, {
    type: "other",
    what: "telegram.kind-rich",
    body: { text: "", spans: [] },
  }],
  ["a story", { story: {} }, { type: "other", what: "telegram.kind-story", body: { text: "", spans: [] } }],
];

for (const [what, message, content] of CONTENTS) {
  Deno.test(`decode() reads ${what}`, () => {
    const [event] = said(message);
    assert(event?.type === "message");
    assert.deepEqual(event.content, content);
    assert.deepEqual(Event.parse(event), event);
  });
}

/** Every kind of news of Telegram's own, by the types of the Bot API. */
const SERVICE = [
  "chat_owner_left",
  "chat_owner_changed",
  "community_chat_joined",
  "community_chat_added",
  "group_chat_created",
  "supergroup_chat_created",
  "managed_bot_created",
  "poll_option_added",
  "successful_payment",
  "refunded_payment",
  "users_shared",
  "connected_website",
  "write_access_allowed",
  "proximity_alert_triggered",
  "boost_added",
  "chat_background_set",
  "forum_topic_created",
  "forum_topic_edited",
  "forum_topic_closed",
  "general_forum_topic_hidden",
  "giveaway_created",
  "giveaway_completed",
  "gift",
  "gift_upgrade_sent",
  "unique_gift",
  "checklist_tasks_done",
  "checklist_tasks_added",
  "suggested_post_approved",
  "suggested_post_paid",
  "paid_message_price_changed",
  "direct_message_price_changed",
  "video_chat_scheduled",
  "video_chat_participants_invited",
] as const satisfies readonly (keyof Message)[];

Deno.test("no service message is taken for something that a person wrote", () => {
  for (const key of SERVICE) assert.deepEqual(said({ [key]: {} }), [], key);
});
