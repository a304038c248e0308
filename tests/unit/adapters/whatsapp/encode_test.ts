/** Ops as the messages that Baileys makes of them. */
import assert from "node:assert/strict";
import { generateWAMessage, type proto } from "@whiskeysockets/baileys";
import { ChatId, type MediaKind, type MediaRef, NativeId, plain } from "../../../../actors/model/mod.ts";
import { Rejected } from "../../../../actors/ports/mod.ts";
import { type AuthorOfTarget, encode, type Outgoing } from "../../../../adapters/whatsapp/encode.ts";
import { encodeFile } from "../../../../adapters/whatsapp/encode_files.ts";
import type { Uploaded } from "../../../../adapters/whatsapp/upload.ts";
import { SILENT } from "../../../../adapters/whatsapp/quiet.ts";

type Op = Parameters<typeof encode>[1];

const CHAT = "120363000000000001@g.us";
const ADA = "99999000011112@lid";
const ME = "5511999990000@s.whatsapp.net";
const chat = ChatId.parse(CHAT);
const target = NativeId.parse("A1");
const POST: Op = { type: "post", text: plain("hello") };
const EDIT: Op = { type: "edit", target, text: plain("new") };
const DELETE: Op = { type: "delete", target };
const REACT: Op = { type: "react", target, emoji: "👍" };
const OURS = { remoteJid: CHAT, id: "A1", fromMe: true };
const HERS = { remoteJid: CHAT, id: "A1", fromMe: false, participant: ADA };

function by(author: AuthorOfTarget): Parameters<typeof encode>[2] {
  return { author, at: 5 };
}

/** The message that Baileys makes of it. */
async function made({ content, quoted }: Outgoing): Promise<unknown> {
  assert.ok(!("message" in content), "Baileys makes it");
  const { message } = await generateWAMessage(CHAT, content, {
    logger: SILENT,
    userJid: ME,
    messageId: "B1",
    upload: () => Promise.reject(new Error("Cannot upload as there must be nothing to upload")),
    ...(quoted === undefined ? {} : { quoted }),
  });
  return JSON.parse(JSON.stringify(message));
}

function refusal(op: Op, author: AuthorOfTarget): string {
  try {
    encode(chat, op, by(author));
    return "";
  } catch (error) {
    return error instanceof Rejected ? error.reason : String(error);
  }
}

Deno.test("a post is its text, without a preview that would make us open addresses", () => {
  assert.deepEqual(encode(chat, POST, by(undefined)), { content: { text: "hello", linkPreview: null } });
});

Deno.test("a reply quotes the message with its author, so that phones find it", async () => {
  const outgoing = encode(chat, { ...POST, replyTo: target }, by(ADA));
  const message = await made(outgoing) as { extendedTextMessage: { contextInfo: Record<string, unknown> } };
  const { stanzaId, participant } = message.extendedTextMessage.contextInfo;

  assert.deepEqual(outgoing.quoted?.key, HERS);
  assert.deepEqual([stanzaId, participant], ["A1", ADA]);
});

Deno.test("a reply to our own message quotes it as ours", () => {
  assert.deepEqual(encode(chat, { ...POST, replyTo: target }, by(null)).quoted?.key, OURS);
});

Deno.test("a reply to what nobody knows any more goes out without its quote", () => {
  assert.equal(encode(chat, { ...POST, replyTo: target }, by(undefined)).quoted, undefined);
});

Deno.test("a quote shows the line of what it answers", () => {
  const { quoted } = encode(chat, { ...POST, replyTo: target, quoting: "tea?" }, by(ADA));

  assert.deepEqual(quoted?.message, { conversation: "tea?" });
});

Deno.test("an edit names our message, and only ours can be edited", async () => {
  const outgoing = encode(chat, EDIT, by(null));
  const message = await made(outgoing) as { protocolMessage: Record<string, unknown> };

  assert.equal(outgoing.edit, "edit");
  assert.deepEqual(message.protocolMessage.key, OURS);
  assert.deepEqual(message.protocolMessage.editedMessage, { extendedTextMessage: { text: "new" } });
  assert.deepEqual([refusal(EDIT, ADA), refusal(EDIT, undefined)], ["no-target", "no-target"]);
});

Deno.test("our message is deleted as ours, somebody else's as an admin does it", () => {
  assert.deepEqual(encode(chat, DELETE, by(null)), { content: { delete: OURS }, edit: "deleteOwn" });
  assert.deepEqual(encode(chat, DELETE, by(ADA)), { content: { delete: HERS }, edit: "deleteAsAdmin" });
  assert.equal(refusal(DELETE, undefined), "no-target");
});

Deno.test("a reaction names the message with its author, and an empty one takes it back", () => {
  assert.deepEqual(encode(chat, REACT, by(ADA)), { content: { react: { text: "👍", key: HERS } } });
  assert.deepEqual(encode(chat, { ...REACT, emoji: null }, by(null)), {
    content: { react: { text: "", key: OURS } },
  });
  assert.equal(refusal(REACT, undefined), "no-target");
});

Deno.test("a text that is empty or longer than WhatsApp takes is refused", () => {
  assert.equal(refusal({ type: "post", text: plain("") }, undefined), "invalid");
  assert.equal(refusal({ type: "post", text: plain("a".repeat(65_537)) }, undefined), "too-large");
});

Deno.test("who is meant stands there by their address, and the styles around it stay where they were", async () => {
  const spans = [
    { type: "bold" as const, start: 0, length: 2 },
    { type: "mention" as const, start: 3, length: 4, person: NativeId.parse(ADA) },
    { type: "italic" as const, start: 8, length: 3 },
  ];
  const message = await made(
    encode(chat, { type: "post", text: { text: "hi @Ada and all", spans } }, by(undefined)),
  );
  assert.deepEqual(message, {
    extendedTextMessage: {
      text: "*hi* @99999000011112 _and_ all",
      contextInfo: { mentionedJid: [ADA], nonJidMentions: 0 },
    },
    messageContextInfo: Object(message).messageContextInfo,
  });
});

Deno.test("what is no address of WhatsApp's is no mention", () => {
  const spans = [{ type: "mention" as const, start: 0, length: 4, person: NativeId.parse("4711") }];
  const { content } = encode(chat, { type: "post", text: { text: "@Ada", spans } }, by(undefined));
  assert.deepEqual(content, { text: "@Ada", linkPreview: null });
});

function own(op: Op, target = by(undefined)): proto.IMessage {
  const { content } = encode(chat, op, target);
  assert.ok("message" in content, "it is our own");
  return content.message;
}

Deno.test("a place and a card are what phones write", () => {
  const place: Op = { type: "location", latitude: 1.5, longitude: -2.5, label: "Café", address: "Main St 1" };
  const card: Op = { type: "contact", name: "Bob; Berg", phones: ["+49 30 1234"] };

  assert.deepEqual(own(place).locationMessage, {
    degreesLatitude: 1.5,
    degreesLongitude: -2.5,
    name: "Café",
    address: "Main St 1",
  });
  const { displayName, vcard } = own(card).contactMessage ?? {};
  assert.equal(displayName, "Bob; Berg");
  assert.match(vcard ?? "", /\nFN:Bob\\; Berg\nTEL;type=CELL;waid=49301234:\+49 30 1234\nEND:VCARD$/);
});

Deno.test("a poll says whether several may be chosen, and no two of its options say the same", () => {
  const poll: Op = { type: "poll", question: "Tea?", options: ["yes", "no", "yes"], multiple: false };
  const options = ["yes", "no", "yes (2)"].map((optionName) => ({ optionName }));

  assert.deepEqual(own(poll), {
    pollCreationMessageV3: { name: "Tea?", options, selectableOptionsCount: 1 },
  });
  assert.deepEqual(own({ ...poll, multiple: true }), {
    pollCreationMessage: { name: "Tea?", options, selectableOptionsCount: 0 },
  });
});

Deno.test("the words under a file are changed with the file, and only where we know it", () => {
  const op: Op = { type: "edit", target, text: plain("new"), caption: true };
  const sent = [
    { imageMessage: { directPath: "/x", caption: "old" } },
    { videoMessage: { directPath: "/x", caption: "old" } },
    { documentWithCaptionMessage: { message: { documentMessage: { directPath: "/x", caption: "old" } } } },
    { documentMessage: { directPath: "/x" } },
  ].map((sent) => own(op, { ...by(null), sent }).protocolMessage);

  assert.deepEqual(sent.map((protocol) => protocol?.editedMessage), [
    { imageMessage: { directPath: "/x", caption: "new" } },
    { videoMessage: { directPath: "/x", caption: "new" } },
    { documentWithCaptionMessage: { message: { documentMessage: { directPath: "/x", caption: "new" } } } },
    { documentWithCaptionMessage: { message: { documentMessage: { directPath: "/x", caption: "new" } } } },
  ]);
  assert.deepEqual(sent[0]?.key, OURS);
  assert.deepEqual([refusal(op, null), refusal(op, ADA)], ["no-target", "no-target"]);
});

const UPLOADED: Uploaded = {
  url: "https://mmg.whatsapp.net/x",
  directPath: "/x",
  mediaKey: new Uint8Array(32),
  fileSha256: new Uint8Array(32),
  fileEncSha256: new Uint8Array(32),
  fileLength: 9,
  mediaKeyTimestamp: 5,
  animated: true,
};

/** What is said of a file, beside where it is. */
function file(kind: MediaKind, more: Partial<MediaRef> = {}, caption = ""): unknown {
  const media = { native: NativeId.parse("f"), mime: "a/b", bytes: 9, ...more };
  const message = encodeFile({ kind, media, caption: plain(caption) }, UPLOADED);
  const said = structuredClone(message) as Record<string, unknown>;
  const [name = ""] = Object.keys(said);
  const part = Object(
    name === "documentWithCaptionMessage" ? Object(said[name]).message.documentMessage : said[name],
  );
  for (const field of Object.keys(UPLOADED)) delete part[field];
  return said;
}

Deno.test("files are sent as what they are", () => {
  const waveform = Array.from({ length: 64 }, (_, at) => at);
  const film = { mimetype: "a/b", seconds: 4 };
  assert.deepEqual(file("photo", {}, "*"), { imageMessage: { mimetype: "a/b", caption: "*" } });
  assert.deepEqual(file("video", { durationMs: 4200 }), { videoMessage: film });
  assert.deepEqual(file("gif", { durationMs: 4200 }), { videoMessage: { ...film, gifPlayback: true } });
  assert.deepEqual(file("video-note", { durationMs: 4200 }), { ptvMessage: film });
  assert.deepEqual(file("voice", { durationMs: 300, waveform }), {
    audioMessage: {
      mimetype: "audio/ogg; codecs=opus",
      ptt: true,
      seconds: 1,
      waveform: Uint8Array.from(waveform),
    },
  });
  assert.deepEqual(file("audio"), { audioMessage: { mimetype: "a/b" } });
  assert.deepEqual(file("sticker"), { stickerMessage: { mimetype: "a/b", isAnimated: true } });
  const named = { mimetype: "a/b", fileName: "a.pdf", title: "a.pdf" };
  assert.deepEqual(file("document", { name: "a.pdf" }), { documentMessage: named });
  assert.deepEqual(file("document", { name: "a.pdf" }, "see"), {
    documentWithCaptionMessage: { message: { documentMessage: { ...named, caption: "see" } } },
  });
});

Deno.test("a caption that is longer than WhatsApp takes is refused", () => {
  assert.throws(() => file("photo", {}, "a".repeat(65_537)), Rejected);
});
