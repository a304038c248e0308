import assert from "node:assert/strict";
import {
  type Member,
  MemberId,
  Messenger,
  NativeId,
  plain,
  textContent,
} from "../../../../actors/model/mod.ts";
import { type Named, withPings } from "../../../../actors/group/pings.ts";

let made = 0;

function member(name: string, messenger = "signal", more: Partial<Member> = {}): Member {
  made += 1;
  return {
    id: MemberId.parse(`m_${String(made).padStart(16, "0")}`),
    messenger: Messenger.parse(messenger),
    native: NativeId.parse(`native ${made}`),
    name,
    admin: false,
    joinedAt: 0,
    leftAt: null,
    muted: false,
    consent: null,
    ...more,
  };
}

const [ANNA, ANNA_MARIA, BEN] = [member("Anna"), member("Anna Maria", "telegram"), member("Ben", "whatsapp")];
const [TWIN_S, TWIN_T] = [member("Cem"), member("Cem", "telegram")];
const GONE = member("Dora", "signal", { leftAt: 1 });
const members = [ANNA, ANNA_MARIA, BEN, TWIN_S, TWIN_T, GONE];

function label(messenger: string): string {
  return messenger === "signal" ? "Signal" : "Telegram";
}

function read(text: string, spans: Parameters<typeof textContent>[0]["spans"] = []): Named {
  return withPings(textContent({ text, spans }), { members, label });
}

/** Who is meant by what. */
function meant(text: string): readonly string[] {
  const { content, pings } = read(text);
  if (content.type !== "text") return [];
  return content.body.spans.map(({ start, length, member: id }) => {
    const who = pings.find(({ member }) => member === id);
    return `${content.body.text.slice(start, start + length)} ${
      members.find((one) => one.id === who?.member)?.name
    }`;
  });
}

const CASES: readonly (readonly [what: string, text: string, meant: readonly string[]])[] = [
  ["a name", "hi @Anna!", ["@Anna Anna"]],
  ["whatever the case", "hi @anna", ["@anna Anna"]],
  ["the longest name that fits", "@Anna Maria, come", ["@Anna Maria Anna Maria"]],
  ["several of them", "@Ben and (@Anna)", ["@Ben Ben", "@Anna Anna"]],
  ["no part of a word", "@Annabel and @Bench", []],
  ["no address", "mail ben@Anna or x@Ben", []],
  ["nobody who is not here", "@Dora @Emil @", []],
  ["neither of two of one name", "@Cem", []],
  ["one of them by their messenger", "@Cem (Telegram)", ["@Cem (Telegram) Cem"]],
];

for (const [what, text, expected] of CASES) {
  Deno.test(`an @ means ${what}: ${text}`, () => assert.deepEqual(meant(text), expected));
}

Deno.test("the one of two who is meant is the one of that messenger", () => {
  assert.deepEqual(read("@Cem (Telegram)").pings.map(({ native }) => native), [TWIN_T.native]);
  assert.deepEqual(read("@Cem (signal)").pings.map(({ native }) => native), [TWIN_S.native]);
});

Deno.test("an @ in code, in a link or in what is a mention already means nobody", () => {
  for (const type of ["code", "pre", "link", "mention"] as const) {
    assert.deepEqual(read("see @Anna", [{ type, start: 4, length: 5 }]).pings, []);
  }
  assert.equal(read("see @Anna", [{ type: "bold", start: 0, length: 9 }]).pings.length, 1);
});

Deno.test("whoever is meant twice is told once, and a text that means nobody stays as it was", () => {
  assert.equal(read("@Anna @Anna").pings.length, 1);
  const content = textContent(plain("no @ here"));
  assert.equal(withPings(content, { members, label }).content, content);
});

Deno.test("names in a caption count, and a question of a poll is left alone", () => {
  const media = { native: NativeId.parse("file"), mime: "image/png", bytes: 1 };
  const photo = { type: "media", kind: "photo", media, caption: plain("@Ben look") } as const;
  assert.equal(withPings(photo, { members, label }).pings.length, 1);
  const poll = { type: "poll" as const, question: "@Ben?", options: ["yes"] };
  assert.deepEqual(withPings(poll, { members, label }).pings, []);
});

Deno.test("a hundred names are not a hundred pings", () => {
  assert.equal(read("@Anna ".repeat(100)).content.type, "text");
  const { content } = read("@Anna ".repeat(100));
  assert.equal(content.type === "text" && content.body.spans.length, 20);
});
