/** WhatsApp's messages as events: what Baileys really emitted, and what somebody could make up. */
import assert from "node:assert/strict";
import { proto, type WAMessage } from "@whiskeysockets/baileys";
import { z } from "zod";
import { Event, NativeId } from "../../../../actors/model/mod.ts";
import { type DecodeContext, decodeMessage } from "../../../../adapters/whatsapp/decode.ts";
import { groupOfPicture } from "../../../../adapters/whatsapp/media_ids.ts";
import captured from "../../../fixtures/whatsapp_messages.json" with { type: "json" };

const CHAT = "120363000000000001@g.us";
const ALICE = "5511888880000@s.whatsapp.net";
const LID = "99999000011112@lid";

const CONTEXT: DecodeContext = {
  isMe: (jid) => jid === "5511999990000@s.whatsapp.net" || jid === "1@lid",
  lidOf: (pn) => pn === ALICE ? LID : null,
  isAdmin: (_chat, jid) => jid.startsWith("5511888880000"),
  text: (key) => key,
};

const Captured = z.array(z.object({ what: z.string(), message: z.record(z.string(), z.unknown()) }));

function decoded(message: Readonly<Record<string, unknown>>): Event[] {
  const events = decodeMessage(proto.WebMessageInfo.fromObject(message) as WAMessage, CONTEXT);
  for (const event of events) assert.deepEqual(Event.parse(event), event);
  return events;
}

function message(content: object, more: object = {}): Event[] {
  return decoded({
    key: { remoteJid: CHAT, fromMe: false, id: "X1", participant: `${ALICE.replace("@", ":7@")}` },
    messageTimestamp: 1_795_426_961,
    pushName: "Alice",
    message: content,
    ...more,
  });
}

/** What each captured line comes to, in short. */
const EXPECTED: Readonly<Record<string, string>> = {
  text: "message hello bold it st mono",
  "ext+mention": "message hey @Plenum",
  reply: "message re → A1",
  react: "reaction 👍 → A1",
  unreact: "reaction  → A1",
  edit: "edit edited → A1",
  revoke: "delete → A2",
  "admin revoke": "delete → ZZ",
  location: "message location",
  contact: "message contact Bob",
  poll: "message poll Q? a b",
  viewonce: "note view-once",
  ephemeral: "message gone soon",
  ptt: "message media voice",
  "add (invite link)": "join 99999000011112@lid",
  "remove(leave)": "leave 99999000011112@lid",
  promote: "",
  subject: "title New title",
  "revoke invite": "",
};

function short(event: Event): string {
  switch (event.type) {
    case "message":
    case "edit": {
      const { content } = event;
      const body = content.type === "text"
        ? content.body.text
        : content.type === "media"
        ? `media ${content.kind}`
        : content.type === "contact"
        ? `contact ${content.name}`
        : content.type === "poll"
        ? `poll ${content.question} ${content.options.join(" ")}`
        : content.type;
      const target = event.type === "edit" ? event.target : event.replyTo;
      return `${event.type} ${body}${target && "native" in target ? ` → ${target.native}` : ""}`;
    }
    case "reaction":
      return `reaction ${event.emoji.join("")} → ${"native" in event.target ? event.target.native : ""}`;
    case "delete":
      return `delete → ${"native" in event.target ? event.target.native : ""}`;
    case "join":
    case "leave":
      return `${event.type} ${event.person.native}`;
    case "title":
      return `title ${event.title}`;
    case "note":
      return `note ${event.note}`;
    default:
      return event.type;
  }
}

for (const { what, message: given } of Captured.parse(captured)) {
  Deno.test(`what Baileys emitted for "${what}" is understood`, () => {
    const events = decoded(given);

    assert.equal(events.map(short).join(", "), EXPECTED[what]);
    for (const event of events) assert.doesNotMatch(JSON.stringify(event), /5511888880000/);
  });
}

Deno.test("a person is the same by number and by LID, on whichever device", () => {
  const [byNumber] = message({ conversation: "a" });
  const [byLid] = message({ conversation: "a" }, {
    key: { remoteJid: CHAT, id: "X1", participant: "99999000011112:3@lid" },
  });

  assert.ok(byNumber?.type === "message" && byLid?.type === "message");
  assert.equal(byNumber.author.native, LID);
  assert.equal(byLid.author.native, LID);
  assert.equal(byNumber.id, byLid.id);
});

Deno.test("somebody else's id, sent again, is another event", () => {
  const [one] = message({ conversation: "a" });
  const [other] = message({ conversation: "b" }, {
    key: { remoteJid: CHAT, id: "X1", participant: "666@lid" },
  });

  assert.notEqual(one?.id, other?.id);
});

Deno.test("an admin's deletion says so, anybody else's says that it is none", () => {
  const revoke = { protocolMessage: { key: { id: "ZZ" }, type: 0 } };
  const [admin] = message(revoke);
  const [other] = message(revoke, { key: { remoteJid: CHAT, id: "X1", participant: "666@lid" } });

  assert.ok(admin?.type === "delete" && other?.type === "delete");
  assert.deepEqual([admin.author?.admin, other.author?.admin], [true, false]);
});

Deno.test("what may be seen once is never content, however it is wrapped", () => {
  const image = { imageMessage: { mimetype: "image/jpeg", caption: "secret", viewOnce: true } };
  const wrapped = [
    image,
    { viewOnceMessage: { message: image } },
    { viewOnceMessageV2: { message: { imageMessage: { caption: "secret" } } } },
    { ephemeralMessage: { message: { viewOnceMessageV2Extension: { message: { audioMessage: {} } } } } },
  ];

  for (const content of wrapped) {
    const events = message(content);
    assert.deepEqual(events.map(({ type }) => type), ["note"]);
    assert.ok(!JSON.stringify(events).includes("secret"));
  }
});

Deno.test("wrappers that wrap each other without end are given up", () => {
  let content: object = { conversation: "deep" };
  for (let n = 0; n < 50; n++) content = { ephemeralMessage: { message: content } };

  assert.ok(message(content).length <= 1);
});

Deno.test("whoever calls themselves by their number is nameless, others keep their digits", () => {
  const nameOf = (pushName: string): string => {
    const [event] = message({ conversation: "a" }, { pushName });
    return event?.type === "message" ? event.author.name : "none";
  };

  assert.deepEqual(["+55 11 88888-0000", "5511888880000", "Agent 007", "1984", ""].map(nameOf), [
    "",
    "",
    "Agent 007",
    "1984",
    "",
  ]);
});

Deno.test("several contacts are one, by their names", () => {
  const [event] = message({
    contactsArrayMessage: {
      contacts: [{ displayName: "Bob", vcard: "TEL:+155" }, { displayName: "Eve", vcard: "TEL:+156" }],
    },
  });

  assert.ok(event?.type === "message" && event.content.type === "contact");
  assert.equal(event.content.name, "Bob, Eve");
});

Deno.test("a file's place is a path on WhatsApp's server, or it is told of in words", () => {
  const mediaKey = new Uint8Array(32).fill(1);
  const image = (directPath: string): object => ({
    imageMessage: { mediaKey, directPath, mimetype: "image/jpeg", caption: "c" },
  });
  const [good] = message(image("/v/t62/1.enc?oh=1"));
  const [bad] = message(image("@evil.example/x"));

  assert.ok(good?.type === "message" && good.content.type === "media");
  assert.ok(bad?.type === "message" && bad.content.type === "other");
});

Deno.test("a reply from another chat is no reply here", () => {
  const reply = (remoteJid?: string): object => ({
    extendedTextMessage: { text: "re", contextInfo: { stanzaId: "A1", remoteJid } },
  });
  const [there] = message(reply("other@g.us"));
  const [here] = message(reply());

  assert.ok(there?.type === "message" && there.replyTo === undefined);
  assert.ok(here?.type === "message" && here.replyTo !== undefined);
});

Deno.test("what clients tell each other is nobody's message, and a kind that came after us is one", () => {
  assert.deepEqual(message({ senderKeyDistributionMessage: { groupId: CHAT } }), []);
  assert.deepEqual(message({ pinInChatMessage: {} }), []);
  assert.deepEqual(message({ pollUpdateMessage: { pollCreationMessageKey: { id: "A" } } }), []);
  const [event] = message({ bcallMessage: { sessionId: "s" } });

  assert.ok(event?.type === "message" && event.content.type === "other");
  assert.equal(event.content.what, "whatsapp.kind-unknown");
});

Deno.test("we are told when we are put out, or made and unmade an admin", () => {
  const stub = (type: number, participant: string): Event[] =>
    decoded({
      key: { remoteJid: CHAT, id: "S1", participant },
      participant,
      messageTimestamp: 5,
      messageStubType: type,
      messageStubParameters: ['{"id":"1@lid"}'],
    });
  const { StubType } = proto.WebMessageInfo;

  assert.deepEqual(stub(StubType.GROUP_PARTICIPANT_REMOVE, LID).map(({ type }) => type), ["chat-gone"]);
  assert.deepEqual(stub(StubType.GROUP_PARTICIPANT_LEAVE, "1@lid"), []);
  assert.deepEqual(
    stub(StubType.GROUP_PARTICIPANT_DEMOTE, LID).map((event) => event.type === "rights" && event.ready),
    [false],
  );
  assert.deepEqual(
    stub(StubType.GROUP_PARTICIPANT_PROMOTE, LID).map((event) => event.type === "rights" && event.ready),
    [true],
  );
});

Deno.test("a description and a picture are events of their own, and our own changes are none", () => {
  const stub = (type: number, participant: string, parameters: string[]): Event[] =>
    decoded({
      key: { remoteJid: CHAT, id: "S1", participant },
      participant,
      messageTimestamp: 5,
      messageStubType: type,
      messageStubParameters: parameters,
    });
  const { GROUP_CHANGE_ICON, GROUP_CHANGE_DESCRIPTION } = proto.WebMessageInfo.StubType;
  const [icon] = stub(GROUP_CHANGE_ICON, LID, ["171"]);
  const [noIcon] = stub(GROUP_CHANGE_ICON, LID, []);
  const [words] = stub(GROUP_CHANGE_DESCRIPTION, LID, ["About tea"]);
  const [noWords] = stub(GROUP_CHANGE_DESCRIPTION, LID, []);

  assert.ok(icon?.type === "icon" && noIcon?.type === "icon");
  assert.equal(groupOfPicture(icon.media?.native ?? NativeId.parse("none")), CHAT);
  assert.equal(noIcon.media, null);
  assert.ok(words?.type === "description" && noWords?.type === "description");
  assert.deepEqual([words.text, noWords.text, words.author?.native], ["About tea", "", LID]);
  assert.deepEqual(stub(GROUP_CHANGE_ICON, "1@lid", ["171"]), []);
  assert.deepEqual(stub(GROUP_CHANGE_DESCRIPTION, "1@lid", ["a"]), []);
  const timer = { type: 3, ephemeralExpiration: 86_400 };
  assert.deepEqual(
    message({ protocolMessage: timer }, { key: { remoteJid: CHAT, id: "X", participant: "1:3@lid" } }),
    [],
  );
});

Deno.test("a vote is the whole choice, and one that could not be read is none", () => {
  const vote = {
    pollUpdateMessage: { pollCreationMessageKey: { id: "P1" }, vote: { encIv: new Uint8Array(12) } },
  };
  const given = proto.WebMessageInfo.fromObject({
    key: { remoteJid: CHAT, id: "V1", participant: LID },
    messageTimestamp: 5,
    message: vote,
  }) as WAMessage;
  const [event] = decodeMessage(given, { ...CONTEXT, choice: [0, 2] });

  assert.ok(event?.type === "vote");
  assert.deepEqual([event.target, event.options, event.author.native], [{ native: "P1" }, [0, 2], LID]);
  assert.deepEqual(decodeMessage(given, { ...CONTEXT, choice: null }), []);
});
