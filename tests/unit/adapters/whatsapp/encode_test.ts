/** Ops as the messages that Baileys makes of them. */
import assert from "node:assert/strict";
import { generateWAMessage } from "@whiskeysockets/baileys";
import { ChatId, NativeId, plain } from "../../../../actors/model/mod.ts";
import { Rejected } from "../../../../actors/ports/mod.ts";
import { type AuthorOfTarget, encode, type Outgoing } from "../../../../adapters/whatsapp/encode.ts";
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

/** The message that Baileys makes of it. */
async function made({ content, quoted }: Outgoing): Promise<unknown> {
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
    encode(chat, op, author);
    return "";
  } catch (error) {
    return error instanceof Rejected ? error.reason : String(error);
  }
}

Deno.test("a post is its text, without a preview that would make us open addresses", () => {
  assert.deepEqual(encode(chat, POST, undefined), { content: { text: "hello", linkPreview: null } });
});

Deno.test("a reply quotes the message with its author, so that phones find it", async () => {
  const outgoing = encode(chat, { ...POST, replyTo: target }, ADA);
  const message = await made(outgoing) as { extendedTextMessage: { contextInfo: Record<string, unknown> } };
  const { stanzaId, participant } = message.extendedTextMessage.contextInfo;

  assert.deepEqual(outgoing.quoted?.key, HERS);
  assert.deepEqual([stanzaId, participant], ["A1", ADA]);
});

Deno.test("a reply to our own message quotes it as ours", () => {
  assert.deepEqual(encode(chat, { ...POST, replyTo: target }, null).quoted?.key, OURS);
});

Deno.test("a reply to what nobody knows any more goes out without its quote", () => {
  assert.equal(encode(chat, { ...POST, replyTo: target }, undefined).quoted, undefined);
});

Deno.test("a quote shows the line of what it answers", () => {
  const { quoted } = encode(chat, { ...POST, replyTo: target, quoting: "tea?" }, ADA);

  assert.deepEqual(quoted?.message, { conversation: "tea?" });
});

Deno.test("an edit names our message, and only ours can be edited", async () => {
  const outgoing = encode(chat, EDIT, null);
  const message = await made(outgoing) as { protocolMessage: Record<string, unknown> };

  assert.equal(outgoing.edit, "edit");
  assert.deepEqual(message.protocolMessage.key, OURS);
  assert.deepEqual(message.protocolMessage.editedMessage, { extendedTextMessage: { text: "new" } });
  assert.deepEqual([refusal(EDIT, ADA), refusal(EDIT, undefined)], ["no-target", "no-target"]);
});

Deno.test("our message is deleted as ours, somebody else's as an admin does it", () => {
  assert.deepEqual(encode(chat, DELETE, null), { content: { delete: OURS }, edit: "deleteOwn" });
  assert.deepEqual(encode(chat, DELETE, ADA), { content: { delete: HERS }, edit: "deleteAsAdmin" });
  assert.equal(refusal(DELETE, undefined), "no-target");
});

Deno.test("a reaction names the message with its author, and an empty one takes it back", () => {
  assert.deepEqual(encode(chat, REACT, ADA), { content: { react: { text: "👍", key: HERS } } });
  assert.deepEqual(encode(chat, { ...REACT, emoji: null }, null), {
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
    encode(chat, { type: "post", text: { text: "hi @Ada and all", spans } }, undefined),
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
  const { content } = encode(chat, { type: "post", text: { text: "@Ada", spans } }, undefined);
  assert.deepEqual(content, { text: "@Ada", linkPreview: null });
});
