/** What signal-cli really hands out (its names and numbers changed), and what it means. */
import assert from "node:assert/strict";
import { ChatId, type Event, NativeId } from "../../../../actors/model/mod.ts";
import { decodeSaid } from "../../../../adapters/signal/decode.ts";
import { messageId, parseMessageId } from "../../../../adapters/signal/ids.ts";
import { Received, saidIn } from "../../../../adapters/signal/wire.ts";

const ME = "d2e8c1d4-422d-400d-a7ff-84534d6d0b24";
const ALICE = "94275a59-aca3-463a-91da-6fcf26ebe959";
const CHAT = ChatId.parse("fsWMx1U8eztkC4tpSOw353f99stEB+Bn+L4+ll+UGgw=");
const GROUP = { groupId: CHAT, groupName: "Room", revision: 5, type: "DELIVER" };
const AT = 1_795_430_822_273;
const AUTHOR = { native: NativeId.parse(ALICE), name: "Alice" };

interface Around {
  readonly first?: (id: NativeId) => NativeId;
  readonly files?: (id: NativeId) => readonly NativeId[];
}

function envelope(body: Record<string, unknown>): unknown {
  const head = {
    source: "+14155550100",
    sourceNumber: "+14155550100",
    sourceUuid: ALICE,
    sourceName: "Alice",
  };
  return { envelope: { ...head, sourceDevice: 1, timestamp: AT, ...body }, account: "+14155550199" };
}

/** A message, as it is handed out. */
function data(body: Record<string, unknown>): unknown {
  const empty = { timestamp: AT, message: null, expiresInSeconds: 0, viewOnce: false, groupInfo: GROUP };
  return envelope({ dataMessage: { ...empty, ...body } });
}

function decode(handedOut: unknown, around: Around = {}): Event[] {
  const said = saidIn(Received.parse(handedOut).envelope);
  assert.notEqual(said, null);
  if (said === null) return [];
  const { first = (id) => id, files = (id) => [id] } = around;
  return decodeSaid(said, { me: ME, author: AUTHOR, chat: CHAT, first, files, text: (key) => key });
}

const head = { id: `${ALICE}:${AT}:${CHAT}`, chat: CHAT, at: AT, author: AUTHOR };
const native = NativeId.parse(`${ALICE}:${AT}`);

Deno.test("a text", () => {
  assert.deepEqual(decode(data({ message: "hello" })), [
    { ...head, type: "message", native, content: { type: "text", body: { text: "hello", spans: [] } } },
  ]);
});

Deno.test("a quote names the message by its author and time", () => {
  const quote = {
    id: 1_795_430_822_407,
    author: "+1",
    authorNumber: "+1",
    authorUuid: ME,
    text: "q",
    attachments: [],
  };
  const [event] = decode(data({ message: "back", quote }));
  assert.deepEqual(event?.type === "message" && event.replyTo, { native: `${ME}:1795430822407` });
});

Deno.test("a reaction, and its removal", () => {
  const reaction = { emoji: "❤️", targetAuthorUuid: ME, targetSentTimestamp: 17, isRemove: false };
  const target = { native: NativeId.parse(`${ME}:17`) };
  assert.deepEqual(decode(data({ reaction })), [{ ...head, type: "reaction", target, emoji: ["❤️"] }]);
  const removed = { ...reaction, isRemove: true };
  assert.deepEqual(decode(data({ reaction: removed })), [{ ...head, type: "reaction", target, emoji: [] }]);
});

Deno.test("an edit means the message by any of its times, and tells the new one", () => {
  const dataMessage = { timestamp: AT + 9, message: "hi", viewOnce: false, groupInfo: GROUP };
  const handedOut = envelope({ editMessage: { targetSentTimestamp: AT + 5, dataMessage } });
  const [event] = decode(handedOut, { first: (id) => id === `${ALICE}:${AT + 5}` ? native : id });
  assert.deepEqual(event, {
    ...head,
    id: `${ALICE}:${AT + 9}:${CHAT}`,
    at: AT + 9,
    type: "edit",
    target: { native },
    content: { type: "text", body: { text: "hi", spans: [] } },
    alias: `${ALICE}:${AT + 9}`,
  });
});

Deno.test("a deletion means a message of whoever deletes, with all its files", () => {
  const second = messageId({ author: ALICE, timestamp: 17 }, 1);
  const events = decode(data({ remoteDelete: { timestamp: 17 } }), { files: (id) => [id, second] });
  assert.deepEqual(events.map((event) => event.type === "delete" && event.target), [
    { native: `${ALICE}:17` },
    { native: second },
  ]);
  assert.equal(new Set(events.map(({ id }) => id)).size, 2);
});

Deno.test("an admin's deletion names the author, and whether they are one is not decided here", () => {
  const adminDelete = { targetAuthorUuid: ME, targetSentTimestamp: 17 };
  assert.deepEqual(decode(data({ adminDelete })), [
    { ...head, type: "delete", target: { native: NativeId.parse(`${ME}:17`) } },
  ]);
});

Deno.test("what may be seen once stays where it is", () => {
  const attachments = [{ contentType: "image/jpeg", id: "a.jpg", size: 9 }];
  assert.deepEqual(decode(data({ viewOnce: true, attachments })), [{
    ...head,
    type: "note",
    note: "view-once",
  }]);
});

Deno.test("several files are several messages, the words with the first", () => {
  const attachments = ["a.png", "b.png"].map((id) => ({
    contentType: "image/png",
    filename: id,
    id,
    size: 70,
  }));
  const events = decode(data({ message: "see", attachments }));
  assert.deepEqual(
    events.map((event) => event.type === "message" && [event.native, event.content.type]),
    [[native, "media"], [`${native}:1`, "media"]],
  );
  const albums = events.map((event) =>
    event.type === "message" && event.content.type === "media" && event.content.album
  );
  assert.ok(typeof albums[0] === "string" && albums[0] === albums[1]);
  const [first] = events;
  assert.equal(
    first?.type === "message" && first.content.type === "media" && first.content.caption.text,
    "see",
  );
});

const KINDS: readonly (readonly [string, Record<string, unknown>, string])[] = [
  [
    "a voice message",
    { attachments: [{ contentType: "audio/aac", filename: null, id: "x", size: 5 }] },
    "voice",
  ],
  [
    "a voice message of the desktop app",
    { attachments: [{ contentType: "audio/mp3", filename: null, id: "x", size: 5 }] },
    "voice",
  ],
  ["music", { attachments: [{ contentType: "audio/mpeg", filename: "a.mp3", id: "x", size: 5 }] }, "audio"],
  ["a film", { attachments: [{ contentType: "video/mp4", filename: null, id: "x", size: 5 }] }, "video"],
  ["a GIF", { attachments: [{ contentType: "image/gif", filename: null, id: "x", size: 5 }] }, "gif"],
  [
    "a document",
    { attachments: [{ contentType: "application/pdf", filename: "a", id: "x", size: 5 }] },
    "document",
  ],
  ["a sticker", { sticker: { packId: "0303", stickerId: 2 } }, "sticker"],
];

for (const [what, body, kind] of KINDS) {
  Deno.test(`${what} is known as such`, () => {
    const [event] = decode(data(body));
    assert.equal(event?.type === "message" && event.content.type === "media" && event.content.kind, kind);
  });
}

Deno.test("a card is a name and numbers, which the group keeps until its sender says so", () => {
  const contacts = [
    {
      name: { nickname: null, given: "Bob", family: "+1 415 555 0101" },
      phone: [{ value: "+14155550101" }, { value: null }, { value: "9".repeat(99) }],
    },
    { name: { given: null, family: null }, organization: "Tea Ltd", phone: null },
  ];
  const events = decode(data({ contacts }));
  assert.deepEqual(events.map((event) => event.type === "message" && event.content), [
    { type: "contact", name: "Bob", phones: ["+14155550101", "9".repeat(40)] },
    { type: "contact", name: "Tea Ltd" },
  ]);
});

Deno.test("a poll, a choice, the end of it", () => {
  const pollCreate = { question: "Tea?", options: ["yes", "no"], allowMultiple: true };
  const [poll] = decode(data({ pollCreate }));
  assert.deepEqual(poll?.type === "message" && poll.content, {
    type: "poll",
    question: "Tea?",
    options: ["yes", "no"],
    multiple: true,
  });
  const named = { author: ME, authorNumber: null, authorUuid: ME, targetSentTimestamp: 17, voteCount: 2 };
  const target = { native: NativeId.parse(`${ME}:17`) };
  assert.deepEqual(decode(data({ pollVote: { ...named, optionIndexes: [1, 1, 0] } })), [
    { ...head, type: "vote", target, options: [1, 0] },
  ]);
  assert.deepEqual(decode(data({ pollVote: { ...named, optionIndexes: [-1, 0.5] } })), [
    { ...head, type: "vote", target, options: [] },
  ]);
  // Whoever ends a poll has made it.
  assert.deepEqual(decode(data({ pollTerminate: { targetSentTimestamp: 17 } })), [
    { ...head, type: "poll-closed", target: { native: NativeId.parse(`${ALICE}:17`) } },
  ]);
});

Deno.test("a message is pinned, and no longer", () => {
  const pin = { targetAuthor: ME, targetAuthorNumber: null, targetAuthorUuid: ME, targetSentTimestamp: 17 };
  const target = { native: NativeId.parse(`${ME}:17`) };
  const [pinned] = decode(data({ pinMessage: { ...pin, pinDurationSeconds: 60 } }));
  assert.deepEqual(pinned, { ...head, type: "pin", target, pinned: true });
  const [unpinned] = decode(data({ unpinMessage: pin }));
  assert.deepEqual(unpinned, { ...head, type: "pin", target, pinned: false });
});

Deno.test("what was not downloaded, or has a name that is no file's, crosses by its words", () => {
  const attachments = [{ contentType: "image/png", id: null, size: 5 }, {
    contentType: "x".repeat(999),
    filename: "n".repeat(10_000),
    id: "i".repeat(300),
    size: 5,
  }];
  const contents = decode(data({ message: "look", attachments })).map((event) =>
    event.type === "message" && event.content.type === "other" &&
    [event.content.what, event.content.body.text]
  );
  assert.deepEqual(contents, [["content.photo", "look"], ["content.document", ""]]);
});

Deno.test("our own phone's words are read from what it tells its devices, edits among them", () => {
  const sentMessage = { destination: null, timestamp: AT, message: "from the phone", groupInfo: GROUP };
  const [event] = decode(envelope({ syncMessage: { sentMessage } }));
  assert.equal(event?.type, "message");
  const edit = { targetSentTimestamp: 5, dataMessage: { timestamp: AT, message: "x", groupInfo: GROUP } };
  const [edited] = decode(envelope({ syncMessage: { sentMessage: { editMessage: edit } } }));
  assert.equal(edited?.type, "edit");
});

Deno.test("what nobody wrote says nothing", () => {
  assert.deepEqual(decode(data({})), []);
  for (
    const body of [{ typingMessage: { action: "STARTED" } }, { syncMessage: {} }, { receiptMessage: {} }]
  ) {
    assert.equal(saidIn(Received.parse(envelope(body)).envelope), null);
  }
});

Deno.test("ids of messages are read as they were written, and others are none", () => {
  const message = { author: ALICE, timestamp: AT };
  assert.deepEqual(parseMessageId(messageId(message)), message);
  assert.deepEqual(parseMessageId(messageId(message, 3)), message);
  for (const id of ["17", `${ALICE}`, `PNI:${ALICE}:17`, `${ALICE}:x`]) {
    assert.equal(parseMessageId(NativeId.parse(id)), null);
  }
});
