import assert from "node:assert/strict";
import {
  type HistoryEntry,
  MemberId,
  type MessageId,
  messageIdOf,
  Messenger,
  plain,
  textContent,
} from "../../../../actors/model/mod.ts";
import { sharedTexts } from "../../../../actors/bridge/shared.ts";
import { createTexts } from "../../../../actors/render/mod.ts";
import de from "../../../../static/locales/de.json" with { type: "json" };
import en from "../../../../static/locales/en.json" with { type: "json" };
import { AT, file } from "./items.ts";

const texts = createTexts({ en, de });
const [FIRST, SECOND, THIRD] = [messageIdOf(1), messageIdOf(2), messageIdOf(3)];

function entry(id: MessageId, words: string, more: Partial<HistoryEntry> = {}): HistoryEntry {
  const member = MemberId.parse(`m_${"x".repeat(16)}`);
  return {
    v: 1,
    id,
    at: AT,
    author: { member, name: "Anna", messenger: Messenger.parse("whatsapp") },
    content: textContent(plain(words)),
    reactions: {},
    edited: false,
    deleted: false,
    ...more,
  };
}

function shared(
  messages: readonly MessageId[],
  entries: readonly HistoryEntry[],
): ReturnType<typeof sharedTexts> {
  const read = (id: MessageId): Promise<HistoryEntry | null> =>
    Promise.resolve(entries.find((one) => one.id === id) ?? null);
  return sharedTexts(messages, read, (key, values) => texts("en", key, values));
}

function photo(seq: number): HistoryEntry["content"] {
  const { op } = file(seq, { caption: "The lake" });
  assert(op.type === "post");
  return op.content;
}

Deno.test("texts that share a message are told as they are now, in order", async () => {
  const found = await shared([FIRST, SECOND], [entry(SECOND, "new", { edited: true }), entry(FIRST, "old")]);

  assert.deepEqual(found?.map(({ body, at }) => [body.text, at]), [["old", AT], ["new", AT]]);
  assert.deepEqual(found?.[0]?.author, { name: "Anna", messenger: "whatsapp" });
});

Deno.test("texts that were taken back are left out", async () => {
  const entries = [entry(FIRST, "", { deleted: true }), entry(SECOND, "b")];

  assert.deepEqual((await shared([FIRST, SECOND], entries))?.map(({ body }) => body.text), ["b"]);
  assert.deepEqual(await shared([FIRST], entries), []);
});

Deno.test("texts of which one is no longer known cannot be told", async () => {
  assert.equal(await shared([FIRST, SECOND], [entry(FIRST, "a")]), null);
  assert.equal(await shared([FIRST], [entry(FIRST, "a", { content: photo(1) })]), null);
});

const QUOTED: readonly [string, HistoryEntry[], string | undefined][] = [
  ["a text", [entry(THIRD, "Who is in?")], "Who is in?"],
  ["a file", [entry(THIRD, "", { content: photo(3) })], "[Photo] The lake"],
  ["what was taken back", [entry(THIRD, "", { deleted: true })], undefined],
  ["what is no longer known", [], undefined],
];

for (const [name, entries, wanted] of QUOTED) {
  Deno.test(`texts that answer ${name} quote ${wanted === undefined ? "nothing" : "it"}`, async () => {
    const [one] = await shared([FIRST], [entry(FIRST, "yes", { replyTo: THIRD }), ...entries]) ?? [];

    assert.equal(one?.replyTo?.excerpt, wanted);
    assert.equal(one?.replyTo?.name, wanted === undefined ? undefined : "Anna");
  });
}
