/** Kinds of messages, and what somebody could put into them. */
import assert from "node:assert/strict";
import { proto, type WAMessage } from "@whiskeysockets/baileys";
import { type Content, Event, type MediaKind } from "../../../../actors/model/mod.ts";
import { type DecodeContext, decodeMessage } from "../../../../adapters/whatsapp/decode.ts";
import { decodeMediaId } from "../../../../adapters/whatsapp/media_ids.ts";
import { numberOf } from "../../../../adapters/whatsapp/wire.ts";

const KEY = { remoteJid: "120363000000000001@g.us", fromMe: false, id: "X1", participant: "9@lid" };
const CONTEXT: DecodeContext = {
  isMe: () => false,
  lidOf: () => null,
  isAdmin: () => false,
  text: (key) => key,
};

function decoded(message: object, key: object = KEY): Event[] {
  const given = proto.WebMessageInfo.fromObject({ key, messageTimestamp: 5, pushName: "Ada", message });
  const events = decodeMessage(given as WAMessage, CONTEXT);
  for (const event of events) assert.deepEqual(Event.parse(event), event);
  return events;
}

/** null: nobody said anything. */
function content(message: object): Content | null {
  const [event] = decoded(message);
  if (event === undefined) return null;
  assert.ok(event.type === "message");
  return event.content;
}

const FILE = { mediaKey: new Uint8Array(32).fill(7), directPath: "/v/t62/1.enc?oh=1", fileLength: 12 };

const MEDIA: readonly (readonly [string, object, MediaKind, string])[] = [
  ["imageMessage", { mimetype: "image/png" }, "photo", "image/png"],
  ["videoMessage", {}, "video", "video/mp4"],
  ["videoMessage", { gifPlayback: true }, "gif", "video/mp4"],
  ["ptvMessage", {}, "video-note", "video/mp4"],
  ["audioMessage", { ptt: true, mimetype: "audio/ogg; codecs=opus" }, "voice", "audio/ogg; codecs=opus"],
  ["audioMessage", { mimetype: "audio/mp4" }, "audio", "audio/mp4"],
  ["documentMessage", { mimetype: "application/pdf" }, "document", "application/pdf"],
  ["stickerMessage", {}, "sticker", "image/webp"],
];

for (const [field, more, kind, mime] of MEDIA) {
  Deno.test(`${field} with ${JSON.stringify(more)} is a ${kind} that can be read later`, () => {
    const found = content({ [field]: { ...FILE, ...more } });

    assert.ok(found?.type === "media");
    assert.equal(found.kind, kind);
    assert.equal(found.media.mime, mime);
    assert.equal(found.media.bytes, 12);
    const place = decodeMediaId(found.media.native);
    assert.deepEqual(place?.mediaKey, FILE.mediaKey);
    assert.equal(place?.directPath, FILE.directPath);
  });
}

Deno.test("a document keeps its name and its caption, in its wrapper too", () => {
  const documentMessage = { ...FILE, fileName: "a.pdf", caption: "*see*" };
  const found = content({ documentWithCaptionMessage: { message: { documentMessage } } });

  assert.ok(found?.type === "media");
  assert.equal(found.media.name, "a.pdf");
  assert.deepEqual(found.caption, { text: "see", spans: [{ type: "bold", start: 0, length: 3 }] });
});

Deno.test("a file with its whole address is read from WhatsApp's servers, from nowhere else", () => {
  const image = (url: string): object => ({ imageMessage: { ...FILE, directPath: "", url } });
  const found = content(image("https://mmg.whatsapp.net/v/1.enc?oh=2"));

  assert.ok(found?.type === "media");
  assert.equal(decodeMediaId(found.media.native)?.directPath, "/v/1.enc?oh=2");
  for (const url of ["https://evil.example/x", "https://whatsapp.net.evil.example/x", "no address"]) {
    assert.equal(content(image(url))?.type, "other", url);
  }
});

Deno.test("a file that could never be read is told of in words", () => {
  const broken = [
    { ...FILE, directPath: "" },
    { ...FILE, directPath: "//evil.example/x" },
    { ...FILE, directPath: `/${"x".repeat(600)}` },
    { ...FILE, mediaKey: new Uint8Array(3) },
    { ...FILE, mimetype: "image/jpeg\nx" },
  ];

  for (const file of broken) {
    const found = content({ imageMessage: { ...file, caption: "words" } });
    assert.ok(found?.type === "other" && found.body.text === "words");
  }
});

Deno.test("a length that cannot be true is no length", () => {
  for (const fileLength of ["18446744073709551615", 0]) {
    const found = content({ imageMessage: { ...FILE, fileLength } });
    assert.ok(found?.type === "media" && found.media.bytes === null);
  }
});

Deno.test("64 bits are one number, as they come, as text and after a way through JSON", () => {
  const given = [1_795_426_961_901, "1795426961901", { low: 130_632_173, high: 418, unsigned: false }];

  assert.deepEqual(given.map(numberOf), [1_795_426_961_901, 1_795_426_961_901, 1_795_426_961_901]);
  assert.deepEqual([undefined, null, "no number", NaN].map(numberOf), [0, 0, 0, 0]);
});

Deno.test("a place that is nowhere is no place", () => {
  const place = { degreesLatitude: NaN, degreesLongitude: 1 };

  assert.equal(content({ locationMessage: place })?.type, "other");
  assert.equal(content({ locationMessage: { degreesLatitude: 91, degreesLongitude: 1 } })?.type, "other");
  assert.equal(content({ liveLocationMessage: { ...place, degreesLatitude: 2 } })?.type, "location");
});

const PLACE = { degreesLatitude: 1.5, degreesLongitude: -2.5 };

Deno.test("a place has its name and its address", () => {
  const found = content({ locationMessage: { ...PLACE, name: "Café", address: "Main St 1" } });
  assert.deepEqual(found, {
    type: "location",
    latitude: 1.5,
    longitude: -2.5,
    label: "Café",
    address: "Main St 1",
  });
});

Deno.test("a place that moves is told when it begins and when it ends, and not between", () => {
  const live = { ...PLACE, caption: "coming" };
  const edited = { type: 14, key: { id: "X1" }, editedMessage: { liveLocationMessage: live } };
  const [began] = decoded({ liveLocationMessage: live });
  const [ended] = decoded({ protocolMessage: edited });

  const place = { type: "location", latitude: 1.5, longitude: -2.5, label: "coming" };
  assert.ok(began?.type === "message" && ended?.type === "edit");
  assert.deepEqual(began.content, { ...place, live: "started" });
  assert.deepEqual(ended.content, { ...place, live: "ended" });
  assert.deepEqual(decoded({ liveLocationMessage: { ...live, timeOffset: 30, sequenceNumber: 2 } }), []);
});

const VCARD = "BEGIN:VCARD\nFN:Bob\nTEL;waid=155:+155 0100\nEND:VCARD";

Deno.test("a card has a name and numbers, and several are one", () => {
  assert.deepEqual(content({ contactMessage: { vcard: VCARD } }), {
    type: "contact",
    name: "Bob",
    phones: ["+155 0100"],
  });
  const contacts = [{ displayName: "Bo", vcard: VCARD }, { displayName: "Eve", vcard: "TEL:+156 0100" }];
  assert.deepEqual(content({ contactsArrayMessage: { displayName: "2 contacts", contacts } }), {
    type: "contact",
    name: "Bo, Eve",
    phones: ["+155 0100", "+156 0100"],
  });
  assert.deepEqual(content({ contactMessage: { displayName: "Eve" } }), { type: "contact", name: "Eve" });
  const many = Array.from({ length: 3_000 }, (_, at) => ({ displayName: "x", vcard: `TEL:${10_000 + at}` }));
  const crowd = content({ contactsArrayMessage: { contacts: many } });
  assert.ok(crowd?.type === "contact" && crowd.name.length <= 200 && crowd.phones?.length === 10);
});

Deno.test("a voice note has its length and its 64 steps, as far as they can be true", () => {
  const voice = (more: object): Content | null => content({ audioMessage: { ...FILE, ptt: true, ...more } });
  const steps = Array.from({ length: 64 }, (_, at) => at * 4);
  const found = voice({ seconds: 3, waveform: Uint8Array.from(steps) });
  const odd = voice({ seconds: 4_294_967_295, waveform: Uint8Array.from([1, 2]) });

  assert.ok(found?.type === "media" && odd?.type === "media");
  assert.equal(found.media.durationMs, 3_000);
  assert.deepEqual(found.media.waveform, steps.map((step) => Math.min(100, step)));
  assert.deepEqual([odd.media.durationMs, odd.media.waveform], [undefined, undefined]);
});

function belonging(associationType: number, message: object = { imageMessage: FILE }): Event[] {
  const messageAssociation = { associationType, parentMessageKey: { id: "ALBUM" } };
  return decoded({ ...message, messageContextInfo: { messageAssociation } });
}

Deno.test("files of an album name it, in their wrapper too, and its frame is nobody's message", () => {
  const wrapped = { associatedChildMessage: { message: { imageMessage: FILE } } };
  for (const message of [undefined, wrapped]) {
    const [event] = belonging(1, message);
    assert.ok(event?.type === "message" && event.content.type === "media");
    assert.equal(event.content.album, "ALBUM");
  }
  assert.deepEqual(decoded({ albumMessage: { expectedImageCount: 2 } }), []);
});

Deno.test("a picture that comes a second time in better quality is said once", () => {
  const { HD_IMAGE_DUAL_UPLOAD, HD_VIDEO_DUAL_UPLOAD } = proto.MessageAssociation.AssociationType;
  for (const type of [HD_IMAGE_DUAL_UPLOAD, HD_VIDEO_DUAL_UPLOAD]) {
    assert.deepEqual(belonging(type, { associatedChildMessage: { message: { imageMessage: FILE } } }), []);
  }
});

Deno.test("pins and timers are events of their own", () => {
  const pin = { key: { id: "A1" } };
  const [on] = decoded({ pinInChatMessage: { ...pin, type: 1 } });
  const [off] = decoded({ pinInChatMessage: { ...pin, type: 2 } });
  const [timer] = decoded({ protocolMessage: { type: 3, ephemeralExpiration: 86_400 } });

  assert.ok(on?.type === "pin" && off?.type === "pin" && timer?.type === "timer");
  assert.deepEqual([on.target, on.pinned, off.pinned], [{ native: "A1" }, true, false]);
  assert.equal(timer.seconds, 86_400);
});

Deno.test("a file's id names its message, for which the phone can send it again, where there is room", () => {
  const found = content({ imageMessage: FILE });
  const long = content({ imageMessage: { ...FILE, directPath: `/${"x".repeat(420)}` } });

  assert.ok(found?.type === "media" && long?.type === "media");
  const { remoteJid, id, participant } = KEY;
  assert.deepEqual(decodeMediaId(found.media.native)?.key, { remoteJid, id, participant });
  assert.deepEqual(decodeMediaId(long.media.native)?.key, null);
});

const SAID: readonly (readonly [string, object, string, string])[] = [
  [
    "eventMessage",
    { name: "Party", description: "fun", location: { name: "Here" } },
    "event",
    "Party\nfun\nHere",
  ],
  ["groupInviteMessage", { groupName: "Tea", inviteCode: "SECRET" }, "invite", "Tea"],
  ["newsletterAdminInviteMessage", { newsletterName: "News" }, "invite", "News"],
  ["productMessage", { product: { title: "Cup" } }, "product", "Cup"],
  ["orderMessage", { orderTitle: "Two cups" }, "product", "Two cups"],
  ["listMessage", { title: "Menu", description: "of today" }, "menu", "Menu\nof today"],
  ["buttonsMessage", { contentText: "Choose" }, "menu", "Choose"],
  ["templateMessage", { hydratedTemplate: { hydratedContentText: "Hi" } }, "menu", "Hi"],
  ["interactiveMessage", { body: { text: "Press" } }, "menu", "Press"],
  ["stickerPackMessage", { name: "Cats" }, "stickers", "Cats"],
  ["invoiceMessage", { note: "for tea" }, "payment", "for tea"],
  ["requestPaymentMessage", {}, "payment", ""],
  ["scheduledCallCreationMessage", {}, "call", ""],
  ["pollResultSnapshotMessage", {}, "unknown", ""],
];

for (const [field, value, kind, words] of SAID) {
  Deno.test(`${field} is told of as "${kind}" with its words`, () => {
    const found = content({ [field]: value });

    assert.ok(found?.type === "other");
    assert.equal(found.what, `whatsapp.kind-${kind}`);
    assert.equal(found.body.text, words);
  });
}

Deno.test("an answer to a menu is what was chosen", () => {
  const answers = [
    { listResponseMessage: { title: "tea" } },
    { buttonsResponseMessage: { selectedDisplayText: "tea" } },
    { templateButtonReplyMessage: { selectedDisplayText: "tea" } },
    { interactiveResponseMessage: { body: { text: "tea" } } },
  ];

  for (const answer of answers) {
    assert.deepEqual(content(answer), { type: "text", body: { text: "tea", spans: [] } });
  }
});

for (
  const field of [
    "scheduledCallEditMessage",
    "requestPhoneNumberMessage",
    "messageHistoryNotice",
    "statusNotificationMessage",
    "declinePaymentRequestMessage",
    "pollUpdateMessage",
    "keepInChatMessage",
    "encReactionMessage",
    "secretEncryptedMessage",
    "albumMessage",
    "extendedTextMessage",
  ]
) {
  Deno.test(`${field} alone is nobody's message`, () => assert.equal(content({ [field]: {} }), null));
}

Deno.test("polls of every version are polls", () => {
  const poll = { name: "Q?", options: [{ optionName: "a" }, { optionName: "b" }] };
  const wrapped = { pollCreationMessageV4: { message: { pollCreationMessage: poll } } };
  const versions = ["", "V2", "V3", "V5"].map((version) => ({ [`pollCreationMessage${version}`]: poll }));

  for (const message of [...versions, wrapped]) {
    assert.deepEqual(content(message), {
      type: "poll",
      question: "Q?",
      options: ["a", "b"],
      multiple: true,
    });
  }
  assert.deepEqual(content({ pollCreationMessageV3: { ...poll, selectableOptionsCount: 1 } }), {
    type: "poll",
    question: "Q?",
    options: ["a", "b"],
  });
});

for (
  const wrapper of ["deviceSentMessage", "groupMentionedMessage", "botForwardedMessage", "questionMessage"]
) {
  Deno.test(`what is inside of ${wrapper} is what was said`, () => {
    const message = { [wrapper]: { message: { ephemeralMessage: { message: { conversation: "in" } } } } };

    assert.deepEqual(content(message), { type: "text", body: { text: "in", spans: [] } });
  });
}

Deno.test("events of the longest ids stay apart by who said them", () => {
  const id = "I".repeat(300);
  const ids = ["1@lid", "2@lid"].map((participant) =>
    decoded({ conversation: "a" }, { ...KEY, id, participant })[0]?.id
  );

  assert.equal(new Set(ids).size, 2);
});
