/** What is kept of polls, and how votes are read with it. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { aesEncryptGCM, hmacSign, proto } from "@whiskeysockets/baileys";
import fc from "fast-check";
import { choiceIn, type PollKey, pollKeyOf } from "../../../../adapters/whatsapp/poll_messages.ts";
import { Polls } from "../../../../adapters/whatsapp/polls.ts";
import { MemorySession } from "../../../contract/contract_host.ts";

const CHAT = "120363000000000001@g.us";
const DAY_MS = 86_400_000;
const SECRET = new Uint8Array(32).fill(7);

function pollOf(options: readonly string[], creator: string | null = null): PollKey {
  const poll = { name: "Q?", options: options.map((optionName) => ({ optionName })) };
  const found = pollKeyOf(
    { pollCreationMessageV3: poll, messageContextInfo: { messageSecret: SECRET } },
    creator,
  );
  assert.ok(found !== null);
  return found;
}

/** As phones seal it. */
function sealed(
  digests: readonly string[],
  { creator, voter }: { readonly creator: string; readonly voter: string },
): proto.Message.IPollEncValue {
  const selectedOptions = digests.map((digest) => Buffer.from(digest, "base64"));
  const words = ["P1", creator, voter, "Poll Vote"].map((word) => Buffer.from(word));
  const inner = hmacSign(Buffer.from(SECRET), new Uint8Array(32), "sha256");
  const key = hmacSign(Buffer.concat([...words, new Uint8Array([1])]), inner, "sha256");
  const encIv = new Uint8Array(12);
  const plain = proto.Message.PollVoteMessage.encode({ selectedOptions }).finish();
  return { encIv, encPayload: aesEncryptGCM(plain, key, encIv, Buffer.from(`P1\0${voter}`)) };
}

Deno.test("a poll is kept as it was first told, over a restart, and until its chat is over", async () => {
  const session = new MemorySession();
  const polls = new Polls(session, () => 0);
  const first = pollOf(["a", "b"], "1@lid");
  await polls.keep(CHAT, "P1", first);
  await polls.keep(CHAT, "P1", pollOf(["c"], "2@lid"));
  const later = new Polls(session, () => 0);

  assert.deepEqual(await later.find(CHAT, "P1"), first);
  assert.equal(await later.find(CHAT, "P2"), null);
  await later.forget(CHAT);
  assert.equal(await later.find(CHAT, "P1"), null);
  assert.deepEqual([...session.values.keys()], []);
});

Deno.test("polls end after 90 days, and of one chat the newest 64 are kept", async () => {
  const session = new MemorySession();
  let now = 0;
  const polls = new Polls(session, () => now);
  for (let n = 0; n < 65; n += 1) await polls.keep(CHAT, `P${n}`, pollOf(["a"]));

  assert.equal(await polls.find(CHAT, "P0"), null);
  assert.notEqual(await polls.find(CHAT, "P1"), null);
  now = 91 * DAY_MS;
  assert.equal(await polls.find(CHAT, "P1"), null);
  await polls.keep(CHAT, "new", pollOf(["a"]));
  const [row] = session.values.values();
  assert.equal(JSON.parse(new TextDecoder().decode(row)).polls.length, 1);
});

Deno.test("a message without a whole secret is no poll whose votes could be read, and a huge one is cut", () => {
  const pollCreationMessage = { options: Array.from({ length: 5_000 }, () => ({ optionName: "a" })) };
  const messageContextInfo = { messageSecret: SECRET };

  assert.equal(pollKeyOf({ pollCreationMessage }, null), null);
  assert.equal(
    pollKeyOf({ pollCreationMessage, messageContextInfo: { messageSecret: new Uint8Array(3) } }, null),
    null,
  );
  assert.equal(pollKeyOf({ conversation: "a", messageContextInfo }, null), null);
  assert.equal(pollKeyOf({ pollCreationMessage, messageContextInfo }, null)?.options.length, 100);
});

Deno.test("a vote is the whole choice, whichever of their names its author and the poll's maker go by", () => {
  const names = fc.uniqueArray(fc.string({ unit: "grapheme", maxLength: 20 }), {
    minLength: 2,
    maxLength: 12,
  });
  const jid = fc.constantFrom("111@lid", "49151@s.whatsapp.net");
  fc.assert(fc.property(names, fc.array(fc.nat(11)), jid, jid, (options, places, creator, voter) => {
    const poll = pollOf(options);
    const chosen = [...new Set(places.filter((place) => place < options.length))].sort((a, b) => a - b);
    const vote = sealed(chosen.map((place) => poll.options[place] ?? ""), { creator, voter });
    const creators = ["111@lid", "49151@s.whatsapp.net"];

    assert.deepEqual(choiceIn(vote, { poll, pollId: "P1", creators, voters: creators }), chosen);
  }));
});

Deno.test("a vote with another secret, of somebody else, or of nothing is not read", () => {
  const poll = pollOf(["a", "b"]);
  const vote = sealed(poll.options, { creator: "1@lid", voter: "2@lid" });
  const around = { poll, pollId: "P1", creators: ["1@lid"], voters: ["2@lid"] };

  assert.deepEqual(choiceIn(vote, around), [0, 1]);
  assert.equal(choiceIn(vote, { ...around, voters: ["3@lid"] }), null);
  assert.equal(choiceIn(vote, { ...around, pollId: "P2" }), null);
  assert.equal(choiceIn(vote, { ...around, poll: { ...poll, secret: new Uint8Array(32) } }), null);
  assert.equal(choiceIn({ ...vote, encPayload: new Uint8Array(3) }, around), null);
  assert.equal(choiceIn({}, around), null);
});
