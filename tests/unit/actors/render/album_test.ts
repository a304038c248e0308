import assert from "node:assert/strict";
import {
  type Capabilities,
  type Fitted,
  type MediaKind,
  plain,
  type RichText,
} from "../../../../actors/model/mod.ts";
import { albumItems } from "../../../../actors/render/mod.ts";
import { fileBridge, fitted, media, post, QUOTE } from "./files.ts";

type Posts = Parameters<typeof albumItems>[0];

interface Given {
  readonly captions: readonly (string | RichText)[];
  readonly kinds?: readonly MediaKind[];
  readonly fits?: readonly Fitted[];
  readonly changes?: Partial<Capabilities>;
  readonly known?: Parameters<typeof fileBridge>[2];
  readonly reply?: boolean;
}

function album(given: Given): ReturnType<typeof albumItems> {
  const { captions, kinds = [], changes, known, reply = false } = given;
  const posts: Posts = captions.map((caption, at) =>
    post(media(caption, kinds[at], `file-${at}`), at === 0 && reply ? { replyTo: QUOTE } : {})
  );
  const fits = given.fits ?? captions.map((_, at) => fitted(kinds[at], `fitted-${at}`));
  return albumItems(posts, fits, fileBridge(null, changes, known));
}

/** What the items of an album say, or how many there are of none. */
function words(given: Given): string[] {
  const found = album(given);
  if (found === null) return [];
  assert(found.op.type === "album" && found.op.items.length === found.count);
  return found.op.items.map(({ caption }) => caption.text);
}

const LONG = "x".repeat(101);

Deno.test("an album says whose it is once, under its first file", () => {
  const found = album({ captions: ["The lake", "", "The boat"], kinds: ["photo", "video", "photo"] });

  assert(found?.op.type === "album");
  assert.deepEqual(
    found.op.items.map(({ kind, media, caption }) => [kind, media.native, caption.text]),
    [
      ["photo", "fitted-0", "Anna · WhatsApp\nThe lake"],
      ["video", "fitted-1", ""],
      ["photo", "fitted-2", "The boat"],
    ],
  );
});

const APART: Partial<Capabilities> = {
  album: { max: 3, kinds: ["photo", "video"], apart: ["video"] },
};

const COUNTS: readonly [string, Given, number][] = [
  ["as many files as there can be", { captions: ["", "", "", "", ""] }, 3],
  [
    "files up to one that can be in none",
    { captions: ["", "", ""], kinds: ["photo", "photo", "sticker"] },
    2,
  ],
  [
    "files up to one that is a link",
    { captions: ["", "", ""], fits: [fitted(), fitted(), { form: "none", problem: "gone" }] },
    2,
  ],
  ["files up to one with too many words", { captions: ["a", "b", LONG] }, 2],
  ["nothing where the first has too many words", { captions: [LONG, "", ""] }, 0],
  ["nothing where only one is left", { captions: ["", LONG, ""] }, 0],
  ["nothing where there are no albums", { captions: ["", ""], changes: { album: undefined } }, 0],
  ["kinds that stand apart among their own only", {
    captions: ["", "", ""],
    kinds: ["photo", "photo", "video"],
    changes: APART,
  }, 2],
  ["kinds that stand apart, up to one of another", {
    captions: ["", "", ""],
    kinds: ["video", "video", "photo"],
    changes: APART,
  }, 2],
  ["nothing where a kind that stands apart has nobody", {
    captions: ["", ""],
    kinds: ["video", "photo"],
    changes: APART,
  }, 0],
  ["nothing where it was refused", { captions: ["", ""], known: { refused: true } }, 0],
];

for (const [name, given, count] of COUNTS) {
  Deno.test(`an album holds ${name}`, () => {
    assert.equal(words(given).length, count);
  });
}

Deno.test("the words under an album's files are counted as the messenger counts", () => {
  const changes: Partial<Capabilities> = { caption: { count: 100, unit: "bytes" } };

  assert.equal(words({ captions: ["", "ä".repeat(50), "ä".repeat(51)], changes }).length, 2);
});

Deno.test("a file with words is in no album where no words can stand under it", () => {
  const changes: Partial<Capabilities> = { album: { max: 3, kinds: ["photo", "sticker"] } };

  assert.equal(
    words({ captions: ["", "", "Hi"], kinds: ["photo", "sticker", "sticker"], changes }).length,
    2,
  );
});

Deno.test("spans that are out of range under an album's files are cut", () => {
  const wild: RichText = { text: "Hi", spans: [{ type: "bold", start: 1, length: 99 }] };

  const found = album({ captions: ["", wild] });

  assert(found?.op.type === "album");
  assert.deepEqual(found.op.items[1]?.caption.spans, [{ type: "bold", start: 1, length: 1 }]);
});

Deno.test("an album answers what its first file answers", () => {
  const known = { natives: ["earlier"] };

  const found = album({ captions: ["", ""], known, reply: true });

  assert(found?.op.type === "album");
  assert.equal(found.op.replyTo, "earlier");
  assert.equal(found.op.quoting, "Who is in?");
});

Deno.test("an album quotes what it answers where the messenger cannot point at it", () => {
  const [first] = words({ captions: ["The lake", ""], reply: true });

  assert.equal(first, "Anna · WhatsApp\n> Ben: Who is in?\nThe lake");
});

Deno.test("files without any words are an album of nothing but its author", () => {
  const found = album({ captions: ["  ", ""] });

  assert(found?.op.type === "album");
  assert.equal(found.op.items[0]?.caption.text, "Anna · WhatsApp");
  assert.deepEqual(found.op.items[1]?.caption, plain(""));
});
