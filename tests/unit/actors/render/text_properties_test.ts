/** What holds for every text, however it is written: cut, reduced to what a messenger has, and lowered for it. */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Capabilities,
  type Content,
  NativeId,
  NativeOp,
  type RichText,
  type Span,
  SpanType,
} from "../../../../actors/model/mod.ts";
import { excerpt, lower, type LowerContext, mergeTexts, shownName } from "../../../../actors/render/mod.ts";
import { lengthOf } from "../../../../actors/render/cut.ts";
import { carry, tidy } from "../../../../actors/render/spans.ts";
import { split } from "../../../../actors/render/split.ts";
import { SIGNAL } from "../../../../adapters/signal/capabilities.ts";
import { TELEGRAM } from "../../../../adapters/telegram/capabilities.ts";
import { WHATSAPP } from "../../../../adapters/whatsapp/capabilities.ts";
import { ANNA, bridge, EARLIER, MESSAGE, table } from "./bridges.ts";

const SEGMENTER = new Intl.Segmenter("en", { granularity: "grapheme" });
const TABLES = { SIGNAL, TELEGRAM, WHATSAPP } as const;

/** What texts are cut wrong at, if anywhere. */
const PIECES = [
  ...["👩‍👩‍👧‍👦", "🇩🇪🇫🇷🇪🇸", "👍🏽", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️", "1️⃣", "é", "ä̈̈̈", "한국어", "क्षि", "ก็", "\u{20000}"],
  ...[
    "שלום עולם",
    "مرحبا بالعالم",
    "\u202eabc\u202c",
    "\u2067אב\u2069",
    "*not bold*",
    "_x_",
    "~y~",
    "`z`",
    "||s||",
  ],
  ...["**b**", "> q", "# h", "[a](b)", "<b>&amp;</b>", "\\*", "```\ncode\n```"],
  // Spaces that carry marks are characters of their own.
  ...[
    " ̈",
    "  ️",
    "\u00a0",
    "\u3000",
    " 🏽",
    " \u200d",
    " \u200c",
    "\u0600 1",
    "\ufeff",
    "\u2028",
    "\0",
    "\r\n",
  ],
  ...["\ud800", "\udc00", "\ud83d", "x".repeat(90), "word", "two words", "end.", "\n", "\n\n    indented"],
];
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...PIECES) },
  { weight: 2, arbitrary: fc.string({ unit: "grapheme", maxLength: 20 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 20 }) },
);
const prose = fc.array(fc.tuple(piece, fc.constantFrom("", " ", "  ", "\n")), { maxLength: 60, size: "max" })
  .map((pairs) => pairs.flat().join(""));
const hostile = fc.oneof(
  piece,
  fc.constant(""),
  fc.constant(" \n\t "),
  piece.filter((text) => text !== "").map((text) => text.repeat(Math.ceil(10_000 / text.length))),
);

function spansOver(text: string): fc.Arbitrary<Span[]> {
  const span = fc.record({
    type: fc.constantFrom(...SpanType.options),
    start: fc.nat(text.length + 3),
    length: fc.integer({ min: 1, max: text.length + 5 }),
    url: fc.constantFrom("https://plenum.test/a", "https://plenum.test/ü?q=*b*"),
  });
  return fc.array(span, { maxLength: 8 }).map((all) =>
    all.map(({ url, ...span }) => span.type === "link" ? { ...span, url } : span)
  );
}

const rich = prose.chain((text) => spansOver(text).map((spans): RichText => ({ text, spans })));
const limit = fc.record({
  count: fc.integer({ min: 60, max: 400 }),
  unit: fc.constantFrom("utf16" as const, "bytes" as const),
});

interface Piece {
  readonly text: string;
  readonly spans: readonly Span[];
  /** Where it stands in the whole. */
  readonly start: number;
}

/** The messages of `body` without their numbers, and where each was taken from. */
function piecesOf(body: RichText, max: Capabilities["text"]["max"]): Piece[] {
  const { text: whole } = tidy(body);
  const parts = split(body, max);
  let at = 0;
  return parts.map(({ text, spans }, index) => {
    const own = parts.length === 1 ? text : text.slice(0, -` (${index + 1}/${parts.length})`.length);
    while (!whole.startsWith(own, at)) {
      assert.match(whole.charAt(at), /\s/, "only spaces are left out");
      at++;
    }
    const found = { text: own, spans, start: at };
    at += own.length;
    return found;
  });
}

/** The places between what people see as characters. */
function boundaries(text: string): Set<number> {
  return new Set([...SEGMENTER.segment(text)].map(({ index }) => index).concat(text.length));
}

/** What is over the character at `at`. */
function over({ spans }: { readonly spans: readonly Span[] }, at: number): string[] {
  const found = spans.filter(({ start, length }) => start <= at && at < start + length);
  return [...new Set(found.map(({ type, url }) => `${type} ${url ?? ""}`))].sort();
}

function bare(spans: Capabilities["text"]["spans"]): LowerContext {
  return bridge(table({ text: { max: { count: 4096, unit: "utf16" }, spans } }));
}

Deno.test("no cut goes through what people see as one character", () => {
  fc.assert(fc.property(prose, limit, (text, max) => {
    const whole = text.toWellFormed();
    const longest = Math.max(0, ...[...SEGMENTER.segment(whole)].map(({ segment }) => segment.length));
    fc.pre(longest < 15);
    const edges = boundaries(whole);
    for (const { start, text } of piecesOf({ text: whole, spans: [] }, max)) {
      assert(edges.has(start) && edges.has(start + text.length), `cut at ${start} or ${start + text.length}`);
    }
  }));
});

Deno.test("no cut goes through a pair of surrogates, however long a character is", () => {
  fc.assert(fc.property(rich, limit, (body, max) => {
    for (const { text } of split(body, max)) assert(text.isWellFormed());
  }));
});

Deno.test("no character is lost by cutting but spaces where a cut is", () => {
  fc.assert(fc.property(rich, limit, (body, max) => {
    const { text: whole } = tidy(body);
    const pieces = piecesOf(body, max);
    const end = (pieces.at(-1)?.start ?? 0) + (pieces.at(-1)?.text.length ?? 0);
    assert.equal(whole.slice(end).trim(), "");
  }));
});

Deno.test("every character has the same format in the message that it comes to", () => {
  fc.assert(
    fc.property(rich, limit, (body, max) => {
      const whole = tidy(body);
      for (const { text, spans, start } of piecesOf(body, max)) {
        for (let at = 0; at < text.length; at++) {
          assert.deepEqual(over({ spans }, at), over(whole, start + at), `at ${start + at}`);
        }
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("a messenger that has every format keeps a text as it is", () => {
  const all = Object.fromEntries(SpanType.options.map((type) => [type, "full" as const]));
  fc.assert(fc.property(rich, (body) => assert.deepEqual(carry(tidy(body), all), tidy(body))));
});

Deno.test("a messenger keeps the formats that it has, and of the others the text", () => {
  const some = fc.subarray([...SpanType.options]).filter((types) => types.includes("link"));
  fc.assert(fc.property(rich, some, (body, types) => {
    const carried = carry(tidy(body), Object.fromEntries(types.map((type) => [type, "partial" as const])));
    assert.equal(carried.text, tidy(body).text);
    assert.deepEqual(carried.spans, tidy(body).spans.filter(({ type }) => types.includes(type)));
  }));
});

Deno.test("addresses that are written out take no character away and no format from one", () => {
  fc.assert(fc.property(rich, (body) => {
    const whole = tidy(body);
    const carried = carry(whole, { bold: "full", code: "full" });
    const kept = { spans: whole.spans.filter(({ type }) => type === "bold" || type === "code") };
    let at = 0;
    for (let from = 0; from < carried.text.length; from++) {
      const address = carried.text.slice(from).match(/^ \(https:\/\/plenum\.test\/[^\s)]+\)/)?.[0];
      if (address !== undefined && !whole.text.startsWith(address, at)) {
        from += address.length - 1;
        continue;
      }
      assert.equal(carried.text.charAt(from), whole.text.charAt(at), `at ${from}`);
      assert.deepEqual(over(carried, from), over(kept, at), `format at ${from}`);
      at++;
    }
    assert.equal(at, whole.text.length);
  }));
});

Deno.test("signs of markups stay as they were typed, whatever formats a messenger has", () => {
  fc.assert(fc.property(prose, fc.constantFrom(...Object.values(TABLES)), (text, { text: { spans } }) => {
    const content: Content = { type: "text", body: { text, spans: [] } };
    const parts = lower({ type: "post", message: MESSAGE, author: ANNA, content }, bare(spans));
    const whole = parts.map(({ op }) => op.type === "post" ? op.text.text : "").join("\n");
    const marks = (text: string): string => text.replaceAll(/[^*_~`|>#[\]<&\\]/g, "");
    assert.equal(marks(whole), marks(text.toWellFormed()));
  }));
});

const names = fc.record({ name: hostile, emoji: fc.option(piece, { nil: undefined }) });
const content: fc.Arbitrary<Content> = fc.oneof(
  rich.map((body): Content => ({ type: "text", body })),
  fc.tuple(rich, names, fc.constantFrom("photo", "voice", "sticker", "document"))
    .map(([caption, { name, emoji }, kind]): Content => ({
      type: "media",
      kind: kind as "photo",
      media: { native: NativeId.parse("file"), mime: "image/jpeg", bytes: 10, name, emoji },
      caption,
    })),
  fc.tuple(hostile, fc.array(hostile, { maxLength: 12 }), fc.boolean())
    .map(([question, options, multiple]): Content => ({ type: "poll", question, options, multiple })),
  fc.tuple(hostile, hostile).map(([label, address]): Content => ({
    type: "location",
    latitude: 1,
    longitude: 2,
    label,
    address,
  })),
  hostile.map((name): Content => ({ type: "contact", name, phones: ["+49 1"] })),
  fc.tuple(hostile, rich).map(([what, body]): Content => ({ type: "other", what, body })),
);

/** Everything that an op says, and how much of it there may be. */
function textsIn(op: NativeOp, { text, caption }: Capabilities): [RichText, Capabilities["text"]["max"]][] {
  switch (op.type) {
    case "post":
      return [[op.text, text.max]];
    case "media":
      return [[op.caption, caption ?? text.max]];
    case "edit":
      return [[op.text, op.caption === true ? caption ?? text.max : text.max]];
    default:
      return [];
  }
}

function check(ops: readonly NativeOp[], capabilities: Capabilities): void {
  for (const op of ops) {
    assert(NativeOp.safeParse(op).success, `a ${op.type} is as an adapter expects it`);
    assert(JSON.stringify(op).isWellFormed(), `a ${op.type} is well-formed`);
    for (const [{ text, spans }, max] of textsIn(op, capabilities)) {
      assert(text.isWellFormed() && lengthOf(text, max.unit) <= max.count, `a ${op.type} has room`);
      for (const { start, length } of spans) assert(start + length <= text.length, `spans of a ${op.type}`);
    }
  }
}

const FITS = [null, "photo", "sticker", "document"] as const;

function contextOf(
  capabilities: Capabilities,
  kind: typeof FITS[number],
  natives: readonly string[],
): LowerContext {
  const media = { native: NativeId.parse("fitted"), mime: "image/jpeg", bytes: 10 };
  const fitted = kind === null ? null : { form: "file", kind, media } as const;
  return { ...bridge(capabilities, { natives, ageMs: 1000 }), fitted: () => fitted };
}

for (const [messenger, capabilities] of Object.entries(TABLES)) {
  Deno.test(`whatever is said by whoever, ${messenger} gets messages that it takes`, () => {
    const natives = fc.constantFrom([], ["a"], ["a", "b", "c"]);
    fc.assert(
      fc.property(
        content,
        hostile,
        hostile,
        fc.constantFrom(...FITS),
        natives,
        (said, name, quoted, kind, ids) => {
          const context = contextOf(capabilities, kind, ids);
          const author = { ...ANNA, name };
          const replyTo = { message: EARLIER, name, excerpt: quoted };
          const head = { message: MESSAGE, author, content: said };
          const texts = [said, said].flatMap((content) =>
            content.type === "text" ? [{ author, body: content.body, at: 0, replyTo }] : []
          );
          const merged = mergeTexts(texts, context);
          const ops = [
            ...lower({ type: "post", ...head, replyTo }, context),
            ...lower({ type: "edit", ...head, tally: "👍 2" }, context),
            ...lower({ type: "delete", message: MESSAGE, author }, context),
            ...lower({ type: "react", message: MESSAGE, author, emoji: "👍", excerpt: quoted }, context),
            ...lower({ type: "title", title: quoted }, context),
            ...lower({ type: "description", description: quoted }, context),
          ].map(({ op }) => op);
          check(ops, capabilities);
          if (merged.count > 1) check([{ type: "post", text: merged.text }], capabilities);
          assert(!/[\n\r\u2028\u2029\0]/.test(excerpt(said, context.text)), "a quote is one line");
        },
      ),
      { numRuns: 150 },
    );
  });
}

Deno.test("no name breaks the line that it stands in, or the text below it", () => {
  fc.assert(fc.property(hostile, prose, (name, text) => {
    const shown = shownName(name);
    const author = { ...ANNA, name };
    const content: Content = { type: "text", body: { text: `body ${text}`, spans: [] } };
    const [part] = lower({ type: "post", message: MESSAGE, author, content }, bare({}));

    assert(part?.op.type === "post");
    assert.equal(part.op.text.text.split("\n")[0], `${shown} · WhatsApp`);
    assert(!/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(shown) && shown.length <= 60);
  }));
});
