/** What must not cross: numbers of people, and what was meant to be seen once. */
import assert from "node:assert/strict";
import { proto, type WAMessage } from "@whiskeysockets/baileys";
import { Event } from "../../../../actors/model/mod.ts";
import { type DecodeContext, decodeMessage } from "../../../../adapters/whatsapp/decode.ts";

const CHAT = "120363000000000001@g.us";
const [BOB, BOBS_LID] = ["4915112345678@s.whatsapp.net", "777000777@lid"];

const CONTEXT: DecodeContext = {
  isMe: (jid) => jid === "5511999990000@s.whatsapp.net" || jid === "888000888@lid",
  lidOf: (pn) => pn === BOB ? BOBS_LID : null,
  isAdmin: () => false,
  text: (key) => key,
};

function decoded(message: object, pushName = "Alice"): Event[] {
  const key = { remoteJid: CHAT, fromMe: false, id: "X1", participant: "99999000011112@lid" };
  const given = proto.WebMessageInfo.fromObject({ key, messageTimestamp: 5, pushName, message });
  const events = decodeMessage(given as WAMessage, CONTEXT);
  for (const event of events) assert.deepEqual(Event.parse(event), event);
  return events;
}

function said(text: string, mentionedJid: readonly string[]): { text: string; people: unknown[] } {
  const [event] = decoded({ extendedTextMessage: { text, contextInfo: { mentionedJid } } });
  assert.ok(event?.type === "message" && event.content.type === "text");
  const { body } = event.content;
  return { text: body.text, people: body.spans.map(({ type, person }) => type === "mention" && person) };
}

Deno.test("a mention is one person's, whether the list names their LID or their number", () => {
  assert.deepEqual(said("hi @777000777", [BOBS_LID]), { text: "hi @…", people: [BOBS_LID] });
  assert.deepEqual(said("hi @777000777", [BOB]), { text: "hi @…", people: [BOBS_LID] });
  assert.deepEqual(said("hi @4915112345678", [BOB]), { text: "hi @…", people: [BOBS_LID] });
});

Deno.test("a number that is typed where the list has a LID does not cross, not even ours", () => {
  assert.deepEqual(said("hi @4915112345678", [BOBS_LID]), { text: "hi @…", people: [] });
  assert.deepEqual(said("hi @5511999990000", ["888000888@lid"]), { text: "hi @…", people: [] });
  assert.deepEqual(said("hi @491760000001 and @777000777", [BOBS_LID]), {
    text: "hi @… and @…",
    people: [BOBS_LID],
  });
});

Deno.test("a text without mentions keeps what looks like one", () => {
  assert.equal(said("room @1234567890", []).text, "room @1234567890");
});

for (
  const [name, shown] of [
    ["+49 151 12345678", ""],
    ["Bob (+49 151 12345678)", "Bob"],
    ["004915112345678", ""],
    ["Bob 007", "Bob 007"],
    ["Class of 1984", "Class of 1984"],
    [" B  ob\n", "B ob"],
  ] as const
) {
  Deno.test(`somebody who calls themselves ${JSON.stringify(name)} is shown as ${JSON.stringify(shown)}`, () => {
    const [event] = decoded({ conversation: "a" }, name);

    assert.ok(event?.type === "message");
    assert.equal(event.author.name, shown);
  });
}

Deno.test("a contact that is saved under its number has no name, and its numbers stand where they belong", () => {
  const card = (displayName: string): object => ({ displayName, vcard: `TEL:${displayName}` });
  const [one] = decoded({ contactMessage: card("+49 151 12345678") });
  const [two] = decoded({ contactsArrayMessage: { contacts: [card("Bob"), card("015112345678")] } });

  assert.ok(one?.type === "message" && two?.type === "message");
  // The group lets no number cross before whoever sent it has said so.
  assert.deepEqual(one.content, { type: "contact", name: "", phones: ["+49 151 12345678"] });
  assert.deepEqual(two.content, { type: "contact", name: "Bob", phones: ["015112345678"] });
});

Deno.test("an edit of what may be seen once says nothing", () => {
  const secret = { imageMessage: { caption: "secret", viewOnce: true } };
  for (const editedMessage of [secret, { viewOnceMessageV2: { message: { conversation: "secret" } } }]) {
    const protocolMessage = { type: 14, key: { id: "A" }, editedMessage };

    assert.deepEqual(decoded({ protocolMessage }), []);
  }
});

Deno.test("whatever kind of thing it is, it may be said of it that it is to be seen once", () => {
  for (const kind of ["ptvMessage", "audioMessage", "extendedTextMessage"]) {
    const events = decoded({ [kind]: { viewOnce: true, caption: "secret", text: "secret" } });

    assert.deepEqual(events.map(({ type }) => type), ["note"], kind);
  }
});
