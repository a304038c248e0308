import assert from "node:assert/strict";
import fc from "fast-check";
import { TITLE_MAX } from "../../../actors/model/mod.ts";
import { cleanName, cleanTitle, type Line } from "../../../routes/title.ts";

function codeOf(line: Line): string {
  return line.ok ? "ok" : line.code;
}

Deno.test("titles are composed, trimmed and single-spaced", () => {
  assert.deepEqual(cleanTitle(" Cafe\u0301 \u00A0 am\u3000See "), { ok: true, text: "Café am See" });
});

Deno.test("titles keep emoji that are joined of several", () => {
  assert.deepEqual(cleanTitle("👩‍👩‍👧‍👦 family"), { ok: true, text: "👩‍👩‍👧‍👦 family" });
});

Deno.test("titles are counted in UTF-16 units, as the messengers count them", () => {
  assert.equal(codeOf(cleanTitle("🚤".repeat(TITLE_MAX / 2))), "ok");
  assert.equal(codeOf(cleanTitle("🚤".repeat(TITLE_MAX / 2) + "x")), "too-long");
});

Deno.test("titles that show nothing are empty", () => {
  for (const title of ["", " ", "\u00A0", "\u200B", "\u2060\u00AD", "\u3164", "\u2800", "\u0301"]) {
    assert.equal(codeOf(cleanTitle(title)), "empty", JSON.stringify(title));
  }
});

Deno.test("titles with control characters, line breaks, lone surrogates or bidi controls are refused", () => {
  const marks = [
    "\u0000",
    "\t",
    "\n",
    "\u007F",
    "\u0085",
    "\u2028",
    "\u2029",
    "\uD800",
    "\u061C",
    "\u200E",
    "\u200F",
  ];
  for (const mark of [...marks, "\u202A", "\u202E", "\u2066", "\u2069"]) {
    assert.equal(codeOf(cleanTitle(`Lake${mark}weekend`)), "characters", JSON.stringify(mark));
  }
});

Deno.test("names may be longer than titles", () => {
  assert.equal(codeOf(cleanName("n".repeat(60))), "ok");
  assert.equal(codeOf(cleanName("n".repeat(61))), "too-long");
});

Deno.test("a cleaned title is within the limit, and cleaning it again changes nothing", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 60 }), (entered) => {
    const line = cleanTitle(entered);
    if (!line.ok) return;
    assert.ok(line.text.length >= 1 && line.text.length <= TITLE_MAX);
    assert.deepEqual(cleanTitle(line.text), line);
  }));
});
